"""What officers and organisations do, by chance, on the service and in the model alike."""

from datetime import date, timedelta
from importlib import import_module
from typing import Any

life = import_module("services.credit-list.tests.timeline.life")
terms = import_module("services.credit-list.tests.timeline.terms")


def after(day: date, days: int) -> date:
    return day + timedelta(days=days)


class Officers:
    """Acts of one day for one organisation, by their names. ``plan`` puts another on the agenda."""

    def __init__(self, plan: Any) -> None:
        self.plan = plan
        self.acts: dict[str, int] = {}

    def same(self, found: str, expected: str) -> str:
        assert found == expected, f"refused as {found!r}, by law {expected!r}"
        if found:
            self.acts[found] = self.acts.get(found, 0) + 1
        return found

    # Leads and cases

    async def visit(self, one: Any, day: date, _about: Any) -> None:
        """An officer looks at every open lead, takes it, dismisses it or leaves it lying."""
        leads = await one.file.leads()
        known = {
            key: tuple(sorted(self._day(one, name) for name in names))
            for key, names in one.body.leads.items()
        }
        shown = {key: days for key, (_, days) in leads.items()}
        assert shown == known, f"leads {shown}, by law {known}"
        for name, code in sorted(leads):
            key, _ = leads[name, code]
            what = life.choice(one.number, name, code, day).random()
            if what < 0.1:
                self.same(await one.file.dismiss(key), one.body.dismiss(name, code))
            elif what < 0.8:
                await self._take(one, day, name, code, key)
            else:
                self.plan(after(day, 45), one, "visit")

    def _day(self, one: Any, name: str) -> date:
        if name.startswith("listing "):
            return date.fromisoformat(name.rsplit(" ", 1)[1])
        return one.body.facts[name].day

    async def _take(self, one: Any, day: date, name: str, code: str, lead: Any) -> None:
        known = one.body.cases.get(name)
        joined = known is not None
        if self.same(await one.file.take(name, lead), one.body.take(name, code, day)):
            return
        chance = life.choice(one.number, name, code, day, "case")
        if joined:
            self.acts["join"] = self.acts.get("join", 0) + 1
        drafted = after(day, chance.choice((0, 0, 2)))
        self.plan(drafted, one, "draft", name)
        self.plan(after(drafted, chance.choice((0, 0, 3))), one, "serve", name)
        if chance.random() < 0.06:
            self.plan(after(day, chance.randrange(20)), one, "withdraw", name)

    async def draft(self, one: Any, _day: date, name: str) -> None:
        case = one.body.cases.get(name)
        if case is not None and not case.told:
            self.same(await one.file.draft(name), one.body.draft(name))

    async def serve(self, one: Any, day: date, name: str) -> None:
        case = one.body.cases.get(name)
        if case is None or case.told:
            return
        if self.same(await one.file.serve(name, day), one.body.serve(name, day)):
            await self.draft(one, day, name)  # what was joined meanwhile is not in the draft
            await self.serve(one, day, name)
            return
        chance = life.choice(one.number, name, day, "served")
        ends = case.window_ends
        self.plan(ends, one, "decide", (name, True, "approver-1"))  # a day too early
        if chance.random() < 0.1:
            self.plan(after(ends, 1), one, "decide", (name, True, "clerk-1"))
        if chance.random() < 0.4:
            said = chance.choice((day, ends, after(ends, 1)))
            self.plan(said, one, "state", (name, None))
        if chance.random() < 0.15:
            late = after(ends, chance.choice((1, 3)))
            self.plan(late, one, "state", (name, chance.choice((ends, after(ends, 1)))))
        if chance.random() < 0.3:
            self.plan(chance.choice((day, ends, after(ends, 1))), one, "ask_hearing", name)
        listed = chance.random() < 0.85
        about = (name, listed, "approver-1")
        self.plan(after(ends, chance.choice((1, 1, 5))), one, "decide", about)

    async def state(self, one: Any, day: date, about: tuple[str, date | None]) -> None:
        name, received = about
        if name not in one.body.cases or not one.body.cases[name].served:
            return
        if received is not None and received > day:
            return
        refused = one.body.state(name, received or day)
        if not self.same(await one.file.state(name, received), refused):
            self.plan(after(day, 2), one, "verify", name)

    async def verify(self, one: Any, _day: date, name: str) -> None:
        if name in one.body.cases and one.body.cases[name].unverified:
            self.same(await one.file.verify(name), one.body.verify(name))

    async def ask_hearing(self, one: Any, day: date, name: str) -> None:
        if name not in one.body.cases or not one.body.cases[name].served:
            return
        refused = one.body.ask_hearing(name, day)
        if not self.same(await one.file.ask_hearing(name), refused):
            by = life.choice(one.number, name, day, "hearing").choice(("chair-1", "chair-1", ""))
            self.plan(after(day, 1), one, "end_hearing", (name, "clerk-1"))
            self.plan(after(day, 14), one, "end_hearing", (name, by))

    async def end_hearing(self, one: Any, day: date, about: tuple[str, str]) -> None:
        name, by = about
        if name in one.body.cases and one.body.cases[name].hearing == "requested":
            refused = one.body.end_hearing(name, by)
            self.same(await one.file.end_hearing(name, day, by), refused)

    async def decide(self, one: Any, day: date, about: tuple[str, bool, str]) -> None:
        name, listed, by = about
        case = one.body.cases.get(name)
        if case is None or not case.served:
            return
        refused = one.body.decide(name, day, by, listed=listed)
        self.same(await one.file.decide(name, by, listed=listed), refused)
        if refused in ("statement-not-verified", "hearing-pending"):
            self.plan(after(day, 3), one, "decide", about)
        elif refused in ("organization-cancelled", "not-long-enough-abnormal"):
            await self.withdraw(one, day, name)
        elif not refused and listed:
            self._plan_exits(one, day, name)

    async def withdraw(self, one: Any, _day: date, name: str) -> None:
        if name in one.body.cases:
            self.same(await one.file.withdraw(name), one.body.withdraw(name))

    # The ways out

    def _plan_exits(self, one: Any, day: date, name: str) -> None:
        """Some try too early, some on the first day, some never; some were listed wrongly."""
        chance = life.choice(one.number, name, day, "exit")
        leaves = one.body.on(name).exit or after(day, 30)
        for days in chance.choice(((), (), (-8, 0), (-4,), (-200, 40), (100,))):
            self.plan(max(after(day, 1), after(leaves, days)), one, "apply", name)
        if name == "abnormal" and chance.random() < 0.2:
            about = (name, chance.random() < 0.8)
            self.plan(after(leaves, chance.choice((-1, 0, 60))), one, "remove", about)
        if chance.random() < 0.12:
            self.plan(after(day, chance.choice((1, 40, 300))), one, "correct", "")
        if one.body.on(name).grounds[-1].code == "two-years-abnormal" and chance.random() < 0.4:
            self.plan(after(day, 10), one, "correct", "")
            self.plan(after(day, 20), one, "correct_superseded", "")
        if name == "abnormal":
            two_years = terms.months_later(day, 24)
            self.plan(after(two_years, 60), one, "correct_superseded", "")
            if one.number <= 5:  # the worker looks on the very day
                self.plan(after(two_years, -1), one, "clock")
                self.plan(two_years, one, "clock")

    async def clock(self, one: Any, day: date, _about: Any) -> None:
        """Stands on the agenda so that the worker looks on that day."""

    async def correct(self, one: Any, day: date, _about: str) -> None:
        """Any current listing, as a whole or in one ground."""
        chance = life.choice(one.number, day, "correct")
        known = list(one.file.listings)
        current = [it for it in known if it.left_on is None or chance.random() < 0.1]
        if current:
            await self._correct(one, day, chance, chance.choice(current))

    async def correct_superseded(self, one: Any, day: date, _about: str) -> None:
        chance = life.choice(one.number, day, "correct superseded")
        found = [known for known in one.file.listings if known.why == "superseded"]
        if found and chance.random() < 0.3:
            await self._correct(one, day, chance, chance.choice(found))

    async def _correct(self, one: Any, day: date, chance: Any, listing: Any) -> None:
        numbers = [ground.number for ground in listing.right]
        number = chance.choice(numbers) if numbers and chance.random() < 0.6 else None
        chosen = {number} if number is not None else set(numbers)
        refused = one.body.correct(listing, chosen, day)
        self.same(await one.file.correct(listing, number), refused)

    async def remove(self, one: Any, day: date, about: tuple[str, bool]) -> None:
        name, duty_done = about
        listing = one.body.on(name)
        if listing in one.file.listings:
            refused = one.body.remove(name, day, duty_done=duty_done)
            self.same(await one.file.remove(listing, duty_done=duty_done), refused)

    async def apply(self, one: Any, day: date, name: str) -> None:
        listing = one.body.on(name)
        if listing not in one.file.listings:
            return
        if self.same(await one.file.apply(listing), one.body.apply(listing, day)):
            return
        chance = life.choice(one.number, name, day, "repair")
        step = "send_back" if chance.random() < 0.15 else "accept"
        self.plan(after(day, 1), one, step, listing)

    async def send_back(self, one: Any, day: date, listing: Any) -> None:
        self.same(await one.file.send_back(listing), "")
        self.plan(after(day, 2), one, "supplement", listing)

    async def supplement(self, one: Any, day: date, listing: Any) -> None:
        self.same(await one.file.supplement(listing), "")
        self.plan(day, one, "accept", listing)

    async def accept(self, one: Any, day: date, listing: Any) -> None:
        self.same(await one.file.accept(listing), "")
        self.plan(after(day, 1), one, "check", listing)

    async def check(self, one: Any, day: date, listing: Any) -> None:
        chance = life.choice(one.number, day, "check")
        duty_done = chance.random() < 0.85
        refused = one.body.check(listing, duty_done=duty_done)
        if self.same(await one.file.check(listing, duty_done=duty_done), refused):
            await self._give_up(one, listing)
            return
        if chance.random() < 0.1:
            self.plan(after(day, 1), one, "grant", (listing, "approver-1"))
        self.plan(after(day, chance.choice((2, 2, 25))), one, "grant", (listing, "approver-2"))

    async def grant(self, one: Any, day: date, about: tuple[Any, str]) -> None:
        listing, by = about
        if listing.repair is None:
            return
        chance = life.choice(one.number, day, "grant")
        refused = one.body.grant(listing, day, by)
        self.same(await one.file.decide_repair(listing, by, "grant"), refused)
        if refused == "check-outdated":
            await self.check(one, day, listing)
        elif refused == "nothing-to-repair" or (refused and chance.random() < 0.2):
            if by != "approver-1":
                await self._give_up(one, listing)
        elif refused and by != "approver-1":
            self.same(
                await one.file.decide_repair(listing, by, "refuse"), one.body.refuse(listing, day)
            )
            self.plan(after(day, 5), one, "apply", listing.list)
            self.plan(listing.apply_from, one, "apply", listing.list)

    async def _give_up(self, one: Any, listing: Any) -> None:
        self.same(await one.file.withdraw_repair(listing), "")
        listing.repair = None
