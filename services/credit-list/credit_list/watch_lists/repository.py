"""Every query about watch lists.

Changes are read from the feed: its positions are given in the order in which they become
visible, so that whoever has read up to one never misses what commits late.
"""

import json
from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Select, delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from credit_list.listings.events import OrganizationDelisted, OrganizationListed
from credit_list.watch_lists.models import WatchedCode, WatchList
from liandong.db.reads import ReadPool
from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import NotFound

WINDOW: Final = 20_000
"""Positions of the feed that one page looks through at most."""

_TYPES: Final = [OrganizationListed.type, OrganizationDelisted.type]
_OWN = text("SELECT pg_advisory_xact_lock(hashtextextended('watch_list ' || :owner, 0))")
_ADD = text("""
    INSERT INTO watched_code (watch_list_id, code)
    SELECT :id, code FROM unnest(CAST(:codes AS text[])) AS code ON CONFLICT DO NOTHING
""")
_REMOVE = text("""
    DELETE FROM watched_code WHERE watch_list_id = :id AND code = ANY(CAST(:codes AS text[]))
""")
_CHANGES: Final = """
    WITH feed AS (
        SELECT coalesce(max(position), 0) AS head, coalesce(min(position), 0) AS oldest
        FROM backbone.event_feed)
    SELECT feed.head, feed.oldest, found.*
    FROM feed LEFT JOIN LATERAL (
        SELECT e.position, e.type, e.payload, mine.codes
        FROM backbone.event_feed AS e
        JOIN known_organization AS o
          ON o.organization_id = CASE WHEN e.type = ANY ($4::text[]) THEN e.key END::uuid
        CROSS JOIN LATERAL (
            SELECT array_agg(code ORDER BY code) AS codes FROM watched_code
            WHERE watch_list_id = $1 AND code = ANY (ARRAY[o.credit_code, o.filing_number])
        ) AS mine
        WHERE e.position > $2 AND e.position <= $2 + $3 AND e.position <= feed.head
          AND e.type = ANY ($4::text[]) AND mine.codes IS NOT NULL
        ORDER BY e.position LIMIT $5
    ) AS found ON true
    ORDER BY found.position
"""


class Change(NamedTuple):
    position: int
    type: str
    codes: list[str]
    data: dict[str, Any]


async def lock_owner(uow: UnitOfWork, owner: str) -> int:
    """How many lists the owner has; nobody adds one to them before the unit ends."""
    await uow.session.execute(_OWN, {"owner": owner})
    query = select(func.count()).where(WatchList.owner == owner)
    return int(await uow.session.scalar(query) or 0)


async def lock(uow: UnitOfWork, watch_list_id: UUID, owner: str) -> WatchList:
    """The list, locked; of somebody else's one is not told that it exists."""
    found = await uow.session.get(WatchList, watch_list_id, with_for_update=True)
    return _own(found, owner)


async def get(session: AsyncSession, watch_list_id: UUID, owner: str) -> WatchList:
    return _own(await session.get(WatchList, watch_list_id), owner)


def _own(found: WatchList | None, owner: str) -> WatchList:
    if found is None or found.owner != owner:
        raise NotFound("没有这份关注清单")
    return found


def of(owner: str) -> Select[WatchList]:
    return select(WatchList).where(WatchList.owner == owner)


def codes(watch_list_id: UUID) -> Select[WatchedCode]:
    return select(WatchedCode).where(WatchedCode.watch_list_id == watch_list_id)


async def count(session: AsyncSession, watch_list_id: UUID) -> int:
    query = select(func.count()).where(WatchedCode.watch_list_id == watch_list_id)
    return int(await session.scalar(query) or 0)


async def add(uow: UnitOfWork, watch_list_id: UUID, new: Sequence[str]) -> None:
    await uow.session.flush()
    await uow.session.execute(_ADD, {"id": watch_list_id, "codes": list(new)})


async def remove(uow: UnitOfWork, watch_list_id: UUID, old: Sequence[str]) -> None:
    await uow.session.execute(_REMOVE, {"id": watch_list_id, "codes": list(old)})


async def discard(uow: UnitOfWork, watch_list: WatchList) -> None:
    mine = WatchedCode.watch_list_id == watch_list.id
    await uow.session.execute(delete(WatchedCode).where(mine))
    await uow.session.delete(watch_list)


async def changes(
    pool: ReadPool, watch_list_id: UUID, after: int, limit: int
) -> tuple[int, int, list[Change]]:
    """The highest and the lowest position of the feed, and the changes of one page."""
    rows = await pool.rows(_CHANGES, watch_list_id, after, WINDOW, _TYPES, limit)
    found = [
        Change(row["position"], row["type"], row["codes"], json.loads(row["payload"]))
        for row in rows
        if row["position"] is not None
    ]
    return rows[0]["head"], rows[0]["oldest"], found
