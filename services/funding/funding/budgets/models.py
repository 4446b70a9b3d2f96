"""The table of budget lines."""

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from funding.programmes.domain import FundingSource, Programme
from funding.tables import Base
from liandong.db.base import Aggregate


class BudgetLine(Aggregate, Base):
    """预算. ``committed_fen`` is what payments reserve, the paid ones included.

    ``amount_fen`` is what was approved; a proposal stands beside it and has no effect.
    """

    __tablename__ = "budget_line"
    __table_args__ = (
        UniqueConstraint("district", "programme", "year"),
        CheckConstraint(
            "0 <= paid_fen AND paid_fen <= committed_fen AND committed_fen <= amount_fen",
            name="within_amount",
        ),
        CheckConstraint(
            "num_nulls(proposed_fen, proposed_source, proposed_by) IN (0, 3)",
            name="proposal_whole",
        ),
    )

    district: Mapped[str]
    programme: Mapped[Programme]
    year: Mapped[int]
    funding_source: Mapped[FundingSource]
    amount_fen: Mapped[int]
    committed_fen: Mapped[int]
    paid_fen: Mapped[int]
    proposed_fen: Mapped[int | None]
    proposed_source: Mapped[FundingSource | None]
    proposed_by: Mapped[str | None]
    proposed_reason: Mapped[str | None]
    approved_by: Mapped[str | None]

    @property
    def available_fen(self) -> int:
        return self.amount_fen - self.committed_fen
