"""Rule sets: the nearest district, the right day, an override before what was shipped."""

from datetime import date
from pathlib import Path

import pytest
import pytest_asyncio

from liandong.identity.actors import Role
from liandong.rules.book import InvalidRuleSet, NoRuleSet, RuleBook, UnusableRuleSet
from liandong.rules.rule_set import Parameters, RuleSubject
from liandong.testing.services import an_actor, bearer


class Window(Parameters):
    days: int


WINDOW = RuleSubject("probe.window", Window, "陈述申辩期")

NATIONAL = """
subject: probe.window
jurisdiction: "100000"
version: "2018"
valid_from: 2018-01-24
valid_to: 2025-12-31
legal_basis: 某办法
certainty: recalled
parameters: {days: 10}
---
subject: probe.window
jurisdiction: "100000"
version: "2026"
valid_from: 2026-01-01
legal_basis: 某办法修订
certainty: verified
parameters: {days: 5}
---
subject: probe.window
jurisdiction: "340100"
version: "hf-1"
valid_from: 2019-01-01
legal_basis: 某市规定
certainty: reported
parameters: {days: 7}
"""


@pytest.fixture
def book(tmp_path: Path) -> RuleBook:
    (tmp_path / "window.yaml").write_text(NATIONAL, encoding="utf-8")
    return RuleBook.load([WINDOW], [tmp_path])


@pytest_asyncio.fixture
async def days(probe, book):
    """``await days(district, day)``."""

    async def resolve(district: str, day: date) -> int:
        async with probe.runtime.commands.begin(an_actor()) as uow:
            found = await book.resolve(uow.session, WINDOW, district, day)
            return found.parameters.days

    return resolve


@pytest.mark.parametrize(
    ("district", "day", "expected"),
    [
        ("340700", date(2018, 1, 24), 10),
        ("340700", date(2025, 12, 31), 10),
        ("340700", date(2026, 1, 1), 5),
        ("340103", date(2018, 12, 31), 10),
        ("340103", date(2019, 1, 1), 7),
        ("340103001002", date(2026, 1, 1), 7),
        ("340000", date(2026, 1, 1), 5),
    ],
)
async def test_the_nearest_district_and_the_day_decide(days, district, day, expected):
    assert await days(district, day) == expected


async def test_a_day_before_every_rule_set_has_none(days):
    with pytest.raises(NoRuleSet):
        await days("340100", date(2018, 1, 23))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("days: 10", "days: ten"), "days"),
        (("days: 10", "dayz: 10"), "dayz"),
        (("valid_to: 2025-12-31", "valid_to: 2017-12-31"), "失效日期"),
        (("valid_to: 2025-12-31", "valid_to: 2026-06-30"), "overlaps"),
        (("subject: probe.window", "subject: probe.other"), "unknown subject"),
        (('"100000"', '"999999"'), "jurisdiction"),
    ],
)
def test_a_broken_file_stops_the_start_and_names_the_fault(tmp_path, change, complaint):
    (tmp_path / "window.yaml").write_text(NATIONAL.replace(*change, 1), encoding="utf-8")
    with pytest.raises(InvalidRuleSet, match=complaint):
        RuleBook.load([WINDOW], [tmp_path])


def test_a_subject_without_any_rule_set_stops_the_start(tmp_path):
    with pytest.raises(InvalidRuleSet, match=r"probe\.window"):
        RuleBook.load([WINDOW], [tmp_path])


async def test_an_override_holds_until_it_is_withdrawn_and_both_are_on_record(probe, book):
    probe.runtime.rule_book.subjects.update(book.subjects)
    probe.runtime.rule_book.shipped.update(book.shipped)
    admin = bearer("admin-1", Role.SYSTEM_ADMIN)
    body = {
        "subject": "probe.window",
        "jurisdiction": "340103",
        "version": "2026-1",
        "valid_from": "2026-01-01",
        "legal_basis": "区规定",
        "parameters": {"days": 3},
    }
    made = await probe.client.post("/v1/rule-sets/overrides", json=body, headers=admin)
    assert made.status_code == 201, made.text
    again = await probe.client.post("/v1/rule-sets/overrides", json=body, headers=admin)
    assert again.status_code == 409

    async def now() -> int:
        async with probe.runtime.commands.begin(an_actor()) as uow:
            found = await probe.runtime.rule_book.resolve(uow.session, WINDOW, "340103", uow.today)
            return found.parameters.days

    assert await now() == 3
    gone = await probe.client.post(
        f"/v1/rule-sets/overrides/{made.json()['id']}/withdraw", headers=admin
    )
    assert gone.status_code == 204
    assert await now() == 7


async def test_an_override_that_breaks_the_model_is_refused_in_words(probe, book):
    probe.runtime.rule_book.subjects.update(book.subjects)
    probe.runtime.rule_book.shipped.update(book.shipped)
    answer = await probe.client.post(
        "/v1/rule-sets/overrides",
        json={
            "subject": "probe.window",
            "jurisdiction": "340103",
            "version": "2026-1",
            "valid_from": "2026-01-01",
            "legal_basis": "区规定",
            "parameters": {"days": "three"},
        },
        headers=bearer("admin-1", Role.SYSTEM_ADMIN),
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/parameters/days"


async def test_an_override_that_the_program_has_outgrown_is_told_in_its_district_alone(probe, book):
    """The parameters were fit when they were written; a later release asks for more."""
    probe.runtime.rule_book.subjects.update(book.subjects)
    probe.runtime.rule_book.shipped.update(book.shipped)
    body = {
        "subject": "probe.window",
        "jurisdiction": "340103",
        "version": "2026-1",
        "valid_from": "2026-01-01",
        "legal_basis": "区规定",
        "parameters": {"days": 3},
    }
    admin = bearer("admin-1", Role.SYSTEM_ADMIN)
    made = await probe.client.post("/v1/rule-sets/overrides", json=body, headers=admin)
    assert made.status_code == 201, made.text
    async with probe.runtime.commands.begin(an_actor()) as uow:
        await uow.sql.execute("UPDATE backbone.rule_set_override SET parameters = '{\"old\": 1}'")

    async def days(district: str) -> int:
        async with probe.runtime.commands.begin(an_actor()) as uow:
            found = await probe.runtime.rule_book.resolve(uow.session, WINDOW, district, uow.today)
            return found.parameters.days

    with pytest.raises(UnusableRuleSet) as refused:
        await days("340103")
    assert refused.value.as_dict()["type"].endswith("rule-set-unusable")
    assert "2026-1" in refused.value.as_dict()["detail"]
    assert await days("340104") == 7


async def test_only_an_administrator_of_the_district_overrides(probe):
    clerk = bearer("clerk-1", Role.CLERK)
    assert (
        await probe.client.post("/v1/rule-sets/overrides", json={}, headers=clerk)
    ).status_code == 403
