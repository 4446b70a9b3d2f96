"""What goes over HTTP about measures."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from credit_list.measures.catalogue import CatalogueMeasure, Executor, MeasureKind
from credit_list.measures.domain import EndReason, Obedience, obedience
from credit_list.measures.models import ListingMeasure
from liandong.rules.rule_set import Certainty


class CatalogueEntry(BaseModel):
    """目录中的一项联合奖惩措施。"""

    code: str
    kind: MeasureKind = Field(description="incentive 守信激励；sanction 失信惩戒")
    text: str
    legal_basis: str
    certainty: Certainty = Field(
        description="依据的确定程度；recalled、chosen 须由登记管理机关核对后使用"
    )
    service: Executor = Field(description="执行服务；external 为其他部门")
    effect: str = Field(description="执行服务据以行动的效果代码")
    acknowledge: bool = Field(description="要求执行服务回执")
    acknowledge_within_seconds: int

    @classmethod
    def of(cls, one: CatalogueMeasure) -> "CatalogueEntry":
        return cls(**one.model_dump())


class CatalogueRead(BaseModel):
    """联合奖惩措施目录。"""

    rule_set: str
    legal_basis: str
    measures: list[CatalogueEntry]


class MeasureRead(BaseModel):
    """一次列入决定启用的一项措施及其执行情况。"""

    id: UUID
    listing_id: UUID
    organization_id: UUID
    code: str
    kind: MeasureKind
    text: str
    legal_basis: str
    certainty: Certainty
    service: Executor
    effect: str
    starts_on: date
    ends_on: date | None = Field(description="措施自身期限的最后一日；空为随名单结束")
    ended_on: date | None
    end_reason: EndReason | None
    obedience: Obedience = Field(description="执行情况")
    obedience_label: str
    asked_at: datetime = Field(description="要求执行或解除的时间，等待由此起算")
    due_at: datetime | None = Field(description="应当回执的最晚时间")
    applied_at: datetime | None
    applied_on: date | None
    applied_count: int | None = Field(description="执行时受影响的事项数；0 为措施已生效")
    affected_kind: str | None = Field(description="受影响的事项：bids、payments、grade-reviews")
    lifted_at: datetime | None
    lifted_on: date | None
    lifted_count: int | None

    @classmethod
    def of(cls, row: ListingMeasure, now: datetime) -> "MeasureRead":
        state = obedience(row.run(), now)
        return cls(
            id=row.id,
            listing_id=row.listing_id,
            organization_id=row.organization_id,
            code=row.code,
            kind=row.kind,
            text=row.text,
            legal_basis=row.legal_basis,
            certainty=row.certainty,
            service=row.service,
            effect=row.effect,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            ended_on=row.ended_on,
            end_reason=row.end_reason,
            obedience=state,
            obedience_label=state.label,
            asked_at=row.ended_at or row.started_at,
            due_at=row.lift_by if row.ended_on is not None else row.apply_by,
            applied_at=row.applied_at,
            applied_on=row.applied_on,
            applied_count=row.applied_count,
            affected_kind=row.affected_kind,
            lifted_at=row.lifted_at,
            lifted_on=row.lifted_on,
            lifted_count=row.lifted_count,
        )
