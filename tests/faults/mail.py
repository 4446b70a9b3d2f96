"""Events put into the transport by hand, and the letters of those that could not be handled."""

import json

from liandong.identity.actors import Role
from liandong.ids import uuid7
from liandong.testing import probe as probes
from liandong.testing.pair import PATIENCE
from liandong.testing.services import an_actor, eventually

ADMIN = an_actor("admin-1", Role.SYSTEM_ADMIN)


def attributes(thing, sequence=1, **given):
    return {
        "specversion": "1.0",
        "id": str(uuid7()),
        "source": "/liandong/probe",
        "type": probes.ThingMade.type,
        "subject": str(thing),
        "time": "2026-03-02T01:00:00Z",
        "datacontenttype": "application/json",
        "dataschema": probes.ThingMade.dataschema(),
        "partitionkey": str(thing),
        "sequence": str(sequence),
        **given,
    }


def payload(thing, value=1):
    return json.dumps({"thing_id": str(thing), "value": value}).encode()


async def until_letters(pair, **wanted):
    """The letters, when there are so many of each status."""

    async def enough():
        found = await pair.letters()
        counts = {name: sum(one["status"] == name for one in found) for name in wanted}
        return found if counts == wanted else None

    return await eventually(enough, PATIENCE)


async def until_values(pair, thing, *values):
    async def seen():
        return await pair.values(thing) == list(values)

    await eventually(seen, PATIENCE)


async def redriven(office, things):
    [letters] = office.runtime.letters
    return sum([await letters.redrive(str(thing), by=ADMIN) for thing in things])
