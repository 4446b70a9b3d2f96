"""What an officer is warned of; nothing of it is a conclusion."""

from datetime import date
from typing import Any

import pytest

from registry.inspections.findings import warnings
from registry.inspections.report import Report
from services.registry.tests.inspections.desk import a_report, foundation_part
from services.registry.tests.shipped import INSPECTION_RULES as RULES


def codes(certificate_until: date | None = None, **given: Any) -> list[str]:
    report = Report.model_validate(a_report(**given))
    return [one.code for one in warnings(report, 2025, RULES, certificate_until)]


def test_a_sound_report_raises_no_question() -> None:
    assert codes() == []
    assert codes(foundation=foundation_part()) == []


def part(name: str, **given: Any) -> dict[str, Any]:
    return {name: {**a_report()[name], **given}}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (part("compliance", obeyed_law=False), "breach-reported"),
        (part("compliance", penalties=1), "penalised"),
        (part("formalities", changes_registered=False), "change-not-registered"),
        (part("formalities", certificate_held=False), "certificate-lent"),
        (part("personnel", meetings_held=1), "meetings-not-held"),
        (part("personnel", council_term_ends_on="2025-12-31"), "election-late"),
        (part("personnel", branch_fees_fen=1), "branch-fees"),
        (part("finance", assets_fen=25001), "balance-unequal"),
        (part("finance", income_fen=50001), "change-unequal"),
        (part("activities", held=[{"topic": "义诊", "held_on": "2024-12-31"}]), "other-year"),
    ],
)
def test_each_doubtful_statement_is_pointed_out(given: dict[str, Any], code: str) -> None:
    assert codes(**given) == [code]


def test_negative_net_assets_are_pointed_out() -> None:
    finance = {
        "opening_net_assets_fen": -1,
        "income_fen": 0,
        "expense_fen": 0,
        "net_assets_fen": -1,
        "assets_fen": 0,
        "liabilities_fen": 1,
    }
    assert codes(finance=finance) == ["insolvent"]


@pytest.mark.parametrize(
    ("until", "warned"),
    [(date(2025, 12, 31), True), (date(2026, 1, 1), False), (None, False)],
)
def test_a_certificate_that_ended_in_the_year_is_pointed_out(
    until: date | None, warned: bool
) -> None:
    assert codes(certificate_until=until) == (["certificate-expired"] if warned else [])


@pytest.mark.parametrize(
    ("given", "warned"),
    [
        ({"raises_in_public": True, "public_benefit_spending_fen": 28000}, False),  # 70 % of 400
        ({"raises_in_public": True, "public_benefit_spending_fen": 27999}, True),
        ({"public_benefit_spending_fen": 8000}, False),  # 8 % of 1000
        ({"public_benefit_spending_fen": 7999}, True),
    ],
)
def test_public_benefit_spending_is_measured_to_the_fen(
    given: dict[str, Any], warned: bool
) -> None:
    found = codes(foundation=foundation_part(**given))
    assert found == (["public-benefit-spending"] if warned else [])


@pytest.mark.parametrize(("cost", "warned"), [(4000, False), (4001, True)])
def test_management_cost_is_at_most_a_tenth_of_the_spending(cost: int, warned: bool) -> None:
    found = codes(foundation=foundation_part(management_cost_fen=cost))
    assert found == (["management-cost"] if warned else [])


def test_a_warning_names_its_article_and_what_would_have_been_enough() -> None:
    report = Report.model_validate(
        a_report(foundation=foundation_part(public_benefit_spending_fen=1))
    )
    [one] = warnings(report, 2025, RULES, None)
    assert one.basis == "《基金会管理条例》第二十九条"
    assert one.message == "公益事业支出低于上一年基金余额的 8%，至少应为 80.00 元"
