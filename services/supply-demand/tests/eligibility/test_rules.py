"""Eligibility in every combination of facts, against an independent reading of the rules."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import product
from uuid import UUID

import pytest
from pydantic import ValidationError

from supply_demand.app import DEFINITION
from supply_demand.eligibility.domain import (
    RULES,
    Assessment,
    Context,
    Demanded,
    EligibilityParameters,
    Facts,
    GradeHeld,
    Listing,
    Registration,
    Source,
    assess,
)
from supply_demand.fields import Grade, OrganizationKind
from supply_demand.learned.domain import GradeStatus, OrganizationStatus

TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ORGANIZATION = UUID(int=1)
SHIPPED: EligibilityParameters = (
    DEFINITION.rule_book().shipped["supply-demand.eligibility"][-1].parameters
)
SEEN = Source(UUID(int=7), NOW)

REGISTRATIONS = [None, *product(OrganizationKind, OrganizationStatus)]
LISTINGS = {
    "none": (),
    "serious": (Listing(UUID(int=2), "serious", ("bar-bids", "hold-payments"), TODAY, SEEN),),
    "serious without the measure": (Listing(UUID(int=2), "serious", ("review-grade",), TODAY),),
    "abnormal": (Listing(UUID(int=3), "abnormal", (), TODAY, SEEN),),
    "red": (Listing(UUID(int=4), "red", (), TODAY),),
    "both": (
        Listing(UUID(int=2), "serious", ("bar-bids",), TODAY),
        Listing(UUID(int=3), "abnormal", (), TODAY),
    ),
}
GRADES = {
    "none": None,
    "2A": GradeHeld(Grade.A2, GradeStatus.IN_FORCE, date(2024, 1, 1), date(2029, 1, 1)),
    "3A": GradeHeld(Grade.A3, GradeStatus.IN_FORCE, date(2024, 1, 1), date(2029, 1, 1)),
    "5A to the last day": GradeHeld(Grade.A5, GradeStatus.IN_FORCE, date(2021, 3, 2), TODAY),
    "5A over": GradeHeld(Grade.A5, GradeStatus.IN_FORCE, date(2021, 3, 1), date(2026, 3, 1)),
    "5A expired": GradeHeld(Grade.A5, GradeStatus.EXPIRED, date(2021, 3, 1), date(2026, 3, 1)),
    "5A cancelled": GradeHeld(Grade.A5, GradeStatus.CANCELLED, date(2024, 1, 1), date(2029, 1, 1)),
    "4A of unknown period": GradeHeld(Grade.A4, GradeStatus.IN_FORCE, None, None),
}
ENOUGH = {"3A", "5A to the last day"}
DEMANDS = [
    Demanded(),
    Demanded(minimum_grade=Grade.A3),
    Demanded(allowed_kinds=(OrganizationKind.SERVICE_INSTITUTION,)),
    Demanded(Grade.A3, (OrganizationKind.ASSOCIATION, OrganizationKind.COMMUNITY_GROUP)),
]


def combinations() -> Iterator[tuple[Facts, str, str, Demanded, EligibilityParameters]]:
    for registered, listing, grade, demanded, filed, abnormal in product(
        REGISTRATIONS, LISTINGS, GRADES, DEMANDS, (True, False), (True, False)
    ):
        registration = None
        if registered is not None:
            registration = Registration("某服务中心", registered[0], registered[1], "340103")
        facts = Facts(ORGANIZATION, registration, LISTINGS[listing], GRADES[grade])
        parameters = SHIPPED.model_copy(
            update={"filed_groups_may_bid": filed, "abnormal_list_bars": abnormal}
        )
        yield facts, listing, grade, demanded, parameters


def judged(facts: Facts, demanded: Demanded, parameters: EligibilityParameters) -> Assessment:
    return assess(Context(facts, demanded, parameters, TODAY), NOW, "rules")


def expected_failures(
    facts: Facts,
    listing: str,
    grade: str,
    demanded: Demanded,
    parameters: EligibilityParameters,
) -> set[str]:
    found: set[str] = set()
    who = facts.registration
    if who is None:
        found |= {"registered-and-known", "status-active", "has-legal-personality"}
    else:
        if who.status != "active":
            found.add("status-active")
        if who.kind == "community_group" and not parameters.filed_groups_may_bid:
            found.add("has-legal-personality")
    if listing in ("serious", "both"):
        found.add("not-on-serious-list")
    if listing in ("abnormal", "both") and parameters.abnormal_list_bars:
        found.add("not-on-abnormal-list")
    if demanded.minimum_grade is not None:
        if grade in ("none", "2A", "5A cancelled"):
            found.add("minimum-grade")
        if grade not in ENOUGH | {"2A"}:
            found.add("grade-still-valid")
    if demanded.allowed_kinds and (who is None or who.kind not in demanded.allowed_kinds):
        found.add("kind-allowed")
    return found


def test_every_combination_of_facts_is_judged_as_the_rules_say() -> None:
    count = 0
    for facts, listing, grade, demanded, parameters in combinations():
        found = judged(facts, demanded, parameters)
        failed = {rule.code for rule in found.failed}
        wanted = expected_failures(facts, listing, grade, demanded, parameters)
        assert failed == wanted, (facts, demanded, parameters)
        assert found.eligible is not bool(wanted)
        assert all(rule.fact and rule.title and rule.legal_basis for rule in found.rules)
        count += 1
    assert count == 17 * 6 * 8 * 4 * 4


def test_every_rule_is_answered_every_time_in_the_same_order() -> None:
    found = judged(Facts(ORGANIZATION), Demanded(), SHIPPED)
    assert [rule.code for rule in found.rules] == [code for code, *_ in RULES]


def test_the_reason_names_the_event_it_was_learned_from() -> None:
    facts = Facts(ORGANIZATION, None, LISTINGS["serious"])
    [rule] = [r for r in judged(facts, Demanded(), SHIPPED).rules if "serious" in r.code]
    assert rule.source == SEEN
    assert "2026-03-02" in rule.fact


def test_a_status_keeps_its_own_source() -> None:
    who = Registration(
        "某中心",
        OrganizationKind.ASSOCIATION,
        OrganizationStatus.SUSPENDED,
        "340103",
        source=Source(UUID(int=1), NOW),
        status_source=SEEN,
    )
    rules = {r.code: r for r in judged(Facts(ORGANIZATION, who), Demanded(), SHIPPED).rules}
    assert rules["status-active"].source == SEEN
    assert rules["registered-and-known"].source.learned_from == UUID(int=1)


def test_a_rule_set_without_a_basis_for_a_rule_is_refused() -> None:
    bases = {code: basis for code, basis in SHIPPED.legal_bases.items() if code != "minimum-grade"}
    with pytest.raises(ValidationError, match="minimum-grade"):
        EligibilityParameters(filed_groups_may_bid=True, abnormal_list_bars=True, legal_bases=bases)
