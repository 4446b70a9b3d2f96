"""The rules of Order 60 and of NDRC Order 36 once more, as plainly as they can be written.

Nothing of the service is used here but the calendar of working days: this is what the service is
compared with. One :class:`Body` is one organisation; its methods are what happens to it on a day
and answer with the ``type`` of the refusal, or with nothing.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from liandong.values import working_days

SMALL_FINE_BELOW = 5_000_000
"""50,000 元 in 分."""
ORDER_36 = date(2026, 4, 1)
NOTHING_TO_RECTIFY = {"minor-penalty"}


def months_later(day: date, months: int) -> date:
    """The same day of the month; where the month has none, its last day."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    number = day.day
    while True:
        try:
            return date(year, month, number)
        except ValueError:
            number -= 1


def working_day_after(day: date, number: int) -> date:
    calendar = working_days.load()
    while number:
        day += timedelta(days=1)
        number -= calendar.is_working_day(day)
    return day


@dataclass
class Fact:
    name: str
    kind: str
    day: date
    year: int = 0
    sanctions: tuple[str, ...] = ()
    fine: int = 0
    put_right: bool = False
    gone: bool = False


@dataclass
class Case:
    code: str
    window_ends: date | None = None
    stated: bool = False
    verified: bool = False


@dataclass
class Listing:
    list: str
    listed_on: date
    since: date
    exit: date | None
    shown_until: date | None
    left_on: date | None = None
    why: str | None = None

    @property
    def story(self) -> tuple[object, ...]:
        return (self.list, self.listed_on, self.since, self.exit, self.shown_until,
                self.left_on, self.why)  # fmt: skip


