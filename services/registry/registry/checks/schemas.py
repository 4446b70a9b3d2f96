"""What goes over HTTP about checks."""

from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from liandong.values.days import IsoDay
from liandong.values.text import Text
from registry.checks.domain import Form, Result, Severity, Status, Topic
from registry.checks.models import CheckTask
from registry.organizations.schemas import LAST_DAY
from registry.penalties.schemas import ViolationCode


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Inspectors(_Closed):
    inspectors: list[UUID] = Field(max_length=20, description="检查人员的执法人员编号")


class PlanCheck(_Closed):
    """安排一项专项检查或者第三方审计；双随机抽查的任务由抽取产生。"""

    organization_id: UUID
    form: Form
    topic: Topic
    planned_on: IsoDay = Field(le=LAST_DAY)
    inspectors: list[UUID] = Field(
        default_factory=list, max_length=20, description="专项检查不少于两名执法人员"
    )
    auditor: Text = Field(default="", max_length=200, description="会计师事务所")
    engagement: Text = Field(default="", max_length=100, description="委托合同编号")

    @model_validator(mode="after")
    def _of_its_form(self) -> Self:
        if self.form is Form.SAMPLE:
            raise ValueError("双随机抽查的任务由抽取产生")
        is_audit = self.form is Form.AUDIT
        if is_audit != bool(self.auditor) or is_audit != bool(self.engagement):
            raise ValueError("第三方审计须填写会计师事务所和委托合同编号，专项检查不填")
        return self


class Finding(_Closed):
    """发现的一个问题。"""

    code: Annotated[Text, Field(max_length=40)] = Field(description="问题的代码")
    facts: Text = Field(min_length=2, max_length=2000)
    severity: Severity


class RecordCheck(_Closed):
    """检查记录；第三方审计还须填写报告。"""

    checked_on: IsoDay = Field(le=LAST_DAY)
    was_reached: bool = Field(default=True, description="能否通过登记的住所取得联系")
    record: Text = Field(min_length=2, max_length=8000)
    findings: list[Finding] = Field(default_factory=list, max_length=200)
    report_number: Text = Field(default="", max_length=100, description="审计报告文号")
    reported_on: IsoDay | None = Field(default=None, le=LAST_DAY, description="审计报告日期")


class Conclusion(_Closed):
    result: Result


class OpenOrder(_Closed):
    """就检查发现的问题起草责令整改通知。"""

    days: int = Field(ge=1, le=365, description="自送达之日起的整改日数")
    demand: Text = Field(default="", max_length=500, description="整改要求；不填的为改正各项问题")


class OpenCase(_Closed):
    """就检查发现的问题登记违法线索；发现之日为检查之日。"""

    cause: Text = Field(min_length=4, max_length=200, description="案由")
    suspected: list[ViolationCode] = Field(
        min_length=1, max_length=20, description="涉嫌违法行为的代码"
    )
    violation_ended_on: IsoDay | None = Field(
        default=None, le=LAST_DAY, description="违法行为终了之日；仍在继续的不填"
    )


class Reason(_Closed):
    reason: Text = Field(min_length=2, max_length=500)


class CheckRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    organization_id: UUID
    organization_name: str
    district: str
    form: Form
    topic: Topic
    status: Status
    status_label: str
    plan_id: UUID | None
    planned_on: date
    checked_on: date | None
    result: Result | None
    concluded_on: date | None
    published_on: date | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, check: CheckTask) -> Self:
        names = set(cls.model_fields) - {"status_label"}
        shown = {name: getattr(check, name) for name in names}
        return cls.model_validate({**shown, "status_label": check.status.label})


class CheckWhole(CheckRead):
    inspectors: list[dict[str, Any]]
    auditor: str
    engagement: str
    report_number: str
    reported_on: date | None
    was_reached: bool | None
    record: str
    findings: list[dict[str, Any]]
    handlers: list[str]
    concluded_by: str | None
    reason: str
    rule_set: str

    def for_the_body(self) -> Self:
        return self.model_copy(update={"handlers": [], "concluded_by": None})


class PublishedCheck(BaseModel):
    """公示的检查结果。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    organization_id: UUID
    organization_name: str
    form: Form
    topic: Topic
    checked_on: date
    result: Result
    result_label: str
    codes: list[str]
    published_on: date

    @classmethod
    def of(cls, check: CheckTask) -> "PublishedCheck":
        assert check.result is not None
        made = {"result_label", "codes"}
        shown = {name: getattr(check, name) for name in set(cls.model_fields) - made}
        codes = [one["code"] for one in check.findings]
        return cls.model_validate({**shown, "result_label": check.result.label, "codes": codes})
