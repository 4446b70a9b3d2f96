"""What endpoints ask for: the unit of work, a read session, the expected version, a page."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Protocol, TypeVar
from uuid import UUID

from fastapi import Depends, Header, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.clock import china_date
from liandong.db.direct import Lookup
from liandong.db.reads import ReadPool
from liandong.db.transaction import Reading
from liandong.db.unit_of_work import UnitOfWork, UnitOfWorkFactory
from liandong.http.idempotency import claim
from liandong.identity.actors import Actor
from liandong.identity.dependencies import OptionalActor
from liandong.problems import Invalid, PreconditionRequired

DistrictFilter = Annotated[
    str,
    Query(pattern=r"^([0-9]{6}|[0-9]{9}|[0-9]{12})?$", description="行政区划代码，含下级"),
]
"""A district to look in, its subtree included; empty means everywhere. Default it to ``""``."""


async def unit_of_work(
    request: Request,
    actor: OptionalActor,
    idempotency_key: Annotated[
        str | None,
        Header(
            min_length=1,
            max_length=200,
            description="同一命令重发时使用同一值，平台只执行一次并返回原答复",
        ),
    ] = None,
) -> AsyncIterator[UnitOfWork]:
    """One transaction, committed before the response is sent.

    The dependency must have function scope: with the default scope FastAPI runs its exit code
    after the response, and a failing commit would be answered with success.
    """
    request_id = request.scope.get("liandong.request_id", "")
    async with request.app.state.runtime.commands.begin(actor, request_id=request_id) as uow:
        if idempotency_key is not None and actor.subject:
            request.scope["liandong.idempotency"] = await claim(uow, request, idempotency_key)
        yield uow


async def read_session(request: Request) -> AsyncIterator[AsyncSession]:
    """A session for reading: every statement sees what is committed, nothing can be changed."""
    async with AsyncSession(request.app.state.runtime.read_engine, autoflush=False) as session:
        yield session


Write = Annotated[UnitOfWork, Depends(unit_of_work, scope="function")]
Read = Annotated[AsyncSession, Depends(read_session, scope="function")]


async def inquiry(request: Request, actor: OptionalActor, session: Read) -> UnitOfWork:
    """A unit of work that nobody commits: what it asks, a use case could ask as well."""
    runtime = request.app.state.runtime
    return UnitOfWork(
        opened=Reading(session),
        actor=actor,
        now=runtime.clock.now(),
        service=runtime.definition.name,
        rule_book=runtime.rule_book,
    )


Inquiry = Annotated[UnitOfWork, Depends(inquiry, scope="function")]
"""A question that needs rules and the present instant, and changes nothing."""


@dataclass(frozen=True, slots=True)
class ReadLog:
    """Records that somebody was shown personal data (个人信息保护法 art. 51, 54)."""

    commands: UnitOfWorkFactory
    actor: Actor
    request_id: str
    session: AsyncSession | None = None

    async def note(self, subject_type: str, subject_id: UUID, district: str) -> None:
        """In a transaction of its own, before the answer leaves; if it fails, so does the read.

        A reading session gives its connection back first: holding one while waiting for
        another would let a few readers exhaust the pool.
        """
        if self.session is not None:
            await self.session.close()
        async with self.commands.begin(self.actor, request_id=self.request_id) as uow:
            uow.record("personal-data.read", subject_type, subject_id, district=district)


async def _read_log(request: Request, actor: OptionalActor, session: Read) -> ReadLog:
    request_id = request.scope.get("liandong.request_id", "")
    return ReadLog(request.app.state.runtime.commands, actor, request_id, session)


PersonalReads = Annotated[ReadLog, Depends(_read_log)]


@dataclass(frozen=True, slots=True)
class SingleReads(ReadLog):
    """For endpoints that show one row: no session, only what :class:`Lookup` asks."""

    pool: ReadPool | None = None

    async def one(self, lookup: Lookup, **bound: Any) -> dict[str, Any] | None:
        assert self.pool is not None
        return await self.pool.one(lookup, **bound)


async def _single_reads(request: Request) -> SingleReads:
    """The caller is known by now: every route of a service begins with that."""
    runtime = request.app.state.runtime
    request_id = request.scope.get("liandong.request_id", "")
    return SingleReads(runtime.commands, request.state.actor, request_id, pool=runtime.reads)


Lookups = Annotated[SingleReads, Depends(_single_reads)]


@dataclass(frozen=True, slots=True)
class ListReads:
    """For endpoints that show lists and figures to everybody alike, without a session."""

    pool: ReadPool
    today: date
    """The calendar day in China."""


async def _list_reads(request: Request) -> ListReads:
    runtime = request.app.state.runtime
    return ListReads(runtime.lists, china_date(runtime.clock.now()))


Lists = Annotated[ListReads, Depends(_list_reads)]


async def expected_version(
    if_match: Annotated[
        str | None, Header(max_length=40, description='读取时得到的 ETag，例如 "v3"')
    ] = None,
) -> int:
    """The version in ``If-Match``; 428 without it, 422 when it is not one of our ETags."""
    if if_match is None:
        raise PreconditionRequired()
    tag = if_match.strip().removeprefix("W/").strip('"')
    if not tag.startswith("v") or not tag[1:].isdecimal() or len(tag) > 18:
        raise Invalid('If-Match 应为读取时得到的 ETag，例如 "v3"')
    return int(tag[1:])


IfMatch = Annotated[int, Depends(expected_version)]


class Versioned(Protocol):
    """A mapped aggregate, or what was read of one."""

    version: Any


A = TypeVar("A", bound=Versioned)


def tagged(response: Response, aggregate: A) -> A:
    """Gives the answer the ETag of the aggregate; returns the aggregate."""
    response.headers["ETag"] = f'"v{aggregate.version}"'
    return aggregate
