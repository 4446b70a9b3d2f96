"""Other releases of the probe and the mirror, for processes: bad ones, mended ones, newer ones.

Each function at the top is what a process is told to run; see :mod:`liandong.testing.processes`.
"""

import dataclasses
from typing import ClassVar
from uuid import UUID

from pydantic import Field
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert

from liandong.db.unit_of_work import UnitOfWork
from liandong.definition import ServiceDefinition
from liandong.events.contract import Event
from liandong.events.subscriptions import Group, Rejected, RetryPolicy, on
from liandong.http.dependencies import Write
from liandong.http.routing import router_for
from liandong.identity.dependencies import Clerk
from liandong.ids import uuid7
from liandong.testing import probe as probes

HALT_AFTER = 5
NEVER = 1_000_000_000
LATER = RetryPolicy(first_delay=3600, longest_delay=3600, attempts=3, halt_after=HALT_AFTER)
"""Tries again in an hour: what the first attempt left behind can be looked at."""
SOON = RetryPolicy(first_delay=0.02, longest_delay=0.1, attempts=1000, halt_after=HALT_AFTER)
GIVES_UP = RetryPolicy(first_delay=0.02, longest_delay=0.05, attempts=3, halt_after=NEVER)


async def _fail(event: probes.ThingMade, uow: UnitOfWork) -> None:
    raise RuntimeError("a bad release")


async def _reject(event: probes.ThingMade, uow: UnitOfWork) -> None:
    raise Rejected("a bad release refuses everything")


async def _copy(event: probes.ThingMade, uow: UnitOfWork) -> None:
    """As the mirror's own handler, but no value makes it fail."""
    uow.session.add(
        probes.Effect(event_id=uow.causation_id or "", thing_id=event.thing_id, value=event.value)
    )
    told = insert(probes.MirroredThing).values(thing_id=event.thing_id, value=event.value)
    await uow.session.execute(
        told.on_conflict_do_update(index_elements=["thing_id"], set_={"value": event.value})
    )


def _mirror(handler: object, retry: RetryPolicy, *more: object) -> ServiceDefinition:
    subscriptions = [on(one, handler) for one in (probes.ThingMade, probes.ThingChanged)]  # type: ignore[arg-type]
    group = Group("mirror.copy", [*subscriptions, *more], retry)  # type: ignore[list-item]
    return dataclasses.replace(probes.mirror_definition(), groups=[group])


def impatient_mirror() -> ServiceDefinition:
    """Gives up at the third attempt."""
    return probes.mirror_definition(GIVES_UP)


def slow_mirror() -> ServiceDefinition:
    return probes.mirror_definition(dataclasses.replace(LATER, halt_after=NEVER))


def failing_mirror() -> ServiceDefinition:
    """The bad release: whatever comes fails."""
    return _mirror(_fail, SOON)


def refusing_mirror() -> ServiceDefinition:
    """Makes a dead letter of the first event of every key, and never stops for it."""
    return _mirror(_reject, GIVES_UP)


def mended_mirror() -> ServiceDefinition:
    return _mirror(_copy, SOON)


# Events of another topic, without which things that wait for permission cannot be handled


class PermitGiven(Event):
    """A thing may be handled."""

    type: ClassVar[str] = "cn.liandong.granter.permit.given"
    subject_field: ClassVar[str] = "thing_id"

    thing_id: UUID


async def _permit(event: PermitGiven, uow: UnitOfWork) -> None:
    await uow.session.execute(
        text("INSERT INTO permission VALUES (:id) ON CONFLICT DO NOTHING"), {"id": event.thing_id}
    )


def granter() -> ServiceDefinition:
    """Publishes permits, on a topic of its own."""
    return dataclasses.replace(
        probes.PROBE, name="granter", routers=[], events=[PermitGiven], deadlines={}
    )


async def grant(uow: UnitOfWork, thing_id: UUID) -> None:
    """In a unit of work of the granter."""
    thing = probes.Thing(id=uuid7(), version=0, value=0, created_at=uow.now, updated_at=uow.now)
    uow.session.add(thing)
    uow.publish(PermitGiven(thing_id=thing_id), of=thing)


def permitted_mirror() -> ServiceDefinition:
    """Reads both topics; what comes too early is tried again until it is not."""
    return _mirror(
        probes.mirror, dataclasses.replace(SOON, halt_after=NEVER), on(PermitGiven, _permit)
    )


def soon_tired_mirror() -> ServiceDefinition:
    """The same, but what came too early is parked at the third attempt, a tenth of a second on."""
    return _mirror(probes.mirror, GIVES_UP, on(PermitGiven, _permit))


# A newer producer


class ThingMadeSecond(probes.ThingMade):
    """A thing was made."""

    type: ClassVar[str] = probes.ThingMade.type
    version: ClassVar[int] = 2

    colour: str | None = None
    parts: list[str] = Field(default_factory=list)


newer_router = router_for("/v1/things", "试验")


@newer_router.post("", status_code=201, summary="新建")
async def make_coloured(body: probes.MakeThing, actor: Clerk, uow: Write) -> probes.ThingRead:
    thing = probes.Thing(
        id=uuid7(), version=0, value=body.value, created_at=uow.now, updated_at=uow.now
    )
    uow.session.add(thing)
    told = ThingMadeSecond(thing_id=thing.id, value=body.value, colour="red", parts=["a", "b"])
    uow.publish(told, of=thing)
    return probes.ThingRead(id=thing.id, version=thing.version, value=thing.value)


def newer_probe() -> ServiceDefinition:
    """Publishes the second version of its event, with two fields more."""
    return dataclasses.replace(
        probes.PROBE, routers=[newer_router], events=[ThingMadeSecond, probes.ThingChanged]
    )


# Use cases that take the same locks in different orders

crossing_router = router_for("/v1/crossings", "试验")


class Crossing(probes.MakeThing):
    first: UUID
    second: UUID


@crossing_router.post("", summary="先后修改两物")
async def cross(body: Crossing, actor: Clerk, uow: Write) -> list[int]:
    """Breaks the rule of the house that locks are taken in one order."""
    first = await probes.change(uow, body.first, body.value)
    await uow.session.execute(text("SELECT pg_sleep(0.05)"))
    second = await probes.change(uow, body.second, body.value)
    return [first.version, second.version]


def crossing_probe() -> ServiceDefinition:
    return dataclasses.replace(probes.PROBE, routers=[probes.router, crossing_router])
