"""认定慈善组织、公开募捐资格: conditions on a registered body; without a database."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import pytest
from pydantic import ValidationError

from liandong.rules.rule_set import Certainty
from registry.applications.certification import EFFECTS
from registry.applications.domain import Matter
from registry.applications.qualifying import Candidate, against, undeclared, why_not_now
from registry.applications.requirements import LeastGrade, Requirements
from registry.organizations.domain import Kind
from services.registry.tests.shipped import APPLICATION_RULES as RULES

REGISTERED = (Kind.ASSOCIATION, Kind.SERVICE_INSTITUTION, Kind.FOUNDATION)
ASKED_ON = date(2026, 3, 2)
BODY = Candidate(
    asked_on=ASKED_ON,
    charity_since=date(2020, 3, 2),
    lists=frozenset(),
    penalised_on=None,
    grade=None,
)


def required(matter: Matter) -> Requirements:
    procedure = RULES.procedure(Kind.FOUNDATION, matter)
    assert procedure is not None
    assert procedure.requires is not None
    return procedure.requires


RECOGNITION, FUNDRAISING = required(Matter.CHARITY_RECOGNITION), required(Matter.FUNDRAISING)


def wrong(body: Candidate, rules: Requirements) -> list[str]:
    found = list(against(body, rules))
    assert all("（" in one.message for one in found)
    return [one.code for one in found]


@pytest.mark.parametrize("rules", [RECOGNITION, FUNDRAISING])
def test_a_body_with_a_clean_record_may_have_either(rules: Requirements) -> None:
    assert wrong(BODY, rules) == []


@pytest.mark.parametrize(
    ("since", "asked_on", "enough"),
    [
        (None, ASKED_ON, False),
        (date(2025, 3, 2), date(2026, 3, 2), False),  # the last day of the year
        (date(2025, 3, 2), date(2026, 3, 3), True),
        (date(2024, 2, 29), date(2025, 2, 28), False),
        (date(2024, 2, 29), date(2025, 3, 1), True),
        (date(2025, 8, 31), date(2026, 3, 2), False),
    ],
)
def test_money_is_raised_in_public_after_a_whole_year_as_a_charity(
    since: date | None, asked_on: date, enough: bool
) -> None:
    body = replace(BODY, charity_since=since, asked_on=asked_on)
    assert wrong(body, FUNDRAISING) == ([] if enough else ["too-young"])
    assert wrong(body, RECOGNITION) == []


@pytest.mark.parametrize("rules", [RECOGNITION, FUNDRAISING])
@pytest.mark.parametrize(
    ("penalised_on", "clean"),
    [
        (date(2024, 3, 1), True),
        (date(2024, 3, 2), False),  # the two years end with this day
        (date(2026, 3, 2), False),
        (date(2026, 3, 20), False),  # since the application
    ],
)
def test_a_penalty_of_the_last_two_years_or_since_the_application_stands_against_it(
    rules: Requirements, penalised_on: date, clean: bool
) -> None:
    body = replace(BODY, penalised_on=penalised_on)
    assert wrong(body, rules) == ([] if clean else ["penalised"])


@pytest.mark.parametrize("rules", [RECOGNITION, FUNDRAISING])
@pytest.mark.parametrize("name", ["abnormal", "serious"])
def test_a_body_on_a_list_gets_nothing(rules: Requirements, name: str) -> None:
    assert wrong(replace(BODY, lists=frozenset({name})), rules) == [f"listed-{name}"]


@pytest.mark.parametrize(
    ("grade", "enough"), [(None, False), ("2A", False), ("3A", True), ("5A", True)]
)
def test_a_place_may_demand_a_grade(grade: str | None, enough: bool) -> None:
    demanded = LeastGrade(grade="3A", basis="示例依据", status=Certainty.CHOSEN)
    rules = FUNDRAISING.model_copy(update={"grade": demanded})
    assert wrong(replace(BODY, grade=grade), rules) == ([] if enough else ["grade-too-low"])


def test_every_declaration_that_is_missing_is_told_with_its_article() -> None:
    codes = [one.code for one in RECOGNITION.declared]
    assert undeclared(codes, RECOGNITION) == []
    missing = undeclared(codes[1:], RECOGNITION)
    assert [one.code for one in missing] == [codes[0]]
    assert "《慈善法》" in missing[0].message
    assert len(undeclared([], RECOGNITION)) == len(codes)


FITTING: Mapping[Matter, set[tuple[bool, bool]]] = {
    Matter.CHARITY_RECOGNITION: {(False, False), (False, True)},
    Matter.CHARITY_WITHDRAWAL: {(True, False), (True, True)},
    Matter.FUNDRAISING: {(True, False)},
    Matter.FUNDRAISING_WITHDRAWAL: {(False, True), (True, True)},
}


@pytest.mark.parametrize(
    ("matter", "is_charity", "raises"), list(product(Matter, [False, True], [False, True]))
)
def test_a_body_asks_for_what_it_has_not_and_gives_up_what_it_has(
    matter: Matter, is_charity: bool, raises: bool
) -> None:
    told = why_not_now(matter, is_charity=is_charity, raises_in_public=raises)
    fits = matter not in FITTING or (is_charity, raises) in FITTING[matter]
    assert (told is None) is fits


def test_every_matter_has_an_effect_and_a_procedure_for_every_registered_type() -> None:
    assert set(EFFECTS) == set(Matter)
    for kind, matter in product(REGISTERED, Matter):
        assert RULES.procedure(kind, matter) is not None, (kind, matter)


@pytest.mark.parametrize("kind", REGISTERED)
@pytest.mark.parametrize("matter", list(FITTING))
def test_a_qualification_is_decided_in_twenty_days_and_announced(
    kind: Kind, matter: Matter
) -> None:
    procedure = RULES.procedure(kind, matter)
    assert procedure is not None
    assert procedure.clocks.decision.period.model_dump() == {"length": 20, "unit": "days"}
    assert procedure.is_announced(["charity_status"])
    extension = procedure.clocks.extension
    longer = {Matter.CHARITY_RECOGNITION: 60, Matter.FUNDRAISING: 10}
    assert (extension.days if extension else None) == longer.get(matter)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"unpunished": {"months": 1201, "basis": "示例", "status": "chosen"}}, "1200"),
        ({"charity_for": {"months": 0, "basis": "示例", "status": "chosen"}}, "1"),
        ({"unlisted": {"lists": [], "basis": "示例", "status": "chosen"}}, "lists"),
        ({"grade": {"grade": "6A", "basis": "示例", "status": "chosen"}}, "grade"),
        (
            {"declared": [{"code": "one", "title": "甲", "basis": "乙", "status": "chosen"}] * 2},
            "同一承诺事项规定了两次",
        ),
    ],
)
def test_a_demand_out_of_bounds_is_no_rule(given: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Requirements.model_validate(given)
