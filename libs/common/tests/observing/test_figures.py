"""What is read out of the database, and what a scrape answers while the database is away."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client import REGISTRY

from liandong.embedded.ports import free_port
from liandong.ids import uuid7
from liandong.observing.sampler import Sampler
from liandong.reconciliation import runs
from liandong.reconciliation.findings import Kind
from liandong.rules.book import RuleBook
from liandong.rules.rule_set import Parameters, RuleSubject
from liandong.testing.pair import pair
from liandong.testing.postgres import DatabaseTemplates
from liandong.testing.probe import Thing, make
from liandong.testing.services import START, ServiceUnderTest, an_actor, eventually
from liandong.timers.deadlines import set_deadline

ACTOR = an_actor()


class Window(Parameters):
    days: int


WINDOW = RuleSubject("probe.window", Window, "陈述申辩期")
SHIPPED = """
subject: probe.window
jurisdiction: "100000"
version: "2018"
valid_from: 2018-01-24
legal_basis: 某办法
certainty: recalled
parameters: {days: 10}
"""


def told(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(f"liandong_{name}", labels)


def of_probe(name: str) -> float | None:
    return told(name, service="probe")


async def looked(service: ServiceUnderTest) -> None:
    """A worker's round, of everything."""
    sampler = Sampler(service.runtime, everything=True)
    try:
        assert await sampler.look()
    finally:
        sampler._drop()


async def execute(service: ServiceUnderTest, sql: str, *arguments: Any) -> None:
    async with service.runtime.commands.begin(ACTOR) as uow:
        await uow.sql.execute(sql, *arguments)


async def blocked(service: ServiceUnderTest, thing: Thing) -> None:
    """The broker will never take an event of the thing, which has waited for an hour."""
    await execute(service, "UPDATE backbone.outbox SET written_at = written_at - interval '1 hour'")
    await execute(
        service,
        "INSERT INTO backbone.outbox_blocked (aggregateid, event_id, reason) VALUES ($1, $2, '')",
        str(thing.id),
        uuid7(),
    )


async def test_what_waits_to_be_published_and_sealed_is_told_with_its_age(
    probe: ServiceUnderTest,
) -> None:
    async with probe.runtime.commands.begin(ACTOR) as uow:
        await make(uow, 1)
        held = await make(uow, 2)
    await blocked(probe, held)
    probe.clock.advance(timedelta(minutes=5))
    await looked(probe)
    assert of_probe("outbox_rows") == 2
    assert 3600 <= (of_probe("outbox_oldest_seconds") or 0) < 3700
    assert of_probe("outbox_blocked_keys") == 1
    assert of_probe("audit_unsealed_rows") == 2
    assert of_probe("audit_unsealed_oldest_seconds") == 300
    assert of_probe("database_up") == 1
    await execute(probe, "DELETE FROM backbone.outbox_blocked")
    await probe.runtime.relay.drain()
    await looked(probe)
    assert of_probe("outbox_rows") == of_probe("outbox_oldest_seconds") == 0


async def test_the_age_is_that_of_what_can_be_published(probe: ServiceUnderTest) -> None:
    async with probe.runtime.commands.begin(ACTOR) as uow:
        thing = await make(uow, 1)
    await blocked(probe, thing)
    await looked(probe)
    assert (of_probe("outbox_rows"), of_probe("outbox_oldest_seconds")) == (1, 0)


async def test_deadlines_that_are_due_late_or_given_up_are_told(probe: ServiceUnderTest) -> None:
    async with probe.runtime.commands.begin(ACTOR) as uow:
        for hours in (1, 2, 4):
            thing = await make(uow, 1)
            await set_deadline(uow, "thing.due", thing.id, START + timedelta(hours=hours), value=1)
        forgotten = await make(uow, 1)
        await set_deadline(uow, "of.another.release", forgotten.id, START, value=1)
    probe.clock.advance(timedelta(hours=3))
    await looked(probe)
    assert (of_probe("deadlines_late"), of_probe("deadline_late_seconds")) == (2, 7200)
    await execute(probe, "UPDATE backbone.deadline SET state = 'failed' WHERE kind = 'thing.due'")
    await looked(probe)
    assert (of_probe("deadlines_late"), of_probe("deadlines_failed")) == (0, 3)


