"""``GET /v1/states``: the latest states for readers without Kafka, and where to go on from.

The place in the feed is noted before the first page is read and travels with the cursor: whoever
reads all pages and then the feed from there has missed nothing (ADR 15).
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import StringConstraints
from sqlalchemy import ColumnElement, func, true
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.events.envelope import Envelope, structured
from liandong.events.feed import FeedReader, FeedTail, area_of, pages, write_cursor
from liandong.events.states import TOMBSTONE, StateKind, telling
from liandong.http.dependencies import DistrictFilter
from liandong.http.routing import ALWAYS
from liandong.problems import FieldError, Invalid

_PREFIX = "s1"

StateType = Annotated[
    str, StringConstraints(pattern=r"^cn\.liandong(\.[a-z][a-z-]*){2}\.state$", max_length=200)
]


class Place(NamedTuple):
    """How far a reader has come: where the feed ended when it began, and the last row that was
    read of which type."""

    position: int
    type: str
    after: UUID | None

    def cursor(self) -> str:
        words = (_PREFIX, str(self.position), self.type, str(self.after or ""))
        return base64.urlsafe_b64encode(":".join(words).encode()).decode().rstrip("=")


def read_place(cursor: str, types: Sequence[str]) -> Place:
    """The place of a cursor that was given for a reading of ``types``. Raises :class:`Invalid`."""
    try:
        decoded = base64.urlsafe_b64decode((cursor + "=" * (-len(cursor) % 4)).encode()).decode()
        prefix, position, of_type, after = decoded.split(":")
        place = Place(int(position), of_type, UUID(after) if after else None)
        if prefix != _PREFIX or of_type not in types or not 0 <= place.position < 2**62:
            raise ValueError(decoded)
    except ValueError:
        raise Invalid(
            "游标无效，请使用上一页返回的 next 值，其他条件与上一页相同",
            [FieldError("/query/after", "invalid-cursor", "游标无效")],
        ) from None
    return place


@dataclass(frozen=True)
class Page:
    """``next`` is None when everything was read."""

    states: Sequence[Envelope]
    next: Place | None


async def read_page(
    session: AsyncSession,
    service: str,
    kinds: Sequence[StateKind],
    place: Place,
    *,
    area: str,
    limit: int,
) -> Page:
    """States behind the place, in the order of the kinds and of the ids. A page may have fewer
    than ``limit``, or none, and not be the last: rows that are shown no longer are left out."""
    found: list[Envelope] = []
    read = 0
    remaining = [kind.state.type for kind in kinds].index(place.type)
    after = place.after
    for kind in kinds[remaining:]:
        query = kind.rows(after, limit - read).where(_within(kind, area))
        rows = (await session.scalars(query)).all()
        read += len(rows)
        told = (telling(kind, row, service) for row in rows)
        found += [one for one in told if one.payload != TOMBSTONE]
        if read == limit:
            return Page(found, Place(place.position, kind.state.type, rows[-1].id))
        after = None
    return Page(found, None)


def _within(kind: StateKind, area: str) -> ColumnElement[bool]:
    if not area:
        return true()
    columns: Any = kind.model
    return func.starts_with(columns.district, area)


router = APIRouter(prefix="/v1/states", tags=["事件流"], responses=ALWAYS)


@router.get(
    "",
    summary="读取最新状态",
    description="每个主体的最新状态，供刚刚接入的单位使用。`after` 为上一页返回的 `next`，`more` 为"
    "假时已经读完；然后以 `events_after` 作为 `GET /v1/events` 的 `after` 读取其后的事件，"
    "`sequence` 不大于已知版本的跳过。不再公示的主体不出现。`type` 不写则为本服务的全部种类。",
    response_class=Response,
    responses=pages(events_after={"type": "string"}),
)
async def read_states(
    request: Request,
    actor: FeedReader,
    after: Annotated[str, Query(max_length=300, description="游标")] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    types: Annotated[
        list[StateType] | None, Query(alias="type", max_length=20, description="状态种类")
    ] = None,
    district: DistrictFilter = "",
) -> Response:
    runtime = request.app.state.runtime
    area = area_of(actor, district)
    kinds = _asked(runtime.definition.states, types or ())
    if after:
        place = read_place(after, [kind.state.type for kind in kinds])
    else:
        tail: FeedTail = runtime.feed_tail
        place = Place(await tail.look(), kinds[0].state.type, None)
    async with AsyncSession(runtime.feed_engine, autoflush=False) as session:
        page = await read_page(
            session, runtime.definition.name, kinds, place, area=area, limit=limit
        )
    return Response(_body(page, write_cursor(place.position)), media_type="application/json")


def _asked(kinds: Sequence[StateKind], types: Sequence[str]) -> list[StateKind]:
    """Those that were asked for, in the order of the service."""
    known = {kind.state.type for kind in kinds}
    unknown = sorted(set(types) - known)
    if unknown:
        message = f"本服务没有这种状态：{'、'.join(unknown)}（有：{'、'.join(sorted(known))}）"
        raise Invalid(message, [FieldError("/query/type", "unknown-type", message)])
    return [kind for kind in kinds if not types or kind.state.type in types]


def _body(page: Page, events_after: str) -> bytes:
    items = b",".join(structured(one.attributes(), one.payload) for one in page.states)
    tail = {
        "next": page.next.cursor() if page.next else "",
        "more": page.next is not None,
        "events_after": events_after,
    }
    return b'{"items": [' + items + b"], " + json.dumps(tail)[1:].encode()
