"""The tables of sampling: plans and draws."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from liandong.db.base import Aggregate
from registry.checks.domain import Topic
from registry.sampling.domain import Status
from registry.tables import Base


class SamplingPlan(Aggregate, Base):
    """抽查计划."""

    __tablename__ = "sampling_plan"
    __table_args__ = (
        CheckConstraint("num_nonnulls(percent, number) = 1", name="share_or_number"),
        Index(
            "ix_sampling_plan_district",
            "district",
            postgresql_ops={"district": "text_pattern_ops"},
        ),
    )

    district: Mapped[str]
    """The bodies of its subtree are candidates."""
    pool_district: Mapped[str]
    """The officers of its subtree can be drawn."""
    season: Mapped[str]
    topic: Mapped[Topic]
    kinds: Mapped[list[str]] = mapped_column(ARRAY(Text))
    service_field: Mapped[str]
    is_community: Mapped[bool | None]
    percent: Mapped[int | None]
    number: Mapped[int | None]
    officers_each: Mapped[int]
    checked_from: Mapped[date]
    checked_until: Mapped[date]
    status: Mapped[Status]
    draws: Mapped[int]
    drawn_by: Mapped[str | None]
    """Whoever made the present draw: another one publishes it, or draws again."""
    published_on: Mapped[date | None]
    reason: Mapped[str]
    rule_set: Mapped[str]


class SamplingDraw(Base):
    """One draw, with everything that is needed to repeat it. Never changed."""

    __tablename__ = "sampling_draw"

    plan_id: Mapped[UUID] = mapped_column(primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    algorithm: Mapped[str]
    seed: Mapped[str]
    candidates: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    """Frozen: every body that could be drawn, in ascending order."""
    candidates_digest: Mapped[str]
    weighing: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """The weights that were used; None: everybody had the same chance."""
    pool: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """The officers that could be drawn, their areas, and whom they kept away from."""
    drawn: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """In the order of the draw: the body and its inspectors."""
    reason: Mapped[str]
    drawn_by: Mapped[str]
    drawn_at: Mapped[datetime]
