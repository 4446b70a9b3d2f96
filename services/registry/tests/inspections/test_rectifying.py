"""限期整改 over HTTP."""

from datetime import date
from typing import Any

from liandong.identity.actors import Role
from liandong.testing.services import ServiceUnderTest, bearer
from services.registry.tests.inspections.desk import (
    APPROVER,
    CLERK,
    REVIEWER,
    SECOND,
    at,
    concluded,
    done,
    events,
    found,
    night,
    opened,
    registered,
    slug,
    statistics,
    step,
    whole,
)

MET = {"met": True, "opinion": "已补开会议"}
UNMET = {"met": False, "opinion": "仍未整改"}


async def test_from_the_order_to_the_good_end(registry: ServiceUnderTest) -> None:
    await opened(registry)
    body = await registered(registry)
    await night(registry, date(2026, 3, 3))
    inspection = await concluded(registry, body, "basically_qualified")
    going = await done(
        registry, inspection, "order-rectification", APPROVER, requirements="补开会员大会"
    )
    assert (going["status"], going["rectify_by"]) == ("rectifying", "2026-06-03")
    [payload] = await events(registry, "rectification-ordered")
    assert (payload["due_on"], payload["verdict"]) == ("2026-06-03", "basically_qualified")
    own = bearer("own-1", Role.ORGANIZATION, district=None, organization_id=body["id"])
    reported = await done(registry, going, "report-rectification", own, report="已补开会员大会")
    examined = await done(registry, reported, "examine-rectification", REVIEWER, **MET)
    answer = await step(registry, examined, "complete-rectification", REVIEWER)
    assert (answer.status_code, slug(answer)) == (403, "two-person-rule")
    ended = await done(registry, examined, "complete-rectification", APPROVER)
    assert (ended["status"], ended["verdict"]) == ("rectified", "basically_qualified")
    assert len(await events(registry, "rectification-completed")) == 1
    await night(registry, date(2026, 6, 4))
    assert await events(registry, "rectification-reminded") == []
    counted = (await statistics(registry))["total"]
    assert (counted["rectification_ordered"], counted["rectification_rate"]) == (1, 100.0)


async def with_order(registry: ServiceUnderTest) -> dict[str, Any]:
    body = await registered(registry)
    await opened(registry)
    inspection = await concluded(registry, body, "unqualified")
    return await done(
        registry, inspection, "order-rectification", APPROVER, requirements="整改财务"
    )


async def test_a_good_conclusion_needs_no_rectification(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    await opened(registry)
    inspection = await concluded(registry, body)
    answer = await step(
        registry, inspection, "order-rectification", APPROVER, requirements="补开会员大会"
    )
    assert (answer.status_code, slug(answer)) == (409, "nothing-to-rectify")


async def test_the_time_is_extended_once_from_the_day_on_which_it_would_have_ended(
    registry: ServiceUnderTest,
) -> None:
    going = await with_order(registry)
    assert going["rectify_by"] == "2026-06-02"
    at(registry, date(2026, 5, 20))
    extended = await done(registry, going, "extend-rectification", APPROVER, reason="确有困难")
    assert extended["rectify_by"] == "2026-07-02"
    answer = await step(registry, extended, "extend-rectification", APPROVER, reason="确有困难")
    assert (answer.status_code, slug(answer)) == (409, "extensions-used")
    await night(registry, date(2026, 6, 3))
    assert await events(registry, "rectification-reminded") == []
    [payload] = await events(registry, "rectification-extended")
    assert payload["due_on"] == "2026-07-02"


async def test_it_is_reminded_before_and_after_the_last_day_and_judged_by_an_officer(
    registry: ServiceUnderTest,
) -> None:
    await with_order(registry)
    await night(registry, date(2026, 5, 18))
    await night(registry, date(2026, 6, 2))
    assert await found(registry, rectification_overdue=True) == []
    [going] = await found(registry, status="rectifying")
    answer = await step(registry, going, "fail-rectification", SECOND, reason="逾期未整改")
    assert (answer.status_code, slug(answer)) == (409, "not-examined")
    await night(registry, date(2026, 6, 3))
    reminded = [one["overdue"] for one in await events(registry, "rectification-reminded")]
    assert reminded == [False, True]
    [listed] = await found(registry, rectification_overdue=True)
    assert listed["status"] == "rectifying"
    answer = await step(registry, listed, "fail-rectification", APPROVER, reason="逾期未整改")
    assert slug(answer) == "two-person-rule"
    failed = await done(registry, listed, "fail-rectification", SECOND, reason="逾期未整改")
    assert failed["status"] == "failed"
    [payload] = await events(registry, "rectification-failed")
    assert (payload["overdue"], payload["verdict"]) == (True, "unqualified")


async def test_what_was_examined_and_not_met_fails(registry: ServiceUnderTest) -> None:
    going = await with_order(registry)
    answer = await step(registry, going, "complete-rectification", APPROVER)
    assert slug(answer) == "not-examined"
    reported = await done(registry, going, "report-rectification", CLERK, report="正在整改")
    examined = await done(registry, reported, "examine-rectification", CLERK, **UNMET)
    failed = await done(registry, examined, "fail-rectification", APPROVER, reason="不符合要求")
    assert failed["status"] == "failed"
    [payload] = await events(registry, "rectification-failed")
    assert payload["overdue"] is False
    read = await whole(registry, failed)
    assert read["rectification"]["met"] is False
