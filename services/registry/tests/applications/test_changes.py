"""变更、章程核准、换证、注销: what an application changes of a body that exists."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from liandong.identity.actors import Role
from liandong.ids import uuid7
from liandong.testing.services import ServiceUnderTest, bearer
from services.registry.tests.applications.desk import (
    CLERK,
    PERSON,
    approved,
    codes,
    done,
    drafted,
    edit,
    id_number,
    organization,
    read,
    registered,
    reserved,
    slug,
    start,
    step,
    told,
)
from services.registry.tests.standing import revoked

PAPERS = [
    "application",
    "consent",
    "resolution",
    "premises",
    "capital",
    "officers",
    "audit",
    "articles",
    "supervision",
    "authority",
]


def a_change(body: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "matter": "change",
        "organization_id": body["id"],
        "changes": changes,
        "reason": "理事会决议",
    }


def an_end(body: dict[str, Any], **given: Any) -> dict[str, Any]:
    return {
        "matter": "cancellation",
        "organization_id": body["id"],
        "ground": "dissolution",
        "liquidation_ended_on": "2026-02-20",
        **given,
    }


async def test_a_new_address_holds_from_the_certificate_and_is_announced(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    head = {"legal_representative": PERSON, "representative_id_number": id_number(1)}
    content = a_change(body, address="庐阳区新路 2 号", **head)
    draft = await drafted(registry, content, documents=PAPERS)
    assert draft["items"] == ["address", "legal_representative"]
    decided = await approved(registry, draft)
    assert (await organization(registry, body["id"]))["address"] == ""
    certified = await done(registry, decided, "certify")
    assert certified["status"] == "certified"
    now = await organization(registry, body["id"])
    assert (now["address"], now["legal_representative"]) == ("庐阳区新路 2 号", PERSON)
    early = await step(
        registry, certified, "announce", medium="示例日报", announced_on="2026-03-01"
    )
    assert (early.status_code, codes(early)) == (422, ["out-of-range"])
    await done(registry, certified, "announce", medium="示例日报", announced_on="2026-03-02")


async def test_what_is_not_announced_ends_with_the_certificate(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    draft = await drafted(registry, a_change(body, business_scope="养老服务"), documents=PAPERS)
    ended = await done(registry, await approved(registry, draft), "certify")
    assert (ended["status"], ended["completed_on"]) == ("completed", "2026-03-02")
    assert (await told(registry))[-2:] == ["certified", "completed"]


async def test_a_new_name_is_the_reserved_one_and_the_old_one_is_free(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    reservation = await reserved(registry, "晨曦")
    content = a_change(body, name_reservation_id=reservation["id"])
    draft = await drafted(registry, content, documents=PAPERS)
    assert draft["items"] == ["name"]
    await done(registry, await approved(registry, draft), "certify")
    assert (await organization(registry, body["id"]))["name"] == reservation["name"]
    second = await registered(registry, 1, credit_code="52110000MJ0163191U")
    assert second["name"] == body["name"]


async def test_who_leaves_a_supervisor_for_a_direct_class_has_no_supervisor(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry, supervisor="庐阳区教育局")
    draft = await drafted(registry, a_change(body, direct_class="charity"), documents=PAPERS)
    assert draft["items"] == ["supervisor"]
    await done(registry, await approved(registry, draft), "certify")
    now = await organization(registry, body["id"])
    assert (now["direct_class"], now["supervisor"]) == ("charity", "")
    back = await drafted(
        registry,
        a_change(body, supervisor="庐阳区民政局"),
        documents=["application", "resolution", "supervision"],
    )
    await done(registry, await approved(registry, back), "certify")
    now = await organization(registry, body["id"])
    assert (now["direct_class"], now["supervisor"]) == (None, "庐阳区民政局")


async def test_articles_are_approved_and_a_certificate_is_renewed(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    articles = {
        "matter": "articles",
        "organization_id": body["id"],
        "adopted_on": "2026-02-01",
        "summary": "修改业务范围",
    }
    draft = await drafted(registry, articles, documents=["application", "consent", "articles"])
    await done(registry, await approved(registry, draft), "certify")
    renewal = {"matter": "renewal", "organization_id": body["id"], "reason": "re-election"}
    draft = await drafted(registry, renewal, documents=["application", "certificate"])
    decided = await approved(registry, draft)
    bare = await step(registry, decided, "certify")
    assert bare.status_code == 422
    term = {"certificate_from": "2026-03-02", "certificate_until": "2031-03-01"}
    await done(registry, decided, "certify", **term)
    now = await organization(registry, body["id"])
    assert (now["articles_approved_on"], now["certificate_until"]) == ("2026-03-02", "2031-03-01")


async def test_a_cancellation_ends_the_body_and_is_announced(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    papers = ["application", "consent", "liquidation"]
    draft = await drafted(registry, an_end(body), documents=papers)
    certified = await done(registry, await approved(registry, draft), "certify")
    now = await organization(registry, body["id"])
    assert (now["status"], now["ended_on"]) == ("cancelled", "2026-03-02")
    await done(registry, certified, "announce", medium="示例日报", announced_on="2026-03-02")
    late = await drafted(registry, a_change(body, address="庐阳区新路 3 号"))
    refused = await step(registry, late, "submit")
    assert (refused.status_code, slug(refused)) == (409, "organization-ended")


async def test_what_is_to_come_has_not_happened_yet(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    draft = await drafted(registry, an_end(body, liquidation_ended_on="2026-03-03"))
    refused = await step(registry, draft, "submit")
    assert (refused.status_code, codes(refused)) == (422, ["in-the-future"])


async def test_two_open_applications_about_one_item_conflict_and_say_so(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    first = await drafted(registry, a_change(body, address="庐阳区新路 2 号"))
    second = await drafted(registry, a_change(body, address="庐阳区新路 3 号", purpose="助老"))
    other = await drafted(registry, a_change(body, business_scope="养老服务"))
    end = await drafted(registry, an_end(body))
    await done(registry, first, "submit")
    refused = await step(registry, second, "submit")
    assert (refused.status_code, slug(refused)) == (409, "applications-conflict")
    assert refused.json()["conflicts"] == [
        {"application_id": first["id"], "matter": "change", "items": ["address"]}
    ]
    await done(registry, other, "submit")
    whole = await step(registry, end, "submit")
    assert {one["application_id"] for one in whole.json()["conflicts"]} == {
        first["id"],
        other["id"],
    }


async def test_what_is_completed_later_conflicts_as_well(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    first = await drafted(registry, a_change(body, address="庐阳区新路 2 号"))
    other = await drafted(registry, a_change(body, purpose="助老"))
    await done(registry, first, "submit")
    await done(registry, other, "submit")
    registry.clock.set(datetime(2026, 3, 9, 16, tzinfo=UTC))
    await registry.settle()
    accepted = await read(registry, other)
    assert accepted["accepted_by_silence"]
    refused = await edit(registry, accepted, a_change(body, address="庐阳区新路 3 号"), PAPERS)
    assert (refused.status_code, slug(refused)) == (409, "applications-conflict")
    assert (await read(registry, other))["items"] == ["purpose"]
    same = await edit(registry, accepted, a_change(body, purpose="助老扶幼"), PAPERS)
    assert same.status_code == 200, same.text


async def test_of_two_that_are_submitted_at_once_one_goes_on(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    drafts = [await drafted(registry, a_change(body, address=f"庐阳区{n}路")) for n in "甲乙丙丁"]
    answers = await asyncio.gather(*(step(registry, one, "submit") for one in drafts))
    assert sorted(one.status_code for one in answers) == [200, 409, 409, 409]


async def test_an_organisation_applies_for_itself_and_for_nobody_else(
    registry: ServiceUnderTest,
) -> None:
    body, other = await registered(registry, 1), await registered(registry, 2)
    own = bearer("org-1", Role.ORGANIZATION, district=None, organization_id=body["id"])
    draft = await drafted(registry, a_change(body, address="庐阳区新路 2 号"), own)
    assert (await done(registry, draft, "submit", own))["status"] == "submitted"
    shown = await read(registry, draft, own)
    assert shown["applicant"] == PERSON
    foreign = await start(registry, a_change(other, address="庐阳区新路 2 号"), own)
    assert (foreign.status_code, slug(foreign)) == (403, "other-organization")
    theirs = await drafted(registry, a_change(other, address="庐阳区新路 2 号"))
    path = f"/v1/applications/{theirs['id']}"
    assert (await registry.client.get(path, headers=own)).status_code == 403
    listed = await registry.client.get("/v1/applications", headers=own)
    assert [one["id"] for one in listed.json()["items"]] == [draft["id"]]
    nobody = bearer("org-9", Role.ORGANIZATION, district=None)
    assert (await registry.client.get("/v1/applications", headers=nobody)).json()["items"] == []


@pytest.mark.parametrize(
    "changes", [{}, {"address": None}, {"supervisor": "甲", "direct_class": "trade"}]
)
async def test_a_change_of_nothing_is_refused(
    registry: ServiceUnderTest, changes: dict[str, Any]
) -> None:
    body = await registered(registry)
    assert (await start(registry, a_change(body, **changes))).status_code == 422


async def test_a_change_of_an_unknown_or_a_filed_body_is_refused(
    registry: ServiceUnderTest,
) -> None:
    unknown = await start(registry, a_change({"id": str(uuid7())}, address="庐阳区新路 2 号"))
    assert (unknown.status_code, codes(unknown)) == (422, ["unknown-organization"])
    filed = await registered(
        registry,
        3,
        kind="community_group",
        credit_code=None,
        filing_number="BA-340103001001-2020-0001",
        district="340103001001",
        is_community=True,
    )
    refused = await start(registry, a_change(filed, address="庐阳区新路 2 号"))
    assert (refused.status_code, slug(refused)) == (409, "no-procedure")


async def test_a_draft_stays_the_matter_that_it_is(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    draft = await drafted(registry, a_change(body, address="庐阳区新路 2 号"))
    form = {"content": an_end(body), "applicant": PERSON}
    answer = await registry.client.put(
        f"/v1/applications/{draft['id']}", json=form, headers=CLERK | {"If-Match": '"v1"'}
    )
    assert (answer.status_code, codes(answer)) == (422, ["other-matter"])
    assert (await read(registry, draft))["matter"] == "change"


async def test_a_body_that_ended_meanwhile_gets_no_certificate_and_the_application_can_end(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    draft = await drafted(registry, a_change(body, address="庐阳区新路 2 号"), documents=PAPERS)
    decided = await approved(registry, draft)
    await revoked(registry, body)
    refused = await step(registry, decided, "certify")
    assert (refused.status_code, slug(refused)) == (409, "illegal-transition")
    assert (await done(registry, decided, "withdraw", reason="组织已终止"))["status"] == "withdrawn"
    registry.clock.set(datetime(2027, 3, 2, tzinfo=UTC))
    await registry.settle()
