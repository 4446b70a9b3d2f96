"""Five years of many organisations, on the service and in the plain model, side by side.

``LIANDONG_TIMELINE_ORGANIZATIONS=1000`` makes the long run; the seed is printed with a failure.
"""

import heapq
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import import_module
from itertools import count
from typing import Any

from sqlalchemy import text

law = import_module("services.credit-list.tests.timeline.law")
life = import_module("services.credit-list.tests.timeline.life")
office = import_module("services.credit-list.tests.timeline.office")

Desk = Any
MANY = int(os.environ.get("LIANDONG_TIMELINE_ORGANIZATIONS", "15"))
SEED = int(os.environ.get("LIANDONG_TIMELINE_SEED", "2026"))
LISTS = ("abnormal", "serious")


@dataclass
class Life:
    """One organisation: its file at the bureau, and the model of it."""

    number: int
    file: Any
    body: Any


class Bureau:
    """Does the same with the service and with the model, day by day, and compares the two."""

    def __init__(self, desk: Desk, lives: list[Life]) -> None:
        self.desk, self.lives = desk, lives
        self._agenda: list[tuple[date, int, Life, str, Any]] = []
        self._turn = count()
        self.acts: dict[str, int] = {}

    def plan(self, day: date, one: Life, act: str, about: Any = None) -> None:
        if day <= life.LAST:
            heapq.heappush(self._agenda, (day, next(self._turn), one, act, about))

    async def work(self) -> None:
        for day in _days():
            today = self._due(day)
            worker = (day - life.FIRST).days % 28 == 0
            if not today and not worker:
                continue
            self.desk.set_day(day.isoformat())
            if worker:
                await self._clock(day)
            for one, act, about in today:
                self.acts[act] = self.acts.get(act, 0) + 1
                try:
                    await getattr(self, act)(one, day, about)
                    await self._compare(one)
                except AssertionError as error:
                    error.add_note(f"seed {SEED}, organisation {one.number}, {day}: {act} {about}")
                    raise

    def _due(self, day: date) -> list[tuple[Life, str, Any]]:
        found: list[tuple[Life, str, Any]] = []
        while self._agenda and self._agenda[0][0] <= day:
            _, _, one, act, about = heapq.heappop(self._agenda)
            found.append((one, act, about))
        return found

    async def _clock(self, day: date) -> None:
        """The worker looks at the clock, and so does the model."""
        await self.desk.service.settle()
        for one in self.lives:
            had = set(one.body.leads)
            one.body.look(day)
            if set(one.body.leads) - had:
                self.plan(day + timedelta(days=2), one, "visit")

    async def _compare(self, one: Life) -> None:
        held = await one.file.on()
        for name in LISTS:
            expected, found = one.body.on(name), held.get(name)
            assert (found is None) == (expected is None), name
            if found is not None:
                assert found["listed_on"] == expected.listed_on.isoformat()
                assert found["exit_not_before"] == (expected.exit and expected.exit.isoformat())

    # What happens

    async def happens(self, one: Life, day: date, it: Any) -> None:
        match it.what:
            case "fact":
                await one.file.learn(it.fact)
                one.body.learn(it.fact, day)
            case "put_right":
                await one.file.put_right(it.name, day)
                one.body.put_right(it.name, day)
            case "take_back":
                await one.file.take_back(it.name)
                one.body.take_back(it.name, day)
            case "revoke":
                await one.file.registry("revoked")
                one.body.revoke(it.fact, day)
            case "restore":
                await one.file.registry("restored")
                one.body.restore(it.name, day)
            case _:
                await one.file.registry("cancelled")
                one.body.cancel(day)
        self.plan(
            day + timedelta(days=life.choice(one.number, day).choice((0, 1, 4))), one, "visit"
        )

    # What the officers do

    async def visit(self, one: Life, day: date, _about: Any) -> None:
        """An officer looks at every open lead, takes it, dismisses it or leaves it lying."""
        leads = await one.file.leads()
        known = {
            (*key, tuple(sorted(self._day(one, name) for name in names)))
            for key, names in one.body.leads.items()
        }
        shown = {
            (*key, tuple(sorted(fact["day"] for fact in lead["facts"])))
            for key, lead in leads.items()
        }
        assert shown == known
        for name, code in sorted(leads):
            what = life.choice(one.number, name, code, day).random()
            if what < 0.1:
                self._same(await one.file.dismiss(leads[name, code]), one.body.dismiss(name, code))
            elif what < 0.8 and name not in one.body.cases:
                await self._take(one, day, leads[name, code])
            else:
                self.plan(day + timedelta(days=45), one, "visit")

    def _day(self, one: Life, name: str) -> str:
        if name.startswith("listing "):
            return name.rsplit(" ", 1)[1]
        return one.body.facts[name].day.isoformat()

    async def _take(self, one: Life, day: date, lead: Any) -> None:
        name, code = lead["list"], lead["trigger"]
        refused = one.body.take(name, code, day)
        self._same(await one.file.take(lead), refused)
        if refused:
            return
        chance = life.choice(one.number, name, code, day, "case")
        served = day + timedelta(days=chance.choice((0, 0, 3)))
        self.plan(served, one, "serve", name)
        ends = law.working_day_after(served, 10)
        self.plan(ends, one, "decide", (name, True))  # a day too early
        if chance.random() < 0.4:
            said = chance.choice((served, ends, ends + timedelta(days=1)))
            self.plan(said, one, "state", name)
        if chance.random() < 0.05:
            self.plan(ends + timedelta(days=1), one, "withdraw", name)
        listed = chance.random() < 0.85
        self.plan(ends + timedelta(days=chance.choice((1, 1, 5))), one, "decide", (name, listed))

    async def serve(self, one: Life, day: date, name: str) -> None:
        self._same(await one.file.serve(name), one.body.serve(name, day))

    async def state(self, one: Life, day: date, name: str) -> None:
        if name not in one.body.cases:
            return
        refused = one.body.state(name, day)
        self._same(await one.file.state(name), refused)
        if not refused:
            self.plan(day + timedelta(days=2), one, "verify", name)

    async def verify(self, one: Life, _day: date, name: str) -> None:
        if name in one.body.cases:
            self._same(await one.file.verify(name), one.body.verify(name))

    async def decide(self, one: Life, day: date, about: tuple[str, bool]) -> None:
        name, listed = about
        if name not in one.body.cases:
            return
        refused = one.body.decide(name, day, listed=listed)
        self._same(await one.file.decide(name, listed=listed), refused)
        if refused == "statement-not-verified":
            self.plan(day + timedelta(days=3), one, "decide", about)
        elif refused and refused != "defence-window-open":
            await self.withdraw(one, day, name)
        elif not refused and listed:
            self._plan_repairs(one, day, name)

    async def withdraw(self, one: Life, _day: date, name: str) -> None:
        if name in one.body.cases:
            self._same(await one.file.withdraw(name), one.body.withdraw(name))

    def _plan_repairs(self, one: Life, day: date, name: str) -> None:
        """Some try too early, some on the first day, some never."""
        chance = life.choice(one.number, name, day, "repair")
        leaves = one.body.on(name).exit or day + timedelta(days=30)
        for days in chance.choice(((), (-1, 0), (0,), (-200, 40), (100,))):
            self.plan(max(day, leaves + timedelta(days=days)), one, "repair", name)

    async def repair(self, one: Life, day: date, name: str) -> None:
        if one.body.on(name) is not None:
            self._same(await one.file.repair(name), one.body.repair(name, day))

    def _same(self, found: str, expected: str) -> None:
        assert found == expected
        if found:
            self.acts[found] = self.acts.get(found, 0) + 1