@dataclass
class Body:
    """One organisation, its facts, and what the bureau has made of them."""

    status: str = "active"
    facts: dict[str, Fact] = field(default_factory=dict[str, Fact])
    leads: dict[tuple[str, str], set[str]] = field(default_factory=dict[tuple[str, str], set[str]])
    dealt_with: set[tuple[str, str, str]] = field(default_factory=set[tuple[str, str, str]])
    cases: dict[str, Case] = field(default_factory=dict[str, Case])
    listings: list[Listing] = field(default_factory=list[Listing])

    def on(self, name: str) -> Listing | None:
        return next((one for one in self.listings if one.list == name and not one.left_on), None)

    # Facts, and what they propose

    def learn(self, fact: Fact, day: date) -> None:
        self.facts[fact.name] = fact
        self.look(day)

    def put_right(self, name: str, day: date) -> None:
        self.facts[name].put_right = True
        self.look(day)

    def take_back(self, name: str, day: date) -> None:
        self.facts[name].gone = True
        self.look(day)

    def look(self, day: date) -> None:
        """Leads are opened, kept or ended by what the facts say today."""
        proposed: dict[tuple[str, str], set[str]] = {}
        for list_, code, names in self.grounds(day) if self.status != "cancelled" else []:
            if any((list_, code, name) not in self.dealt_with for name in names):
                proposed.setdefault((list_, code), set()).update(names)
        for list_, code in list(proposed):
            case = self.cases.get(list_)
            if (list_, code) not in self.leads and case is not None and case.code == code:
                del proposed[list_, code]
        self.leads = proposed

    def grounds(self, day: date) -> list[tuple[str, str, set[str]]]:
        """Every set of facts that by itself is a situation of Order 60 art. 11 or 15."""
        facts = sorted(
            (one for one in self.facts.values() if not one.gone), key=lambda one: one.day
        )
        found: list[tuple[str, str, set[str]]] = []
        small: list[Fact] = []
        letters: list[Fact] = []
        for one in facts:
            match one.kind:
                case "report_missed":
                    found.append(("abnormal", "annual-report", {one.name}))
                case "no_party_organisation":
                    found.append(("abnormal", "party-organisation", {one.name}))
                case "rectification_overdue":
                    if not one.put_right:
                        found.append(("abnormal", "rectification-overdue", {one.name}))
                case "fundraising_idle":
                    found.append(("abnormal", "public-fundraising", {one.name}))
                case "court_defaulter":
                    found.append(("serious", "court-defaulter", {one.name}))
                case "change_revoked":
                    found.append(("serious", "fraudulent-change", {one.name}))
                case "revocation":
                    found.append(("serious", "certificate-revoked", {one.name}))
                case "letter_undelivered":
                    letters.append(one)
                case "penalty":
                    if "suspension" in one.sanctions:
                        found.append(("serious", "suspension-penalty", {one.name}))
                    if one.fine >= SMALL_FINE_BELOW:
                        found.append(("serious", "fine-50000", {one.name}))
                    if "warning" in one.sanctions or 0 < one.fine < SMALL_FINE_BELOW:
                        found.append(("abnormal", "minor-penalty", {one.name}))
                        small.append(one)
                case _:
                    raise AssertionError(one.kind)
        for first in small:
            for second in small:
                later = (first.day, first.name) < (second.day, second.name)
                if later and second.day <= months_later(first.day, 36):
                    found.append(("serious", "repeated-penalties", {first.name, second.name}))
        for first in letters:
            for second in letters:
                if 20 <= (second.day - first.day).days <= 60:
                    found.append(("abnormal", "not-contactable", {first.name, second.name}))
        listed = self.on("abnormal")
        if listed is not None and day >= months_later(listed.since, 24):
            number = self.listings.index(listed)
            found.append(("serious", "two-years-abnormal", {f"listing {number} {listed.since}"}))
        return found

    # Cases

    def take(self, name: str, code: str, day: date) -> str:
        if self.status == "cancelled":
            return "organization-cancelled"
        if refused := self._not_two_years(code, day):
            return refused
        names = self.leads.pop((name, code))
        self.dealt_with |= {(name, code, one) for one in names}
        self.cases[name] = Case(code)
        return ""

    def dismiss(self, name: str, code: str) -> str:
        names = self.leads.pop((name, code))
        self.dealt_with |= {(name, code, one) for one in names}
        return ""

    def serve(self, name: str, day: date) -> str:
        self.cases[name].window_ends = working_day_after(day, 10)
        return ""

    def state(self, name: str, day: date) -> str:
        case = self.cases[name]
        assert case.window_ends is not None
        if day > case.window_ends:
            return "defence-window-over"
        case.stated, case.verified = True, False
        return ""

    def verify(self, name: str) -> str:
        self.cases[name].verified = True
        return ""

    def decide(self, name: str, day: date, *, listed: bool) -> str:
        case = self.cases[name]
        assert case.window_ends is not None
        if day <= case.window_ends:
            return "defence-window-open"
        if case.stated and not case.verified:
            return "statement-not-verified"
        if listed:
            if self.status == "cancelled":
                return "organization-cancelled"
            if refused := self._not_two_years(case.code, day):
                return refused
            self._enter(name, case.code, day)
        del self.cases[name]
        return ""

    def withdraw(self, name: str) -> str:
        del self.cases[name]
        return ""

    def _not_two_years(self, code: str, day: date) -> str:
        if code != "two-years-abnormal":
            return ""
        listed = self.on("abnormal")
        long_enough = listed is not None and day >= months_later(listed.since, 24)
        return "" if long_enough else "not-long-enough-abnormal"

    # Lists

    def _enter(self, name: str, code: str, day: date) -> None:
        if code == "two-years-abnormal":
            self._leave("abnormal", day, "superseded")
        months = 24 if name == "serious" else 6 if code in NOTHING_TO_RECTIFY else 0
        if name == "serious" and day >= ORDER_36:
            months = max(months, 12)
        leaves = months_later(day, months) if months else None
        shown = months_later(day, 36) if name == "serious" and day >= ORDER_36 else None
        listing = self.on(name)
        if listing is None:
            self.listings.append(Listing(name, day, day, leaves, shown))
        else:
            listing.since, listing.shown_until = day, shown
            if leaves is not None and (listing.exit is None or leaves > listing.exit):
                listing.exit = leaves

    def _leave(self, name: str, day: date, why: str) -> None:
        listing = self.on(name)
        if listing is not None:
            listing.left_on, listing.why = day, why

    def repair(self, name: str, day: date) -> str:
        listing = self.on(name)
        assert listing is not None
        if self.status == "revoked":
            return "leaves-by-cancellation"
        if listing.exit is not None and day < listing.exit:
            return "term-not-over"
        self._leave(name, day, "repaired")
        return ""

    # Registration

    def revoke(self, fact: Fact, day: date) -> None:
        self.status = "revoked"
        self.learn(fact, day)

    def restore(self, name: str, day: date) -> None:
        self.status = "active"
        self.take_back(name, day)

    def cancel(self, day: date) -> None:
        """A revoked body leaves the lists when its cancellation is completed."""
        if self.status == "revoked":
            self._leave("abnormal", day, "removed")
            self._leave("serious", day, "removed")
        self.status = "cancelled"
