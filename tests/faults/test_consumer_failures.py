"""What arrives is doubled, poisoned, too early or too old; or the release that reads it is bad."""

import asyncio
import json

import httpx
import pytest

from liandong.identity.actors import Role
from liandong.ids import uuid7
from liandong.testing import probe as probes
from liandong.testing import releases
from liandong.testing.services import an_actor, eventually, start
from liandong.transports.topics import ensure_topics

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

    return await eventually(enough)


async def until_values(pair, thing, *values):
    async def seen():
        return await pair.values(thing) == list(values)

    await eventually(seen)


@pytest.mark.scenario(
    21,
    "same event delivered concurrently to two workers, one of them killed",
    "one inbox insert wins; the loser makes no change",
)
async def test_two_workers_with_the_same_events_have_one_effect(campaign, new_pair):
    for _ in campaign.rounds():
        pair = await new_pair()
        number = campaign.scale(30, 600)
        for value in range(number):
            await pair.make(value % 900)
        waiting = await pair.fetch(
            pair.probe_database, "SELECT * FROM backbone.outbox ORDER BY seq"
        )
        if pair.transport == "kafka":  # two lanes get every event: each worker reads one of them
            await asyncio.gather(
                *(
                    pair.inject(
                        row["aggregateid"], json.loads(row["headers"]), row["payload"], lane
                    )
                    for row in waiting
                    for lane in (0, 1)
                )
            )
        probe = pair.probe()
        workers = [pair.mirror(), pair.mirror()]
        workers[0].start(crash_at="consumer.before_commit")
        workers[1].start()
        probe.start()
        assert await workers[0].died() == -9
        workers[0].start()
        await pair.settled()
        campaign.count(await pair.tally())


@pytest.mark.scenario(
    22,
    "handler raises after writing half its rows",
    "nothing visible, one attempt counted, the event tried again",
)
async def test_half_the_work_of_a_handler_is_never_seen(campaign, new_pair):
    for _ in campaign.rounds():
        pair = await new_pair()
        pair.probe().start()
        worker = pair.mirror(factory=releases.slow_mirror)
        worker.start()
        thing = await pair.make(probes.WRITES_THEN_FAILS)
        await pair.change(thing, 2)
        [letter, behind] = await until_letters(pair, retrying=1, waiting=1)
        assert (letter["attempts"], letter["reason"]) == (1, "RuntimeError")
        assert behind["attempts"] == 0
        assert await pair.values(thing) == []
        assert await pair.fetch(pair.mirror_database, "SELECT 1 FROM mirrored_thing") == []
        assert await pair.fetch(pair.mirror_database, "SELECT 1 FROM backbone.inbox") == []
        worker.kill()
        await pair.fetch(
            pair.mirror_database, "UPDATE backbone.held_key SET next_attempt_at = now()"
        )
        pair.mirror(factory=releases.mended_mirror).start()
        await pair.settled()
        assert await pair.values(thing) == [probes.WRITES_THEN_FAILS, 2]
        campaign.count(await pair.tally())


def poison(thing):
    """Messages that nobody can read, with the reason that must be recorded."""
    incomplete = attributes(thing)
    del incomplete["sequence"]
    return [
        (attributes(thing), b'{"thing_id": 17', "invalid-payload"),
        (attributes(thing), b"\xff\xfe\x00", "invalid-payload"),
        (attributes(thing), b'{"value": 1}', "invalid-payload"),
        (attributes(thing, type="com.example.other"), payload(thing), "unknown-type"),
        (attributes(thing, dataschema="none"), payload(thing), "unknown-version"),
        (attributes(thing, specversion="0.3"), payload(thing), "malformed-envelope"),
        (attributes(thing, id="not a uuid"), payload(thing), "malformed-envelope"),
        (incomplete, payload(thing), "malformed-envelope"),
    ]


@pytest.mark.scenario(
    23,
    "poison payload (bad JSON, missing field, unknown type, wrong version)",
    "a dead letter with headers, offset and reason; the lane moves on, the key waits behind it",
)
async def test_a_poisoned_key_waits_and_everything_else_goes_on(campaign, new_pair):
    for _ in campaign.rounds():
        pair = await new_pair()
        pair.probe().start()
        worker = pair.mirror()
        worker.start(crash_at="consumer.before_commit")
        expected = {}
        for number in range(len(poison(uuid7()))):
            key = str(uuid7())
            found, body, reason = poison(key)[number]
            offset = await pair.inject(key, found, body, 0)
            behind = attributes(key, 2)
            await pair.inject(key, behind, payload(key, 2), 0)
            expected[key] = (offset, reason, found)
        healthy = uuid7()
        await pair.inject(str(healthy), attributes(healthy), payload(healthy, 3), 0)
        assert await worker.died() == -9
        worker.start()
        await until_values(pair, healthy, 3)
        for letter in await _until_open_letters(pair, 2 * len(expected)):
            offset, reason, headers = expected.pop(letter["key"], (None,) * 3)
            if offset is None:  # the later event of the key: it waits, or was with the killed one
                assert letter["reason"] in ("behind-held-key", "killed")
                continue
            assert (letter["status"], letter["reason"]) == ("dead", reason)
            assert letter["source_offset"] == offset
            assert json.loads(letter["headers"]) == _on_the_wire(pair, headers)
        assert expected == {}
        effects = await pair.fetch(pair.mirror_database, "SELECT thing_id FROM effect")
        assert [row["thing_id"] for row in effects] == [healthy]


