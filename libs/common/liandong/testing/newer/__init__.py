"""The next release of the probe and the mirror: things bear a note, and their events tell it. For
tests of upgrades."""

import dataclasses
from pathlib import Path
from typing import ClassVar
from uuid import UUID

from fastapi import Response
from sqlalchemy import text

from liandong.definition import ServiceDefinition
from liandong.events.subscriptions import Group, on
from liandong.http.dependencies import IfMatch, Write, tagged
from liandong.http.routing import problems, router_for
from liandong.identity.dependencies import Clerk
from liandong.problems import NotFound
from liandong.testing import probe as probes
from liandong.testing.pair import patient_mirror

_HERE = Path(__file__).parent / "probe"
"""A folder that is not there: no rule sets, and the migrations beside it."""
_NOTE = text("UPDATE thing SET note = :note WHERE id = :id")


class ThingChangedSecond(probes.ThingChanged):
    """A thing has another value."""

    type: ClassVar[str] = probes.ThingChanged.type
    version: ClassVar[int] = 2

    note: str | None = None


_router = router_for("/v1/things", "试验")
_router.add_api_route(
    "", probes.make_thing, methods=["POST"], status_code=201, summary="新建",
    response_model=probes.ThingRead,
)  # fmt: skip


@_router.put("/{thing_id}", summary="修改", responses=problems(404, 412, 428))
async def change_and_note(
    thing_id: UUID,
    body: probes.MakeThing,
    actor: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> probes.ThingRead:
    """As the release before, and writes the column and tells the field that it does not know."""
    thing = await uow.session.get(probes.Thing, thing_id, with_for_update=True)
    if thing is None:
        raise NotFound("没有此物")
    thing.expect(version)
    note = str(body.value)
    await probes.change(uow, thing_id, body.value, ThingChangedSecond, note=note)
    await uow.session.execute(_NOTE, {"note": note, "id": thing_id})
    tagged(response, thing)
    return probes.ThingRead(id=thing.id, version=thing.version, value=thing.value)


NEWER_PROBE = ServiceDefinition(
    name=probes.PROBE.name,
    title=probes.PROBE.title,
    description=probes.PROBE.description,
    folder=_HERE,
    metadata=probes.ProbeBase.metadata,
    routers=[_router],
    events=[probes.ThingMade, ThingChangedSecond],
    deadlines=probes.PROBE.deadlines,
)


def newer_probe() -> ServiceDefinition:
    return NEWER_PROBE


def newer_mirror() -> ServiceDefinition:
    """Reads the second version too, in the group of the release before."""
    before = patient_mirror()
    [group] = before.groups
    subscriptions = [on(one, probes.mirror) for one in (probes.ThingMade, ThingChangedSecond)]
    return dataclasses.replace(before, groups=[Group(group.name, subscriptions, group.retry)])