async def test_letters_and_held_keys_are_told_by_group_and_vanish_with_their_cause(
    mirror: ServiceUnderTest,
) -> None:
    await execute(
        mirror,
        "INSERT INTO backbone.held_key (consumer_group, topic, key, held_since)"
        " VALUES ('mirror.copy', 'liandong.probe', 'k', clock_timestamp() - interval '1 hour')",
    )
    await execute(
        mirror,
        "INSERT INTO backbone.dead_letter (id, consumer_group, key, event_id, type, status, reason,"
        " detail, topic, lane, source_offset, headers, payload) SELECT gen_random_uuid(),"
        " 'mirror.copy', 'k', gen_random_uuid(), 't', status, '', '', 'liandong.probe', 'probe',"
        " '1', '{}', '' FROM unnest(ARRAY['dead', 'waiting', 'waiting', 'redriven']) AS status",
    )
    await looked(mirror)
    group = "mirror.copy"
    letters = [
        told("dead_letters", group=group, status=one) for one in ("dead", "waiting", "retrying")
    ]
    assert letters == [1, 2, 0]
    assert told("held_keys", group=group) == 1
    assert 3600 <= (told("held_key_oldest_seconds", group=group) or 0) < 3700
    await execute(mirror, "DELETE FROM backbone.dead_letter")
    await execute(mirror, "DELETE FROM backbone.held_key")
    await looked(mirror)
    assert told("dead_letters", group=group, status="dead") == told("held_keys", group=group) == 0


async def test_the_rule_sets_in_force_are_told_and_those_of_yesterday_are_not(
    probe: ServiceUnderTest, tmp_path: Path
) -> None:
    (tmp_path / "window.yaml").write_text(SHIPPED, encoding="utf-8")
    probe.runtime.rule_book = RuleBook.load([WINDOW], [tmp_path])
    for version, last in (("hf-1", date(2025, 12, 31)), ("hf-2", None)):
        await execute(
            probe,
            "INSERT INTO backbone.rule_set_override (id, subject, jurisdiction, version,"
            " valid_from, valid_to, parameters, legal_basis, made_by, made_at) VALUES ($1,"
            " 'probe.window', '340100', $2, '2019-01-01', $3, '{\"days\": 7}', '', 'a', now())",
            uuid7(),
            version,
            last,
        )
    await looked(probe)
    labels = {"service": "probe", "subject": "probe.window"}
    here = {"jurisdiction": "340100", "origin": "override"} | labels
    everywhere = {"jurisdiction": "100000", "version": "2018", "origin": "shipped"} | labels
    assert told("rule_set_info", **everywhere) == 1
    assert told("rule_set_info", **here, version="hf-2") == 1
    assert told("rule_set_info", **here, version="hf-1") is None
    await execute(probe, "UPDATE backbone.rule_set_override SET withdrawn_at = now()")
    await looked(probe)
    assert told("rule_set_info", **here, version="hf-2") is None


async def test_what_a_reconciliation_found_is_told_until_the_next_one(
    probe: ServiceUnderTest,
) -> None:
    await looked(probe)
    assert of_probe("reconciliation_timestamp_seconds") == 0
    settings, run, later, broken = probe.runtime.settings, uuid7(), uuid7(), uuid7()
    await runs.begun(settings, run)
    await runs.ended(settings, run, {Kind.NOT_IN_TOPIC: 2, Kind.NOT_HANDLED: 3}, {})
    await runs.begun(settings, broken)  # could not compare: what was found before still holds
    await looked(probe)

    def found(kind: Kind) -> float | None:
        return told("reconciliation_findings", service="probe", kind=kind.value)

    assert [found(one) for one in (Kind.NOT_IN_TOPIC, Kind.NOT_HANDLED)] == [2, 3]
    assert [found(one) for one in (Kind.VERSION_AHEAD, Kind.UNKNOWN_TO_SOURCE)] == [0, 0]
    assert (of_probe("reconciliation_timestamp_seconds") or 0) > 1_700_000_000
    await runs.begun(settings, later)
    await runs.ended(settings, later, {}, {})
    await looked(probe)
    assert [found(one) for one in Kind] == [0] * len(Kind)


async def test_the_schema_the_database_and_its_archive_are_told(probe: ServiceUnderTest) -> None:
    await looked(probe)
    assert (of_probe("database_size_bytes") or 0) > 1_000_000
    assert (of_probe("wal_archiving"), of_probe("wal_archived_timestamp_seconds")) == (0, 0)
    current = {"service": "probe", "revision": "probe_0001", "state": "current"}
    assert told("schema_info", **current) == 1
    await execute(probe, "UPDATE alembic_version SET version_num = 'probe_0099'")
    await looked(probe)
    assert told("schema_info", **current) is None
    assert told("schema_info", service="probe", revision="probe_0099", state="newer") == 1


