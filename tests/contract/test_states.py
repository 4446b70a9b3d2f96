"""The latest states of every service: what commands tell and what the tables say are the same.

Each service is in a world with one matter of every kind; then every command that an official or an
organisation may give is given, whatever comes of it, and time passes. A real broker takes them.
"""

import asyncio
import json
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from liandong.events.states import SUFFIX
from liandong.identity.actors import Role
from liandong.settings import SERVICES, Settings
from liandong.testing import services
from liandong.testing.postgres import DatabaseTemplates
from liandong.testing.services import ServiceUnderTest, bearer, eventually
from liandong.testing.states import Kept, compacted, rebuilt
from liandong.transports.topics import ensure_topics
from tests.authorisation import callers
from tests.authorisation.stage import Stage, Stages
from tests.authorisation.table import decisions_of

EXAMPLE = Path(__file__).parents[2] / "docs/integration/examples/partner_http.py"
READER = bearer("reader", Role.SYSTEM_ADMIN, district=None)


@dataclass(frozen=True)
class OnKafka:
    """A real broker, to which every service that starts from now on tells its states."""

    bootstrap: str
    prefix: str

    async def make_topics(self, service: str) -> None:
        names = [f"{self.prefix}liandong.{service}{end}" for end in ("", SUFFIX)]
        await ensure_topics(self.bootstrap, names, 3, replication=1)

    async def latest(self, service: str) -> dict[str, Kept]:
        """What a reader finds who begins now, by the key of the record."""
        topic = f"{self.prefix}liandong.{service}{SUFFIX}"
        return {
            key: Kept(sequence, json.loads(value) if value else None)
            for key, value, sequence in await compacted(self.bootstrap, topic)
        }


@pytest.fixture
def on_kafka(
    kafka_bootstrap: str, kafka_topic_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> OnKafka:
    given = {
        "transport": "kafka",
        "kafka_bootstrap_servers": kafka_bootstrap,
        "topic_prefix": kafka_topic_prefix,
        "state_topics": True,
    }
    plain = services.settings_for

    def with_states(service: str, url: str, **more: Any) -> Settings:
        return plain(service, url, **given, **more)

    monkeypatch.setattr(services, "settings_for", with_states)
    return OnKafka(kafka_bootstrap, kafka_topic_prefix)


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


async def _by_the_example(service: ServiceUnderTest, folder: Path) -> dict[str, Kept]:
    """What the consumer of the documentation has in its copy, run as a process of its own."""
    token = folder / "token"
    token.write_text(READER["Authorization"].removeprefix("Bearer "), encoding="ascii")
    config = uvicorn.Config(service.app, host="127.0.0.1", port=0, lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())

    async def started() -> bool:
        return server.started

    try:
        await eventually(started)
        port = server.servers[0].sockets[0].getsockname()[1]
        command = [
            sys.executable, str(EXAMPLE), "--once", "--url", f"http://127.0.0.1:{port}",
            "--token-file", str(token), "--copy", str(folder / "copy.sqlite"),
        ]  # fmt: skip
        for _ in range(2):  # a second run goes on from its place and finds nothing new
            done = await asyncio.to_thread(
                subprocess.run, command, capture_output=True, text=True, check=False
            )
            assert (done.returncode, done.stdout) == (0, ""), done.stderr
    finally:
        server.should_exit = True
        await serving
    with closing(sqlite3.connect(folder / "copy.sqlite")) as db:
        rows = db.execute("SELECT id, sequence, fields FROM aggregate").fetchall()
    subjects = {kind.state.subject_field: kind for kind in service.definition.states}
    found: dict[str, Kept] = {}
    for subject, sequence, written in rows:
        fields = json.loads(written)
        [kind] = [kind for name, kind in subjects.items() if fields.get(name) == subject]
        found[f"{kind.state.subject_kind()}:{subject}"] = Kept(sequence, fields)
    return found


def _shown(told: Mapping[str, Kept]) -> dict[str, Kept]:
    return {key: one for key, one in told.items() if one.fields is not None}


@pytest.mark.parametrize("service", SERVICES)
async def test_what_commands_tell_is_what_the_tables_say(
    service: str, on_kafka: OnKafka, database_templates: DatabaseTemplates, tmp_path: Path
) -> None:
    stages = Stages(database_templates)
    await on_kafka.make_topics(service)
    try:
        stage = await stages.of(service)
        tested = stage.world.service
        assert await _every_command(stage, service) >= 5
        await tested.settle()
        tested.clock.set(tested.clock.now() + timedelta(days=400))
        await tested.settle()
        told = await on_kafka.latest(service)
        await tested.runtime.relay.publisher.stop()
        assert {key.partition(":")[0] for key in _shown(told)} >= _expected(tested)
        again = await rebuilt(tested)
        assert _shown(again) == _shown(told)
        # What a rebuild says to be gone was told to be gone, and nothing was that it conceals.
        assert {key for key in told if key not in again} == set[str]()
        assert await _over_http(tested) == _shown(told)
        assert await _by_the_example(tested, tmp_path) == _shown(told)
    finally:
        await stages.close()


def _expected(service: ServiceUnderTest) -> set[str]:
    return {kind.state.subject_kind() for kind in service.definition.states}
