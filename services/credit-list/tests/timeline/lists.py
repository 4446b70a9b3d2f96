"""The lists of one organisation: how it comes on them and off them again."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from importlib import import_module

terms = import_module("services.credit-list.tests.timeline.terms")

ADVERSE = ("abnormal", "serious")


@dataclass
class Ground:
    number: int
    code: str
    day: date
    exit: date | None
    wrong: bool = False


@dataclass
class Repair:
    status: str = "applied"
    duty_done: bool = False
    seen: set[int] = field(default_factory=set[int])


@dataclass(eq=False)
class Listing:
    list: str
    listed_on: date
    since: date
    exit: date | None = None
    shown_until: date | None = None
    valid_until: date | None = None
    grounds: list[Ground] = field(default_factory=list[Ground])
    left_on: date | None = None
    why: str | None = None
    above: "Listing | None" = None
    above_ground: int = 0
    stands_for: "Listing | None" = None
    repair: Repair | None = None
    apply_from: date | None = None

    @property
    def right(self) -> list[Ground]:
        """The grounds on which it rests."""
        return [one for one in self.grounds if not one.wrong]

    @property
    def story(self) -> tuple[object, ...]:
        grounds = tuple((one.number, one.code, one.day, one.wrong) for one in self.grounds)
        return (self.list, self.listed_on, self.since, self.exit, self.shown_until,
                self.valid_until, self.left_on, self.why, grounds)  # fmt: skip


@dataclass
class Lists:
    status: str = "active"
    listings: list[Listing] = field(default_factory=list[Listing])

    def on(self, name: str) -> Listing | None:
        return next((one for one in self.listings if one.list == name and not one.left_on), None)

    @property
    def measures(self) -> list[str]:
        """Those in force: what the lists bring on which it stands, and nothing else."""
        found = [one for name in terms.MEASURES if self.on(name) for one in terms.MEASURES[name]]
        return sorted(found)

    def enter(self, name: str, codes: list[str], day: date) -> None:
        """On an adverse list by one decision, or its term begins again."""
        listing = self.on(name)
        if listing is None:
            listing = Listing(name, day, day)
            self.listings.append(listing)
        listing.since, listing.shown_until = day, terms.shown_until(name, day)
        superseded = {"red": len(listing.grounds) + 1}
        for code in codes:
            exit_on = terms.way_out(name, code, day)
            listing.grounds.append(Ground(len(listing.grounds) + 1, code, day, exit_on))
            if code == "two-years-abnormal":
                superseded["abnormal"] = len(listing.grounds)
        exits = [one.exit for one in listing.right if one.exit]
        listing.exit = max(exits) if exits else None
        for other, number in superseded.items():
            below = self.on(other)
            if below is not None:
                below.left_on, below.why = day, "superseded"
                below.above, below.above_ground = listing, number

    def leave(self, name: str, day: date, why: str) -> None:
        listing = self.on(name)
        if listing is not None:
            listing.left_on, listing.why = day, why

    def remove(self, name: str, day: date, *, duty_done: bool) -> str:
        """依法移出 by the registrar."""
        listing = self.on(name)
        assert listing is not None
        if self.status != "cancelled":
            if name == "serious":
                return "not-by-removal"
            if not duty_done:
                return "duty-not-done"
            if listing.exit is not None and day < listing.exit:
                return "term-not-over"
        self.leave(name, day, "removed")
        return ""

    # Red list

    def is_fit(self, grade: str, day: date) -> bool:
        red = self.on("red")
        return (
            self.status == "active"
            and grade in ("4A", "5A")
            and not any(self.on(name) for name in ADVERSE)
            and (red is None or day >= terms.months_later(red.valid_until, -2))
        )

    def enter_red(self, day: date) -> None:
        listing = self.on("red")
        if listing is None:
            listing = Listing("red", day, day, valid_until=day)
            self.listings.append(listing)
        listing.since = day
        listing.valid_until = terms.months_later(listing.valid_until, 12)
        listing.grounds.append(Ground(len(listing.grounds) + 1, "good-faith", day, None))

    def expire(self, day: date) -> None:
        listing = self.on("red")
        if listing is not None and listing.valid_until is not None and day > listing.valid_until:
            self.leave("red", day, "expired")

    # Corrections

    def correct(self, listing: Listing, numbers: set[int], day: date) -> str:
        """The whole listing, or some of its grounds, should never have been."""
        superseded = listing.why == "superseded" and listing.list == "abnormal"
        if listing.left_on is not None and not superseded:
            return "illegal-transition"
        if any(one.stands_for is listing for one in self.listings):
            return "stands-again"
        if listing.left_on is None:
            self._lift(listing, numbers, day)
            return ""
        for one in listing.grounds:
            one.wrong |= one.number in numbers
        if not listing.right:
            listing.why = "corrected"
            above = listing.above
            assert above is not None
            if above.left_on is None:
                self._lift(above, {listing.above_ground}, day)
        return ""

    def _lift(self, listing: Listing, numbers: set[int], day: date) -> None:
        fallen = {one.number for one in listing.right if one.number in numbers}
        if not fallen:
            return
        for one in listing.grounds:
            one.wrong |= one.number in fallen
        if listing.right:
            listing.listed_on = min(one.day for one in listing.right)
            listing.since = max(one.day for one in listing.right)
            exits = [one.exit for one in listing.right if one.exit]
            listing.exit = max(exits) if exits else None
            listing.shown_until = terms.shown_until(listing.list, listing.since)
        else:
            self.leave(listing.list, day, "corrected")
        for below in sorted(self.listings, key=lambda one: one.list == "red"):
            if below.above is not listing or below.why != "superseded":
                continue
            if not listing.right or (below.list != "red" and below.above_ground in fallen):
                self._stand_again(below, day)

    def _stand_again(self, below: Listing, day: date) -> None:
        if self.status == "cancelled" or self.on(below.list):
            return
        if below.list == "red":
            assert below.valid_until is not None
            if self.status != "active" or day > below.valid_until:
                return
            if any(self.on(name) for name in ADVERSE):
                return
        grounds = [replace(one) for one in below.right]
        again = replace(below, grounds=grounds, left_on=None, why=None, above=None, repair=None,
                        apply_from=None, stands_for=below)  # fmt: skip
        self.listings.append(again)

    # Repairs

    def apply(self, listing: Listing, day: date) -> str:
        if listing.left_on is not None:
            return "nothing-to-repair"
        if listing.repair is not None:
            return "repair-open"
        if listing.apply_from is not None and day < listing.apply_from:
            return "reapply-later"
        listing.repair = Repair()
        return ""

    def check(self, listing: Listing, *, duty_done: bool) -> str:
        assert listing.repair is not None
        if listing.left_on is not None:
            return "nothing-to-repair"
        seen = {one.number for one in listing.right}
        listing.repair = Repair("checked", duty_done, seen)
        return ""

    def grant(self, listing: Listing, day: date, by: str) -> str:
        repair = listing.repair
        assert repair is not None
        if by == "approver-1":
            return "two-person-rule"  # the one who listed
        if listing.left_on is not None:
            return "nothing-to-repair"
        if repair.seen != {one.number for one in listing.right}:
            return "check-outdated"
        if self.status == "revoked":
            return "leaves-by-cancellation"
        if not repair.duty_done:
            return "duty-not-done"
        if listing.exit is not None and day < listing.exit:
            return "term-not-over"
        self.leave(listing.list, day, "repaired")
        listing.repair = None
        return ""

    def refuse(self, listing: Listing, day: date) -> str:
        listing.repair = None
        listing.apply_from = max(day + timedelta(days=10), listing.exit or day)
        return ""