async def test_the_last_backup_of_each_kind_is_told(probe: ServiceUnderTest) -> None:
    def last(kind: str) -> tuple[float | None, float | None]:
        which = {"service": "probe", "kind": kind}
        return told("backup_timestamp_seconds", **which), told("backup_size_bytes", **which)

    await looked(probe)
    assert (last("base"), last("dump")) == ((0, 0), (0, 0))
    await execute(
        probe,
        "INSERT INTO backbone.backup (kind, begun_at, name, bytes) VALUES"
        " ('dump', '2026-11-23T01:00:00Z', 'b', 70), ('dump', '2026-11-22T01:00:00Z', 'a', 60)",
    )
    await looked(probe)
    assert (last("base"), last("dump")) == ((0, 0), (1_795_395_600, 70))


async def test_a_scrape_is_answered_while_the_database_is_away(probe: ServiceUnderTest) -> None:
    await looked(probe)
    runtime = probe.runtime
    url = f"postgresql://nobody@127.0.0.1:{free_port()}/gone"
    there, runtime.settings = (
        runtime.settings,
        runtime.settings.model_copy(update={"database_url": url, "connect_seconds": 1}),
    )
    sampler = Sampler(runtime, everything=True)
    assert not await sampler.look()
    answer = await probe.client.get("/metrics")
    assert answer.status_code == 200
    assert 'liandong_database_up{service="probe"} 0.0' in answer.text
    runtime.settings = there
    assert await sampler.look()
    sampler._drop()
    assert of_probe("database_up") == 1


async def test_a_figure_that_cannot_be_read_does_not_call_the_database_away(
    probe: ServiceUnderTest,
) -> None:
    await execute(probe, "ALTER TABLE backbone.outbox RENAME TO elsewhere")
    before = told("background_failures_total", part="figures") or 0
    await looked(probe)
    assert of_probe("database_up") == 1
    assert told("background_failures_total", part="figures") == before + 1


async def test_a_pool_tells_who_uses_it_and_who_waits(probe: ServiceUnderTest) -> None:
    async with probe.runtime.commands.begin(ACTOR) as uow:
        await uow.sql.execute("SELECT 1")
        text = (await probe.client.get("/metrics")).text
    used = 'liandong_database_connections{pool="api",service="probe",state="used"}'
    assert f"{used} 1.0" in text
    assert 'liandong_database_connections_waiting{pool="api",service="probe"} 0.0' in text
    limit = probe.runtime.settings.api_pool_size
    assert f'liandong_database_connections_limit{{pool="api",service="probe"}} {limit}.0' in text


@pytest.mark.timeout(120)
async def test_api_and_worker_apart_each_tell_their_own(
    database_templates: DatabaseTemplates, tmp_path: Path
) -> None:
    async with pair(database_templates, tmp_path, "feed") as both:
        api, worker = both.probe("api"), both.probe("worker", other_port=True)
        for process in (api, worker):
            process.start()
        for process in (api, worker):
            await process.ready()
        await both.make(1)
        await both.published()
        async with httpx.AsyncClient(timeout=30) as client:

            async def scraped(url: str, line: str) -> bool:
                answer = await client.get(f"{url}/metrics")
                return answer.status_code == 200 and line in answer.text

            async def has_relayed() -> bool:
                return await scraped(
                    worker.url, 'liandong_relay_wait_seconds_count{service="probe"} 1.0'
                )

            async def has_looked() -> bool:
                return await scraped(worker.url, 'liandong_outbox_rows{service="probe"} 0.0')

            await eventually(has_relayed, 30)
            await eventually(has_looked, 30)
            assert await scraped(worker.url, 'liandong_relay_shards{service="probe"} 16.0')
            assert await scraped(worker.url, 'part="worker"')
            assert await scraped(api.url, 'part="api"')
            assert await scraped(api.url, 'liandong_database_up{service="probe"} 1.0')
            assert await scraped(api.url, 'liandong_relay_shards{service="probe"} 0.0')
            for url in (api.url, worker.url):
                assert (await client.get(f"{url}/health/ready")).status_code == 200
            assert (await client.get(f"{worker.url}/v1/things")).status_code == 404
