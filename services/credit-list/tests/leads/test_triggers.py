"""Every situation of Order 60, on the shipped rule set, with its edge days."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import count, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from credit_list.app import DEFINITION
from credit_list.cases.rules import CASES, CaseParameters
from credit_list.leads.domain import TRANSITIONS, Action, Status, advance
from credit_list.leads.rules import TRIGGERS, Condition, TriggerParameters
from credit_list.leads.triggers import ON_ABNORMAL, Fact, Settled, triggered
from credit_list.records.domain import Kind
from liandong.problems import IllegalTransition

BOOK = DEFINITION.rule_book()
RULES: TriggerParameters = BOOK.shipped[TRIGGERS.name][-1].parameters
TODAY = date(2026, 3, 2)
DAY = date(2026, 1, 5)
LIMIT = 5_000_000
"""50,000 元 in 分."""
_numbers = count(1)


def fact(kind: Kind | str, day: date = DAY, **given: Any) -> Fact:
    return Fact(key=f"fact-{next(_numbers)}", kind=kind, day=day, **given)


def penalty(*sanctions: str, fine: int = 0, day: date = DAY) -> Fact:
    return fact(Kind.PENALTY, day, sanctions=frozenset(sanctions), fine_fen=fine)


def codes(*facts: Fact, today: date = TODAY, settled: tuple[Settled, ...] = ()) -> set[str]:
    return {f"{one.list} {one.code}" for one in triggered(facts, RULES, today, settled)}


@pytest.mark.parametrize(("status", "action"), list(product(Status, Action)))
def test_only_the_listed_transitions_exist(status: Status, action: Action) -> None:
    assert status.label
    assert action.label
    if (status, action) in TRANSITIONS:
        assert advance(status, action) is TRANSITIONS[status, action]
    else:
        with pytest.raises(IllegalTransition):
            advance(status, action)


def test_the_conditions_are_about_exactly_the_triggers_of_cases() -> None:
    cases: CaseParameters = BOOK.shipped[CASES.name][-1].parameters
    named = {(one.list, one.code) for one in cases.triggers}
    assert {(one.list, one.code) for one in RULES.conditions} == named
    assert len(named) == 15


def test_no_facts_propose_nothing() -> None:
    assert codes() == set()


# 活动异常名录


def test_a_year_without_a_report_proposes_the_abnormal_list() -> None:
    assert codes(fact(Kind.REPORT_MISSED, year=2024)) == {"abnormal annual-report"}


def test_no_party_organisation_proposes_the_abnormal_list() -> None:
    assert codes(fact(Kind.NO_PARTY_ORGANISATION)) == {"abnormal party-organisation"}


def test_problems_not_put_right_in_time_propose_the_abnormal_list() -> None:
    overdue = fact(Kind.RECTIFICATION_OVERDUE)
    assert codes(overdue) == {"abnormal rectification-overdue"}
    assert codes(replace(overdue, remedied=True)) == set()


@pytest.mark.parametrize("kind", [Kind.FUNDRAISING_UNQUALIFIED, Kind.FUNDRAISING_IDLE])
def test_a_charity_unfit_or_idle_for_public_fundraising_is_proposed(kind: Kind) -> None:
    assert codes(fact(kind)) == {"abnormal public-fundraising"}


def test_a_warning_proposes_the_abnormal_list() -> None:
    assert codes(penalty("warning")) == {"abnormal minor-penalty"}


def test_a_fine_one_fen_below_50000_yuan_proposes_the_abnormal_list() -> None:
    assert codes(penalty("fine", fine=LIMIT - 1)) == {"abnormal minor-penalty"}
    assert codes(penalty("fine", fine=1)) == {"abnormal minor-penalty"}


@pytest.mark.parametrize(("days", "met"), [(19, False), (20, True), (60, True), (61, False)])
def test_two_letters_count_when_20_to_60_days_lie_between(days: int, met: bool) -> None:
    letters = [
        fact(Kind.LETTER_UNDELIVERED),
        fact(Kind.LETTER_UNDELIVERED, DAY + timedelta(days=days)),
    ]
    assert codes(*letters) == ({"abnormal not-contactable"} if met else set())


def test_one_letter_proposes_nothing() -> None:
    assert codes(fact(Kind.LETTER_UNDELIVERED)) == set()


def test_a_letter_in_between_does_not_spoil_two_that_fit() -> None:
    days = [0, 10, 25]
    letters = [fact(Kind.LETTER_UNDELIVERED, DAY + timedelta(days=one)) for one in days]
    [trigger] = triggered(letters, RULES, TODAY)
    assert trigger.facts == (letters[0], letters[2])


@pytest.mark.parametrize("name", ["abnormal", "serious"])
def test_other_cases_by_law_are_found_by_hand(name: str) -> None:
    [condition] = [
        one for one in RULES.conditions if (one.list, one.code) == (name, "other-by-law")
    ]
    assert condition.by_hand
    assert codes(fact(Kind.OTHER), fact(Kind.COMMENDATION), fact(Kind.CHECK_FINDING)) == set()


# 严重违法失信名单


@pytest.mark.parametrize(
    ("since", "today", "met"),
    [
        (date(2024, 3, 2), date(2026, 3, 1), False),
        (date(2024, 3, 2), date(2026, 3, 2), True),
        (date(2024, 2, 29), date(2026, 2, 27), False),
        (date(2024, 2, 29), date(2026, 2, 28), True),
    ],
)
def test_two_years_on_the_abnormal_list_propose_the_serious_one(
    since: date, today: date, met: bool
) -> None:
    found = codes(fact(ON_ABNORMAL, since), today=today)
    assert found == ({"serious two-years-abnormal"} if met else set())


def test_a_change_got_by_fraud_and_revoked_proposes_the_serious_list() -> None:
    assert codes(fact(Kind.CHANGE_REVOKED)) == {"serious fraudulent-change"}


def test_a_suspension_proposes_the_serious_list() -> None:
    assert codes(penalty("suspension")) == {"serious suspension-penalty"}


def test_a_fine_of_50000_yuan_proposes_the_serious_list_and_not_the_abnormal_one() -> None:
    assert codes(penalty("fine", fine=LIMIT)) == {"serious fine-50000"}


def test_a_confiscation_alone_proposes_nothing() -> None:
    assert codes(penalty("confiscation")) == set()


@pytest.mark.parametrize(
    ("first", "second", "met"),
    [
        (date(2023, 1, 5), date(2026, 1, 5), True),
        (date(2023, 1, 5), date(2026, 1, 6), False),
        (date(2020, 2, 29), date(2023, 2, 28), True),
        (date(2020, 2, 29), date(2023, 3, 1), False),
        (date(2026, 1, 5), date(2026, 1, 5), True),
    ],
)
def test_a_second_warning_within_three_years_proposes_the_serious_list(
    first: date, second: date, met: bool
) -> None:
    found = codes(penalty("warning", day=first), penalty("fine", fine=LIMIT - 1, day=second))
    assert ("serious repeated-penalties" in found) is met


def test_a_large_fine_is_not_one_of_the_repeated_small_ones() -> None:
    found = codes(penalty("warning"), penalty("fine", fine=LIMIT))
    assert "serious repeated-penalties" not in found


def test_a_court_defaulter_is_proposed_for_the_serious_list() -> None:
    assert codes(fact(Kind.COURT_DEFAULTER)) == {"serious court-defaulter"}


def test_a_revocation_proposes_the_serious_list() -> None:
    assert codes(fact(Kind.REVOCATION)) == {"serious certificate-revoked"}


# What an officer has dealt with


def test_facts_that_were_dealt_with_raise_nothing_and_new_ones_do() -> None:
    old, new = penalty("warning", day=DAY), penalty("warning", day=DAY + timedelta(days=1))
    done = (
        Settled("abnormal", "minor-penalty", old.key),
        Settled("serious", "repeated-penalties", old.key),
    )
    assert codes(old, settled=done) == set()
    minor, repeated = triggered([old, new], RULES, TODAY, done)
    assert minor.facts == (new,)
    assert repeated.facts == (old, new)


def test_what_was_dealt_with_for_one_trigger_still_counts_for_another() -> None:
    one = penalty("warning", "fine", fine=LIMIT)
    done = (Settled("abnormal", "minor-penalty", one.key),)
    assert codes(one, settled=done) == {"serious fine-50000"}


def test_years_running_are_counted_when_a_bureau_asks_for_them() -> None:
    condition = RULES.conditions[0].model_copy(update={"consecutive_years": 2})
    rules = TriggerParameters(conditions=[condition])
    missed = {year: fact(Kind.REPORT_MISSED, year=year) for year in (2021, 2023, 2024)}
    [trigger] = triggered(missed.values(), rules, TODAY)
    assert set(trigger.facts) == {missed[2023], missed[2024]}
    assert triggered([missed[2021], missed[2023]], rules, TODAY) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"kinds": []},
        {"by_hand": True},
        {"within_months": 36},
        {"at_least": 2, "consecutive_years": 2},
        {"within_months": 100_000, "at_least": 2},
        {"interval": {"from_days": 60, "to_days": 20}},
        {"fine_from_fen": -1},
    ],
)
def test_a_condition_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    sound: dict[str, Any] = {
        "list": "serious",
        "code": "some-trigger",
        "kinds": ["penalty"],
        "legal_basis": "某办法第一条",
        "certainty": "chosen",
    }
    Condition.model_validate(sound)
    with pytest.raises(ValidationError):
        Condition.model_validate(sound | wrong)


_FACTS = st.lists(
    st.builds(
        Fact,
        key=st.uuids().map(str),
        kind=st.sampled_from([*Kind, ON_ABNORMAL]),
        day=st.dates(date(2020, 1, 1), date(2026, 3, 2)),
        year=st.none() | st.integers(2018, 2025),
        sanctions=st.frozensets(st.sampled_from(["warning", "fine", "suspension"])),
        fine_fen=st.sampled_from([0, 1, LIMIT - 1, LIMIT, LIMIT + 1]),
        remedied=st.booleans(),
    ),
    max_size=8,
)


@given(facts=_FACTS, data=st.data())
def test_the_order_and_repetition_of_facts_is_nothing(facts: list[Fact], data: Any) -> None:
    again = data.draw(st.permutations([*facts, *facts[: len(facts) // 2]]))
    assert triggered(again, RULES, TODAY) == triggered(facts, RULES, TODAY)


@given(facts=_FACTS)
def test_once_all_has_been_dealt_with_nothing_is_raised(facts: list[Fact]) -> None:
    met = triggered(facts, RULES, TODAY)
    done = [Settled(one.list, one.code, fact.key) for one in met for fact in one.facts]
    assert triggered(facts, RULES, TODAY, done) == []
