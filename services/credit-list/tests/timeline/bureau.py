"""Five years at the bureau, day by day: the service and the model are told and asked the same."""

import asyncio
import heapq
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import import_module
from itertools import count
from typing import Any

from sqlalchemy import text

life = import_module("services.credit-list.tests.timeline.life")
terms = import_module("services.credit-list.tests.timeline.terms")
office = import_module("services.credit-list.tests.timeline.office")
Officers = import_module("services.credit-list.tests.timeline.officers").Officers
Campaign = import_module("services.credit-list.tests.timeline.campaigns").Campaign

SIDE_BY_SIDE = 4
"""So many organisations are served at once, each in the order of its own acts."""
WORKER_EVERY = 42
"""Days between two looks of the worker at everybody; some very days come besides."""
CAMPAIGNS = {"2022-03-01", "2023-02-20", "2024-04-01", "2025-03-03", "2026-03-02"}

HELD = text("""
    SELECT organization_id, list, id, listed_on, term_started_on, exit_not_before,
           publication_ends_on, valid_until, measures
      FROM listing WHERE status = 'listed' AND organization_id = ANY(:some)""")
IN_FORCE = text("""
    SELECT organization_id, code FROM listing_measure
     WHERE ended_on IS NULL AND organization_id = ANY(:some)""")


@dataclass(eq=False)
class Life:
    """One organisation: its file at the bureau, and the model of it."""

    number: int
    file: Any
    body: Any
    differs: str = ""
    """How the service and the model parted; nothing more is asked of it then."""

    def part(self, where: str, error: Exception) -> None:
        if not self.differs:
            self.differs = f"organisation {self.number}, {where}: {error!r}"
            sys.stdout.write(f"{self.differs}\n")


