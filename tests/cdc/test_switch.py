"""The connector takes the relay's place and gives it back, while commands go on."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from click.testing import Result
from typer.testing import CliRunner

from credit_list.app import DEFINITION
from liandong.cdc import slot
from liandong.cdc.connector import name_of
from liandong.cli.main import app
from liandong.db.engine import asyncpg_arguments
from liandong.events.relay import Relay
from liandong.ids import uuid7
from liandong.preflight import publishing
from liandong.problems import Problem
from liandong.testing.connect import register
from liandong.testing.postgres import DatabaseTemplates
from liandong.testing.services import (
    ServiceUnderTest,
    an_actor,
    eventually,
    migrated,
    settings_for,
    start,
)
from liandong.worker import Worker
from supply_demand.app import DEFINITION as READER
from tests.cdc.conftest import Capture
from tests.cdc.topic import Versioned, a_listing, id_of, make_topics, read_whole

SERVICE = "credit-list"
GROUPS = [group.name for group in READER.groups if SERVICE in group.services()]


@dataclass
class Commands:
    """Officers who list organisations all the time, whoever publishes."""

    service: ServiceUnderTest
    told: dict[str, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    _organizations: list[UUID] = field(default_factory=lambda: [uuid7() for _ in range(8)])

    @property
    def ids(self) -> set[UUID]:
        return {one for ids in self.told.values() for one in ids}

    async def list_somebody(self, number: int) -> None:
        organization = self._organizations[number % len(self._organizations)]
        async with self.service.runtime.commands.begin(an_actor()) as uow:
            uow.publish(a_listing(organization), of=Versioned())
            self.told[str(organization)].append(uow.events[-1].id)

    async def go_on(self) -> None:
        for number in range(1_000_000):
            await self.list_somebody(number)
            await asyncio.sleep(0.02)  # officers, not a load

    async def more(self, many: int = 20) -> None:
        """Returns when so many further events have been committed."""
        wanted = len(self.ids) + many

        async def enough() -> bool:
            return len(self.ids) >= wanted

        await eventually(enough)


@asynccontextmanager
async def running(work: Any) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def command(environment: dict[str, str], *told: str) -> Result:
    return CliRunner().invoke(app, ["--service", SERVICE, *told], env=environment)


async def test_the_connector_takes_over_and_gives_back_while_commands_go_on(
    capture: Capture,
    database_templates: DatabaseTemplates,
    kafka_bootstrap: str,
    kafka_topic_prefix: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    services = ["registry", "evaluation", "credit-list", "supply-demand", "funding"]
    await make_topics(kafka_bootstrap, kafka_topic_prefix, services)
    url = capture.url(SERVICE)
    given: dict[str, Any] = {
        "transport": "kafka",
        "kafka_bootstrap_servers": kafka_bootstrap,
        "topic_prefix": kafka_topic_prefix,
    }
    environment = {
        "LIANDONG_CREDIT_LIST_DATABASE_URL": url,
        "LIANDONG_OPERATOR": "operator-zhao",
        **{f"LIANDONG_{name.upper()}": str(value) for name, value in given.items()},
    }

    async def cdc(*told: str, code: int = 0) -> str:
        answer = await asyncio.to_thread(command, environment, *told)
        assert answer.exit_code == code, (answer.output, answer.exception)
        return answer.output

    relaying = start(DEFINITION, url, **given)
    capturing = start(DEFINITION, url, **given, publisher="cdc")
    reader_url = await migrated(database_templates, READER)
    reader = start(READER, reader_url, **given)
    sql = await asyncpg.connect(**asyncpg_arguments(url))
    commands, name = Commands(relaying), name_of(SERVICE, kafka_topic_prefix)

    async def judged(publisher: str) -> str:
        settings = settings_for(SERVICE, url, **given, publisher=publisher)
        return (await publishing.finding(settings, sql)).state

    async def nothing_waits() -> bool:
        return not await sql.fetchval("SELECT count(*) FROM backbone.outbox")

    try:
        async with running(Worker(reader.runtime).run()), running(commands.go_on()):
            assert await judged("cdc") == "refused"
            await commands.more(1)
            await cdc("cdc", "begin", "--wait", "0", code=2)  # nobody publishes what is older
            async with running(Worker(relaying.runtime).run()):
                await commands.more()
                assert "LIANDONG_PUBLISHER=cdc" in await cdc("cdc", "begin")
                assert await judged("relay") == "refused"
                assert await judged("cdc") == "fit"
                await commands.more()  # by both
                await asyncio.to_thread(register, capture.connect, SERVICE, kafka_topic_prefix)
            environment["LIANDONG_PUBLISHER"] = "cdc"
            async with running(Worker(capturing.runtime).run()):
                await commands.more()
                await asyncio.to_thread(capture.connect.stop, abruptly=True)
                await commands.more()  # into the feed, and into the log for the connector
                await eventually(nothing_waits)
                assert "仍有 worker" in await cdc("cdc", "end", code=2)
                await asyncio.to_thread(capture.connect.start)
                await commands.more()
                assert "operator-zhao" not in await cdc("cdc", "status")
                await cdc("reconcile")
            assert "停止连接器" in await cdc("cdc", "end")
            assert await judged("cdc") == "refused"
            await asyncio.to_thread(capture.connect.halt, name)
            assert "复制槽已删除" in await cdc("cdc", "end")
            environment["LIANDONG_PUBLISHER"] = "relay"
            assert await judged("relay") == "fit"
            async with running(Worker(relaying.runtime).run()):
                await commands.more()
        async with running(Worker(relaying.runtime).run()):
            await eventually(nothing_waits)
        await _nothing_was_lost(commands, sql, kafka_bootstrap, kafka_topic_prefix)
        await cdc("reconcile")
        async with running(Worker(reader.runtime).run()):
            await _every_effect_once(commands, reader_url)
    finally:
        if capture.connect.state(name):
            await asyncio.to_thread(capture.connect.remove, name)
        await sql.close()
        for one in (relaying, capturing, reader):
            await one.close()
        await database_templates.drop(reader_url)


async def _nothing_was_lost(
    commands: Commands, sql: asyncpg.Connection, bootstrap: str, prefix: str
) -> None:
    """The feed has every event once; the topic has every one, of each key in their order."""
    feed = [row["id"] for row in await sql.fetch("SELECT id FROM backbone.event_feed")]
    assert len(feed) == len(commands.ids)
    assert set(feed) == commands.ids
    first: dict[str, list[UUID]] = defaultdict(list)
    for record in await read_whole(bootstrap, f"{prefix}liandong.{SERVICE}"):
        seen = first[record.key.decode()]
        if id_of(record) not in seen:
            seen.append(id_of(record))
    assert first == commands.told


async def _every_effect_once(commands: Commands, url: str) -> None:
    sql = await asyncpg.connect(**asyncpg_arguments(url))
    try:
        asked = (
            "SELECT count(*) FROM backbone.inbox WHERE event_id = ANY($1) AND consumer_group = $2"
        )
        for group in GROUPS:

            async def all_taken(group: str = group) -> bool:
                return await sql.fetchval(asked, list(commands.ids), group) == len(commands.ids)

            await eventually(all_taken)
        assert not await sql.fetchval("SELECT count(*) FROM backbone.dead_letter")
    finally:
        await sql.close()


async def test_without_its_slot_a_worker_keeps_what_it_has(capture: Capture) -> None:
    """A slot that was dropped or invalidated: nothing is deleted that nobody would publish."""
    given = {"transport": "kafka", "kafka_bootstrap_servers": "127.0.0.1:9", "publisher": "cdc"}
    service = start(DEFINITION, capture.url(SERVICE), **given, topic_prefix="slotless.")
    relay: Relay = service.runtime.relay
    try:
        await Commands(service).list_somebody(0)
        with pytest.raises(ConnectionError, match="slotless_liandong_credit_list"):
            await relay.step()
        sql = await asyncpg.connect(**asyncpg_arguments(capture.url(SERVICE)))
        assert await sql.fetchval("DELETE FROM backbone.outbox RETURNING true")
        assert slot.slot_of(service.runtime.settings) == "slotless_liandong_credit_list"
        await sql.close()
    finally:
        await relay.publisher.stop()
        await service.close()


async def test_what_a_lost_slot_kept_from_the_topic_is_repaired_from_the_feed(
    capture: Capture, kafka_bootstrap: str, kafka_topic_prefix: str
) -> None:
    await make_topics(kafka_bootstrap, kafka_topic_prefix, [SERVICE])
    url = capture.url(SERVICE)
    given: dict[str, Any] = {
        "transport": "kafka",
        "kafka_bootstrap_servers": kafka_bootstrap,
        "topic_prefix": kafka_topic_prefix,
        "publisher": "cdc",
    }
    environment = {
        "LIANDONG_CREDIT_LIST_DATABASE_URL": url,
        "LIANDONG_OPERATOR": "operator-zhao",
        **{f"LIANDONG_{name.upper()}": str(value) for name, value in given.items()},
    }
    service = start(DEFINITION, url, **given)
    commands, relay = Commands(service), service.runtime.relay
    settings = service.runtime.settings
    sql = await asyncpg.connect(**asyncpg_arguments(url))

    async def cdc(*told: str) -> Result:
        return await asyncio.to_thread(command, environment, *told)

    try:
        await slot.make(sql, settings)
        await slot.mark(sql, slot.MARK)
        await commands.list_somebody(0)
        assert await relay.drain() == 1  # into the feed; nobody reads the log
        await sql.execute("SELECT pg_drop_replication_slot($1)", slot.slot_of(settings))
        await commands.list_somebody(0)
        with pytest.raises(ConnectionError):
            await relay.step()
        assert (await publishing.finding(settings, sql)).state == "unknown"
        assert (await cdc("cdc", "status")).exit_code == 1
        assert (await cdc("cdc", "begin")).exit_code == 2
        await sql.execute(
            "SELECT pg_create_logical_replication_slot($1, 'pgoutput')", slot.slot_of(settings)
        )
        with pytest.raises(ConnectionError):
            await relay.step()
        await relay.close()
        refused = await cdc("cdc", "end", "--wait", "0")
        assert (refused.exit_code, "--lost" in refused.output) == (2, True)
        assert "reconcile --repair" in (await cdc("cdc", "end", "--lost")).output
        assert (await cdc("reconcile", "--repair")).exit_code == 0
        topic = await read_whole(kafka_bootstrap, f"{kafka_topic_prefix}liandong.{SERVICE}")
        [first, second] = commands.told[next(iter(commands.told))]
        assert first in {id_of(record) for record in topic}
        assert await sql.fetchval("DELETE FROM backbone.outbox RETURNING id") == second
    finally:
        await relay.publisher.stop()
        await sql.close()
        await service.close()


async def test_an_event_that_would_stop_the_connector_is_refused(capture: Capture) -> None:
    given = {"transport": "kafka", "kafka_bootstrap_servers": "127.0.0.1:9", "publisher": "cdc"}
    service = start(DEFINITION, capture.url(SERVICE), **given)
    event = a_listing(uuid7()).model_copy(update={"rule_set": "x" * 1_048_576})
    try:
        with pytest.raises(Problem, match="event-too-large"):
            async with service.runtime.commands.begin(an_actor()) as uow:
                uow.publish(event, of=Versioned())
    finally:
        await service.close()
