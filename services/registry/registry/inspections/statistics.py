"""年检统计: counted from one index, or for a past day from the history."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.db.unit_of_work import UnitOfWork
from liandong.values.districts import ROOT, subtree_prefix
from registry.inspections.domain import INSPECTED, Regime, Status, Verdict
from registry.inspections.models import Inspection, InspectionSeason, InspectionStep

_ORDERED = (Status.RECTIFYING, Status.RECTIFIED, Status.FAILED)


@dataclass(frozen=True, slots=True)
class Line:
    """So many inspections that are alike in everything that is counted."""

    district: str
    regime: Regime
    status: Status
    verdict: Verdict | None
    was_missed: bool
    many: int


@dataclass
class Tally:
    """Sums of lines; what was dropped is due nowhere."""

    statuses: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    late: int = 0

    def add(self, line: Line) -> None:
        self.statuses[line.status] += line.many
        if line.verdict is not None and line.status is not Status.DROPPED:
            self.verdicts[line.verdict] += line.many
        if line.was_missed and line.status not in (Status.MISSED, Status.DROPPED):
            self.late += line.many

    def counted(self) -> dict[str, Any]:
        due = sum(self.statuses.values()) - self.statuses[Status.DROPPED]
        inspected = sum(self.statuses[one] for one in INSPECTED)
        ordered = sum(self.statuses[one] for one in _ORDERED)
        good, fair = (
            self.verdicts[Verdict.QUALIFIED],
            self.verdicts[Verdict.BASICALLY_QUALIFIED],
        )
        decided = sum(self.verdicts.values())
        return {
            "due": due,
            "inspected": inspected,
            "qualified": good,
            "basically_qualified": fair,
            "unqualified": self.verdicts[Verdict.UNQUALIFIED],
            "received": self.statuses[Status.RECEIVED],
            "missed": self.statuses[Status.MISSED],
            "late": self.late,
            "rectification_ordered": ordered,
            "rectified": self.statuses[Status.RECTIFIED],
            "inspection_rate": _percent(inspected, due),
            "qualified_rate": _percent(good, decided),
            "passed_rate": _percent(good + fair, decided),
            "rectification_rate": _percent(self.statuses[Status.RECTIFIED], ordered),
            "by_status": {one.value: self.statuses[one] for one in Status if self.statuses[one]},
        }


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 2) if whole else None


async def now(session: AsyncSession, year: int, district: str) -> list[Line]:
    """As it stands, from ``ix_inspection_counted`` alone."""
    missed = Inspection.missed_on.is_not(None)
    columns = (
        Inspection.district,
        Inspection.regime,
        Inspection.status,
        Inspection.verdict,
        missed,
    )
    query = (
        select(*columns, func.count())
        .where(
            Inspection.year == year,
            Inspection.district.startswith(subtree_prefix(district)),
        )
        .group_by(*columns)
    )
    return [Line(*row) for row in (await session.execute(query)).all()]


async def on_day(session: AsyncSession, year: int, district: str, day: date) -> list[Line]:
    """As it stood at the end of the day: the last step of each inspection until then."""
    last = (
        select(InspectionStep)
        .where(
            InspectionStep.year == year,
            InspectionStep.district.startswith(subtree_prefix(district)),
            InspectionStep.on_day <= day,
        )
        .order_by(InspectionStep.inspection_id, InspectionStep.id.desc())
        .ext(distinct_on(InspectionStep.inspection_id))
        .subquery()
    )
    kept = last.c
    missed = kept.missed_on.is_not(None)
    columns = (kept.district, kept.regime, kept.status, kept.verdict, missed)
    query = select(*columns, func.count()).group_by(*columns)
    return [Line(*row) for row in (await session.execute(query)).all()]


def totals(lines: Iterable[Line], district: str) -> dict[str, Any]:
    """The whole, this level alone and each level below, and each regime."""
    whole = Tally()
    places: dict[tuple[str, bool], Tally] = {}
    regimes: dict[Regime, Tally] = {}
    for line in lines:
        whole.add(line)
        places.setdefault(place_of(line.district, district), Tally()).add(line)
        regimes.setdefault(line.regime, Tally()).add(line)
    return {
        "total": whole.counted(),
        "by_district": [
            {"district": place, "own": own, **one.counted()}
            for (place, own), one in sorted(places.items(), key=lambda kept: kept[0])
        ],
        "by_regime": {regime: one.counted() for regime, one in regimes.items()},
    }


def place_of(code: str, asked: str) -> tuple[str, bool]:
    """The division directly below the one asked for that the code lies in, or that one itself.

    Asked for a city: its own bodies, then its counties with everything in them.
    """
    prefix, of_asked = subtree_prefix(code), subtree_prefix(asked)
    if prefix == of_asked:
        return asked, True
    for size in (2, 4, 6, 9, 12):
        if len(of_asked) < size <= len(prefix):
            return prefix[:size].ljust(6, "0") if size < 6 else prefix[:size], False
    return ROOT if not prefix else code, True


async def unannounced(uow: UnitOfWork, season: InspectionSeason) -> dict[str, int]:
    """Conclusions that were drawn since the last announcement."""
    query = (
        select(Inspection.verdict, func.count())
        .where(Inspection.season_id == season.id, Inspection.verdict.is_not(None))
        .group_by(Inspection.verdict)
    )
    if season.announced_at is not None:
        query = query.where(Inspection.concluded_at > season.announced_at)
    found = (await uow.session.execute(query)).all()
    return {str(verdict): many for verdict, many in sorted(found)}


def announced(*, year: int | None, district: str, verdict: Verdict | None) -> Select[Inspection]:
    """Conclusions that were announced; a corrected one is shown as corrected."""
    query = (
        select(Inspection)
        .join(InspectionSeason, InspectionSeason.id == Inspection.season_id)
        .where(
            Inspection.verdict.is_not(None),
            Inspection.concluded_at <= InspectionSeason.announced_at,
        )
    )
    if year is not None:
        query = query.where(Inspection.year == year)
    if district:
        query = query.where(Inspection.district.startswith(subtree_prefix(district)))
    if verdict is not None:
        query = query.where(Inspection.verdict == verdict)
    return query
