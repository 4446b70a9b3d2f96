"""The rules of Order 60 and of NDRC Order 36 once more, as plainly as they can be written.

Nothing of the service is used here but the calendar of working days: this is what the service is
compared with. One :class:`Body` is one organisation; its methods are what happens to it on a day
and answer with the ``type`` of the refusal, or with nothing.
"""

from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from typing import Any

terms = import_module("services.credit-list.tests.timeline.terms")
facts = import_module("services.credit-list.tests.timeline.facts")
Lists: Any = import_module("services.credit-list.tests.timeline.lists").Lists

Fact = Any
TWO_YEARS = "two-years-abnormal"


@dataclass
class Case:
    codes: list[str]
    by: set[str]
    drafted: bool = False
    served: bool = False
    told: bool = False
    """Of every situation that the case is about."""
    window_ends: date | None = None
    unverified: bool = False
    hearing: str = ""


@dataclass
class Body(Lists):
    """One organisation, its facts, and what the bureau has made of them."""

    facts: dict[str, Fact] = field(default_factory=dict[str, Fact])
    leads: dict[tuple[str, str], set[str]] = field(default_factory=dict[tuple[str, str], set[str]])
    dealt_with: set[tuple[str, str, str]] = field(default_factory=set[tuple[str, str, str]])
    cases: dict[str, Case] = field(default_factory=dict[str, Case])
    grade: str = ""

    # Facts, and what they propose

    def learn(self, fact: Fact, day: date) -> None:
        self.facts[fact.name] = fact
        if fact.kind == "penalty":
            self.leave("red", day, "removed")
        self.look(day)

    def put_right(self, name: str, day: date) -> None:
        self.facts[name].put_right = True
        self.look(day)

    def take_back(self, name: str, day: date) -> None:
        self.facts[name].gone = True
        self.look(day)

    def graded(self, grade: str, day: date) -> None:
        """A grade below 4A, or none, is no longer an example to others."""
        self.grade = grade
        if grade not in ("4A", "5A"):
            self.leave("red", day, "removed")

    def look(self, day: date) -> None:
        """Leads are opened, kept or ended by what the facts say today."""
        proposed: dict[tuple[str, str], set[str]] = {}
        for list_, code, names in self.grounds(day) if self.status != "cancelled" else []:
            if any((list_, code, name) not in self.dealt_with for name in names):
                proposed.setdefault((list_, code), set()).update(names)
        for list_, code in list(proposed):
            case = self.cases.get(list_)
            if (list_, code) not in self.leads and case is not None and code in case.codes:
                del proposed[list_, code]
        self.leads = proposed

    def grounds(self, day: date) -> list[tuple[str, str, set[str]]]:
        """Every set of facts that by itself is a situation of Order 60 art. 11 or 15."""
        found = facts.situations(self.facts.values())
        listed = self.on("abnormal")
        if listed is not None and day >= terms.months_later(listed.since, 24):
            number = self.listings.index(listed)
            found.append(("serious", TWO_YEARS, {f"listing {number} {listed.since}"}))
        return found

    # Cases

    def take(self, name: str, code: str, day: date) -> str:
        """A case, or one situation more in the case that is open."""
        if self.status == "cancelled":
            return "organization-cancelled"
        if refused := self._not_two_years([code], day):
            return refused
        case = self.cases.get(name)
        if case is None:
            self.cases[name] = Case([code], {"clerk-1"})
        else:
            case.codes.append(code)
            case.drafted = case.told = False
            if case.hearing != "requested":
                case.hearing = ""
        names = self.leads.pop((name, code))
        self.dealt_with |= {(name, code, one) for one in names}
        return ""

    def dismiss(self, name: str, code: str) -> str:
        names = self.leads.pop((name, code))
        self.dealt_with |= {(name, code, one) for one in names}
        return ""

    def draft(self, name: str) -> str:
        self.cases[name].drafted = True
        return ""

    def serve(self, name: str, day: date) -> str:
        case = self.cases[name]
        if not case.drafted:
            return "illegal-transition"
        last = terms.working_day_after(day, 10)
        case.window_ends = max(last, case.window_ends or last)
        case.served = case.told = True
        case.drafted = False
        return ""

    def state(self, name: str, received: date) -> str:
        case = self.cases[name]
        assert case.window_ends is not None
        if received > case.window_ends:
            return "defence-window-over"
        case.unverified = True
        return ""

    def verify(self, name: str) -> str:
        self.cases[name].unverified = False
        return ""

    def ask_hearing(self, name: str, day: date) -> str:
        case = self.cases[name]
        assert case.window_ends is not None
        if day > case.window_ends:
            return "defence-window-over"
        if name != "serious":
            return "no-hearing"
        if case.hearing:
            return "hearing-asked"
        case.hearing = "requested"
        return ""

    def end_hearing(self, name: str, by: str) -> str:
        """Held by the chair, or given up by the organisation."""
        case = self.cases[name]
        if by in case.by:
            return "two-person-rule"
        if case.hearing != "requested":
            return "no-hearing-requested"
        case.hearing = "over"
        if by:
            case.by.add(by)
        return ""

    def decide(self, name: str, day: date, by: str, *, listed: bool) -> str:
        case = self.cases[name]
        if by in case.by:
            return "two-person-rule"
        if not case.told:
            return "illegal-transition"
        assert case.window_ends is not None
        if day <= case.window_ends:
            return "defence-window-open"
        if case.unverified:
            return "statement-not-verified"
        if case.hearing == "requested":
            return "hearing-pending"
        if listed:
            if self.status == "cancelled":
                return "organization-cancelled"
            if refused := self._not_two_years(case.codes, day):
                return refused
            self.enter(name, case.codes, day)
        del self.cases[name]
        return ""

    def withdraw(self, name: str) -> str:
        del self.cases[name]
        return ""

    def _not_two_years(self, codes: list[str], day: date) -> str:
        if TWO_YEARS not in codes:
            return ""
        listed = self.on("abnormal")
        long_enough = listed is not None and day >= terms.months_later(listed.since, 24)
        return "" if long_enough else "not-long-enough-abnormal"

    # Registration

    def revoke(self, fact: Fact, day: date) -> None:
        self.status = "revoked"
        self.leave("red", day, "removed")
        self.learn(fact, day)

    def restore(self, name: str, day: date) -> None:
        self.status = "active"
        self.take_back(name, day)

    def cancel(self, day: date) -> None:
        """A revoked body leaves the lists when its cancellation is completed."""
        if self.status == "revoked":
            self.leave("abnormal", day, "removed")
            self.leave("serious", day, "removed")
        self.leave("red", day, "removed")
        self.status = "cancelled"
