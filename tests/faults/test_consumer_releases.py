"""The release that reads is bad, old, or mended and given the letters again."""

import asyncio
import json

import httpx
import pytest

from liandong.testing import releases
from liandong.testing.services import eventually, start
from tests.faults.mail import redriven, until_letters


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


async def _traffic(pair, things, values):
    for value in values:
        for first in range(0, len(things), 20):
            await asyncio.gather(*(pair.change(one, value) for one in things[first : first + 20]))


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
        keys = campaign.scale(100, 1000)
        made = await pair.write(keys, changes=campaign.scale(2, 3))
        await until_letters(pair, dead=keys, waiting=keys * campaign.scale(2, 3))
        refusing.terminate()
        assert await refusing.died() == 0
        pair.mirror(factory=releases.mended_mirror).start()
        office = start(releases.mended_mirror(), pair.mirror_database)

        values = range(500, 500 + campaign.scale(2, 10))
        try:
            driven, again, _ = await asyncio.gather(
                redriven(office, made), redriven(office, made[::-1]), _traffic(pair, made, values)
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
