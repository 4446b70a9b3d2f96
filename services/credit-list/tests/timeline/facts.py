"""Facts, and which of them are a situation of Order 60 art. 11 or 15."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from importlib import import_module

terms = import_module("services.credit-list.tests.timeline.terms")


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

    @property
    def is_small_penalty(self) -> bool:
        return "warning" in self.sanctions or 0 < self.fine < terms.SMALL_FINE_BELOW


ALONE = {
    "report_missed": ("abnormal", "annual-report"),
    "no_party_organisation": ("abnormal", "party-organisation"),
    "rectification_overdue": ("abnormal", "rectification-overdue"),
    "fundraising_idle": ("abnormal", "public-fundraising"),
    "court_defaulter": ("serious", "court-defaulter"),
    "change_revoked": ("serious", "fraudulent-change"),
    "revocation": ("serious", "certificate-revoked"),
}


def situations(known: Iterable[Fact]) -> list[tuple[str, str, set[str]]]:
    """List, situation, and the names of the facts that make it by themselves."""
    facts = sorted((one for one in known if not one.gone), key=lambda one: one.day)
    found: list[tuple[str, str, set[str]]] = []
    for one in facts:
        if one.kind in ALONE and not one.put_right:
            found.append((*ALONE[one.kind], {one.name}))
        if "suspension" in one.sanctions:
            found.append(("serious", "suspension-penalty", {one.name}))
        if one.fine >= terms.SMALL_FINE_BELOW:
            found.append(("serious", "fine-50000", {one.name}))
        if one.is_small_penalty:
            found.append(("abnormal", "minor-penalty", {one.name}))
    for number, first in enumerate(facts):
        for second in facts[number + 1 :]:
            names = {first.name, second.name}
            small = first.is_small_penalty and second.is_small_penalty
            if small and second.day <= terms.months_later(first.day, 36):
                found.append(("serious", "repeated-penalties", names))
            letters = first.kind == second.kind == "letter_undelivered"
            if letters and 20 <= (second.day - first.day).days <= 60:
                found.append(("abnormal", "not-contactable", names))
    return found
