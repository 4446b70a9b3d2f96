"""Whatever is done in whatever order: no measure outlives its listing, no repair is given away."""

from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest_asyncio
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from credit_list.cases import service as cases
from credit_list.cases.schemas import ProposeCase

office = import_module("services.credit-list.tests.timeline.office")

Desk = Any
FIRST, LAST_YEAR = "2019-03-01", 2024
TRIGGERS = {"abnormal": "minor-penalty", "serious": "fine-50000", "again": "two-years-abnormal"}
CHAPTERS = (
    ("list abnormal", "half a year", "apply and check", "grant"),
    ("list serious", "two years", "apply and check", "grant"),
    ("list serious", "list serious", "half a year", "correct ground"),
    ("list abnormal", "two years", "list again", "correct"),
    ("list abnormal", "apply and check", "list abnormal", "grant", "refuse"),
    ("list serious", "revoke", "cancel"),
)
NOISE = ("list abnormal", "list serious", "apply", "return", "check", "check in vain", "grant own",
         "withdraw", "remove", "correct ground", "revoke", "restore", "half a year")  # fmt: skip

OUTLIVING = text("""
    SELECT count(*) FROM listing_measure AS measure JOIN listing ON listing.id = measure.listing_id
     WHERE measure.organization_id = :whose AND measure.ended_on IS NULL
       AND NOT (listing.status = 'listed'
                AND to_jsonb(listing.measures) @> to_jsonb(measure.code))""")
MISSING = text("""
    SELECT count(*) FROM listing, jsonb_array_elements_text(to_jsonb(listing.measures)) AS named
     WHERE listing.organization_id = :whose AND listing.status = 'listed'
       AND NOT EXISTS (SELECT FROM listing_measure AS measure WHERE measure.code = named
                          AND measure.listing_id = listing.id AND measure.ended_on IS NULL)""")
GIVEN_AWAY = text("""
    SELECT count(*) FROM listing LEFT JOIN repair
        ON repair.listing_id = listing.id AND repair.status = 'granted'
     WHERE listing.organization_id = :whose AND listing.delist_reason = 'repaired'
       AND (repair.id IS NULL OR NOT repair.obligations_met
            OR repair.decided_on <> listing.delisted_on
            OR repair.decided_on < listing.exit_not_before
            OR repair.decided_by IN (repair.applied_by, repair.accepted_by, repair.checked_by,
                                     listing.listed_by))""")
CURRENT = text("""
    SELECT id FROM listing WHERE organization_id = :whose AND status = 'listed' ORDER BY id""")


class City:
    """Hypothesis would write a desk out in full."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk


class World:
    """One organisation, and officers who do what comes to their minds."""

    def __init__(self, desk: Desk, file: Any) -> None:
        self.desk, self.file = desk, file
        self.repair: Any = None

    @property
    def day(self) -> date:
        return date.fromisoformat(self.desk.today)

    async def listing(self) -> Any:
        async with self.desk.service.runtime.worker_engine.connect() as connection:
            found = await connection.scalar(CURRENT, {"whose": self.file.organization})
        self.file.listings["one"] = found
        return found

    async def do(self, act: str) -> None:
        if act.startswith("list "):
            await self._list(act.removeprefix("list "))
        elif act in ("revoke", "restore", "cancel"):
            told = {"revoke": "revoked", "restore": "restored", "cancel": "cancelled"}[act]
            await self.desk.learn(self.desk.told(told, self.file.organization, self.file.number))
        elif act in ("half a year", "two years"):
            await self._pass({"half a year": 184, "two years": 731}[act])
        elif act.startswith("apply"):
            if await self.listing() and not await self.file.apply("one") and act != "apply":
                assert not await self.file.accept("one")
                assert not await self.file.check("one", duty_done=True)
        elif act in ("remove", "correct", "correct ground"):
            if await self.listing():
                await self._end(act)
        elif "one" in self.file.repairs:
            await self._repair(act)

    async def _pass(self, days: int) -> None:
        if self.day.year < LAST_YEAR:
            self.desk.service.clock.advance(timedelta(days=days))
            while await self.desk.service.runtime.deadlines.fire_due():
                pass

    async def _list(self, name: str) -> None:
        """By the whole procedure, three weeks long."""
        given = {"facts": "受到行政处罚", "evidence": ["处罚决定书"], "trigger": TRIGGERS[name]}
        name = "serious" if name == "again" else name
        body = ProposeCase(organization_id=self.file.organization, list=name, **given)
        if await self.file.act(office.CLERK, lambda uow: cases.propose(uow, body)):
            return
        self.file.cases[name] = self.file.made.id
        assert not await self.file.draft(name)
        assert not await self.file.serve(name, self.day)
        self.desk.service.clock.advance(timedelta(days=25))
        if await self.file.decide(name, "approver-1", listed=True):
            assert not await self.file.withdraw(name)

    async def _end(self, act: str) -> None:
        if act == "remove":
            await self.file.remove("one", duty_done=True)
        else:
            await self.file.correct("one", 1 if act == "correct ground" else None)

    async def _repair(self, act: str) -> None:
        match act:
            case "return":
                await self.file.send_back("one")
                await self.file.supplement("one")
            case "check" | "check in vain":
                await self.file.accept("one")
                await self.file.check("one", duty_done=act == "check")
            case "withdraw":
                await self.file.withdraw_repair("one")
            case _:
                by = "approver-1" if act == "grant own" else "approver-2"
                outcome = "refuse" if act == "refuse" else "grant"
                await self.file.decide_repair("one", by, outcome)

    async def look(self, after: str) -> None:
        whose = {"whose": self.file.organization}
        async with self.desk.service.runtime.worker_engine.connect() as connection:
            assert await connection.scalar(OUTLIVING, whose) == 0, after
            assert await connection.scalar(MISSING, whose) == 0, after
            assert await connection.scalar(GIVEN_AWAY, whose) == 0, after


@st.composite
def paths(draw: st.DrawFn) -> list[str]:
    """What could have happened, and between its acts now and then another one."""
    path: list[str] = []
    for chapter in draw(st.lists(st.sampled_from(CHAPTERS), min_size=2, max_size=3)):
        for act in chapter:
            if draw(st.integers(0, 3)) == 3:
                path.append(draw(st.sampled_from(NOISE)))
            path.append(act)
    return path


@pytest_asyncio.fixture
async def city(desk: Desk) -> City:
    """Its bars on bids end by themselves after half a year: terms of measures, relapses and
    corrections meet."""
    rules = await desk.read("/v1/rule-sets", subject="credit-list.listings")
    shipped = next(one for one in rules if one["version"] == "2018-order-60")["parameters"]
    uses = [{"code": "bar-bids", "months": 6}, {"code": "hold-payments"}]
    serious = shipped["serious"] | {"measures": uses}
    await desk.override("credit-list.listings", "2018-order-60", serious=serious)
    return City(desk)


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=paths())
async def test_no_order_of_acts_leaves_a_measure_in_force_without_its_listing(
    city: City, acts: list[str]
) -> None:
    desk = city.desk
    desk.set_day(FIRST)
    world = World(desk, office.File(desk, await desk.an_organization(), 1))
    for act in acts:
        await world.do(act)
        await world.look(act)
