"""Use cases of successions: recorded by whoever merges, divides or upgrades; read as a lineage."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from liandong.db.unit_of_work import UnitOfWork
from liandong.ids import uuid7
from liandong.problems import Conflict
from registry.organizations.models import Organization
from registry.successions import repository
from registry.successions.events import SuccessionRecorded
from registry.successions.models import Succession, SuccessionKind

_Links = Callable[[AsyncSession, Collection[UUID]], Awaitable[Sequence[Succession]]]


class CircularSuccession(Conflict):
    slug, title = "circular-succession", "后继组织本身出自该组织，沿革不能成环"


@dataclass(frozen=True, slots=True)
class Step:
    """A succession, and how far from the body asked about."""

    succession: Succession
    distance: int


@dataclass(frozen=True, slots=True)
class Lineage:
    before: Sequence[Step]
    after: Sequence[Step]
    is_truncated: bool


async def record(
    uow: UnitOfWork, predecessor: Organization, successor: Organization, kind: SuccessionKind
) -> Succession:
    """From today the predecessor goes on in the successor; both are locked by the caller."""
    found, _ = await _follow(uow.session, predecessor.id, repository.links_before, back=True)
    ancestors = {one.succession.predecessor_id for one in found}
    if successor.id == predecessor.id or successor.id in ancestors:
        raise CircularSuccession()
    made = Succession(
        id=uuid7(),
        version=0,
        predecessor_id=predecessor.id,
        successor_id=successor.id,
        kind=kind,
        on=uow.today,
        created_at=uow.now,
        updated_at=uow.now,
    )
    uow.session.add(made)
    uow.publish(SuccessionRecorded(**made.facts(), district=successor.district), of=made)
    uow.record(
        "succession.recorded", "succession", made.id, district=successor.district,
        predecessor_id=predecessor.id, successor_id=successor.id, kind=kind,
    )  # fmt: skip
    return made


async def lineage(session: AsyncSession, organization_id: UUID) -> Lineage:
    """Everything that the body came out of and everything it went on in; a body is met once,
    so that even a circle ends."""
    before, cut = await _follow(session, organization_id, repository.links_before, back=True)
    after, off = await _follow(session, organization_id, repository.links_after, back=False)
    return Lineage(before, after, cut or off)


async def _follow(
    session: AsyncSession, start: UUID, links: _Links, *, back: bool
) -> tuple[list[Step], bool]:
    """One level after another; whether it was cut off."""
    seen, edge, found = {start}, {start}, list[Step]()
    distance = 0
    while edge:
        distance += 1
        level = await links(session, edge)
        found += [Step(one, distance) for one in level]
        if len(found) >= repository.MOST:
            return found[: repository.MOST], True
        ends = {one.predecessor_id if back else one.successor_id for one in level}
        edge = ends - seen
        seen |= edge
    return found, False
