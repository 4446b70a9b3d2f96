"""What happens to organisations in five years, by chance but always the same for one seed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import import_module
from random import Random

Fact = import_module("services.credit-list.tests.timeline.facts").Fact

FIRST, LAST = date(2021, 12, 1), date(2026, 11, 30)
"""With a leap day, and with NDRC Order 36 coming into force on the way."""


@dataclass(frozen=True)
class Happening:
    day: date
    what: str
    """fact, put_right, take_back, grade, grade_lost, revoke, restore, cancel"""
    name: str = ""
    fact: object = None


def of_one(seed: int) -> list[Happening]:
    """What happens to one organisation, in order; nothing after its cancellation."""
    chance = Random(seed)
    found = [
        one
        for number in range(chance.choice((0, 1, 1, 2, 3, 4, 6)))
        for one in _facts(chance, f"{seed}-{number}", _some_day(chance))
    ]
    found += _grade(chance, f"{seed}-grade")
    found += _end(chance, f"{seed}-end")
    found = sorted((one for one in found if one.day <= LAST), key=lambda one: (one.day, one.name))
    ended = next((number for number, one in enumerate(found) if one.what == "cancel"), len(found))
    return _years_once(found[: ended + 1])


def _some_day(chance: Random) -> date:
    return FIRST + timedelta(days=chance.randrange((LAST - FIRST).days))


def _facts(chance: Random, name: str, day: date) -> Iterator[Happening]:
    """Troubles do not come alone: some soon after, while a case is open, some while listed."""
    yield from _fact(chance, name, day)
    if chance.random() < 0.45:
        later = day + timedelta(days=chance.choice((1, 4, 9, 14, 20, 120, 360)))
        yield from _fact(chance, f"{name}+", later)


def _grade(chance: Random, name: str) -> Iterator[Happening]:
    """等级评估: lasts five years, unless it is lost."""
    grade = chance.choice(("", "", "3A", "4A", "4A", "5A"))
    if not grade:
        return
    day = FIRST + timedelta(days=chance.randrange(900))
    yield Happening(day, "grade", name, grade)
    if chance.random() < 0.25:
        yield Happening(day + timedelta(days=chance.randrange(100, 900)), "grade_lost", name)


def _fact(chance: Random, name: str, day: date) -> Iterator[Happening]:
    kind = chance.choice(
        ("report_missed", "warning", "fine", "fine", "suspension", "rectification_overdue",
         "letters", "court_defaulter", "no_party_organisation", "fundraising_idle",
         "change_revoked")
    )  # fmt: skip
    told = _told(chance, name, kind, day)
    yield from told
    if kind == "rectification_overdue" and chance.random() < 0.6:
        yield Happening(day + timedelta(days=chance.randrange(1, 90)), "put_right", name)
    elif len(told) == 1 and chance.random() < 0.15:
        yield Happening(day + timedelta(days=chance.randrange(1, 200)), "take_back", name)


def _told(chance: Random, name: str, kind: str, day: date) -> list[Happening]:
    match kind:
        case "report_missed":
            fact = Fact(name, kind, day, year=day.year - 1)
        case "warning":
            fact = Fact(name, "penalty", day, sanctions=("warning",))
        case "fine":
            fen = chance.choice((100, 4_999_999, 5_000_000, 8_000_000))
            fact = Fact(name, "penalty", day, sanctions=("fine",), fine=fen)
        case "suspension":
            fact = Fact(name, "penalty", day, sanctions=("suspension", "warning"))
        case "letters":
            second = day + timedelta(days=chance.choice((19, 20, 37, 60, 61)))
            return [
                Happening(when, "fact", f"{name}{which}", Fact(f"{name}{which}",
                          "letter_undelivered", when))
                for which, when in (("a", day), ("b", second))
            ]  # fmt: skip
        case _:
            fact = Fact(name, kind, day)
    return [Happening(day, "fact", name, fact)]


def _end(chance: Random, name: str) -> Iterator[Happening]:
    day = _some_day(chance)
    later = day + timedelta(days=chance.randrange(30, 700))
    match chance.choice(("", "", "", "", "cancel", "revoke", "revoke-restore", "revoke-cancel")):
        case "cancel":
            yield Happening(day, "cancel", name)
        case "revoke":
            yield _revoked(day, name)
        case "revoke-restore":
            yield from (_revoked(day, name), Happening(later, "restore", name))
        case "revoke-cancel":
            yield from (_revoked(day, name), Happening(later, "cancel", name))
        case _:
            pass


def _revoked(day: date, name: str) -> Happening:
    return Happening(day, "revoke", name, Fact(name, "revocation", day))


def _years_once(found: list[Happening]) -> list[Happening]:
    """An inspection year is missed once; what concerns a fact that never was is left out."""
    years: set[int] = set()
    names: set[str] = set()
    kept: list[Happening] = []
    for one in found:
        if isinstance(one.fact, Fact):
            if one.fact.year and one.fact.year in years:
                continue
            years.add(one.fact.year)
            names.add(one.name)
        if one.what == "grade":
            names.add(one.name)
        if one.what in ("fact", "revoke", "cancel") or one.name in names:
            kept.append(one)
    return kept


def choice(*about: object) -> Random:
    """How an officer decides about something: by chance, but always the same."""
    return Random("/".join(str(one) for one in about))
