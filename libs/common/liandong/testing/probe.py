"""A small service and a small reader, made to try the mechanism on.

``PROBE`` owns things and publishes what happens to them; ``MIRROR`` keeps a copy and writes one
row per effect, so that a lost, doubled or reordered effect is seen. How the reader's handler
fails is chosen by the value of the thing.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import asyncpg
from fastapi import Response
from pydantic import BaseModel, Field
from sqlalchemy import Identity, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import CreateTable

from liandong.db import migrations
from liandong.db.base import Aggregate, service_base
from liandong.db.engine import asyncpg_arguments
from liandong.db.unit_of_work import UnitOfWork
from liandong.definition import ServiceDefinition
from liandong.events.contract import Event
from liandong.events.subscriptions import Group, NotYet, Rejected, RetryPolicy, on
from liandong.http.dependencies import IfMatch, Write, tagged
from liandong.http.routing import problems, router_for
from liandong.identity.dependencies import Clerk
from liandong.ids import uuid7
from liandong.problems import NotFound
from liandong.testing.postgres import DatabaseTemplates
from liandong.timers.deadlines import Deadline, set_deadline

# Values with a meaning of their own lie above whatever a test counts to.
FAILS = 1_000_000_001
"""The handler raises whenever it meets this value."""
REJECTED = 1_000_000_002
WAITS_FOR_PERMISSION = 1_000_000_003
"""Raises NotYet until the mirror's ``permission`` table holds the thing's id."""
WRITES_THEN_FAILS = 1_000_000_004
WAITS_IN_HANDLER = 1_000_000_005
"""The handler itself goes on waiting until the ``permission`` table holds the thing's id."""
FORBIDDEN_AT_COMMIT = 1_000_000_013
"""A deferred constraint of the probe's database refuses the value when the unit commits."""
WAITS_AT_COMMIT = 1_000_000_014
"""The commit waits for the advisory lock ``COMMIT_GATE``."""
CONFLICTS_AT_COMMIT = 1_000_000_015
"""The commit fails as one does that cannot be serialized."""
COMMIT_GATE = 1_000_000_014

ProbeBase = service_base()
MirrorBase = service_base()


class Thing(Aggregate, ProbeBase):
    __tablename__ = "thing"

    value: Mapped[int]


class MirroredThing(MirrorBase):
    __tablename__ = "mirrored_thing"

    thing_id: Mapped[UUID] = mapped_column(primary_key=True)
    value: Mapped[int]


class Effect(MirrorBase):
    __tablename__ = "effect"

    place: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    event_id: Mapped[str]
    thing_id: Mapped[UUID]
    value: Mapped[int]


class Permission(MirrorBase):
    __tablename__ = "permission"

    thing_id: Mapped[UUID] = mapped_column(primary_key=True)


class ThingMade(Event):
    """A thing was made."""

    type: ClassVar[str] = "cn.liandong.probe.thing.made"
    subject_field: ClassVar[str] = "thing_id"

    thing_id: UUID
    value: int
    district: str = "340100"
    padding: str = ""


class ThingChanged(ThingMade):
    """A thing has another value."""

    type: ClassVar[str] = "cn.liandong.probe.thing.changed"


class MakeThing(BaseModel):
    value: int = Field(ge=0, le=2_000_000_000)


class ThingRead(BaseModel):
    id: UUID
    version: int
    value: int


async def make(uow: UnitOfWork, value: int, padding: str = "") -> Thing:
    thing = Thing(id=uuid7(), version=0, value=value, created_at=uow.now, updated_at=uow.now)
    uow.session.add(thing)
    uow.publish(ThingMade(thing_id=thing.id, value=value, padding=padding), of=thing)
    uow.record("thing.made", "thing", thing.id, district="340100", value=value)
    return thing


async def change(
    uow: UnitOfWork,
    thing_id: UUID,
    value: int,
    event: Callable[..., ThingMade] = ThingChanged,
    **more: Any,
) -> Thing:
    """``event``, with ``more`` in it: what another release tells of the change."""
    thing = await uow.session.get(Thing, thing_id, with_for_update=True)
    if thing is None:
        raise NotFound("没有此物")
    thing.value = value
    uow.publish(event(thing_id=thing_id, value=value, **more), of=thing)
    uow.record("thing.changed", "thing", thing_id, district="340100", value=value)
    return thing


async def mirror(event: ThingMade, uow: UnitOfWork) -> None:
    """Copies the value and notes the effect; fails as the value says."""
    session = uow.session
    uow.session.add(
        Effect(event_id=uow.causation_id or "", thing_id=event.thing_id, value=event.value)
    )
    known = await session.get(MirroredThing, event.thing_id, with_for_update=True)
    if known is None:
        session.add(MirroredThing(thing_id=event.thing_id, value=event.value))
    else:
        known.value = event.value
    if event.value == WRITES_THEN_FAILS:
        await session.flush()
    if event.value in (FAILS, WRITES_THEN_FAILS):
        raise RuntimeError("the handler fails")
    if event.value == REJECTED:
        raise Rejected("the handler refuses")
    if event.value == WAITS_IN_HANDLER:
        granted = select(Permission.thing_id).where(Permission.thing_id == event.thing_id)
        while await session.scalar(granted) is None:  # noqa: ASYNC110 - of a database
            await asyncio.sleep(0.05)
    if event.value == WAITS_FOR_PERMISSION:
        permitted = await session.get(Permission, event.thing_id)
        if permitted is None:
            raise NotYet("no permission yet")


