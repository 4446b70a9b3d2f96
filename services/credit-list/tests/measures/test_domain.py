"""Rules of measures. No database."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from pydantic import ValidationError

from credit_list.app import DEFINITION
from credit_list.measures.catalogue import EFFECTS, CatalogueMeasure, CatalogueParameters
from credit_list.measures.domain import (
    EndReason,
    Obedience,
    Run,
    is_over,
    last_day,
    obedience,
    replaced,
)

AT = datetime(2026, 5, 4, 1, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def a_run(**given: object) -> Run:
    facts = {"code": "bar-bids", "acknowledge": True, "apply_by": AT, "lift_by": AT}
    return Run(**(facts | given))


def test_a_measure_is_late_only_after_its_last_second() -> None:
    assert obedience(a_run(), AT) is Obedience.WAITING
    assert obedience(a_run(), AT + SECOND) is Obedience.LATE
    assert obedience(a_run(ended=EndReason.DELISTED), AT) is Obedience.LIFTING
    assert obedience(a_run(ended=EndReason.TERM), AT + SECOND) is Obedience.LATE_LIFTING


def test_what_was_told_is_shown_whatever_the_hour() -> None:
    late = AT + timedelta(days=400)
    assert obedience(a_run(applied=True), late) is Obedience.APPLIED
    assert obedience(a_run(applied=True, ended=EndReason.DELISTED), AT) is Obedience.LIFTING
    lifted = a_run(applied=True, lifted=True, ended=EndReason.DELISTED)
    assert obedience(lifted, late) is Obedience.LIFTED


def test_a_lift_that_was_told_ends_the_waiting_for_the_application_too() -> None:
    assert obedience(a_run(lifted=True, ended=EndReason.DELISTED), AT) is Obedience.LIFTED


@pytest.mark.parametrize(
    ("applied", "lifted", "ended"),
    [*product([False, True], [False, True], [None, *EndReason])],
)
def test_who_is_not_asked_is_never_waited_for(
    applied: bool, lifted: bool, ended: EndReason | None
) -> None:
    run = a_run(acknowledge=False, applied=applied, lifted=lifted, ended=ended)
    renewed = ended is EndReason.RENEWED
    expected = Obedience.RENEWED if renewed else Obedience.NOT_ASKED
    assert obedience(run, AT + SECOND) is expected


def test_a_further_decision_renews_what_it_names_and_drops_the_rest() -> None:
    assert replaced(["bar-bids", "hold-payments"], ["bar-bids", "no-honours"]) == {
        "bar-bids": EndReason.RENEWED,
        "hold-payments": EndReason.DROPPED,
    }


def test_the_last_day_belongs_to_the_term() -> None:
    assert last_day(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert last_day(date(2024, 1, 31), None) is None
    assert not is_over(date(2024, 2, 29), date(2024, 2, 29))
    assert is_over(date(2024, 2, 29), date(2024, 3, 1))
    assert not is_over(None, date(2099, 1, 1))


def an_entry(**given: object) -> dict[str, object]:
    facts: dict[str, object] = {
        "code": "city-bar",
        "kind": "sanction",
        "text": "限制参加投标",
        "legal_basis": "本市办法第八条",
        "certainty": "verified",
        "service": "supply-demand",
        "effect": "bar-bids",
        "acknowledge": True,
        "acknowledge_within_seconds": 60,
    }
    return facts | given


@pytest.mark.parametrize(
    "given",
    [
        {"service": "funding"},
        {"effect": "imprison"},
        {"service": "external", "acknowledge": True},
        {"acknowledge_within_seconds": 0},
        {"acknowledge_within_seconds": 30 * 86400 + 1},
        {"legal_basis": ""},
    ],
)
def test_a_measure_that_nobody_could_obey_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        CatalogueMeasure.model_validate(an_entry(**given))


def test_a_code_stands_once_in_the_catalogue() -> None:
    with pytest.raises(ValidationError, match="重复"):
        CatalogueParameters.model_validate({"measures": [an_entry(), an_entry()]})


def test_the_shipped_rule_sets_name_measures_of_the_shipped_catalogue() -> None:
    book = DEFINITION.rule_book()
    [catalogue] = book.shipped["credit-list.measures"]
    known = catalogue.parameters.by_code()
    for rule_set in book.shipped["credit-list.listings"]:
        terms = rule_set.parameters
        uses = [*terms.serious.measures, *terms.abnormal.measures]
        assert {one.code for one in uses} <= known.keys()
        assert all(known[one.code].kind == "sanction" for one in uses)
    for rule_set in book.shipped["credit-list.red-list"]:
        uses = rule_set.parameters.incentives
        assert all(known[one.code].kind == "incentive" for one in uses)


def test_every_effect_has_a_measure_in_the_shipped_catalogue() -> None:
    [catalogue] = DEFINITION.rule_book().shipped["credit-list.measures"]
    measures = catalogue.parameters.measures
    for service, effects in EFFECTS.items():
        assert {one.effect for one in measures if one.service is service} == effects
