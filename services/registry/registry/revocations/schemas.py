"""What goes over HTTP about revocations."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from liandong.values.days import IsoDay
from liandong.values.text import Text
from registry.organizations.domain import Kind
from registry.organizations.schemas import LAST_DAY
from registry.revocations.domain import Status
from registry.revocations.models import Revocation


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ProposeRevocation(_Closed):
    """提出撤销登记。属于行政处罚的撤销登记按行政处罚办理。"""

    organization_id: UUID
    cause: Annotated[Text, Field(min_length=1, max_length=40)] = Field(
        description="事由的代码，见规则集 registry.revocations"
    )
    facts: Text = Field(min_length=10, max_length=4000, description="查明的事实和证据")


class Statement(_Closed):
    """该组织的陈述、申辩。"""

    statement: Text = Field(min_length=2, max_length=4000)
    received_on: IsoDay | None = Field(
        default=None, le=LAST_DAY, description="收到日期；组织自行提交的不填"
    )


class Decision(_Closed):
    answer: Text = Field(
        default="", max_length=4000, description="对陈述、申辩的采纳情况；有陈述、申辩的须填写"
    )


class Reason(_Closed):
    reason: Text = Field(min_length=2, max_length=500)


class RevocationRead(BaseModel):
    """撤销登记。列表中不含陈述、申辩。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    organization_id: UUID
    organization_name: str
    kind: Kind
    district: str
    authority: str
    status: Status
    status_label: str
    cause: str
    basis: str
    facts: str
    proposed_on: date
    notice_served_on: date | None
    statement_until: date | None = Field(description="陈述、申辩期限的最后一日")
    decided_on: date | None
    decision_number: str | None
    remedy: str
    withdrawn_on: date | None
    reason: str
    rule_set: str
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, one: Revocation) -> "RevocationRead":
        return cls.model_validate(_shown(one, set(cls.model_fields)))


class RevocationWhole(RevocationRead):
    notice: dict[str, Any] | None = Field(description="告知书的送达")
    statements: list[dict[str, Any]] = Field(description="陈述、申辩")
    answer: str
    proposed_by: str
    decided_by: str | None
    withdrawn_by: str | None

    @classmethod
    def of(cls, one: Revocation) -> "RevocationWhole":
        names = set(cls.model_fields) - {"statements"}
        return cls.model_validate(_shown(one, names) | {"statements": one.said})

    def for_the_body(self) -> "RevocationWhole":
        hidden = {"proposed_by": "", "decided_by": None, "withdrawn_by": None}
        return self.model_copy(update=hidden)

    def without_statements(self) -> "RevocationWhole":
        """For readers who do not need what persons said."""
        kept = [{"received_on": one["received_on"], "statement": "***"} for one in self.statements]
        return self.model_copy(update={"statements": kept})


def _shown(one: Revocation, names: set[str]) -> dict[str, Any]:
    shown = {name: getattr(one, name) for name in names - {"status_label"}}
    return shown | {"status_label": one.status.label}
