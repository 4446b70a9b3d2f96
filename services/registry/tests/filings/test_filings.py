"""备案 over HTTP: the whole way, its refusals, and the slips at the desk."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from liandong.identity.actors import Role
from liandong.ids import uuid7
from liandong.testing.services import ServiceUnderTest, bearer
from services.registry.tests.filings.desk import (
    APPROVER,
    AUDITOR,
    CLERK,
    COMMITTEE,
    COUNTY,
    ELSEWHERE,
    PERSON,
    PHONE,
    a_form,
    codes,
    done,
    filed,
    opined,
    post,
    read,
    reviewed,
    slug,
    step,
    submitted,
    told,
)

OPINION = {"recommended": True, "opinion": "建议备案"}


async def test_from_the_form_to_the_number(registry: ServiceUnderTest) -> None:
    filing = await submitted(registry, COMMITTEE)
    assert (filing["status"], filing["clock"]["due_on"]) == ("submitted", "2026-03-09")
    assert filing["contact_name"] != PERSON
    filing = await done(registry, filing, "opine", COMMITTEE, **OPINION)
    filing = await done(registry, filing, "review", CLERK, agreed=True, review="同意")
    filing = await done(registry, filing, "file", APPROVER)
    assert (filing["status"], filing["clock"]) == ("filed", None)
    assert filing["filing_number"] == "BA-340103001001-2026-0001"
    body = await read(registry, f"/v1/organizations/{filing['organization_id']}")
    assert {name: body[name] for name in (
        "kind", "name", "filing_number", "credit_code", "management", "nature", "is_community",
        "legal_representative", "phone", "registered_on", "individual_members",
    )} == {
        "kind": "community_group",
        "name": "合肥市庐阳区示例社区晨光邻里互助互助会",
        "filing_number": "BA-340103001001-2026-0001",
        "credit_code": None,
        "management": "street",
        "nature": "mutual_aid",
        "is_community": True,
        "legal_representative": PERSON,
        "phone": PHONE,
        "registered_on": "2026-03-02",
        "individual_members": 12,
    }  # fmt: skip
    events = await told(registry, "filing")
    assert [one["fact"] for one in events] == ["submitted", "opined", "reviewed", "filed"]
    assert events[-1]["filing_number"] == filing["filing_number"]
    assert events[-1]["organization_id"] == filing["organization_id"]
    everything = str(await registry.published())
    assert PERSON not in everything
    assert PHONE not in everything


async def test_two_filed_at_once_get_two_numbers(registry: ServiceUnderTest) -> None:
    both = [await reviewed(registry, trade_name=name) for name in ("朝阳", "松柏")]
    done_ones = await asyncio.gather(*(step(registry, one, "file", APPROVER) for one in both))
    assert [one.status_code for one in done_ones] == [200, 200]
    numbers = sorted(one.json()["filing_number"] for one in done_ones)
    assert numbers == ["BA-340103001001-2026-0001", "BA-340103001001-2026-0002"]


async def test_a_number_that_came_with_an_import_is_passed_over(
    registry: ServiceUnderTest,
) -> None:
    body = {
        "kind": "community_group",
        "name": "合肥市庐阳区示例社区旧有棋牌社",
        "filing_number": "BA-340103001001-2026-0001",
        "district": "340103001001",
        "is_community": True,
        "registered_on": "2026-01-05",
    }
    assert (await post(registry, "/v1/organizations", body)).status_code == 201
    assert (await filed(registry))["filing_number"] == "BA-340103001001-2026-0002"


async def test_a_street_number_is_padded_and_each_year_counts_anew(
    registry: ServiceUnderTest,
) -> None:
    first = await submitted(registry, district="340103001")
    first = await done(registry, first, "opine", CLERK, **OPINION)
    first = await done(registry, first, "review", CLERK, agreed=True, review="同意")
    first = await done(registry, first, "file", APPROVER)
    assert first["filing_number"] == "BA-340103001000-2026-0001"
    registry.clock.set(datetime(2027, 1, 4, 1, tzinfo=UTC))
    second = await filed(registry, trade_name="松柏")
    assert second["filing_number"] == "BA-340103001001-2027-0001"


async def test_what_is_not_fulfilled_is_told_and_hinders_the_filing(
    registry: ServiceUnderTest,
) -> None:
    filing = await reviewed(
        registry, individual_members=2, is_internal_group=True, documents=["application"]
    )
    found = (await read(registry, f"/v1/filings/{filing['id']}"))["findings"]
    assert [one["code"] for one in found] == [
        "too-few-members", "internal-group", "member-list", "premises",
    ]  # fmt: skip
    refused = await step(registry, filing, "file", APPROVER)
    assert (refused.status_code, slug(refused)) == (409, "filing-conditions-not-met")
    assert len(codes(refused)) == 4
    ended = await done(registry, filing, "refuse", APPROVER, reason="属于居委会内部组织")
    assert (ended["status"], ended["clock"]) == ("refused", None)
    again = await submitted(registry)
    assert again["organization_name"] == filing["organization_name"]  # the name is free again


async def test_nobody_who_handled_it_decides(registry: ServiceUnderTest) -> None:
    everything = (Role.CLERK, Role.APPROVER, Role.COMMUNITY)
    reviewer = bearer("clerk-7", *everything, district="340103")
    filing = await opined(registry)
    filing = await done(registry, filing, "review", reviewer, agreed=True, review="同意")
    for who in ("clerk-7", "clerk-1", "committee-1"):
        one = await step(registry, filing, "file", bearer(who, *everything, district="340103"))
        assert (one.status_code, slug(one)) == (403, "two-person-rule")
    await done(registry, filing, "file", APPROVER)


async def test_what_is_given_back_is_changed_and_goes_the_way_anew(
    registry: ServiceUnderTest,
) -> None:
    filing = await reviewed(registry, documents=["application"])
    filing = await done(registry, filing, "return", APPROVER, reason="请补交会员名册")
    assert (filing["status"], filing["clock"]) == ("returned", None)
    answer = await registry.client.put(
        f"/v1/filings/{filing['id']}",
        json=a_form("松柏"),
        headers=CLERK | {"If-Match": f'"v{filing["version"]}"'},
    )
    assert answer.status_code == 200, answer.text
    filing = answer.json()
    assert "松柏" in filing["organization_name"]
    await submitted(registry)  # the first name is free again
    filing = await done(registry, filing, "resubmit", CLERK)
    whole = await read(registry, f"/v1/filings/{filing['id']}")
    assert (whole["recommended"], whole["agreed"], whole["findings"]) == (None, None, [])
    filing = await done(registry, filing, "opine", COMMITTEE, **OPINION)
    filing = await done(registry, filing, "review", CLERK, agreed=True, review="同意")
    assert (await done(registry, filing, "file", APPROVER))["status"] == "filed"


async def test_a_withdrawn_filing_gives_its_name_back(registry: ServiceUnderTest) -> None:
    filing = await opined(registry)
    taken = await post(registry, "/v1/filings", a_form())
    assert taken.status_code == 409
    await done(registry, filing, "withdraw", CLERK, reason="居民改变主意")
    await submitted(registry)
    twice = await step(registry, filing, "withdraw", CLERK, reason="居民改变主意")
    assert twice.status_code == 412


async def test_a_name_reserved_before_is_used_and_stays_reserved_after_a_withdrawal(
    registry: ServiceUnderTest,
) -> None:
    about = {"kind": "community_group", "district": "340103001001", "applicant": PERSON}
    asked = about | a_form()["name"]
    kept = (await post(registry, "/v1/name-reservations", asked)).json()
    form = a_form(name_reservation_id=kept["id"])
    del form["name"]
    filing = (await post(registry, "/v1/filings", form)).json()
    twice = await post(registry, "/v1/filings", form)
    assert (twice.status_code, slug(twice)) == (409, "name-in-application")
    await done(registry, filing, "withdraw", CLERK, reason="居民改变主意")
    found = await read(registry, f"/v1/name-reservations/{kept['id']}")
    assert (found["status"], found["application_id"]) == ("held", None)


async def test_where_the_local_rules_say_so_the_street_does_not_review(
    registry: ServiceUnderTest,
) -> None:
    book = registry.runtime.rule_book
    shipped = next(o for o in book.shipped["registry.filings"] if o.jurisdiction == "100000")
    rules = shipped.parameters.model_dump(mode="json") | {"community_skips_review": True}
    override = {
        "subject": "registry.filings",
        "jurisdiction": "340100",
        "version": "hefei-1",
        "valid_from": "2026-01-01",
        "legal_basis": "示例依据",
        "parameters": rules,
    }
    admin = bearer("admin-1", Role.SYSTEM_ADMIN)
    answer = await post(registry, "/v1/rule-sets/overrides", override, admin)
    assert answer.is_success, answer.text
    guided = await opined(registry, management="community")
    assert guided["status"] == "reviewed"
    larger = await opined(registry, trade_name="松柏")
    assert larger["status"] == "opined"
    assert (await done(registry, guided, "file", APPROVER))["status"] == "filed"


async def test_the_clock_warns_and_tells_when_it_has_run_out(registry: ServiceUnderTest) -> None:
    filing = await submitted(registry)
    for day in (4, 5, 9, 10, 20):
        registry.clock.set(datetime(2026, 3, day, 1, tzinfo=UTC))
        await registry.settle()
    told_ones = [one for one in await told(registry, "filing") if one["fact"] == "reminded"]
    assert [one["notice"] for one in told_ones] == ["due-soon", "overdue"]
    assert {one["due_on"] for one in told_ones} == {"2026-03-09"}
    listed = (await read(registry, "/v1/filings", only_open=True))["items"]
    assert [one["clock"]["urgency"] for one in listed] == ["overdue"]
    now = await read(registry, f"/v1/filings/{filing['id']}")
    late = await done(registry, now, "opine", COMMITTEE, **OPINION)
    assert late["clock"]["urgency"] == "running"


async def test_who_may_not_is_refused(registry: ServiceUnderTest) -> None:
    assert (await post(registry, "/v1/filings", a_form(), ELSEWHERE)).status_code == 403
    assert (await post(registry, "/v1/filings", a_form(), APPROVER)).status_code == 403
    filing = await submitted(registry)
    for action, body, who in (
        ("opine", OPINION, ELSEWHERE),
        ("opine", OPINION, AUDITOR),
        ("withdraw", {"reason": "不想要了"}, ELSEWHERE),
    ):
        assert (await step(registry, filing, action, who, **body)).status_code == 403
    path = f"/v1/filings/{filing['id']}"
    assert (await registry.client.get(path, headers=ELSEWHERE)).status_code == 403
    assert PERSON not in str(await read(registry, path, AUDITOR))
    assert PERSON in str(await read(registry, path, COMMITTEE))
    assert (await read(registry, "/v1/filings", ELSEWHERE))["items"] == []


async def test_a_stale_version_changes_nothing(registry: ServiceUnderTest) -> None:
    filing = await submitted(registry)
    both = await asyncio.gather(
        *(step(registry, filing, "opine", COMMITTEE, **OPINION) for _ in range(2))
    )
    assert sorted(one.status_code for one in both) == [200, 412]
    missing = await registry.client.post(
        f"/v1/filings/{filing['id']}/opine", json=OPINION, headers=COMMITTEE
    )
    assert missing.status_code == 428
    unknown = await step(registry, {"id": uuid7(), "version": 1}, "opine", COMMITTEE, **OPINION)
    assert unknown.status_code == 404
    now = await read(registry, f"/v1/filings/{filing['id']}")
    early = await step(registry, now, "file", APPROVER)
    assert (early.status_code, slug(early)) == (409, "illegal-transition")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"documents": ["nothing-such"]}, "unknown-document"),
        ({"articles_template": "nothing-such"}, "unknown-template"),
    ],
)
async def test_what_the_rules_do_not_know_is_refused(
    registry: ServiceUnderTest, given: dict[str, Any], code: str
) -> None:
    answer = await post(registry, "/v1/filings", a_form(**given))
    assert (answer.status_code, codes(answer)) == (422, [code])


@pytest.mark.parametrize(
    "given",
    [
        {"name": None},
        {"district": "999999"},
        {"contact_name": "张\x00"},
        {"individual_members": 10**18},
        {"articles_template": "short-articles", "own_articles": "自拟章程"},
    ],
)
async def test_a_form_that_cannot_be_is_refused(
    registry: ServiceUnderTest, given: dict[str, Any]
) -> None:
    answer = await post(registry, "/v1/filings", a_form(**given))
    assert answer.status_code == 422


async def test_pages_of_filings_neither_skip_nor_repeat(registry: ServiceUnderTest) -> None:
    made = [await submitted(registry, trade_name=name) for name in ("朝阳", "松柏", "和谐")]
    seen: list[str] = []
    cursor: str | None = None
    while True:
        params: dict[str, Any] = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = await read(registry, "/v1/filings", **params)
        seen += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [one["id"] for one in made]


async def test_the_requirements_of_a_place_are_public(registry: ServiceUnderTest) -> None:
    answer = await registry.client.get(
        "/v1/filing-requirements", params={"district": "440304001001"}
    )
    assert answer.status_code == 200
    assert answer.json()["rule_set"] == "registry.filings@440300/shenzhen-2010"
    assert "128号" in answer.json()["requirements"]["charges_for_services"]["basis"]


async def test_the_list_of_a_year_is_confirmed_once_after_its_end(
    registry: ServiceUnderTest,
) -> None:
    first = await filed(registry)
    await filed(registry, trade_name="松柏")
    body = {"district": "340103001", "year": 2026}
    early = await post(registry, "/v1/filing-lists", body)
    assert (early.status_code, codes(early)) == (422, ["not-over"])
    organization = await read(registry, f"/v1/organizations/{first['organization_id']}")
    await registry.client.post(
        f"/v1/organizations/{organization['id']}/cancel",
        json={"reason": "自行解散"},
        headers=APPROVER | {"If-Match": f'"v{organization["version"]}"'},
    )
    registry.clock.set(datetime(2027, 1, 4, 1, tzinfo=UTC))
    answer = await post(registry, "/v1/filing-lists", body)
    assert answer.status_code == 201, answer.text
    figures = {name: answer.json()[name] for name in ("filed", "ended", "living")}
    assert figures == {"filed": 2, "ended": 1, "living": 1}
    twice = await post(registry, "/v1/filing-lists", body)
    assert (twice.status_code, slug(twice)) == (409, "filing-list-confirmed")
    [event] = await told(registry, "filing-list")
    assert (event["year"], event["living"]) == (2026, 1)
    assert len((await read(registry, "/v1/filing-lists", COUNTY, year=2026))["items"]) == 1
    filed_then = await read(
        registry, "/v1/filings", COUNTY, filed_from="2026-01-01", filed_until="2026-12-31"
    )
    assert len(filed_then["items"]) == 2
