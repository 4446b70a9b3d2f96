"""Effects are half done, or an event has been at it twice; what arrives cannot be read."""

import asyncio
import json
from functools import partial

import pytest

from liandong.ids import uuid7
from liandong.testing import probe as probes
from liandong.testing import releases
from liandong.testing.services import eventually
from liandong.transports.feed import READER_LOCKS
from tests.faults.mail import attributes, payload, until_letters, until_values


@pytest.mark.scenario(
    21,
    "same event delivered concurrently to two workers, one of them killed",
    "one inbox insert wins; the loser makes no change",
)
async def test_two_workers_with_the_same_events_have_one_effect(campaign, new_pair):
    for _ in campaign.rounds():
        pair = await new_pair()
        number = campaign.scale(30, 600)
        workers = [pair.mirror(), pair.mirror()]
        if pair.transport == "feed":  # of two workers one reads; the other is ready to
            probe = pair.probe()
            probe.start()
            await probe.ready()
            workers[0].start(crash_at="consumer.before_commit")
            await eventually(partial(_is_read, pair))
            workers[1].start()
            await workers[1].ready()
            await _make(pair, number)
        else:  # two lanes get every event: each worker reads one of them
            await _make(pair, number)
            waiting = await pair.fetch(
                pair.probe_database, "SELECT * FROM backbone.outbox ORDER BY seq"
            )
            workers[0].start(crash_at="consumer.before_commit")
            await workers[0].ready()
            workers[1].start()
            await eventually(partial(pair.has_members, len(workers)))
            await asyncio.gather(
                *(
                    pair.inject(
                        row["aggregateid"], json.loads(row["headers"]), row["payload"], lane
                    )
                    for row in waiting
                    for lane in (0, 1)
                )
            )
            pair.probe().start()
        assert await workers[0].died() == -9
        workers[0].start()
        await pair.settled()
        campaign.count(await pair.tally())


async def _make(pair, number):
    for value in range(number):
        await pair.make(value)


async def _is_read(pair):
    return await pair.fetch(
        pair.mirror_database,
        "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = $1::oid"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        READER_LOCKS,
    )


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