async def _until_open_letters(pair, number):
    async def enough():
        found = await pair.letters()
        return found if len(found) == number else None

    return await eventually(enough)


def _on_the_wire(pair, headers):
    """Kafka's binary mode says the content type in a header of its own."""
    apart = {"datacontenttype"} if pair.transport == "kafka" else set()
    return {name: value for name, value in headers.items() if name not in apart}


@pytest.mark.scenario(
    25,
    "every message fails after a bad deploy",
    "the limit stops the consumer before all are parked; the redeploy goes on with no loss",
)
async def test_a_bad_release_stops_before_it_parks_everything(campaign, new_pair):
    for _ in campaign.rounds():
        pair = await new_pair()
        pair.probe().start()
        things = campaign.scale(12, 200)
        for _ in range(things):  # thing after thing: events of held keys stand between
            await pair.write(1, changes=2)
        await pair.published()
        bad = pair.mirror(factory=releases.failing_mirror)
        bad.start()
        await bad.ready()
        async with httpx.AsyncClient(base_url=bad.url) as client:

            async def halted():
                answer = await client.get("/health/ready")
                return answer.json()["checks"].get("consumer mirror.copy") == "halted"

            await eventually(halted)
        failed = await pair.letters("retrying", "dead")
        assert 0 < len(failed) <= releases.HALT_AFTER
        assert len(await pair.letters()) < 3 * things
        bad.terminate()
        assert await bad.died() == 0
        pair.mirror(factory=releases.mended_mirror).start()
        await pair.settled()
        campaign.count(await pair.tally())


async def _redriven(office, things):
    [letters] = office.runtime.letters
    return sum([await letters.redrive(str(thing), by=ADMIN) for thing in things])


async def _traffic(pair, things, values):
    for value in values:
        for first in range(0, len(things), 20):
            await asyncio.gather(*(pair.change(one, value) for one in things[first : first + 20]))


@pytest.mark.timeout(600)
@pytest.mark.scenario(
    26,
    "redrive of many dead letters while traffic flows",
    "order per key kept, each effect once, on record who redrove",
)
async def test_dead_letters_are_redriven_while_traffic_flows(campaign, new_pair):
    for _ in campaign.rounds(1):
        pair = await new_pair()
        pair.probe().start()
        refusing = pair.mirror(factory=releases.refusing_mirror)
        refusing.start()
        keys = campaign.scale(100, 2500)
        made = await pair.write(keys, changes=campaign.scale(2, 3))
        await until_letters(pair, dead=keys, waiting=keys * campaign.scale(2, 3))
        refusing.terminate()
        assert await refusing.died() == 0
        pair.mirror(factory=releases.mended_mirror).start()
        office = start(releases.mended_mirror(), pair.mirror_database)

        values = range(500, 500 + campaign.scale(2, 10))
        try:
            driven, again, _ = await asyncio.gather(
                _redriven(office, made), _redriven(office, made[::-1]), _traffic(pair, made, values)
            )
        finally:
            await office.close()
        await pair.settled(300)
        campaign.count(await pair.tally())
        entries = await pair.fetch(
            pair.mirror_database,
            "SELECT actor, subject_id FROM backbone.audit_entry"
            " WHERE action = 'dead-letter.redriven'",
        )
        by_hand = await pair.fetch(
            pair.mirror_database,
            "SELECT id FROM backbone.dead_letter WHERE settled_by = 'admin-1'",
        )
        assert len(by_hand) >= keys
        assert driven + again >= len(by_hand)
        assert {row["actor"] for row in entries} == {"admin-1"}
        assert sorted(row["subject_id"] for row in entries) == sorted(
            str(row["id"]) for row in by_hand
        )


