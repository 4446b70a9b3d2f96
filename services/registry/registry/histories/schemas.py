"""What goes over HTTP about the history of a record."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from liandong.values.masking import mask_mobile, mask_name
from registry.histories.domain import Change, Difference, State
from registry.histories.recording import PERSONAL


def masked_item(name: str, value: Any) -> Any:
    """A value as whoever needs no person may see it."""
    if name not in PERSONAL or not value:
        return value
    return mask_mobile(value) if name == "phone" else mask_name(value)


def masked(state: State) -> State:
    return {name: masked_item(name, value) for name, value in state.items()}


class ChangeRead(BaseModel):
    """登记簿的一次变动。"""

    version: int = Field(description="变动后的版本")
    at: datetime
    action: str = Field(description="变动的种类")
    items: list[str] = Field(description="变动的事项")
    actor: str = Field(description="经办账号")
    application_id: UUID | None = Field(description="据以办理的申请")
    note: str = Field(description="事由")

    @classmethod
    def of(cls, change: Change) -> "ChangeRead":
        return cls(
            version=change.version,
            at=change.at,
            action=change.action,
            items=sorted(change.after),
            actor=change.actor,
            application_id=change.application_id,
            note=change.note,
        )


class RecordRead(BaseModel):
    """登记簿在某一版本、某一日的记载。"""

    organization_id: UUID
    version: int
    as_of: date | None = Field(default=None, description="所查的日期")
    is_reconstructed: bool = Field(
        default=False, description="所查日期早于本平台建档之日，所列为已知最早的记载"
    )
    record: dict[str, Any] = Field(description="各事项的记载")


class DifferenceRead(BaseModel):
    item: str
    before: Any
    after: Any


class DifferencesRead(BaseModel):
    """两个版本之间的不同。"""

    organization_id: UUID
    from_version: int
    to_version: int
    differences: list[DifferenceRead]

    @classmethod
    def told(cls, found: list[Difference], *, with_persons: bool, **about: Any) -> Any:
        shown = [
            DifferenceRead(
                item=one.item,
                before=one.before if with_persons else masked_item(one.item, one.before),
                after=one.after if with_persons else masked_item(one.item, one.after),
            )
            for one in found
        ]
        return cls(differences=shown, **about)


class OriginRead(BaseModel):
    """一个事项现在的记载从何而来。"""

    item: str
    value: Any
    since: datetime = Field(description="自何时如此记载")
    version: int
    action: str = Field(description="registered 为建档时的记载")
    actor: str | None = Field(description="经办账号；建档时的记载见审计日志")
    application_id: UUID | None
    note: str


class ProvenanceRead(BaseModel):
    organization_id: UUID
    version: int
    predecessors: list[UUID] = Field(description="前身组织；沿革见 lineage")
    items: list[OriginRead]
