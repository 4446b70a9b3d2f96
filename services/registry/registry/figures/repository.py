"""Every question about figures: sums of years and months, and the changes since."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

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
    SELECT dimension, left(district, :cut) AS area, value, kind, status, is_community,
           day AS starts, delta AS number
    FROM {table}, LATERAL (VALUES {values}) AS of_it (dimension, value)
    WHERE district LIKE :below AND day >= :{start} AND day <= :as_of
"""
_TOGETHER: Final = """
    SELECT area, value, kind, status, is_community, dimension, {year} sum(number)::bigint AS number
    FROM ({parts}) AS told
    GROUP BY area, value, kind, status, is_community, dimension {by_year} HAVING sum(number) <> 0
"""


def _value(dimension: str) -> str:
    return f"{dimension}::text" if dimension else "''"


def _values(dimensions: Sequence[str]) -> str:
    """What a change says of each of the dimensions."""
    assert set(dimensions) <= {"", *ONE_OF}
    return ", ".join(f"('{one}', {_value(one)})" for one in dimensions)


async def at(
    session: AsyncSession,
    prefix: str,
    as_of: date,
    *,
    dimensions: Sequence[str] = ("",),
    below: bool = False,
) -> dict[str, list[Figure]]:
    """Figures at the end of the day, of the area or of each area below it, by dimension."""
    level = _BELOW[len(prefix)] if below else len(prefix)
    since = date.min
    parts: list[str] = []
    if level in _SUMMED:
        parts.append(_SUMS.format(period="year", start="ever", end="year_start"))
        since = year_start(as_of)
    if level in _BY_MONTH:
        parts.append(_SUMS.format(period="month", start="year_start", end="month_start"))
        since = month_start(as_of)
    values = _values(dimensions)
    parts.append(_CHANGES.format(table="figure_delta", values=values, start="since"))
    parts.append(_CHANGES.format(table="figure_pending", values=values, start="ever"))
    query = _TOGETHER.format(parts=" UNION ALL ".join(parts), year="", by_year="")
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
        "year_start": year_start(as_of),
        "month_start": month_start(as_of),
        "as_of": as_of,
    }
    rows = await session.execute(text(query), {k: v for k, v in asked.items() if f":{k}" in query})
    found: dict[str, list[Figure]] = {one: [] for one in dimensions}
    for row in rows:
        found[row.dimension].append(_figure(row))
    return found


async def by_year(
    session: AsyncSession, prefix: str, to: date, *, dimension: str = ""
) -> Sequence[tuple[int, Figure]]:
    """Changes of each year up to the day, with the year."""
    values = _values([dimension])
    parts = [_CHANGES.format(table="figure_pending", values=values, start="ever")]
    if len(prefix) in _SUMMED:
        parts.insert(0, _SUMS.format(period="year", start="ever", end="year_start"))
        since = year_start(to)
    else:
        since = date.min
    parts.append(_CHANGES.format(table="figure_delta", values=values, start="since"))
    year = "extract(year FROM starts)::int"
    query = _TOGETHER.format(
        parts=" UNION ALL ".join(parts), year=f"{year} AS year,", by_year=f", {year}"
    )
    asked = {
        "cut": len(prefix),
        "level": len(prefix),
        "dimensions": [dimension],
        "area_from": prefix,
        "area_to": prefix,
        "below": f"{prefix}%",
        "year": "year",
        "ever": date.min,
        "since": since,
        "year_start": year_start(to),
        "as_of": to,
    }
    rows = await session.execute(text(query), {k: v for k, v in asked.items() if f":{k}" in query})
    return [(row.year, _figure(row)) for row in rows]


def _figure(row: Any) -> Figure:
    return Figure(row.area, row.value, row.kind, row.status, row.is_community, row.number)


async def last_check(session: AsyncSession) -> FigureCheck | None:
    return await session.get(FigureCheck, 1)
