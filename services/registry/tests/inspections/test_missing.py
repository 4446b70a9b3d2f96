"""逾期: on which day, who, how many years running; what is told of it and how it is undone."""

from datetime import date
from typing import Any

import pytest

from liandong.testing.services import ServiceUnderTest
from registry.inspections import sweeping
from services.registry.tests.inspections.desk import (
    APPROVER,
    CLERK,
    SECOND,
    at,
    codes,
    concluded,
    done,
    events,
    filled,
    night,
    of,
    opened,
    registered,
    slug,
    step,
    submitted,
    told,
    whole,
)

LAST_DAY, NEXT_DAY = date(2026, 6, 1), date(2026, 6, 2)


async def test_the_last_day_belongs_to_the_period(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    await opened(registry)
    await night(registry, LAST_DAY)
    assert (await of(registry, body))["status"] == "not_started"
    at(registry, LAST_DAY, 23)
    assert (await submitted(registry, body))["is_late"] is False
    await night(registry, NEXT_DAY)
    assert await events(registry, "missed") == []


async def test_whoever_has_not_handed_in_is_missed_once_and_nobody_is_listed(
    registry: ServiceUnderTest,
) -> None:
    body, drafting = await registered(registry), await registered(registry, 2)
    await opened(registry)
    await filled(registry, await of(registry, drafting))
    await night(registry, NEXT_DAY)
    await night(registry, date(2026, 6, 3))
    payloads = await events(registry, "missed")
    assert {one["organization_id"] for one in payloads} == {body["id"], drafting["id"]}
    assert {(one["due_on"], one["consecutive_missed"]) for one in payloads} == {("2026-06-01", 1)}
    missed = await of(registry, body)
    assert (missed["status"], missed["missed_on"]) == ("missed", "2026-06-02")


async def test_foundations_are_due_two_months_earlier(registry: ServiceUnderTest) -> None:
    body = await registered(registry, 1, kind="foundation")
    await opened(registry)
    await night(registry, date(2026, 4, 1))
    assert (await of(registry, body))["status"] == "missed"


async def test_many_are_missed_in_batches(
    registry: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "MISS_BATCH", 2)
    for number in range(5):
        await registered(registry, number)
    await opened(registry)
    await night(registry, NEXT_DAY)
    assert len(await events(registry, "missed")) == 5


async def test_what_lies_with_the_supervising_unit_is_not_missed(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry, supervisor="庐阳区教育局")
    await opened(registry)
    at(registry, date(2026, 5, 29))
    inspection = await done(registry, await filled(registry, await of(registry, body)), "submit")
    await night(registry, date(2026, 6, 10))
    assert (await of(registry, body))["status"] == "submitted_to_supervisor"
    opinion = {"opinion": "qualified", "given_on": "2026-06-10"}
    given = await done(registry, inspection, "supervisor-opinion", **opinion)
    assert given["own_last_day"] == "2026-06-25"
    await night(registry, date(2026, 6, 25))
    assert (await of(registry, body))["status"] == "supervisor_opinion"
    await night(registry, date(2026, 6, 26))
    assert (await of(registry, body))["status"] == "missed"


async def test_whoever_hands_in_before_the_clock_came_is_late_all_the_same(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    await opened(registry)
    draft = await filled(registry, await of(registry, body))
    at(registry, NEXT_DAY, 0)
    handed_in = await done(registry, draft, "submit")
    assert (handed_in["is_late"], handed_in["missed_on"]) == (True, "2026-06-02")
    assert (await told(registry))[-2:] == ["missed", "submitted"]
    await night(registry, date(2026, 6, 3))
    assert len(await events(registry, "missed")) == 1


async def test_what_is_handed_in_late_is_marked_and_concluded(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    await opened(registry)
    await night(registry, NEXT_DAY)
    ended = await concluded(registry, body)
    assert (ended["status"], ended["is_late"], ended["consecutive_missed"]) == (
        "concluded", True, 1,
    )  # fmt: skip
    [payload] = await events(registry, "concluded")
    assert payload["is_late"] is True


async def next_year(registry: ServiceUnderTest, year: int) -> None:
    at(registry, date(year + 1, 1, 10))
    await opened(registry, year=year)


async def test_years_running_are_told_and_two_indicate_revocation_of_a_service_institution(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    association = await registered(registry, 2, kind="association")
    await opened(registry)
    await night(registry, NEXT_DAY)
    assert await events(registry, "revocation-indicated") == []
    await next_year(registry, 2026)
    await night(registry, date(2027, 6, 2))
    missed = [one for one in await events(registry, "missed") if one["year"] == 2026]
    assert {one["consecutive_missed"] for one in missed} == {2}
    [indicated] = await events(registry, "revocation-indicated")
    assert (indicated["organization_id"], indicated["years"]) == (body["id"], 2)
    assert (await of(registry, body, 2026))["revocation_indicated"] is True
    assert (await of(registry, association, 2026))["revocation_indicated"] is False


async def test_an_unqualified_year_after_a_missed_one_indicates_it_too_until_it_is_corrected(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    await opened(registry)
    await night(registry, NEXT_DAY)
    await next_year(registry, 2026)
    bad = await concluded(registry, body, "unqualified", year=2026)
    [indicated] = await events(registry, "revocation-indicated")
    assert (indicated["years"], indicated["consecutive_unqualified"]) == (2, 1)
    right = {"verdict": "qualified", "reasons": [], "reason": "事实有误"}
    corrected = await done(registry, await of(registry, body, 2026), "correct", SECOND, **right)
    assert corrected["revocation_indicated"] is False
    [payload] = await events(registry, "corrected")
    assert (payload["revocation_indicated"], bad["verdict"]) == (False, "unqualified")


async def test_after_a_bad_year_the_report_on_the_rectification_belongs_to_it(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    await opened(registry)
    await concluded(registry, body, "basically_qualified")
    await next_year(registry, 2026)
    draft = await filled(registry, await of(registry, body, 2026))
    assert draft["after_bad_year"] is True
    answer = await step(registry, draft, "submit")
    assert (answer.status_code, codes(answer)) == (409, ["rectification"])


async def test_a_missed_year_is_taken_back_with_a_day_of_its_own(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    await opened(registry)
    await night(registry, NEXT_DAY)
    missed = await of(registry, body)
    far = {"due_on": "2027-06-04", "reason": "系统故障未能报送"}
    answer = await step(registry, missed, "excuse", APPROVER, **far)
    assert (answer.status_code, codes(answer)) == (422, ["out-of-range"])
    right = far | {"due_on": "2026-06-30"}
    excused = await done(registry, missed, "excuse", APPROVER, **right)
    assert (excused["status"], excused["missed_on"], excused["consecutive_missed"]) == (
        "draft", None, 0,
    )  # fmt: skip
    [payload] = await events(registry, "miss-withdrawn")
    assert (payload["due_on"], payload["consecutive_missed"]) == ("2026-06-30", 0)
    await night(registry, date(2026, 6, 30))
    assert (await whole(registry, await of(registry, body)))["due_on"] == "2026-06-30"
    await night(registry, date(2026, 7, 1))
    assert len(await events(registry, "missed")) == 2


async def test_an_exemption_is_given_and_taken_back(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    await opened(registry)
    inspection = await of(registry, body)
    exempted = await done(registry, inspection, "exempt", APPROVER, reason="正在清算")
    assert (exempted["status"], exempted["drop_cause"]) == ("dropped", "exempt")
    await night(registry, NEXT_DAY)
    assert await events(registry, "missed") == []
    back = await done(registry, exempted, "readmit", APPROVER, reason="清算中止")
    assert (back["status"], back["own_last_day"]) == ("not_started", "2026-06-17")


async def test_only_an_exemption_is_taken_back(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    await opened(registry)
    ended = await registry.client.post(
        f"/v1/organizations/{body['id']}/cancel",
        json={"reason": "依申请办理"},
        headers=APPROVER | {"If-Match": '"v1"'},
    )
    assert ended.status_code == 200
    await night(registry, date(2026, 3, 3))
    answer = await step(registry, await of(registry, body), "readmit", APPROVER, reason="误办")
    assert (answer.status_code, slug(answer)) == (409, "not-exempted")


async def test_warnings_tell_how_many_have_not_handed_in_once_each(
    registry: ServiceUnderTest,
) -> None:
    await registered(registry)
    await registered(registry, 2, supervisor="庐阳区教育局")
    body = await registered(registry, 3)
    at(registry, date(2026, 1, 12))
    await opened(registry)
    assert await events(registry, "season.reminded") == []
    await submitted(registry, body)
    for day in (date(2026, 3, 1), date(2026, 3, 2), date(2026, 5, 25), date(2026, 5, 26)):
        await night(registry, day)
    reminded = [
        (one["stage"], one["due_on"], one["days_left"], one["outstanding"])
        for one in await events(registry, "season.reminded")
    ]
    assert reminded == [
        ("supervisor", "2026-03-31", 30, 1),
        ("registrar", "2026-06-01", 7, 2),
    ]


@pytest.mark.parametrize(
    ("regime", "code"), [("foundation", "other-kind"), ("service_institution", "no-change")]
)
async def test_a_regime_fits_the_kind_and_is_another(
    registry: ServiceUnderTest, regime: str, code: str
) -> None:
    body = await registered(registry)
    await opened(registry)
    given: dict[str, Any] = {"regime": regime, "reason": "认定为慈善组织"}
    answer = await step(registry, await of(registry, body), "regime", CLERK, **given)
    assert (answer.status_code, codes(answer)) == (422, [code])


async def test_a_charity_reports_and_gets_no_conclusion(registry: ServiceUnderTest) -> None:
    body = await registered(registry, supervisor="庐阳区教育局")
    await opened(registry)
    given = {"regime": "charity_report", "reason": "已认定为慈善组织"}
    inspection = await done(registry, await of(registry, body), "regime", CLERK, **given)
    report = {
        "compliance": {"obeyed_law": True, "acted_by_articles": True},
        "activities": {"summary": "助学"},
        "finance": {
            "opening_net_assets_fen": 0,
            "income_fen": 0,
            "expense_fen": 0,
            "net_assets_fen": 0,
            "assets_fen": 0,
            "liabilities_fen": 0,
        },
        "documents": ["work-report", "financial-report"],
        "contact": {"name": "示例甲子"},
    }
    handed_in = await done(registry, await filled(registry, inspection, report), "submit")
    assert handed_in["status"] == "submitted_to_registrar"
    answer = await step(registry, handed_in, "review", CLERK, verdict="qualified", reasons=[])
    assert (answer.status_code, slug(answer)) == (409, "no-conclusion")
    received = await done(registry, handed_in, "receive")
    assert (received["status"], received["verdict"]) == ("received", None)
    [payload] = await events(registry, "received")
    assert (payload["regime"], payload["verdict"]) == ("charity_report", None)


async def test_an_inspection_cannot_be_received_like_a_report(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    await opened(registry)
    answer = await step(registry, await submitted(registry, body), "receive")
    assert (answer.status_code, slug(answer)) == (409, "conclusion-needed")
