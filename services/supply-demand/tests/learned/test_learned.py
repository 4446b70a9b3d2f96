"""What other services tell, and how it is kept."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from liandong.ids import uuid7
from supply_demand.learned import events as news

if TYPE_CHECKING:
    from conftest import Town


async def rule(town: Town, organization_id: UUID, code: str) -> dict[str, Any]:
    found = await town.read(f"/v1/eligibility/{organization_id}", town.clerk)
    [one] = [rule for rule in found["rules"] if rule["code"] == code]
    return one


def a_grade(organization_id: UUID, **given: Any) -> news.GradeConfirmed:
    return news.GradeConfirmed(
        **{
            "grade_id": uuid7(),
            "organization_id": organization_id,
            "grade": "4A",
            "valid_from": date(2025, 1, 1),
            "valid_until": date(2030, 1, 1),
            **given,
        }
    )


async def failed(town: Town, organization_id: UUID, tender: dict[str, Any]) -> list[str]:
    path = f"/v1/eligibility/{organization_id}?tender_id={tender['id']}"
    found = await town.read(path, town.clerk)
    return [rule["code"] for rule in found["rules"] if not rule["passed"]]


async def test_an_organisation_nobody_told_of_is_not_eligible(town: Town) -> None:
    found = await town.read(f"/v1/eligibility/{uuid7()}", town.clerk)
    assert found["eligible"] is False
    assert found["rules"][0]["code"] == "registered-and-known"
    assert found["rules"][0]["passed"] is False


async def test_a_registered_organisation_is_eligible_and_says_from_which_event(
    town: Town,
) -> None:
    facts = town.organization()
    [event_id] = await town.learn(news.OrganizationRegistered(**facts))
    found = await town.read(f"/v1/eligibility/{facts['organization_id']}", town.clerk)
    assert found["eligible"] is True
    assert found["rules"][0]["learned_from"] == str(event_id)
    assert found["as_of"] == "2026-03-02T01:00:00Z"


@pytest.mark.parametrize(
    ("event", "status"),
    [
        (news.OrganizationSuspended, "suspended"),
        (news.OrganizationCancelled, "cancelled"),
        (news.OrganizationRevoked, "revoked"),
    ],
)
async def test_an_organisation_that_may_not_act_is_not_eligible(
    town: Town, event: type[news.OrganizationFacts], status: str
) -> None:
    facts = town.organization()
    await town.learn(news.OrganizationRegistered(**facts))
    [event_id] = await town.learn(event(**facts | {"status": status}))
    one = await rule(town, facts["organization_id"], "status-active")
    assert one["passed"] is False
    assert one["learned_from"] == str(event_id)


@pytest.mark.parametrize(
    ("ended", "status", "again"),
    [
        (news.OrganizationSuspended, "suspended", news.OrganizationResumed),
        (news.OrganizationRevoked, "revoked", news.OrganizationRestored),
    ],
)
async def test_an_organisation_that_acts_again_is_eligible_again(
    town: Town,
    ended: type[news.OrganizationFacts],
    status: str,
    again: type[news.OrganizationFacts],
) -> None:
    facts = town.organization()
    await town.learn(
        news.OrganizationRegistered(**facts),
        ended(**facts | {"status": status}),
        again(**facts),
    )
    assert (await rule(town, facts["organization_id"], "status-active"))["passed"] is True


async def test_a_change_of_the_name_is_not_the_source_of_the_status(town: Town) -> None:
    facts = town.organization()
    [registered] = await town.learn(news.OrganizationRegistered(**facts))
    [changed] = await town.learn(news.OrganizationChanged(**facts | {"name": "新名称"}))
    known = await rule(town, facts["organization_id"], "registered-and-known")
    status = await rule(town, facts["organization_id"], "status-active")
    assert (known["learned_from"], "新名称" in known["fact"]) == (str(changed), True)
    assert status["learned_from"] == str(registered)


async def test_a_grade_and_a_listing_may_arrive_before_the_organisation(town: Town) -> None:
    facts = town.organization()
    organization_id = facts["organization_id"]
    await town.learn(a_grade(organization_id))
    await town.list_(organization_id)
    await town.learn(news.OrganizationRegistered(**facts))
    tender = await town.a_tender(minimum_grade="4A")
    assert await failed(town, organization_id, tender) == ["not-on-serious-list"]


async def test_a_delisting_that_comes_before_its_listing_leaves_nothing_in_force(
    town: Town,
) -> None:
    organization_id = await town.an_organization()
    listing_id = uuid7()
    whose = {"listing_id": listing_id, "organization_id": organization_id, "list": "serious"}
    listed = town.envelope(
        news.OrganizationListed(**whose, listed_on=date(2026, 3, 2), measures=("bar-bids",)), 1
    )
    delisted = town.envelope(
        news.OrganizationDelisted(**whose, reason="removed", delisted_on=date(2026, 3, 3)), 2
    )
    await town.deliver(delisted)
    await town.deliver(listed)
    found = await town.read(f"/v1/eligibility/{organization_id}", town.clerk)
    assert found["eligible"] is True


async def test_the_same_message_twice_is_handled_once(town: Town) -> None:
    organization_id = await town.an_organization()
    await town.a_bid(await town.a_tender(), organization_id)
    listed = town.envelope(
        news.OrganizationListed(
            listing_id=uuid7(),
            organization_id=organization_id,
            list="serious",
            listed_on=date(2026, 3, 2),
            measures=("bar-bids",),
        )
    )
    await town.deliver(listed, listed)
    await town.deliver(listed)
    assert len(await town.published("bid.disqualified")) == 1


async def test_repair_gives_eligibility_back(town: Town) -> None:
    organization_id = await town.an_organization()
    listed = await town.list_(organization_id)
    assert (await rule(town, organization_id, "not-on-serious-list"))["passed"] is False
    await town.repair(listed)
    assert (await rule(town, organization_id, "not-on-serious-list"))["passed"] is True


async def test_two_listings_bar_until_both_are_gone(town: Town) -> None:
    organization_id = await town.an_organization()
    first, second = await town.list_(organization_id), await town.list_(organization_id)
    await town.repair(first)
    assert (await rule(town, organization_id, "not-on-serious-list"))["passed"] is False
    await town.repair(second)
    assert (await rule(town, organization_id, "not-on-serious-list"))["passed"] is True


async def test_an_adjusted_grade_keeps_its_period(town: Town) -> None:
    organization_id = await town.an_organization()
    tender = await town.a_tender(minimum_grade="4A")
    confirmed = a_grade(organization_id)
    whose = {"grade_id": confirmed.grade_id, "organization_id": organization_id}
    await town.learn(confirmed)
    assert await failed(town, organization_id, tender) == []
    await town.learn(news.GradeAdjusted(**whose, grade="3A"))
    assert await failed(town, organization_id, tender) == ["minimum-grade"]
    await town.learn(news.GradeAdjusted(**whose, grade="4A"))
    assert await failed(town, organization_id, tender) == []


async def test_a_grade_that_ended_does_not_satisfy_a_tender(town: Town) -> None:
    tender = await town.a_tender(minimum_grade="3A")
    for ending in (news.GradeCancelled, news.GradeExpired):
        organization_id = await town.an_organization()
        confirmed = a_grade(organization_id)
        await town.learn(confirmed)
        await town.learn(
            ending(grade_id=confirmed.grade_id, organization_id=organization_id, grade="4A")
        )
        assert "grade-still-valid" in await failed(town, organization_id, tender)


async def test_of_two_grades_the_one_that_holds_today_counts(town: Town) -> None:
    organization_id = await town.an_organization()
    old = a_grade(organization_id, grade="5A")
    new = a_grade(organization_id, grade="2A", valid_from=date(2026, 2, 1))
    await town.learn(old, new)
    tender = await town.a_tender(minimum_grade="3A")
    assert await failed(town, organization_id, tender) == ["minimum-grade"]
    await town.learn(
        news.GradeCancelled(grade_id=new.grade_id, organization_id=organization_id, grade="2A")
    )
    assert await failed(town, organization_id, tender) == []


async def test_an_organisation_asks_only_about_itself(town: Town) -> None:
    own, other = await town.an_organization(), await town.an_organization()
    assert (await town.read(f"/v1/eligibility/{own}", town.of(own)))["eligible"] is True
    answer = await town.client.get(f"/v1/eligibility/{other}", headers=town.of(own))
    assert answer.status_code == 403
    assert (await town.client.get(f"/v1/eligibility/{own}")).status_code == 401
