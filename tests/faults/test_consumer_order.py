"""Events come before what they need, or after what has overtaken them."""

import pytest

from liandong.testing import probe as probes
from liandong.testing import releases
from liandong.testing.services import eventually, start
from liandong.transports.topics import ensure_topics
from tests.faults.mail import ADMIN, attributes, payload, redriven, until_letters, until_values


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
        late = permit_comes == "after-patience"
        mirror = pair.processes.service(
            releases.soon_tired_mirror if late else releases.permitted_mirror,
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
            if late:
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
        await redriven(office, things)
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
