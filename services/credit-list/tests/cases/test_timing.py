"""Days of cases, without a database."""

from datetime import date, timedelta
from itertools import product

import pytest

from credit_list.app import DEFINITION
from credit_list.cases import timing
from credit_list.cases.domain import HearingStatus, NoticeMethod, Status
from credit_list.cases.rules import (
    CaseParameters,
    Clocks,
    PublicNotice,
    Remedy,
    Situation,
    covers,
)
from credit_list.cases.timing import Due, Given
from liandong.problems import Invalid

MADE, TODAY = date(2019, 9, 23), date(2019, 10, 8)
BY_NOTICE = PublicNotice.model_validate(
    {"days": 30, "failed_attempts": 1, "legal_basis": "参照", "certainty": "recalled"}
)


def shipped() -> CaseParameters:
    return DEFINITION.rule_book().shipped["credit-list.cases"][0].parameters


def served(
    given: Given, *, failed: int = 0, rules: PublicNotice | None = BY_NOTICE
) -> timing.Served:
    return timing.served(given, rules, not_before=MADE, today=TODAY, failed=failed)


@pytest.mark.parametrize("method", [NoticeMethod.MAIL, NoticeMethod.E_DELIVERY])
@pytest.mark.parametrize("day", [MADE, TODAY])
def test_a_letter_is_served_on_its_day(method: NoticeMethod, day: date) -> None:
    assert served(Given(method, day, None)) == timing.Served(day, day)


def test_a_public_notice_counts_thirty_days_from_its_publication() -> None:
    found = served(Given(NoticeMethod.PUBLIC_NOTICE, None, MADE), failed=1)
    assert found == timing.Served(MADE, date(2019, 10, 23))


def test_a_public_notice_comes_after_another_way_has_failed() -> None:
    given = Given(NoticeMethod.PUBLIC_NOTICE, None, MADE)
    with pytest.raises(timing.NotByPublicNotice):
        served(given)
    with pytest.raises(timing.NotByPublicNotice):
        served(given, failed=1, rules=None)


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        (Given(NoticeMethod.MAIL, None, None), "/served_on"),
        (Given(NoticeMethod.MAIL, MADE, MADE), "/published_on"),
        (Given(NoticeMethod.MAIL, TODAY + timedelta(days=1), None), "/served_on"),
        (Given(NoticeMethod.MAIL, MADE - timedelta(days=1), None), "/served_on"),
        (Given(NoticeMethod.PUBLIC_NOTICE, MADE, None), "/published_on"),
        (Given(NoticeMethod.PUBLIC_NOTICE, MADE, MADE), "/served_on"),
        (Given(NoticeMethod.PUBLIC_NOTICE, None, TODAY + timedelta(days=1)), "/published_on"),
    ],
)
def test_a_day_that_cannot_be_is_refused_where_it_stands(given: Given, pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        served(given, failed=1)
    assert [one.pointer for one in refused.value.errors] == [pointer]


def step(status: Status, **given: bool | HearingStatus | None) -> Due | None:
    defaults = {"unverified": False, "hearing": None, "decision_served": False}
    return timing.next_step(status, **(defaults | given))  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("status", "given", "due"),
    [
        (Status.PROPOSED, {}, Due.DRAFT_NOTICE),
        (Status.SUPPLEMENT_NEEDED, {"unverified": True}, Due.DRAFT_NOTICE),
        (Status.NOTICE_DRAFTED, {}, Due.SERVE_NOTICE),
        (Status.SUPPLEMENT_DRAFTED, {}, Due.SERVE_NOTICE),
        (Status.NOTICE_SERVED, {}, None),
        (Status.NOTICE_SERVED, {"unverified": True}, Due.VERIFY_STATEMENT),
        (Status.STATEMENT_RECEIVED, {"unverified": True}, Due.VERIFY_STATEMENT),
        (Status.STATEMENT_VERIFIED, {}, Due.DECIDE),
        (Status.STATEMENT_VERIFIED, {"hearing": HearingStatus.REQUESTED}, Due.HOLD_HEARING),
        (Status.WINDOW_ELAPSED, {"hearing": HearingStatus.HELD}, Due.DECIDE),
        (Status.DECIDED, {}, Due.SERVE_DECISION),
        (Status.DECIDED, {"decision_served": True}, None),
        (Status.WITHDRAWN, {}, None),
    ],
)
def test_the_next_step_of_the_officers(
    status: Status, given: dict[str, bool], due: Due | None
) -> None:
    assert step(status, **given) is due


def test_every_step_has_its_days_in_the_shipped_rules() -> None:
    clocks = shipped().clocks
    found = {due: timing.due_on(due, clocks, MADE) for due in Due}
    assert found == {
        Due.DRAFT_NOTICE: date(2019, 10, 11),
        Due.SERVE_NOTICE: date(2019, 10, 8),
        Due.VERIFY_STATEMENT: None,  # from the receipt of the statement
        Due.HOLD_HEARING: date(2019, 10, 24),
        Due.DECIDE: date(2019, 10, 11),
        Due.SERVE_DECISION: date(2019, 10, 8),
    }


def test_an_office_clock_into_a_year_without_a_calendar_stops_nobody() -> None:
    assert timing.due_on(Due.DECIDE, shipped().clocks, date(2026, 12, 28)) is None
    assert timing.due_on(Due.DECIDE, None, MADE) is None


@pytest.mark.parametrize("bad", [0, 121])
def test_a_clock_is_bounded(bad: int) -> None:
    one = {"working_days": bad, "certainty": "chosen"}
    names = ("draft", "serve", "hold_hearing", "decide", "serve_decision")
    with pytest.raises(ValueError, match="working_days"):
        Clocks.model_validate(dict.fromkeys(names, one))


def test_the_remedies_run_from_the_day_after_service() -> None:
    found = timing.remedies_until(shipped().remedy, date(2019, 8, 31))
    assert found == (date(2019, 10, 30), date(2020, 2, 29))
    silent = Remedy.model_validate({"text": "可以复议", "certainty": "chosen"})
    assert timing.remedies_until(silent, MADE) == (None, None)


def test_a_situation_covers_a_whole_list_or_one_trigger() -> None:
    whole = [Situation(list="serious")]
    one = [Situation(list="serious", trigger="fine-50000")]
    for situations, codes in product((whole, one), (["fine-50000"], ["x", "fine-50000"])):
        assert covers(situations, "serious", codes)
        assert not covers(situations, "abnormal", codes)
    assert covers(whole, "serious", ["court-defaulter"])
    assert not covers(one, "serious", ["court-defaulter"])
    assert not covers([], "serious", ["fine-50000"])


def test_by_the_shipped_rules_a_hearing_is_given_for_the_serious_list_only() -> None:
    assert shipped().gives_hearing("serious", ["fine-50000"])
    assert not shipped().gives_hearing("abnormal", ["annual-report"])