@pytest.mark.scenario(
    27,
    "event version N+1 with new optional fields reaches an old consumer",
    "accepted, unknown fields ignored",
)
async def test_an_old_reader_takes_what_a_newer_producer_publishes(campaign, new_pair):
    for _ in campaign.rounds():
        pair = await new_pair()
        pair.mirror().start()
        newer = pair.processes.service(
            releases.newer_probe,
            database_url=pair.probe_database,
            urls={"probe": pair.probe_url},
            port=pair.probe_port,
            **pair.settings,
        )
        newer.start()
        await newer.ready()
        number = campaign.scale(5, 200)
        async with pair.client() as client:
            for value in range(number):
                answer = await client.post("/v1/things", json={"value": value})
                assert answer.status_code == 201, answer.text
        await pair.settled()
        published = await pair.fetch(pair.probe_database, "SELECT * FROM backbone.event_feed")
        assert {json.loads(row["headers"])["dataschema"][-2:] for row in published} == {":2"}
        assert all(b'"colour":"red"' in row["payload"] for row in published)
        values = await pair.fetch(pair.mirror_database, "SELECT value FROM mirrored_thing")
        assert sorted(row["value"] for row in values) == list(range(number))
        campaign.count(await pair.tally())


@pytest.mark.parametrize("permit_comes", ["before", "between", "after-patience"])
@pytest.mark.scenario(
    29,
    "event arrives before the one it depends on (other topic)",
    "bounded retry, then parked, never dropped; the same state in any interleaving",
)
async def test_what_comes_too_early_is_handled_in_the_end(
    campaign, new_pair, database_templates, permit_comes
):
    for _ in campaign.rounds():
        pair = await new_pair()
        url = await probes.database_for(database_templates, releases.granter())
        prefix = pair.settings.get("topic_prefix", "")
        if pair.topic is not None:
            await ensure_topics(pair.topic.bootstrap, [f"{prefix}liandong.granter"], 2)
        grants = start(releases.granter(), url, topic_prefix=prefix)
        granter = pair.processes.service(
            releases.granter, database_url=url, urls={}, **pair.settings
        )
        mirror = pair.processes.service(
            releases.permitted_mirror,
            database_url=pair.mirror_database,
            urls={"probe": pair.probe_url, "granter": granter.url},
            mode="worker",
            **pair.settings,
        )
        try:
            things = await pair.write(campaign.scale(4, 40), changes=0)
            for value in (probes.WAITS_FOR_PERMISSION, 2):
                for thing in things:
                    await pair.change(thing, value)

            granter.start()
            if permit_comes == "before":
                await _permit(grants, things)
            mirror.start()
            pair.probe().start()
            if permit_comes == "between":
                await _permit(grants, things)
            if permit_comes == "after-patience":
                letters = await until_letters(pair, dead=len(things), waiting=len(things))
                assert {one["attempts"] for one in letters if one["status"] == "dead"} == {3}
                await _permit(grants, things)
                await _permitted(pair, len(things))
                await _redrive(pair, things)
            await pair.settled()
            for thing in things:
                assert await pair.values(thing) == [0, probes.WAITS_FOR_PERMISSION, 2]
            campaign.count(await pair.tally())
        finally:
            granter.kill()
            await grants.close()
            await database_templates.drop(url)


async def _permit(grants, things):
    async with grants.runtime.commands.begin(ADMIN) as uow:
        for thing in things:
            await releases.grant(uow, thing)


async def _permitted(pair, number):
    async def known():
        return len(await pair.fetch(pair.mirror_database, "SELECT 1 FROM permission")) == number

    await eventually(known)


async def _redrive(pair, things):
    office = start(releases.permitted_mirror(), pair.mirror_database)
    try:
        await _redriven(office, things)
    finally:
        await office.close()


@pytest.mark.scenario(
    30,
    "out-of-date event (lower aggregate version) after a newer one",
    "ignored by the version check; the state is not moved back",
)
async def test_an_old_version_never_moves_the_state_back(campaign, new_pair):
    for _ in campaign.rounds():
        pair = await new_pair()
        pair.probe().start()
        workers = [pair.mirror(), pair.mirror()]
        for worker in workers:
            worker.start()
        [thing] = await pair.write(1, changes=3)
        await pair.settled()
        tally = await pair.tally()
        for sequence in (1, 3):
            await pair.inject(str(thing), attributes(thing, sequence), payload(thing, 77))
        workers[0].kill()
        for sequence in (2, 3):
            await pair.inject(str(thing), attributes(thing, sequence), payload(thing, 78))
        workers[0].start()
        await pair.change(thing, 5)  # behind the old ones, in the same lane
        await until_values(pair, thing, 0, 1, 2, 3, 5)
        state = await pair.fetch(pair.mirror_database, "SELECT value FROM mirrored_thing")
        assert [row["value"] for row in state] == [5]
        assert await pair.letters() == []
        campaign.count(tally)