async def change_often(uow: UnitOfWork, thing_id: UUID, values: Sequence[int]) -> None:
    """Changes the thing to one value after the other, with an event for each, in one unit."""
    thing = await uow.session.get(Thing, thing_id, with_for_update=True)
    if thing is None:
        raise NotFound("没有此物")
    for value in values:
        thing.value = value
        uow.publish(ThingChanged(thing_id=thing_id, value=value), of=thing)


async def fire(deadline: Deadline, uow: UnitOfWork) -> None:
    """Changes the thing; ``again_at`` in the payload sets the next deadline of the same kind."""
    await change(uow, deadline.subject_id, int(deadline.payload["value"]))
    if "again_at" in deadline.payload:
        again = datetime.fromisoformat(deadline.payload["again_at"])
        await set_deadline(uow, deadline.kind, deadline.subject_id, again, value=0)


router = router_for("/v1/things", "试验")


@router.post("", status_code=201, summary="新建")
async def make_thing(body: MakeThing, actor: Clerk, uow: Write, response: Response) -> ThingRead:
    return _read(tagged(response, await make(uow, body.value)))


@router.put("/{thing_id}", summary="修改", responses=problems(404, 412, 428))
async def change_thing(
    thing_id: UUID, body: MakeThing, actor: Clerk, uow: Write, version: IfMatch, response: Response
) -> ThingRead:
    thing = await uow.session.get(Thing, thing_id, with_for_update=True)
    if thing is None:
        raise NotFound("没有此物")
    thing.expect(version)
    return _read(tagged(response, await change(uow, thing_id, body.value)))


def _read(thing: Thing) -> ThingRead:
    return ThingRead(id=thing.id, version=thing.version, value=thing.value)


_HERE = Path(__file__).parent / "probe"
"""A folder that is not there: no rule sets, and the migrations beside it."""

PROBE = ServiceDefinition(
    name="probe",
    title="试验服务",
    description="用于测试事件机制。",
    folder=_HERE,
    metadata=ProbeBase.metadata,
    routers=[router],
    events=[ThingMade, ThingChanged],
    deadlines={"thing.due": fire},
)


def probe_definition() -> ServiceDefinition:
    return PROBE


def mirror_definition(
    retry: RetryPolicy | None = None, group: str = "mirror.copy"
) -> ServiceDefinition:
    """The reader; ``retry`` makes its patience as short as a test wants."""
    return ServiceDefinition(
        name="mirror",
        title="镜像服务",
        description="用于测试事件机制。",
        folder=_HERE,
        metadata=MirrorBase.metadata,
        routers=[],
        events=[],
        groups=[
            Group(
                group,
                [on(ThingMade, mirror), on(ThingChanged, mirror)],
                retry or RetryPolicy(first_delay=0.01, longest_delay=0.05, attempts=3),
            )
        ],
    )


_DEFERRED = f"""
    CREATE FUNCTION refuse_late() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.value = {FORBIDDEN_AT_COMMIT} THEN RAISE EXCEPTION 'refused at commit'; END IF;
        IF NEW.value = {WAITS_AT_COMMIT} THEN
            PERFORM pg_advisory_xact_lock({COMMIT_GATE});
        END IF;
        IF NEW.value = {CONFLICTS_AT_COMMIT} THEN
            RAISE EXCEPTION 'a conflict' USING ERRCODE = 'serialization_failure';
        END IF;
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER late AFTER INSERT OR UPDATE ON thing
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_late();
"""


_REVISION = """
    CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
    INSERT INTO alembic_version VALUES ('probe_0001')
"""


async def database_for(templates: DatabaseTemplates, definition: ServiceDefinition) -> str:
    """A fresh database with the mechanism's tables and the definition's own."""
    script = migrations.backbone_script()
    tables = [
        str(CreateTable(table).compile(dialect=postgresql.dialect()))
        for table in definition.metadata.sorted_tables
    ]
    extra = _DEFERRED if definition.name == "probe" else ""

    async def build(url: str) -> None:
        connection = await asyncpg.connect(**asyncpg_arguments(url))
        try:
            await connection.execute(";".join([script, *tables, _REVISION, extra]))
        finally:
            await connection.close()

    template = await templates.ensure(
        definition.name, build, fingerprint=script + "".join(tables) + _REVISION + extra
    )
    return await templates.clone(template)


async def effects(engine: Any) -> Sequence[Any]:
    """The reader's effects, in the order in which they happened."""
    async with engine.connect() as connection:
        rows = await connection.execute(select(Effect.__table__).order_by(text("place")))
        return rows.all()
