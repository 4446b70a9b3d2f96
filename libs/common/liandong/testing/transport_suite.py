"""What every transport promises, as one suite that each implementation inherits.

A test module subclasses :class:`TransportSuite` and gives a ``link`` fixture: a probe that
publishes, a mirror that reads, and a way to put any message on the wire.
"""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from liandong.events.letters import list_letters
from liandong.identity.actors import Role
from liandong.ids import uuid7
from liandong.testing import probe as probes
from liandong.testing.services import ServiceUnderTest, an_actor, eventually
from liandong.worker import Worker

ACTOR = an_actor()
ADMIN = an_actor("admin-1", Role.SYSTEM_ADMIN)


@dataclass
class Link:
    """A probe and a mirror joined by a transport."""

    probe: ServiceUnderTest
    mirror: ServiceUnderTest
    inject: Callable[[str | None, dict[str, Any], bytes], Awaitable[None]]
    """Puts a raw message on the wire: key, CloudEvents attributes, payload."""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Both workers run inside the block."""
        tasks = [
            asyncio.create_task(Worker(service.runtime).run())
            for service in (self.probe, self.mirror)
        ]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            for outcome in await asyncio.gather(*tasks, return_exceptions=True):
                if isinstance(outcome, Exception):
                    raise outcome

    async def make(self, value: int = 1, padding: str = "") -> UUID:
        async with self.probe.runtime.commands.begin(ACTOR) as uow:
            return (await probes.make(uow, value, padding)).id

    async def change(self, thing_id: UUID, value: int) -> None:
        async def work(uow: Any) -> None:
            await probes.change(uow, thing_id, value)

        await self.probe.runtime.commands.run(ACTOR, work)

    async def effects(self) -> Sequence[Any]:
        return await probes.effects(self.mirror.runtime.worker_engine)

    async def values(self, thing_id: UUID) -> list[int]:
        """The values that the mirror has seen of a thing, in order."""
        return [row.value for row in await self.effects() if row.thing_id == thing_id]

    async def letters(self, *, everything: bool = False) -> Sequence[Any]:
        return await list_letters(self.mirror.runtime.work, everything=everything)

    async def until_effects(self, number: int) -> Sequence[Any]:
        async def enough() -> Any:
            found = await self.effects()
            return found if len(found) >= number else None

        return await eventually(enough)

    async def until_letters(self, number: int, *, dead: int = 0) -> Sequence[Any]:
        async def enough() -> Any:
            found = await self.letters()
            ready = len(found) >= number
            return found if ready and sum(r["status"] == "dead" for r in found) >= dead else None

        return await eventually(enough)

    async def permit(self, thing_id: UUID) -> None:
        async with self.mirror.runtime.worker_engine.begin() as connection:
            await connection.execute(text("INSERT INTO permission VALUES (:id)"), {"id": thing_id})

    def attributes(self, thing_id: UUID, sequence: int = 1, **given: Any) -> dict[str, Any]:
        return {
            "specversion": "1.0",
            "id": str(uuid7()),
            "source": "/liandong/probe",
            "type": probes.ThingMade.type,
            "subject": str(thing_id),
            "time": "2026-03-02T01:00:00Z",
            "datacontenttype": "application/json",
            "dataschema": probes.ThingMade.dataschema(),
            "partitionkey": str(thing_id),
            "sequence": str(sequence),
            **given,
        }

    @staticmethod
    def payload(thing_id: UUID, value: int = 1, **given: Any) -> bytes:
        return json.dumps({"thing_id": str(thing_id), "value": value, **given}).encode()


class TransportSuite:
    """Inherit, and give a ``link`` fixture (and ``brisk_link`` with a low failure limit)."""

    async def test_every_event_has_its_effect_once_and_in_order(self, link: Link) -> None:
        things = [await link.make(0) for _ in range(8)]
        async with link.running():
            for value in range(1, 11):
                await asyncio.gather(*(link.change(thing, value) for thing in things))
            await link.until_effects(88)
        found: dict[UUID, list[int]] = defaultdict(list)
        for row in await link.effects():
            found[row.thing_id].append(row.value)
        assert found == {thing: list(range(11)) for thing in things}
        assert len({row.event_id for row in await link.effects()}) == 88

    async def test_a_message_that_comes_twice_has_one_effect(self, link: Link) -> None:
        thing = uuid7()
        attributes, payload = link.attributes(thing), link.payload(thing, 5)
        await link.inject(str(thing), attributes, payload)
        await link.inject(str(thing), attributes, payload)
        marker = uuid7()
        await link.inject(str(marker), link.attributes(marker), link.payload(marker))
        async with link.running():
            await link.until_effects(2)
        assert await link.values(thing) == [5]

    async def test_an_older_version_after_a_newer_one_changes_nothing(self, link: Link) -> None:
        thing, marker = uuid7(), uuid7()
        await link.inject(str(thing), link.attributes(thing, 7), link.payload(thing, 70))
        await link.inject(str(thing), link.attributes(thing, 6), link.payload(thing, 60))
        await link.inject(str(marker), link.attributes(marker), link.payload(marker))
        async with link.running():
            await link.until_effects(2)
        assert await link.values(thing) == [70]

    async def test_a_payload_from_a_newer_release_is_read(self, link: Link) -> None:
        thing = uuid7()
        attributes = link.attributes(thing, dataschema=f"urn:liandong:event:{'x'}:2")
        await link.inject(str(thing), attributes, link.payload(thing, 4, added_later="x"))
        async with link.running():
            await link.until_effects(1)
        assert await link.values(thing) == [4]

    async def test_a_poison_message_is_set_aside_and_its_key_waits_behind_it(
        self, link: Link
    ) -> None:
        poisoned, healthy = uuid7(), uuid7()
        await link.inject(str(poisoned), link.attributes(poisoned, 1), b'{"thing_id": 17')
        await link.inject(str(poisoned), link.attributes(poisoned, 2), link.payload(poisoned, 2))
        await link.inject(str(healthy), link.attributes(healthy), link.payload(healthy, 3))
        async with link.running():
            await link.until_effects(1)
            letters = await link.until_letters(2)
        assert await link.values(healthy) == [3]
        assert await link.values(poisoned) == []
        assert [(one["status"], one["reason"]) for one in letters] == [
            ("dead", "invalid-payload"),
            ("waiting", "behind-held-key"),
        ]

    async def test_messages_that_are_no_event_of_ours_are_recorded_with_their_reason(
        self, link: Link
    ) -> None:
        thing, marker = uuid7(), uuid7()
        incomplete = link.attributes(thing)
        del incomplete["sequence"]
        broken = [
            (incomplete, link.payload(thing)),
            (link.attributes(thing, type="com.example.other"), link.payload(thing)),
            (link.attributes(thing, dataschema="none"), link.payload(thing)),
            (link.attributes(thing, id="not a uuid"), link.payload(thing)),
            (link.attributes(thing), json.dumps({"value": 1}).encode()),
        ]
        for attributes, payload in broken:
            await link.inject(None, attributes, payload)
        await link.inject(str(marker), link.attributes(marker), link.payload(marker))
        async with link.running():
            await link.until_effects(1)
            letters = await link.until_letters(5)
        assert [one["reason"] for one in letters if one["status"] == "dead"]
        assert sorted(one["reason"] for one in letters) == [
            "invalid-payload",
            "malformed-envelope",
            "malformed-envelope",
            "unknown-type",
            "unknown-version",
        ]

    async def test_an_event_that_fails_once_too_often_becomes_a_dead_letter(
        self, link: Link
    ) -> None:
        thing = await link.make(probes.FAILS)
        await link.change(thing, 2)
        healthy = await link.make(3)
        async with link.running():
            await link.until_effects(1)
            letters = await link.until_letters(2, dead=1)
        assert await link.values(healthy) == [3]
        assert await link.values(thing) == []
        assert [(one["status"], one["attempts"]) for one in letters] == [
            ("dead", 3),
            ("waiting", 0),
        ]

    async def test_half_written_work_of_a_failed_handler_is_not_seen(self, link: Link) -> None:
        thing = await link.make(probes.WRITES_THEN_FAILS)
        async with link.running():
            await link.until_letters(1, dead=1)
        assert await link.effects() == []
        assert await link.values(thing) == []

    async def test_a_refused_event_is_a_dead_letter_at_once(self, link: Link) -> None:
        await link.make(probes.REJECTED)
        async with link.running():
            [letter] = await link.until_letters(1, dead=1)
        assert letter["attempts"] == 1
        assert letter["reason"] == "rejected"

    async def test_an_event_that_comes_too_early_has_its_effect_when_its_time_has_come(
        self, patient_link: Link
    ) -> None:
        link = patient_link
        thing = await link.make(probes.WAITS_FOR_PERMISSION)
        await link.change(thing, 2)
        async with link.running():
            await link.until_letters(2)
            await link.permit(thing)
            await link.until_effects(2)
        assert await link.values(thing) == [probes.WAITS_FOR_PERMISSION, 2]
        assert await link.letters() == []

    async def test_redriving_keeps_the_order_of_the_key_and_is_on_record(self, link: Link) -> None:
        thing = await link.make(probes.WAITS_FOR_PERMISSION)
        for value in (2, 3):
            await link.change(thing, value)
        async with link.running():
            await link.until_letters(3, dead=1)
            await link.permit(thing)
            [letters] = link.mirror.runtime.letters
            assert await letters.redrive(str(thing), by=ADMIN) == 3
            await link.change(thing, 4)
            await link.until_effects(4)
        assert await link.values(thing) == [probes.WAITS_FOR_PERMISSION, 2, 3, 4]
        async with link.mirror.runtime.api_engine.connect() as connection:
            actors = await connection.scalars(
                text("SELECT actor FROM backbone.audit_entry WHERE action = 'dead-letter.redriven'")
            )
            assert set(actors) == {"admin-1"}

    async def test_a_discarded_letter_frees_its_key(self, link: Link) -> None:
        thing = await link.make(probes.REJECTED)
        await link.change(thing, 2)
        async with link.running():
            found = await link.until_letters(2, dead=1)
            [letters] = link.mirror.runtime.letters
            await letters.discard(found[0]["id"], by=ADMIN, reason="测试数据")
            assert await letters.redrive(str(thing), by=ADMIN) == 1
        assert await link.values(thing) == [2]
        assert await link.letters() == []

    async def test_when_everything_fails_the_group_stops_and_a_mended_release_goes_on(
        self, brisk_link: Link
    ) -> None:
        link = brisk_link
        things = [await link.make(probes.FAILS) for _ in range(12)]
        async with link.running():

            async def halted() -> bool:
                return bool(link.mirror.runtime.halted)

            await eventually(halted)
        assert 0 < len(await link.letters()) <= 5
        link.mirror.runtime.halted.clear()
        link.mirror.runtime.consumers[0]._failures_in_a_row = 0
        mended, probes.FAILS = probes.FAILS, -1
        try:
            async with link.running():
                for thing in await link.letters():
                    await link.mirror.runtime.letters[0].redrive(thing["key"], by=ADMIN)
                await link.until_effects(12)
        finally:
            probes.FAILS = mended
        assert sorted(row.thing_id for row in await link.effects()) == sorted(things)

    async def test_a_reader_that_stops_and_starts_loses_and_repeats_nothing(
        self, link: Link
    ) -> None:
        first = [await link.make(1) for _ in range(5)]
        async with link.running():
            await link.until_effects(5)
        second = [await link.make(2) for _ in range(5)]
        async with link.running():
            await link.until_effects(10)
        assert sorted(row.thing_id for row in await link.effects()) == sorted(first + second)
