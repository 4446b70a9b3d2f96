"""What goes over HTTP about rectification."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from liandong.values.text import Text
from registry.rectifications.domain import Source, Status
from registry.rectifications.models import Rectification


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Item(_Closed):
    """须整改的一项。"""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z-]{1,39}$")] = Field(description="问题的代码")
    demand: Text = Field(min_length=2, max_length=500, description="整改要求")
    basis: Text = Field(min_length=2, max_length=200, description="所违反的条文")


class Proof(_Closed):
    title: Text = Field(min_length=2, max_length=200, description="材料名称")
    attachment_id: UUID | None = Field(default=None, description="附件编号")


class OrderDraft(_Closed):
    """责令整改通知的内容。"""

    facts: Text = Field(min_length=10, max_length=4000, description="发现的问题")
    items: list[Item] = Field(min_length=1, max_length=50)
    evidence: list[Proof] = Field(min_length=1, max_length=50, description="证据")
    days: int = Field(ge=1, le=365, description="自送达之日起的整改日数")


class NewOrder(OrderDraft):
    organization_id: UUID
    source: Source
    source_id: UUID | None = Field(default=None, description="来源的检查等事项的编号")


class Extension(_Closed):
    days: int = Field(ge=1, le=365, description="延长的日数")
    reason: Text = Field(min_length=2, max_length=500)


class Report(_Closed):
    """整改情况报告。"""

    report: Text = Field(min_length=2, max_length=4000)
    proofs: list[Proof] = Field(default_factory=list, max_length=50)


class Recheck(_Closed):
    found: Text = Field(min_length=2, max_length=2000, description="复查的情况")


class Reason(_Closed):
    reason: Text = Field(min_length=2, max_length=500)


class RectificationRead(BaseModel):
    """责令整改通知。列表中不含历次报告的全文。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    organization_id: UUID
    organization_name: str
    district: str
    authority: str
    status: Status
    status_label: str
    source: Source
    source_id: UUID | None
    items: list[Item]
    days: int
    number: str | None
    issued_on: date | None
    served_on: date | None
    due_on: date | None = Field(description="整改期限的最后一日")
    act_until: date | None = Field(description="机关应当送达或者复查的最后一日")
    submitted_on: date | None
    overdue_on: date | None = Field(description="自该日起逾期；逾期后完成的仍然保留")
    completed_on: date | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, order: Rectification) -> "RectificationRead":
        return cls.model_validate(_shown(order, set(cls.model_fields)))


class RectificationWhole(RectificationRead):
    facts: str
    evidence: list[dict[str, Any]]
    basis: str
    remedy: str
    service: dict[str, Any] | None
    extensions: list[dict[str, Any]]
    reports: list[dict[str, Any]]
    drafters: list[str]
    issued_by: str | None
    completed_by: str | None
    reason: str
    rule_set: str

    @classmethod
    def of(cls, order: Rectification) -> "RectificationWhole":
        return cls.model_validate(_shown(order, set(cls.model_fields)))

    def for_the_body(self) -> "RectificationWhole":
        return self.model_copy(update={"drafters": [], "issued_by": None, "completed_by": None})


def _shown(order: Rectification, names: set[str]) -> dict[str, Any]:
    return {name: getattr(order, name) for name in names - {"status_label"}} | {
        "status_label": order.status.label
    }
