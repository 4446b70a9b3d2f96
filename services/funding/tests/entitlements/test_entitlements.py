"""Entitlements from other services' events, through the real consumers."""

from datetime import date
from typing import Any

import pytest

from liandong.identity.actors import Role
from liandong.ids import uuid7
from liandong.testing.services import bearer

SITES = {"call_center": 1, "service_center": 50, "service_station": 351}
GRADES = {"5A": 5, "4A": 19, "3A": 49}


async def test_402_sites_give_45_600_000_yuan_and_redelivery_adds_nothing(
    desk: Any, make_site: Any
) -> None:
    deliveries = await desk.tell(
        *(make_site(kind) for kind, number in SITES.items() for _ in range(number))
    )
    params = {"programme": ["F1", "F2", "F3"], "district": "340100"}
    before = await desk.get("/v1/entitlements/summary", **params)
    assert {row["category"]: row["count"] for row in before["rows"]} == SITES
    assert (before["count"], before["sum_fen"]) == (402, 45_600_000 * 100)
    await desk.redeliver(deliveries)
    assert await desk.get("/v1/entitlements/summary", **params) == before
    assert len(await desk.types()) == 402
    assert await desk.letters() == 0


async def test_73_grades_give_2_140_000_yuan_and_redelivery_adds_nothing(
    desk: Any, make_grade: Any
) -> None:
    deliveries = await desk.tell(
        *(make_grade(grade) for grade, number in GRADES.items() for _ in range(number))
    )
    before = await desk.get("/v1/entitlements/summary", programme="F12")
    assert {row["category"]: row["count"] for row in before["rows"]} == GRADES
    assert before["sum_fen"] == 2_140_000 * 100
    await desk.redeliver(deliveries)
    assert await desk.get("/v1/entitlements/summary", programme="F12") == before
    assert await desk.letters() == 0


async def test_an_entitlement_names_its_rule_set_and_its_cause(desk: Any, make_site: Any) -> None:
    site = make_site("call_center")
    await desk.tell(site)
    [event] = await desk.funding.published()
    assert event["type"] == "cn.liandong.funding.entitlement.created"
    assert event["data"] == {
        "entitlement_id": event["subject"],
        "organization_id": str(site.organization_id),
        "district": "340103",
        "programme": "F1",
        "amount_fen": 50_000_000,
        "rule_set": "funding.site-award@340100/2014",
        "cause_id": str(site.site_id),
    }
    assert event["causationid"]


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        ({"recognized_on": date(2013, 12, 31)}, "no-programme"),
        ({"district": "340700"}, "no-programme"),
        ({"kind": "kiosk"}, "nothing-due"),
    ],
)
async def test_where_no_programme_applies_nothing_is_paid_and_that_is_on_record(
    desk: Any, make_site: Any, given: dict[str, Any], outcome: str
) -> None:
    await desk.tell(make_site(**given))
    assert await desk.types() == []
    assert await desk.letters() == 0
    everywhere = bearer("admin", Role.SYSTEM_ADMIN, district="340000")
    [cause] = (await desk.get("/v1/causes", everywhere, outcome=outcome))["items"]
    assert cause["entitlement_id"] is None


async def test_the_amount_is_that_of_the_day_of_the_decision(desk: Any, make_site: Any) -> None:
    admin = bearer("admin-1", Role.SYSTEM_ADMIN)
    added = await desk.post(
        "/v1/rule-sets/overrides",
        admin,
        {
            "subject": "funding.site-award",
            "jurisdiction": "340100",
            "version": "2019-7",
            "valid_from": "2019-07-01",
            "legal_basis": "测试文件",
            "parameters": {
                "payer_account": "市级财政",
                "funding_source": "lottery",
                "once": "site",
                "awards": {"service_station": {"programme": "F3", "amount_fen": 12_000_000}},
            },
        },
    )
    assert added.status_code == 201, added.text
    old = await desk.entitlement(recognized_on=date(2019, 6, 30))
    new = await desk.entitlement(recognized_on=date(2019, 7, 1))
    assert (old["amount_fen"], new["amount_fen"]) == (10_000_000, 12_000_000)
    assert new["rule_set"] == "funding.site-award@340100/2019-7"


