"""The API is killed around its commit; the caller sends the command again."""

import httpx
import pytest

KEY = {"Idempotency-Key": "one-thing"}


@pytest.mark.scenario(
    1, "API killed after the write, before the commit", "nothing exists; the retry succeeds once"
)
async def test_a_command_killed_before_its_commit_left_nothing(campaign, new_pair):
    for _ in campaign.rounds():
        pair = await new_pair()
        probe = pair.probe("api")
        pair.probe("worker", other_port=True).start()
        pair.mirror().start()
        probe.start(crash_at="command.before_commit")
        await probe.ready()
        async with pair.client() as client:
            with pytest.raises(httpx.HTTPError):
                await client.post("/v1/things", json={"value": 1}, headers=KEY)
        assert await probe.died() == -9
        assert await pair.fetch(pair.probe_database, "SELECT 1 FROM thing") == []
        assert await pair.fetch(pair.probe_database, "SELECT 1 FROM backbone.outbox") == []
        probe.start()
        await probe.ready()
        async with pair.client() as client:
            answer = await client.post("/v1/things", json={"value": 1}, headers=KEY)
        assert answer.status_code == 201
        await pair.settled()
        tally = await pair.tally()
        assert tally.committed == 1
        campaign.count(tally)


@pytest.mark.scenario(
    2,
    "API killed after the commit, before the answer",
    "one row, one event; the retry gets the first answer",
)
async def test_a_command_killed_after_its_commit_is_answered_when_it_comes_again(
    campaign, new_pair
):
    for _ in campaign.rounds():
        pair = await new_pair()
        probe = pair.probe("api")
        pair.probe("worker", other_port=True).start()
        pair.mirror().start()
        probe.start(crash_at="command.after_commit")
        await probe.ready()
        async with pair.client() as client:
            with pytest.raises(httpx.HTTPError):
                await client.post("/v1/things", json={"value": 1}, headers=KEY)
        assert await probe.died() == -9
        [thing] = await pair.fetch(pair.probe_database, "SELECT id, version FROM thing")
        probe.start()
        await probe.ready()
        async with pair.client() as client:
            answer = await client.post("/v1/things", json={"value": 1}, headers=KEY)
        assert (answer.status_code, answer.json()["id"]) == (201, str(thing["id"]))
        assert answer.headers["idempotent-replay"] == "true"
        await pair.settled()
        tally = await pair.tally()
        assert tally.committed == 1
        campaign.count(tally)
