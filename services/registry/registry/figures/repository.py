"""Every question about figures: sums of years and months, and the changes since."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.db.direct import Lookup
from liandong.db.reads import ReadPool
from registry.figures.domain import ONE_OF, Figure, month_start, year_start
from registry.figures.models import FigureCheck

_SUMMED: Final = (0, 2, 4)
_BY_MONTH: Final = (0, 2)
_BELOW: Final = {0: 2, 2: 4, 4: 6, 6: 9, 9: 12, 12: 12}
_SUMS: Final = """
    SELECT dimension, left(area, :cut) AS area, value, kind, status, is_community, starts, number
    FROM figure_sum
    WHERE dimension = ANY(:dimensions) AND period = :{period} AND level = :level
      AND area BETWEEN :area_from AND :area_to AND starts >= :{start} AND starts < :{end}
"""
_CHANGES: Final = """
    SELECT dimension, area, value, kind, status, is_community, starts, number
    FROM (SELECT left(district, :cut) AS area, kind, status, is_community, {starts} AS starts,
                 {items} sum(delta)::bigint AS number
          FROM figure_delta
          WHERE district LIKE :below AND day >= :since AND day <= :as_of
          GROUP BY {items} 1, 2, 3, 4, 5) AS changed,
         LATERAL (VALUES {values}) AS of_it (dimension, value)
"""
"""Summed before they are told by each dimension: there are few sorts and many changes."""
_PENDING: Final = """
    SELECT dimension, left(district, :cut) AS area, value, kind, status, is_community,
           {starts} AS starts, delta AS number
    FROM figure_pending, LATERAL (VALUES {values}) AS of_it (dimension, value)
    WHERE district LIKE :below AND day <= :as_of
"""
"""Mostly few, and now and then very many of which the planner has not heard: it would sort them."""
_TOGETHER: Final = """
    SELECT {apart}, area, value, kind, status, is_community, sum(number)::bigint
    FROM ({parts}) AS told
    GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(number) <> 0
"""


def _value(dimension: str) -> str:
    return f"{dimension}::text" if dimension else "''"


def _values(dimensions: Sequence[str]) -> str:
    """What a change says of each of the dimensions."""
    assert set(dimensions) <= {"", *ONE_OF}
    return ", ".join(f"('{one}', {_value(one)})" for one in dimensions)


async def at(
    reads: ReadPool,
    prefix: str,
    as_of: date,
    *,
    dimensions: Sequence[str] = ("",),
    below: bool = False,
) -> dict[str, list[Figure]]:
    """Figures at the end of the day, of the area or of each area below it, by dimension."""
    level = _BELOW[len(prefix)] if below else len(prefix)
    query, asked = _told("dimension", "NULL::date", dimensions, prefix, level, as_of)
    found: dict[str, list[Figure]] = {one: [] for one in dimensions}
    for dimension, *figure in await _rows(reads, query, asked):
        found[dimension].append(Figure(*figure))
    return found


async def by_year(
    reads: ReadPool, prefix: str, to: date, *, dimension: str = ""
) -> Sequence[tuple[int, Figure]]:
    """Changes of each year up to the day, with the year."""
    year, starts = "extract(year FROM starts)::int", "date_trunc('year', day::timestamp)::date"
    query, asked = _told(year, starts, [dimension], prefix, len(prefix), to)
    return [(year, Figure(*figure)) for year, *figure in await _rows(reads, query, asked)]


def _told(
    apart: str, starts: str, dimensions: Sequence[str], prefix: str, level: int, to: date
) -> tuple[str, dict[str, Any]]:
    """Of whole years and months the sums, where there are any; of the rest the changes."""
    since = date.min
    parts: list[str] = []
    if level in _SUMMED:
        parts.append(_SUMS.format(period="year", start="ever", end="year_start"))
        since = year_start(to)
    if level in _BY_MONTH:
        parts.append(_SUMS.format(period="month", start="year_start", end="month_start"))
        since = month_start(to)
    items = "".join(f"{one}, " for one in dimensions if one)
    values = _values(dimensions)
    parts.append(_CHANGES.format(starts=starts, items=items, values=values))
    parts.append(_PENDING.format(starts=starts, values=values))
    asked = {
        "cut": level,
        "level": level,
        "dimensions": list(dimensions),
        "area_from": prefix.ljust(level, "0"),
        "area_to": prefix.ljust(level, "9"),
        "below": f"{prefix}%",
        "year": "year",
        "month": "month",
        "ever": date.min,
        "since": since,
        "year_start": year_start(to),
        "month_start": month_start(to),
        "as_of": to,
    }
    return _TOGETHER.format(parts=" UNION ALL ".join(parts), apart=apart), asked


async def _rows(reads: ReadPool, query: str, asked: Mapping[str, Any]) -> Sequence[Any]:
    statement = _statement(query)
    return await reads.rows(statement.sql, *statement.arguments(asked))


@lru_cache(maxsize=500)
def _statement(query: str) -> Lookup:
    return Lookup(text(query))


async def last_check(session: AsyncSession) -> FigureCheck | None:
    return await session.get(FigureCheck, 1)
