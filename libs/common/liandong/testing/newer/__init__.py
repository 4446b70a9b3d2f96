"""The next release of the probe: its things bear a note. For tests of upgrades."""

from pathlib import Path
from uuid import UUID

from fastapi import Response
from sqlalchemy import text

from liandong.definition import ServiceDefinition
from liandong.http.dependencies import IfMatch, Write
from liandong.http.routing import problems, router_for
from liandong.identity.dependencies import Clerk
from liandong.testing import probe as probes

_HERE = Path(__file__).parent / "probe"
"""A folder that is not there: no rule sets, and the migrations beside it."""
_NOTE = text("UPDATE thing SET note = :note WHERE id = :id")

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
    """As the release before, and writes the column that it does not know."""
    changed = await probes.change_thing(thing_id, body, actor, uow, version, response)
    await uow.session.execute(_NOTE, {"note": str(body.value), "id": thing_id})
    return changed


NEWER_PROBE = ServiceDefinition(
    name=probes.PROBE.name,
    title=probes.PROBE.title,
    description=probes.PROBE.description,
    folder=_HERE,
    metadata=probes.ProbeBase.metadata,
    routers=[_router],
    events=probes.PROBE.events,
    deadlines=probes.PROBE.deadlines,
)


def newer_probe() -> ServiceDefinition:
    return NEWER_PROBE
