"""Compares the figures with the record, organisation by organisation, and corrects them."""

from typing import Final

import structlog

from liandong.db.unit_of_work import UnitOfWork
from registry.figures.domain import ONE_OF, PROFILE
from registry.figures.folding import COLUMNS, TOGETHER, sum_anew

log = structlog.get_logger(__name__)

BATCH: Final = 5_000
_MEMORY: Final = "128MB"
"""For the first count: it sorts and sums the whole register."""

_PROFILE: Final = ", ".join(PROFILE)
_OF_RECORD: Final = ", ".join(
    name
    if name in ("district", "kind", "status", "service_field") or name.startswith("is_")
    else f"coalesce({name}, '') AS {name}"
    for name in PROFILE
)
_COMPARE: Final = f"""
    WITH looked AS (SELECT * FROM organization WHERE id > $1 ORDER BY id LIMIT $2),
    counted AS (
        SELECT organization_id, {_PROFILE}, sum(delta)::bigint AS number
        FROM (SELECT {COLUMNS} FROM figure_delta
              WHERE organization_id IN (SELECT id FROM looked)
              UNION ALL
              SELECT {COLUMNS} FROM figure_pending
              WHERE organization_id IN (SELECT id FROM looked)) AS told
        GROUP BY organization_id, {_PROFILE} HAVING sum(delta) <> 0),
    -- What was never counted counts as the record has it now, from its registration on, and
    -- until it ended as active: nothing more is known of it.
    expected AS (SELECT id AS organization_id, {_OF_RECORD}, 1::bigint AS number FROM looked),
    missing AS (SELECT * FROM expected EXCEPT SELECT * FROM counted),
    surplus AS (SELECT * FROM counted EXCEPT SELECT * FROM expected),
    unknown AS (SELECT id FROM looked WHERE id NOT IN (
        SELECT organization_id FROM counted)),
    fixes AS (
        SELECT organization_id, CASE WHEN organization_id IN (SELECT id FROM unknown)
                   THEN CASE WHEN missing.status IN ('cancelled', 'revoked')
                        THEN coalesce(looked.ended_on, looked.registered_on)
                        ELSE looked.registered_on END
                   ELSE greatest($3::date, looked.registered_on) END AS day,
               missing.number, {", ".join(f"missing.{name}" for name in PROFILE)}
        FROM missing JOIN looked ON id = organization_id
        UNION ALL
        SELECT organization_id, $3::date, -surplus.number, {_PROFILE} FROM surplus
        UNION ALL
        SELECT organization_id, days.day, days.number,
               {
    ", ".join("'active'" if name == "status" else f"missing.{name}" for name in PROFILE)
}
        FROM missing JOIN looked ON id = organization_id,
            LATERAL (VALUES (looked.registered_on, 1), (coalesce(looked.ended_on,
                looked.registered_on), -1)) AS days (day, number)
        WHERE missing.status IN ('cancelled', 'revoked')
          AND organization_id IN (SELECT id FROM unknown)),
    written AS (
        INSERT INTO figure_pending (organization_id, day, recorded_on, delta, {_PROFILE})
        SELECT organization_id, day, $3::date, number, {_PROFILE} FROM fixes)
    SELECT (SELECT count(*) FROM looked) AS compared, (SELECT max(id::text) FROM looked) AS place,
           (SELECT count(DISTINCT organization_id) FROM fixes) AS corrected
"""  # noqa: S608 - no input
_PLACE: Final = "SELECT place FROM figure_check WHERE id = 1"
_BEGIN: Final = """
    INSERT INTO figure_check (id, place, compared, corrected, began_at)
    VALUES (1, '00000000-0000-0000-0000-000000000000', 0, 0, $1)
"""
_WHILE_ACTIVE: Final = ", ".join("'active'" if name == "status" else name for name in PROFILE)
_ENDED: Final = "status IN ('cancelled', 'revoked')"
_SINCE_THE_BEGINNING: Final = f"""
    WITH record AS (
        SELECT id, registered_on, coalesce(ended_on, registered_on) AS ended_on, {_OF_RECORD}
        FROM organization
        WHERE NOT EXISTS (SELECT FROM figure_pending WHERE organization_id = organization.id)
          AND NOT EXISTS (SELECT FROM figure_delta WHERE organization_id = organization.id))
    INSERT INTO figure_delta (organization_id, day, recorded_on, delta, {_PROFILE})
    SELECT * FROM (
        SELECT id, CASE WHEN {_ENDED} THEN ended_on ELSE registered_on END AS day, $1::date, 1,
               {_PROFILE}
        FROM record
        UNION ALL
        SELECT id, days.day, $1::date, days.delta, {_WHILE_ACTIVE}
        FROM record, LATERAL (VALUES (registered_on, 1), (ended_on, -1)) AS days (day, delta)
        WHERE {_ENDED}) AS told
    -- What is asked for together shall lie together: a month of the country, of a county as well.
    ORDER BY {TOGETHER}
"""  # noqa: S608 - no input
_GO_ON: Final = """
    UPDATE figure_check
    SET place = $1::text::uuid, compared = compared + $2, corrected = corrected + $3
"""
_ROUND: Final = """
    UPDATE figure_check
    SET last_compared = compared, last_corrected = corrected, last_ended_at = $1,
        place = '00000000-0000-0000-0000-000000000000', compared = 0, corrected = 0, began_at = $1
"""


async def check(uow: UnitOfWork) -> int:
    """Compares the next organisations; how many were wrong in the figures and are corrected.

    The first time, the figures of all that were there before figures were kept are made.
    """
    place = await uow.sql.fetchval(_PLACE)
    if place is None:
        return await count_all(uow)
    found = await uow.sql.fetchrow(_COMPARE, place, BATCH, uow.today)
    assert found is not None
    if found["compared"]:
        await uow.sql.execute(_GO_ON, found["place"], found["compared"], found["corrected"])
    if found["compared"] < BATCH:
        await uow.sql.execute(_ROUND, uow.now)
    if found["corrected"]:
        log.warning("figures_corrected", organizations=found["corrected"])
    return found["corrected"]


async def count_all(uow: UnitOfWork) -> int:
    """The figures of a register that was never counted; how many organisations that are.

    As far as the record tells: with the items it has now, from the registration on, and active
    until it ended.
    """
    await uow.sql.execute("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0")
    await uow.sql.execute(f"SET LOCAL work_mem = '{_MEMORY}'")
    await uow.sql.execute(_BEGIN, uow.now)
    done = await uow.sql.execute(_SINCE_THE_BEGINNING, uow.today)
    for dimension in ("", *ONE_OF):
        await sum_anew(uow, dimension)
    return int(done.rpartition(" ")[2])