class Bureau:
    def __init__(self, desk: Any, lives: list[Life]) -> None:
        self.desk, self.lives = desk, lives
        self.officers = Officers(self.plan)
        self.acts: dict[str, int] = self.officers.acts
        self.compared = 0
        self._agenda: list[tuple[date, int, Life, str, Any]] = []
        self._turn = count()

    def plan(self, day: date, one: Life, act: str, about: Any = None) -> None:
        if day <= life.LAST:
            heapq.heappush(self._agenda, (day, next(self._turn), one, act, about))

    async def work(self) -> None:
        campaigns: list[Any] = []
        for day in _days():
            self.desk.set_day(day.isoformat())
            touched = {one.number: one for one in self._expire(day)}
            await self._fire()
            if (day - life.FIRST).days % WORKER_EVERY == 0 or any(
                entry[0] == day and entry[3] == "clock" for entry in self._agenda
            ):
                touched |= {one.number: one for one in self.lives}
                await self._clock(day)
            if day.isoformat() in CAMPAIGNS:
                campaigns.append(Campaign(self.desk, self.lives, day))
            for campaign in campaigns:
                touched |= {one.number: one for one in await campaign.work(day)}
            while today := self._due(day):
                touched |= {one.number: one for one, _ in today}
                await self._happen(day, today)
                await self._side_by_side(day, today)
            await self._compare(day, list(touched.values()))
        for campaign in campaigns:
            for name, number in campaign.acts.items():
                self.acts[name] = self.acts.get(name, 0) + number

    def _due(self, day: date) -> list[tuple[Life, list[tuple[str, Any]]]]:
        """The acts of the day by organisation, each in its order."""
        found: dict[int, tuple[Life, list[tuple[str, Any]]]] = {}
        while self._agenda and self._agenda[0][0] <= day:
            _, _, one, act, about = heapq.heappop(self._agenda)
            if not one.differs:
                found.setdefault(one.number, (one, []))[1].append((act, about))
        return list(found.values())

    async def _happen(self, day: date, today: list[tuple[Life, list[tuple[str, Any]]]]) -> None:
        """What others tell comes in batches, one event of each organisation at a time."""
        while True:
            some: list[tuple[Life, Any]] = []
            for one, acts in today:
                if acts and acts[0][0] == "happens":
                    some.append((one, acts.pop(0)[1]))
            if not some:
                return
            told = [(one, it, one.file.event(it)) for one, it in some]
            await self.desk.learn(*(event for _, _, event in told if event is not None))
            for one, it, event in told:
                if event is None:
                    await one.file.enter(it)
                self._model(one, day, it)
                self.acts[it.what] = self.acts.get(it.what, 0) + 1
                chance = life.choice(one.number, day, it.name)
                self.plan(day + timedelta(days=chance.choice((0, 1, 4))), one, "visit")

    def _model(self, one: Life, day: date, it: Any) -> None:
        match it.what:
            case "fact":
                one.body.learn(it.fact, day)
            case "put_right":
                one.body.put_right(it.name, day)
            case "take_back":
                one.body.take_back(it.name, day)
            case "grade":
                one.body.graded(it.fact, day)
            case "grade_lost":
                one.body.graded("", day)
            case "revoke":
                one.body.revoke(it.fact, day)
            case "restore":
                one.body.restore(it.name, day)
            case _:
                one.body.cancel(day)

    async def _side_by_side(self, day: date, today: Any) -> None:
        gate = asyncio.Semaphore(SIDE_BY_SIDE)

        async def serve(one: Life, acts: list[tuple[str, Any]]) -> None:
            async with gate:
                for act, about in acts:
                    self.acts[act] = self.acts.get(act, 0) + 1
                    try:
                        await self._act(one, day, act, about)
                    except Exception as error:
                        one.part(f"{day}, {act} {about}", error)
                        return

        async with asyncio.TaskGroup() as group:
            for one, acts in today:
                group.create_task(serve(one, acts))

    async def _act(self, one: Life, day: date, act: str, about: Any) -> None:
        if act == "happens":  # behind an act of the same day
            self.plan(day, one, act, about)
        else:
            await getattr(self.officers, act)(one, day, about)

    # The clock

    def _expire(self, day: date) -> list[Life]:
        had = [one for one in self.lives if one.body.on("red")]
        for one in had:
            one.body.expire(day)
        return [one for one in had if not one.body.on("red")]

    async def _fire(self) -> None:
        while await self.desk.service.runtime.deadlines.fire_due():
            pass

    async def _clock(self, day: date) -> None:
        """The worker looks at everybody at whom it has to look, and so does the model."""
        await self.desk.service.settle()
        for one in self.lives:
            had = set(one.body.leads)
            one.body.look(day)
            if set(one.body.leads) - had:
                self.plan(day + timedelta(days=2), one, "visit")

    # The comparison

    async def _compare(self, day: date, touched: list[Life]) -> None:
        """Lists, terms and measures in force of those with whom something happened."""
        some = [one for one in touched if not one.differs]
        if not some:
            return
        given = {"some": [one.file.organization for one in some]}
        async with self.desk.service.runtime.worker_engine.connect() as connection:
            held = (await connection.execute(HELD, given)).all()
            in_force = (await connection.execute(IN_FORCE, given)).all()
        for one in some:
            try:
                self._compare_one(one, held, in_force)
            except AssertionError as error:
                one.part(f"end of {day}", error)
        self.compared += len(some)

    def _compare_one(self, one: Life, held: Any, in_force: Any) -> None:
        key = one.file.organization
        found = {row.list: row for row in held if row.organization_id == key}
        for name in terms.MEASURES:
            expected, row = one.body.on(name), found.get(name)
            assert (row is None) == (expected is None), f"{name}, by law {expected}"
            if row is None:
                continue
            one.file.listings[expected] = row.id
            shown = (row.listed_on, row.term_started_on, row.exit_not_before,
                     row.publication_ends_on, row.valid_until)  # fmt: skip
            by_law = (expected.listed_on, expected.since, expected.exit,
                      expected.shown_until, expected.valid_until)  # fmt: skip
            assert shown == by_law, f"{name} {shown}, by law {by_law}"
            assert set(row.measures) == terms.MEASURES[name], row.measures
        measures = sorted(row.code for row in in_force if row.organization_id == key)
        assert measures == one.body.measures, f"{measures}, by law {one.body.measures}"


def _days() -> Iterator[date]:
    day = life.FIRST
    while day <= life.LAST:
        yield day
        day += timedelta(days=1)
