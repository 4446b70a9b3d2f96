"""Rules: deadlines set, moved, cancelled, fired by two schedulers, one of which may end."""

import asyncio
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from liandong.testing.services import an_actor
from liandong.timers.deadlines import cancel_deadline, set_deadline
from tests.stateful.mechanism.base import World
from tests.stateful.mechanism.model import Due
from tests.stateful.running import Ended, at, end

SOME = st.integers(0, 30)
HOURS = st.integers(-1, 5)
# A word instead of a number makes the handler fail.
VALUES = st.sampled_from([20, 21, 22, 23, None])


def something_is_there(self: Any) -> bool:
    return bool(self.model.things)


class DeadlineRules(World):
    """A thing has one open deadline; what falls due happens once."""

    @precondition(something_is_there)
    @rule(number=SOME, hours=HOURS, value=VALUES)
    def set_a_deadline(self, number: int, hours: int, value: int | None) -> None:
        """Sets it, or moves the one that is open."""
        thing = self.named(number)
        # No two fall due in the same instant: the order of firing is then known.
        due_at = self.clock.now() + timedelta(hours=hours, seconds=len(self.model.deadlines))

        async def set_it() -> None:
            given = "not a number" if value is None else value
            async with self.probes[0].runtime.commands.begin(an_actor()) as uow:
                await set_deadline(uow, "thing.due", thing, due_at, value=given)

        self.run(set_it())
        known = self.model.open_deadline(thing)
        if known is not None:
            known.state = "moved"
        self.model.deadlines.append(Due(thing, due_at, value))

    @precondition(something_is_there)
    @rule(number=SOME)
    def cancel_a_deadline(self, number: int) -> None:
        thing = self.named(number)

        async def cancel_it() -> None:
            async with self.probes[0].runtime.commands.begin(an_actor()) as uow:
                await cancel_deadline(uow, "thing.due", thing)

        self.run(cancel_it())
        known = self.model.open_deadline(thing)
        if known is not None:
            known.state = "cancelled"

    @rule(minutes=st.integers(1, 240))
    def pass_time(self, minutes: int) -> None:
        self.clock.advance(timedelta(minutes=minutes))

    @rule(which=st.integers(0, 1))
    def fire(self, which: int) -> None:
        fired = self.run(self.probes[which].runtime.deadlines.fire_due())
        assert fired == self.model.fire(self.clock.now())

    @rule()
    def fire_by_two(self) -> None:
        """At the same time; one after the other when one fails, as both may try that one."""
        due = [one for one in self.model.deadlines if one.is_due(self.clock.now())]

        async def both() -> int:
            runners = [probe.runtime.deadlines for probe in self.probes]
            if any(one.value is None for one in due):
                return sum([await runner.fire_due() for runner in runners])
            return sum(await asyncio.gather(*(runner.fire_due() for runner in runners)))

        assert self.run(both()) == self.model.fire(self.clock.now())

    @rule(which=st.integers(0, 1))
    def end_a_scheduler(self, which: int) -> None:
        """The process ends before its first commit: nothing of it has happened."""
        due = [one for one in self.model.deadlines if one.is_due(self.clock.now())]
        first = min(due, key=lambda one: one.at, default=None)
        if first is None or first.value is None:
            return

        async def fire() -> None:
            with at("deadline.before_commit", end):
                await self.probes[which].runtime.deadlines.fire_due()

        try:
            self.run(fire())
        except Ended:
            return
        raise AssertionError("the point was not reached")
