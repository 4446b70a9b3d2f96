"""Changes of figures and their sums."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from registry.tables import Base


class _Counted:
    """One organisation more or less of a sort, from a day on. Empty text: not filled in."""

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    organization_id: Mapped[UUID]
    day: Mapped[date]
    """From which the change counts: of a registration, the day of registration."""
    recorded_on: Mapped[date]
    delta: Mapped[int]
    district: Mapped[str]
    kind: Mapped[str]
    status: Mapped[str]
    is_community: Mapped[bool]
    nature: Mapped[str]
    community_class: Mapped[str]
    management: Mapped[str]
    direct_class: Mapped[str]
    charity_status: Mapped[str]
    party_organization: Mapped[str]
    is_hub: Mapped[bool]
    is_rural: Mapped[bool]
    service_field: Mapped[str]


class FigurePending(_Counted, Base):
    """Written by the command itself, beside the record; in no sum yet. Always few."""

    __tablename__ = "figure_pending"


class FigureDelta(_Counted, Base):
    """In the sums. Never changed: what was wrong is taken back by a row of its own."""

    __tablename__ = "figure_delta"
    __table_args__ = (
        Index(
            "ix_figure_delta_district",
            "district",
            "day",
            postgresql_ops={"district": "text_pattern_ops"},
        ),
        Index("ix_figure_delta_day", "day"),
        Index("ix_figure_delta_organization", "organization_id"),
    )


class FigureSum(Base):
    """Changes of one year or month in the country, a province or a city, by one dimension.

    Years for all three, months for country and provinces; what is smaller is summed when asked.
    """

    __tablename__ = "figure_sum"

    dimension: Mapped[str] = mapped_column(primary_key=True)
    """Empty: none."""
    period: Mapped[str] = mapped_column(primary_key=True)
    """year or month"""
    level: Mapped[int] = mapped_column(primary_key=True)
    """Digits of ``area``: 0, 2 or 4."""
    area: Mapped[str] = mapped_column(primary_key=True)
    starts: Mapped[date] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(primary_key=True)
    is_community: Mapped[bool] = mapped_column(primary_key=True)
    number: Mapped[int]


class FigureCheck(Base):
    """The comparison of figures and record that goes round and round; one row."""

    __tablename__ = "figure_check"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[UUID]
    """The last organisation compared."""
    compared: Mapped[int]
    """In this round."""
    corrected: Mapped[int]
    """Figures of this round that had to be corrected."""
    began_at: Mapped[datetime]
    last_compared: Mapped[int | None]
    last_corrected: Mapped[int | None]
    last_ended_at: Mapped[datetime | None]
    """The round before."""
