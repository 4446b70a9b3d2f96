"""Figures of any day, in the words of whoever asks."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from liandong.http.dependencies import ListReads
from liandong.problems import FieldError, Invalid
from liandong.values.districts import ROOT, subtree_prefix
from registry.figures import repository
from registry.figures.domain import (
    ALWAYS,
    Dimension,
    Figure,
    Groups,
    Share,
    counts,
    growth,
    shares,
)
from registry.figures.schemas import FigureRead, FiguresRead, YearRead, YearsRead
from registry.organizations.domain import LIVING, Kind, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    district: str
    by: Sequence[Dimension] = ()
    statuses: Collection[Status] = LIVING
    kind: Kind | None = None
    is_community: bool | None = None

    @property
    def prefix(self) -> str:
        return subtree_prefix(self.district or ROOT)

    @property
    def dimension(self) -> str:
        """The one that must be asked for; the others are known of every figure."""
        special = [one for one in self.by if one not in (*ALWAYS, Dimension.DISTRICT)]
        return special[0].value if special else ""

    def wants(self, figure: Figure) -> bool:
        return (
            figure.status in self.statuses
            and self.kind in (None, figure.kind)
            and self.is_community in (None, figure.is_community)
        )


def read_by(text: str) -> list[Dimension]:
    """The dimensions of ``kind,district``; raises Invalid with what may be said."""
    found: list[Dimension] = []
    for word in filter(None, (one.strip() for one in text.split(","))):
        if word not in Dimension.__members__.values():
            told = f"没有分组维度“{word}”，可用的有：{'、'.join(Dimension)}"
            raise Invalid(told, [FieldError("/query/by", "unknown-dimension", told)])
        if Dimension(word) not in found:
            found.append(Dimension(word))
    if len([one for one in found if one not in (*ALWAYS, Dimension.DISTRICT)]) > 1:
        told = "除行政区划、组织类型、状态、是否社区社会组织外，一次只能按一个维度分组"
        raise Invalid(told, [FieldError("/query/by", "too-many-dimensions", told)])
    return found


async def figures(reads: ListReads, wanted: Wanted, as_of: date) -> FiguresRead:
    found = await repository.at(
        reads.pool,
        wanted.prefix,
        as_of,
        dimensions=[wanted.dimension],
        below=Dimension.DISTRICT in wanted.by,
    )
    items = [one for one in found[wanted.dimension] if wanted.wants(one)]
    return FiguresRead(
        district=wanted.district or ROOT,
        as_of=as_of,
        by=list(wanted.by),
        total=counts(items),
        items=_items(wanted.by, Groups(wanted.by).add(items)),
    )


async def years(reads: ListReads, wanted: Wanted, first: int, to: date) -> YearsRead:
    """Figures at the end of each year, the last one at the end of the day ``to``."""
    if Dimension.DISTRICT in wanted.by:
        told = "逐年统计不能按行政区划分组，请逐个区划查询"
        raise Invalid(told, [FieldError("/query/by", "not-by-year", told)])
    found = await repository.by_year(reads.pool, wanted.prefix, to, dimension=wanted.dimension)
    changes = {
        year: [figure for _, figure in group if wanted.wants(figure)]
        for year, group in groupby(sorted(found, key=lambda one: one[0]), key=lambda one: one[0])
    }
    known = Groups(wanted.by)
    items: list[YearRead] = []
    before = 0
    for year in sorted(one for one in changes if one < first):
        known.add(changes[year])
        before += counts(changes[year])
    for year in range(first, to.year + 1):
        of_year = changes.get(year, [])
        known.add(of_year)
        total = before + counts(of_year)
        items.append(
            YearRead(
                year=year,
                total=total,
                growth=total - before,
                growth_percent=growth(total, before),
                items=_items(wanted.by, known),
            )
        )
        before = total
    return YearsRead(district=wanted.district or ROOT, by=list(wanted.by), items=items)


async def the_shares(reads: ListReads, district: str, as_of: date) -> list[Share]:
    wanted = Wanted(district=district)
    asked = ("", "nature", "party_organization", "is_hub", "charity_status")
    found = await repository.at(reads.pool, wanted.prefix, as_of, dimensions=asked)
    numbers = {
        dimension: [one for one in figures if wanted.wants(one)]
        for dimension, figures in found.items()
    }
    return shares(numbers)


def _items(by: Sequence[Dimension], groups: Groups) -> list[FigureRead]:
    if not by:
        return []
    return [
        FigureRead(
            of={one.value: _shown(one, value) for one, value in zip(by, key, strict=True)},
            number=number,
        )
        for key, number in groups.numbers().items()
    ]


def _shown(dimension: Dimension, value: Any) -> Any:
    if dimension in (Dimension.IS_HUB, Dimension.IS_RURAL):
        return value == "true"
    if dimension is Dimension.DISTRICT and len(value) < 6:
        return value.ljust(6, "0")
    return value