async def test_a_rule_set_supplied_later_is_applied_when_a_person_asks(
    desk: Any, make_site: Any, people: Any
) -> None:
    site = make_site(district="340700")
    await desk.tell(site)
    tongling = bearer("approver-7", Role.APPROVER, district="340700")
    path = f"/v1/causes/{site.site_id}/reconsider"
    still = await desk.post(path, tongling)
    assert still.json()["outcome"] == "no-programme"
    await desk.post(
        "/v1/rule-sets/overrides",
        bearer("admin-7", Role.SYSTEM_ADMIN, district="340700"),
        {
            "subject": "funding.site-award",
            "jurisdiction": "340700",
            "version": "1",
            "valid_from": "2019-01-01",
            "legal_basis": "测试文件",
            "parameters": {
                "payer_account": "铜陵市财政",
                "funding_source": "finance",
                "once": "site",
                "awards": {"service_station": {"programme": "F3", "amount_fen": 100}},
            },
        },
    )
    now = await desk.post(path, tongling)
    assert now.json()["outcome"] == "entitled"
    again = await desk.post(path, tongling)
    assert again.json()["type"] == "urn:liandong:problem:cause-settled"
    [created] = (await desk.get("/v1/entitlements", tongling))["items"]
    assert (created["amount_fen"], created["payer_account"]) == (100, "铜陵市财政")


async def test_the_same_grade_in_the_same_round_is_awarded_once(desk: Any, make_grade: Any) -> None:
    who = uuid7()
    await desk.tell(
        make_grade("3A", organization_id=who),
        make_grade("3A", organization_id=who),
        make_grade("4A", organization_id=who, round="2019", confirmed_on=date(2019, 8, 1)),
    )
    page = await desk.get("/v1/entitlements", organization_id=str(who))
    assert [one["amount_fen"] for one in page["items"]] == [2_000_000, 4_000_000]
    causes = await desk.get("/v1/causes", organization_id=str(who))
    assert sorted(one["outcome"] for one in causes["items"]) == [
        "already-awarded",
        "entitled",
        "entitled",
    ]


async def test_entitlements_are_filtered_and_come_page_by_page(
    desk: Any, make_site: Any, make_grade: Any
) -> None:
    await desk.tell(*(make_site() for _ in range(3)), make_grade())
    first = await desk.get("/v1/entitlements", programme="F3", limit=2)
    second = await desk.get(
        "/v1/entitlements", programme="F3", limit=2, cursor=first["next_cursor"]
    )
    assert len(first["items"]) == 2
    assert len(second["items"]) == 1
    assert second["next_cursor"] is None
    assert (await desk.get("/v1/entitlements", status="paid"))["items"] == []
    assert len((await desk.get("/v1/entitlements", district="340103"))["items"]) == 3


async def test_an_organisation_sees_its_own_entitlements_only(
    desk: Any, make_site: Any, people: Any
) -> None:
    own, other = make_site(), make_site()
    await desk.tell(own, other)
    itself = bearer("org-1", Role.ORGANIZATION, organization_id=own.organization_id)
    page = await desk.get("/v1/entitlements", itself)
    assert [one["cause_id"] for one in page["items"]] == [str(own.site_id)]
    everything = (await desk.get("/v1/entitlements"))["items"]
    [foreign] = [one for one in everything if one["cause_id"] == str(other.site_id)]
    hidden = await desk.funding.client.get(f"/v1/entitlements/{foreign['id']}", headers=itself)
    assert hidden.status_code == 403
    assert (await desk.get("/v1/entitlements", people["elsewhere"]))["items"] == []


async def test_the_public_does_not_read_entitlements(desk: Any) -> None:
    assert (await desk.funding.client.get("/v1/entitlements")).status_code == 401
