"""The event feed: what a service has published, replayable, in one order that never changes.

``GET /v1/events?after=<cursor>&wait=<seconds>`` answers at once when there is something behind
the cursor, else as soon as there is, else with an empty page after ``wait``. Positions are given
under one lock that is held until the commit is visible, so a reader never misses an event that
commits late, whatever number of relays write.
"""

import asyncio
import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import StringConstraints
from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncEngine

from liandong.events.envelope import structured
from liandong.http.dependencies import DistrictFilter
from liandong.http.routing import ALWAYS
from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import CurrentActor
from liandong.identity.flights import SingleFlight, look_at
from liandong.metrics import FEED_SERVED
from liandong.problems import FieldError, Forbidden, Invalid
from liandong.values.districts import subtree_prefix

_PREFIX = "f1:"
MAX_WAIT_SECONDS = 30.0

_PAGE = text("""
    SELECT position, headers, payload FROM backbone.event_feed
    WHERE position > :after AND position <= :head
      AND (CAST(:types AS text[]) IS NULL OR type = ANY(:types))
      AND (:area = '' OR starts_with(coalesce(district, ''), :area))
    ORDER BY position LIMIT :limit
""")


def write_cursor(position: int) -> str:
    """The opaque cursor of a position."""
    return base64.urlsafe_b64encode(f"{_PREFIX}{position}".encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> int:
    """The position of a cursor; an empty cursor is the beginning. Raises :class:`Invalid`."""
    if not cursor:
        return 0
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        decoded = base64.urlsafe_b64decode(padded.encode()).decode()
        if not decoded.startswith(_PREFIX):
            raise ValueError(decoded)
        position = int(decoded.removeprefix(_PREFIX))
        if not 0 <= position < 2**62:
            raise ValueError(position)
    except ValueError:
        raise Invalid(
            "游标无效，请使用上一页返回的 next 值",
            [FieldError("/query/after", "invalid-cursor", "游标无效")],
        ) from None
    return position


class Asked(NamedTuple):
    """A page: what is behind ``after`` up to ``head``, of the types and the district subtree."""

    after: int
    head: int
    types: tuple[str, ...]
    area: str
    limit: int


class Page(NamedTuple):
    """As it is sent, and how many events it holds."""

    body: bytes
    events: int


@dataclass
class FeedTail:
    """Knows the head of the feed; many waiting readers cost one small query per look, and those who
    wait for the same page one query together."""

    engine: AsyncEngine
    look_seconds: float = 0.05
    head: int = 0
    _moved: asyncio.Condition = field(default_factory=asyncio.Condition)
    _appended: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: int = 0
    """Readers that wait now."""
    _released: bool = False
    _watcher: asyncio.Task[None] | None = None
    _looking: asyncio.Task[int] | None = None
    _next_look: asyncio.Task[int] | None = None
    _pages: dict[Asked, SingleFlight[Page]] = field(default_factory=dict[Asked, Any])

    def appended(self) -> None:
        """Says that a relay in this process has appended; waiting readers look at once."""
        self._appended.set()

    async def look(self) -> int:
        """The highest position now. Whoever asks while others look shares the look after theirs."""
        if self._next_look is None:
            self._next_look = asyncio.create_task(self._look_after(self._looking))
            self._next_look.add_done_callback(look_at)
        return await asyncio.shield(self._next_look)

    async def _look_after(self, another: asyncio.Task[int] | None) -> int:
        if another is not None:
            await asyncio.wait([another])
        self._looking, self._next_look = self._next_look, None
        return await self._look()

    async def _look(self) -> int:
        async with self.engine.connect() as connection:
            found = await connection.scalar(
                text("SELECT coalesce(max(position), 0) FROM backbone.event_feed")
            )
        if int(found or 0) > self.head:
            self.head = int(found or 0)
            async with self._moved:  # whoever sees it first tells all who wait
                self._moved.notify_all()
        return self.head

    async def page(self, asked: Asked) -> Page:
        """The page as it is sent. It never changes, so all who ask for it at once share it."""
        flight = self._pages.get(asked)
        if flight is None:
            flight = SingleFlight(partial(_page, self.engine, asked))
            self._pages[asked] = flight
        try:
            return await flight.join()
        finally:
            if not flight.under_way and self._pages.get(asked) is flight:
                del self._pages[asked]

    async def wait_beyond(self, position: int, seconds: float) -> None:
        """Returns when the head is beyond ``position``, after ``seconds``, or when released."""
        self.waiting += 1
        if self._watcher is None or self._watcher.done():
            self._watcher = asyncio.create_task(self._watch())
        try:
            async with asyncio.timeout(seconds), self._moved:
                await self._moved.wait_for(lambda: self._released or self.head > position)
        except TimeoutError:
            pass
        finally:
            self.waiting -= 1

    async def _watch(self) -> None:
        while self.waiting:
            await self.look()
            try:
                async with asyncio.timeout(self.look_seconds):
                    await self._appended.wait()
            except TimeoutError:
                pass
            self._appended.clear()

    async def release(self) -> None:
        """Ends every wait, now and from now on: nobody holds up a server that is to stop."""
        self._released = True
        async with self._moved:
            self._moved.notify_all()

    async def close(self) -> None:
        await self.release()
        if self._watcher is not None:
            self._watcher.cancel()
        left: list[asyncio.Task[Any] | None] = [self._watcher, self._looking, self._next_look]
        await asyncio.gather(*(task for task in left if task), return_exceptions=True)


async def read_page(engine: AsyncEngine, asked: Asked) -> Sequence[RowMapping]:
    """The events of the page, in their order."""
    async with engine.connect() as connection:
        bound = {**asked._asdict(), "types": list(asked.types) or None}
        return (await connection.execute(_PAGE, bound)).mappings().all()


async def _page(engine: AsyncEngine, asked: Asked) -> Page:
    rows = await read_page(engine, asked)
    full = len(rows) == asked.limit
    end = rows[-1]["position"] if full else max(asked.head, asked.after)
    return Page(_body(rows, write_cursor(end), more=full), len(rows))


async def _reader(actor: CurrentActor) -> Actor:
    if actor.has(Role.SERVICE, Role.SYSTEM_ADMIN) or (
        actor.has(Role.PARTNER) and "events:read" in actor.scopes
    ):
        return actor
    raise Forbidden("读取事件流需要 events:read 授权范围")


FeedReader = Annotated[Actor, Depends(_reader)]

EventType = Annotated[
    str, StringConstraints(pattern=r"^cn\.liandong(\.[a-z][a-z-]*){3}$", max_length=200)
]
"""A word that is no event type is told, not taken for one of which nothing happened."""


def pages(**further: Mapping[str, str]) -> dict[int | str, dict[str, Any]]:
    """The answer with CloudEvents that is written by hand, for the API document; ``further``: what
    else stands in it, and its type."""
    properties = {
        "items": {"type": "array", "items": {"type": "object"}},
        "next": {"type": "string"},
        "more": {"type": "boolean"},
        **further,
    }
    schema = {"type": "object", "required": list(properties), "properties": properties}
    return {200: {"content": {"application/json": {"schema": schema}}}}


router = APIRouter(prefix="/v1/events", tags=["事件流"], responses=ALWAYS)


@router.get(
    "",
    summary="读取事件流",
    description="按发布顺序返回领域事件（CloudEvents 1.0）。`after` 为上次返回的 `next`；"
    "没有新事件时最多等待 `wait` 秒。同一事件可能重复出现在不同的连接中，请按 `id` 去重。",
    response_class=Response,
    responses=pages(),
)
async def read_events(
    request: Request,
    actor: FeedReader,
    after: Annotated[str, Query(max_length=100, description="游标")] = "",
    wait: Annotated[float, Query(ge=0, le=MAX_WAIT_SECONDS, description="最长等待秒数")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    types: Annotated[
        list[EventType] | None, Query(alias="type", max_length=50, description="事件类型")
    ] = None,
    district: DistrictFilter = "",
) -> Response:
    tail: FeedTail = request.app.state.runtime.feed_tail
    position = read_cursor(after)
    area = area_of(actor, district)
    head = await tail.look()
    if head <= position and wait:
        await tail.wait_beyond(position, wait)
        head = tail.head
    asked = Asked(position, head, tuple(sorted(types or ())), area, limit)
    page = await tail.page(asked)
    FEED_SERVED.labels(request.app.state.runtime.definition.name, _sort(actor)).inc(page.events)
    return Response(page.body, media_type="application/json")


def _sort(actor: Actor) -> str:
    """Of reader, as a metric tells it."""
    if actor.has(Role.SERVICE):
        return "service"
    return "partner" if actor.has(Role.PARTNER) else "other"


def area_of(actor: Actor, district: str) -> str:
    """The string prefix of districts to show: what was asked for, inside the reader's own."""
    wanted = subtree_prefix(district) if district else ""
    own = subtree_prefix(actor.district) if actor.district else ""
    if actor.has(Role.PARTNER) and not actor.district:
        raise Forbidden("令牌未注明所属行政区划，不能读取事件流")
    if wanted.startswith(own):
        return wanted
    if district and not own.startswith(wanted):
        raise Forbidden("不能读取本行政区划以外的事件")
    return own


def _body(rows: Sequence[RowMapping], cursor: str, *, more: bool) -> bytes:
    items = b",".join(
        structured(_attributes(row) | {"position": str(row["position"])}, bytes(row["payload"]))
        for row in rows
    )
    tail = json.dumps({"next": cursor, "more": more})
    return b'{"items": [' + items + b"], " + tail[1:].encode()


def _attributes(row: RowMapping) -> dict[str, Any]:
    headers = row["headers"]
    return json.loads(headers) if isinstance(headers, str) else dict(headers)
