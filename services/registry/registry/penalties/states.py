"""The latest state of every penalty that is on public display (ADR 15)."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.states import State, StateKind
from registry.penalties.models import Penalty


class PenaltyState(State):
    """公示中的行政处罚. It goes when its publication ends or the decision is withdrawn: whoever
    shows it takes it off as well. Cases that were never published are shown to nobody."""

    type: ClassVar[str] = "cn.liandong.registry.penalty.state"
    subject_field: ClassVar[str] = "penalty_id"

    penalty_id: UUID
    organization_id: UUID
    district: str
    status: str = Field(description="decided、served、executed")
    authority: str = Field(description="处罚机关的名称")
    authority_district: str = Field(description="处罚机关的区划代码")
    authority_credit_code: str | None = Field(
        default=None, description="处罚机关的统一社会信用代码"
    )
    decision_number: str = Field(description="决定书文号")
    sanctions: list[str] = Field(
        description="warning 警告；confiscation 没收；fine 罚款；suspension 限期停止活动；"
        "revocation 撤销登记"
    )
    violations: list[str] = Field(description="违法行为的代码")
    basis: list[str] = Field(description="处罚依据的条文")
    fine_fen: int = 0
    confiscation_fen: int = 0
    suspension_months: int = 0
    decided_on: date
    publication_class: str = Field(description="minor 轻微；ordinary 一般；serious 严重")
    published_on: date
    publication_until: date = Field(description="公示期的最后一日")


def _told(penalty: Penalty) -> PenaltyState | None:
    if not penalty.is_published or penalty.withdrawn_on is not None:
        return None
    return PenaltyState.model_validate(
        penalty.facts()
        | {
            "publication_class": penalty.publication_class,
            "published_on": penalty.published_on,
            "publication_until": penalty.publication_until,
        }
    )


PENALTY_STATES = StateKind(
    PenaltyState, Penalty, _told, ever_shown=Penalty.published_on.is_not(None)
)
