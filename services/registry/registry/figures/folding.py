"""Sums of the changes, made by the worker; and made anew from all changes."""

from typing import Final

from liandong.db.unit_of_work import UnitOfWork
from registry.figures.domain import ONE_OF

BATCH: Final = 5_000
_LOCK: Final = 0x5245_4749_0000_0001

COLUMNS: Final = (
    "organization_id, day, recorded_on, delta, district, kind, status, is_community, nature,"
    " community_class, management, direct_class, charity_status, party_organization, is_hub,"
    " is_rural, service_field"
)
TOGETHER: Final = "date_trunc('month', day::timestamp), district, day"
"""The order in which changes are kept."""
_DIMENSIONS: Final = ", ".join(["('', '')", *(f"('{one}', {one}::text)" for one in ONE_OF)])
_KEY: Final = "dimension, period, level, area, starts, value, kind, status, is_community"
_AREAS: Final = """
    (VALUES (0, 'year'), (0, 'month'), (2, 'year'), (2, 'month'), (4, 'year'))
        AS cut (level, period)
"""
_FOLD: Final = f"""
    WITH taken AS (
        DELETE FROM figure_pending
        WHERE id IN (SELECT id FROM figure_pending ORDER BY id LIMIT $1)
        RETURNING {COLUMNS}),
    kept AS (
        INSERT INTO figure_delta ({COLUMNS})
        SELECT {COLUMNS} FROM taken ORDER BY {TOGETHER}),
    summed AS (
        INSERT INTO figure_sum AS known ({_KEY}, number)
        SELECT dimension, period, level, left(district, level), date_trunc(period, day)::date,
               value, kind, status, is_community, sum(delta)
        FROM taken, {_AREAS}, LATERAL (VALUES {_DIMENSIONS}) AS told (dimension, value)
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9 HAVING sum(delta) <> 0
        ON CONFLICT ({_KEY}) DO UPDATE SET number = known.number + excluded.number)
    SELECT count(*) FROM taken
"""  # noqa: S608 - no input
_FORGET: Final = "DELETE FROM figure_sum WHERE dimension = $1"


async def fold(uow: UnitOfWork) -> int:
    """Takes what is pending into the sums; how many changes that were."""
    await _alone(uow)
    return int(await uow.sql.fetchval(_FOLD, BATCH) or 0)


async def sum_anew(uow: UnitOfWork, dimension: str) -> None:
    """The sums of one dimension, from all changes; nobody sees them half made."""
    if dimension and dimension not in ONE_OF:
        raise ValueError(dimension)
    await _alone(uow)
    await uow.sql.execute(_FORGET, dimension)
    value = f"{dimension}::text" if dimension else "''"
    await uow.sql.execute(
        f"""
        WITH city_month AS MATERIALIZED (
            SELECT left(district, 4) AS area, date_trunc('month', day::timestamp) AS starts,
                   {value} AS value, kind, status, is_community, sum(delta) AS number
            FROM figure_delta GROUP BY 1, 2, 3, 4, 5, 6),
        {_coarser("city_year", "city_month", 4, "year")},
        {_coarser("province_month", "city_month", 2, "month")},
        {_coarser("province_year", "province_month", 2, "year")},
        {_coarser("month", "province_month", 0, "month")},
        {_coarser("year", "month", 0, "year")}
        INSERT INTO figure_sum ({_KEY}, number)
        SELECT '{dimension}', period, level, area, starts::date, value, kind, status,
               is_community, number
        FROM (SELECT 'month' AS period, 0 AS level, * FROM month
              UNION ALL SELECT 'month', 2, * FROM province_month
              UNION ALL SELECT 'year', 0, * FROM year
              UNION ALL SELECT 'year', 2, * FROM province_year
              UNION ALL SELECT 'year', 4, * FROM city_year) AS summed
        WHERE number <> 0 ORDER BY 2, 3, 4, 5, 6, 7, 8, 9
        """  # noqa: S608 - no input
    )


def _coarser(name: str, of: str, level: int, period: str) -> str:
    return f"""
        {name} AS MATERIALIZED (
            SELECT left(area, {level}) AS area, date_trunc('{period}', starts) AS starts, value,
                   kind, status, is_community, sum(number) AS number
            FROM {of} GROUP BY 1, 2, 3, 4, 5, 6)"""  # noqa: S608 - no input


async def _alone(uow: UnitOfWork) -> None:
    """One at a time: sums are never raised from two sides."""
    await uow.sql.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
