"""The latest states of every service: what commands tell and what the tables say are the same.

Each service is in a world with one matter of every kind; then every command that an official or an
organisation may give is given, whatever comes of it, and time passes.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from liandong.events.states import StateBook
from liandong.identity.actors import Role
from liandong.settings import SERVICES
from liandong.testing.postgres import DatabaseTemplates
from liandong.testing.services import ServiceUnderTest, bearer
from liandong.testing.states import Kept, Recorder, rebuilt
from liandong.transports.states_first import StatesFirst
from tests.authorisation import callers
from tests.authorisation.stage import Stage, Stages
from tests.authorisation.table import decisions_of

READER = bearer("reader", Role.SYSTEM_ADMIN, district=None)


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """What every service that starts from now on publishes, states included."""

    class Told(StateBook):
        def __init__(self, kinds: Any, *, told: bool) -> None:
            del told
            super().__init__(kinds, told=True)

    recorder = Recorder()
    monkeypatch.setattr("liandong.runtime.StateBook", Told)
    monkeypatch.setattr("liandong.runtime._publisher", lambda _: StatesFirst(recorder))
    return recorder


async def _every_command(stage: Stage, service: str) -> int:
    """How many were carried out."""
    done = 0
    for key, decision in decisions_of(service).items():
        if key.startswith(("GET", "MOUNT")) or key not in stage.world.attempts:
            continue
        for who in callers.who_may(decision, stage.attempt(key)).values():
            answer = await stage.call(key, who)
            assert answer.status_code < 500, (key, answer.text)
            done += answer.status_code < 300
    return done


async def _over_http(service: ServiceUnderTest) -> dict[str, Kept]:
    found: dict[str, Kept] = {}
    after = ""
    while True:
        answer = await service.client.get(
            "/v1/states", params={"after": after, "limit": 7}, headers=READER
        )
        assert answer.status_code == 200, answer.text
        page = answer.json()
        for one in page["items"]:
            kind = one["type"].split(".")[3]
            found[f"{kind}:{one['subject']}"] = Kept(int(one["sequence"]), one["data"])
        if not page["more"]:
            return found
        after = page["next"]


def _shown(told: Mapping[str, Kept]) -> dict[str, Kept]:
    return {key: one for key, one in told.items() if one.fields is not None}


@pytest.mark.parametrize("service", SERVICES)
async def test_what_commands_tell_is_what_the_tables_say(
    service: str, recorder: Recorder, database_templates: DatabaseTemplates
) -> None:
    stages = Stages(database_templates)
    try:
        stage = await stages.of(service)
        tested = stage.world.service
        assert await _every_command(stage, service) >= 5
        await tested.settle()
        tested.clock.set(tested.clock.now() + timedelta(days=400))
        await tested.settle()
        told = recorder.latest
        assert {key.partition(":")[0] for key in _shown(told)} >= _expected(tested)
        again = await rebuilt(tested)
        assert _shown(again) == _shown(told)
        # What a rebuild says to be gone was told to be gone, and nothing was that it conceals.
        assert {key for key in told if key not in again} == set[str]()
        assert await _over_http(tested) == _shown(told)
    finally:
        await stages.close()


def _expected(service: ServiceUnderTest) -> set[str]:
    return {kind.state.subject_kind() for kind in service.definition.states}
