"""What goes over HTTP about listings."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from credit_list.listings.domain import DelistReason, ListName, Status
from credit_list.texts import Codes, Reason


class RemoveListing(BaseModel):
    """依法移出。"""

    model_config = ConfigDict(extra="forbid")

    duty_done: bool = Field(description="已查实其履行义务或完成整改（没有应整改事项的填 true）")
    reason: Reason = Field(description="事由与依据")


class CorrectListing(BaseModel):
    """信息更正：列入所依据的信息有误。"""

    model_config = ConfigDict(extra="forbid")

    ground: int | None = Field(
        default=None,
        ge=1,
        le=10000,
        description="只更正其中一次列入（grounds 的 number），期限按其余的重新计算；不填为全部",
    )

    reason: Reason = Field(description="事由与依据")


class ListingRead(BaseModel):
    """列入记录。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    organization_id: UUID
    district: str
    list: ListName
    status: Status
    trigger: str
    trigger_text: str
    legal_basis: str
    rule_set: str
    measures: Codes
    measure_texts: Codes
    listed_on: date
    term_started_on: date
    exit_not_before: date | None
    publication_ends_on: date | None
    valid_until: date | None
    delisted_on: date | None
    delist_reason: DelistReason | None
    delist_note: str | None
    stands_for: UUID | None = Field(description="因更正而恢复的，原列入记录的编号")
    facts_withdrawn: bool = Field(
        default=False, description="所依据的信用记录已被来源机关撤销，待官员核实是否更正"
    )
    created_at: datetime
    updated_at: datetime


class GroundRead(BaseModel):
    """一次列入决定；列入期间再次列入的，期限重新计算。"""

    model_config = ConfigDict(from_attributes=True)

    number: int
    case_id: UUID | None
    proposal_id: UUID | None
    trigger: str
    trigger_text: str
    legal_basis: str
    rule_set: str
    decided_on: date
    exit_not_before: date | None
    corrected_on: date | None = Field(description="经更正，不再作为列入的依据")
    correction_note: str | None


Grounds = list[GroundRead]


class ListingDetail(ListingRead):
    grounds: Grounds = Field(default_factory=list)
