"""What must be true after every step, and what must be left when everything is drained."""

from collections import Counter, defaultdict
from uuid import UUID

from hypothesis.stateful import invariant

from liandong.audit.log import seal, verify
from liandong.events.letters import list_letters
from liandong.testing import probe
from tests.stateful.broker import LANES
from tests.stateful.mechanism.base import ADMIN
from tests.stateful.mechanism.commands import CommandRules
from tests.stateful.mechanism.deadlines import DeadlineRules
from tests.stateful.mechanism.readers import ReaderRules

NEVER = (probe.REJECTED, probe.WRITES_THEN_FAILS)
"""Values whose effect no release of the mirror can make."""


class Mechanism(CommandRules, ReaderRules, DeadlineRules):
    """PROBE and MIRROR on real databases against a model in plain lists."""

    @invariant()
    def nothing_is_lost_doubled_skipped_or_left_alone(self) -> None:
        self.run(self._check_meanwhile())

    async def _check_meanwhile(self) -> None:
        [row] = await self.ask(
            self.source,
            "SELECT (SELECT count(*) FROM backbone.outbox)"
            " + (SELECT count(*) FROM backbone.event_feed) AS events",
        )
        assert row.events == self.model.events, "an event is in the outbox or in the feed"
        for thing, done in (await self.effects()).items():
            expected = [one for one in self.model.versions(thing) if one <= done[-1]]
            assert done == expected, "effects are in order and none is skipped"
        held = await self.ask(self.target, "SELECT topic, key FROM backbone.held_key")
        letters = await list_letters(self.mirror.runtime.work)
        waiting = {(one["topic"], one["key"]) for one in letters}
        assert {tuple(row) for row in held} == waiting, "a key is held while a letter is open"
        query = "SELECT event_id FROM backbone.dead_letter WHERE reason = 'killed'"
        suspected = {row.event_id for row in await self.ask(self.target, query)}
        assert suspected <= self.model.suspects, "only a process that ended leaves suspects"

    async def effects(self) -> dict[UUID, list[int]]:
        """The versions of each thing whose effect the mirror has made, in order."""
        versions = {
            one.attributes["id"]: int(one.attributes["sequence"])
            for lane in self.broker.lanes.values()
            for one in lane
        }
        found: dict[UUID, list[int]] = defaultdict(list)
        for row in await probe.effects(self.target):
            found[row.thing_id].append(versions[row.event_id])
        return found

    async def conclude(self) -> None:
        await self.finish_slow(commit=True)
        self.model.fire(self.clock.now())
        await self.probes[0].runtime.deadlines.fire_due()
        await self._publish_the_rest()
        await self._check_the_feed()
        await self._read_the_rest()
        await self._settle_letters()
        await self._read_the_rest()
        await self._check_the_mirror()
        await self._check_deadlines()
        await self._check_the_audit_log()

    async def _publish_the_rest(self) -> None:
        for relay in self.relays:
            await self._end(relay)
        while await self.ask(self.source, "SELECT 1 FROM backbone.outbox LIMIT 1"):
            await self._step(self.relays[0])

    async def _check_the_feed(self) -> None:
        events = await self.probes[0].published()
        found: dict[UUID, list[tuple[int, int]]] = defaultdict(list)
        for event in events:
            thing = UUID(event["subject"])
            found[thing].append((int(event["sequence"]), event["data"]["value"]))
        assert found == {t: list(enumerate(v, 1)) for t, v in self.model.things.items()}
        assert len({event["id"] for event in events}) == self.model.events

    async def _read_the_rest(self) -> None:
        """What was not read, and then everything from the beginning."""
        for consumer in (self.consumer, self.new_consumer()):
            for lane in LANES:
                number = len(self.broker.lanes[lane])
                back = 0 if consumer is self.consumer else number
                await self._handle(consumer, self._batch([lane], back, number))

    async def _settle_letters(self) -> None:
        """A mended release no longer fails; what it can never do is given up by a person."""
        failing, probe.FAILS = probe.FAILS, -1
        try:
            while letters := await list_letters(self.mirror.runtime.work):
                first = letters[0]
                thing = UUID(first["key"])
                await self.permit_thing(thing)
                if await self.letters.redrive(first["key"], by=ADMIN):
                    continue
                version = await self._version(first)
                assert self.model.things[thing][version - 1] in NEVER
                await self.discard_letter(first)
        finally:
            probe.FAILS = failing

    async def _version(self, letter: dict) -> int:
        query = "SELECT headers FROM backbone.dead_letter WHERE id = :id"
        [row] = await self.ask(self.target, query, id=letter["id"])
        return int(row.headers["sequence"])

    async def _check_the_mirror(self) -> None:
        model = self.model
        done = await self.effects()
        assert {t: done.get(t, []) for t in model.things} == {
            thing: model.versions(thing) for thing in model.things
        }
        copies = await self.ask(self.target, "SELECT thing_id, value FROM mirrored_thing")
        assert {row.thing_id: row.value for row in copies} == {
            thing: model.things[thing][model.versions(thing)[-1] - 1]
            for thing in model.things
            if model.versions(thing)
        }
        for table, rows in {"inbox": model.events, "held_key": 0, "consumer_run": 0}.items():
            [row] = await self.ask(self.target, f"SELECT count(*) AS n FROM backbone.{table}")
            assert (table, row.n) == (table, rows)

    async def _check_deadlines(self) -> None:
        rows = await self.ask(self.source, "SELECT state FROM backbone.deadline")
        expected = Counter(one.state for one in self.model.deadlines if one.state != "moved")
        assert Counter(row.state for row in rows) == expected

    async def _check_the_audit_log(self) -> None:
        engine = self.source
        while await seal(engine, "probe"):
            pass
        verdict = await verify(engine)
        assert (verdict.checked, verdict.unsealed) == (self.model.events, 0)
        assert not verdict.reason
        while await seal(self.target, "mirror"):
            pass
        assert not (await verify(self.target)).reason