def _days() -> Iterator[date]:
    day = life.FIRST
    while day <= life.LAST:
        yield day
        day += timedelta(days=1)


async def the_lives(desk: Desk) -> list[Life]:
    desk.set_day(life.FIRST.isoformat())
    return [
        Life(number, office.File(desk, await desk.an_organization(number), number), law.Body())
        for number in range(1, MANY + 1)
    ]


def plain(story: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(one.isoformat() if isinstance(one, date) else one for one in story)


LISTED_WITHOUT_DUE_PROCESS = text("""
    SELECT count(*) FROM listing_ground AS ground
      JOIN credit_case AS it ON it.id = ground.case_id
     WHERE it.notice_served_on IS NULL OR it.window_ends_on >= it.decided_on
        OR it.decided_by IN (it.proposed_by, it.notice_by, it.verified_by)
        OR ground.decided_on <> it.decided_on""")


async def test_five_years_are_as_the_law_has_them(desk: Desk) -> None:
    lives = await the_lives(desk)
    bureau = Bureau(desk, lives)
    for one in lives:
        for it in life.of_one(SEED * 100_000 + one.number):
            bureau.plan(it.day, one, "happens", it)
    await bureau.work()
    for one in lives:
        found = [plain(listing) for listing in await one.file.story()]
        assert found == [plain(listing.story) for listing in one.body.listings], one.number
    async with desk.service.runtime.worker_engine.connect() as connection:
        assert await connection.scalar(LISTED_WITHOUT_DUE_PROCESS) == 0
    left = {listing.why for one in lives for listing in one.body.listings}
    assert {None, "repaired"} <= left, "too little happened"
    assert {"defence-window-open", "term-not-over"} <= bureau.acts.keys(), "too little happened"
    sys.stdout.write(f"{MANY} organisations: {dict(sorted(bureau.acts.items()))}\n")
