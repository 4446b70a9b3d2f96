"""成立登记 over HTTP: the whole way, its side exits, and the slips at the desk."""

from datetime import UTC, datetime
from typing import Any

import pytest

from liandong.ids import uuid7
from liandong.testing.services import ServiceUnderTest
from liandong.values.credit_code import make
from services.registry.tests.applications.desk import (
    APPROVER,
    AUDITOR,
    CLERK,
    DOCUMENTS,
    ELSEWHERE,
    PERSON,
    REVIEWER,
    an_officer,
    approved,
    codes,
    done,
    drafted,
    edit,
    establishment,
    id_number,
    organization,
    read,
    reserved,
    slug,
    start,
    step,
    told,
)

CODE = make("52", "340103", "XN900001")
CERTIFICATE = {
    "credit_code": CODE,
    "certificate_from": "2026-03-02",
    "certificate_until": "2030-03-01",
}


async def ready(registry: ServiceUnderTest, **given: Any) -> dict[str, Any]:
    """A draft that lacks nothing."""
    reservation = await reserved(registry)
    content = establishment(reservation["id"], **given)
    return await drafted(registry, content, documents=DOCUMENTS)


async def test_from_the_draft_to_the_announcement(registry: ServiceUnderTest) -> None:
    draft = await ready(registry)
    assert (draft["status"], draft["clock"]) == ("draft", None)
    submitted = await done(registry, draft, "submit")
    assert submitted["clock"] == {
        "stage": "acceptance",
        "due_on": "2026-03-09",
        "promised_on": None,
        "urgency": "running",
        "is_provisional": False,
    }
    accepted = await done(registry, submitted, "accept")
    assert accepted["clock"]["due_on"] == "2026-05-06"  # 60 days end in the holidays of May
    reviewed = await done(registry, accepted, "review", REVIEWER, opinion="建议准予")
    decided = await done(registry, reviewed, "approve", APPROVER)
    assert (decided["clock"]["stage"], decided["clock"]["due_on"]) == ("certificate", "2026-03-16")
    certified = await done(registry, decided, "certify", **CERTIFICATE)
    assert (certified["status"], certified["clock"]["stage"]) == ("certified", "announcement")
    announced = await done(
        registry, certified, "announce", medium="示例日报", announced_on="2026-03-02"
    )
    assert (announced["status"], announced["clock"]) == ("completed", None)
    body = await organization(registry, announced["organization_id"])
    assert {name: body[name] for name in (
        "name", "credit_code", "legal_representative", "purpose", "supervisor", "funds_fen",
        "certificate_until", "registered_on",
    )} == {
        "name": "合肥市庐阳区阳光社会工作服务中心",
        "credit_code": CODE,
        "legal_representative": PERSON + "1",
        "purpose": "服务社区居民",
        "supervisor": "庐阳区教育局",
        "funds_fen": 5_000_000,
        "certificate_until": "2030-03-01",
        "registered_on": "2026-03-02",
    }  # fmt: skip
    assert await told(registry) == [
        "submitted", "accepted", "reviewed", "approved", "certified", "completed",
    ]  # fmt: skip
    assert PERSON not in str(await registry.published())


async def test_what_is_missing_is_told_before_the_submission_and_refuses_the_acceptance(
    registry: ServiceUnderTest,
) -> None:
    empty = {"matter": "establishment", "kind": "service_institution", "district": "340103"}
    draft = await drafted(registry, empty)
    found = (await read(registry, draft))["findings"]
    assert [one["pointer"] for one in found] == [
        "/address", "/purpose", "/business_scope", "/name_reservation_id", "/officers",
        "/legal_representative", "/supervisor", *["/documents"] * 6, "/full_time_staff",
    ]  # fmt: skip
    assert "《民办非企业单位登记管理暂行条例》第九条" in found[8]["message"]
    submitted = await done(registry, draft, "submit")
    refused = await step(registry, submitted, "accept")
    assert (refused.status_code, slug(refused)) == (409, "application-incomplete")
    assert len(codes(refused)) == 13


async def test_what_is_missing_is_told_once_and_corrected(registry: ServiceUnderTest) -> None:
    reservation = await reserved(registry)
    draft = await drafted(registry, establishment(reservation["id"]), documents=DOCUMENTS[1:])
    submitted = await done(registry, draft, "submit")
    missing = [{"code": "application", "message": "请补交登记申请书"}]
    given_back = await done(registry, submitted, "request-correction", missing=missing)
    assert (given_back["status"], given_back["clock"]) == ("correction", None)
    registry.clock.set(datetime(2026, 6, 1, 1, tzinfo=UTC))
    await registry.settle()  # while the applicant corrects, nothing counts as accepted
    body = {
        "content": establishment(reservation["id"]),
        "applicant": PERSON,
        "documents": DOCUMENTS,
    }
    answer = await registry.client.put(
        f"/v1/applications/{draft['id']}",
        json=body,
        headers=CLERK | {"If-Match": f'"v{given_back["version"]}"'},
    )
    again = await done(registry, answer.json(), "submit")
    assert again["clock"]["due_on"] == "2026-06-08"
    twice = await step(registry, again, "request-correction", missing=missing)
    assert (twice.status_code, slug(twice)) == (409, "already-told")
    assert (await done(registry, again, "accept"))["status"] == "accepted"
    assert (await read(registry, draft))["corrections"] == [
        {"told_on": "2026-03-02", "missing": missing}
    ]


async def test_silence_counts_as_acceptance_since_the_receipt(registry: ServiceUnderTest) -> None:
    submitted = await done(registry, await ready(registry), "submit")
    registry.clock.set(datetime(2026, 3, 9, 15, 59, tzinfo=UTC))
    await registry.settle()
    assert (await read(registry, submitted))["status"] == "submitted"
    registry.clock.set(datetime(2026, 3, 9, 16, tzinfo=UTC))
    await registry.settle()
    found = await read(registry, submitted)
    assert (found["status"], found["accepted_on"], found["accepted_by_silence"]) == (
        "accepted",
        "2026-03-02",
        True,
    )
    assert found["clock"]["due_on"] == "2026-05-06"
    assert await told(registry) == ["submitted", "reminded", "accepted"]
    late = await step(registry, submitted, "request-correction", missing=[
        {"code": "application", "message": "请补交登记申请书"}
    ])  # fmt: skip
    assert late.status_code == 412


async def test_what_was_accepted_by_silence_is_completed_before_the_decision(
    registry: ServiceUnderTest,
) -> None:
    reservation = await reserved(registry)
    content = establishment(reservation["id"])
    draft = await drafted(registry, content, documents=DOCUMENTS[1:])
    submitted = await done(registry, draft, "submit")
    registry.clock.set(datetime(2026, 3, 9, 16, tzinfo=UTC))
    await registry.settle()
    accepted = await read(registry, submitted)
    reviewed = await done(registry, accepted, "review", REVIEWER, opinion="尚缺申请书")
    refused = await step(registry, reviewed, "approve", APPROVER)
    assert (refused.status_code, slug(refused)) == (409, "application-incomplete")
    returned = await done(registry, reviewed, "return", APPROVER, reason="请补齐材料")
    completed = await edit(registry, returned, content, DOCUMENTS)
    assert completed.status_code == 200, completed.text
    again = await done(registry, completed.json(), "review", REVIEWER, opinion="已补齐")
    assert (await done(registry, again, "approve", APPROVER))["status"] == "approved"


async def test_what_was_accepted_as_complete_is_not_changed_any_more(
    registry: ServiceUnderTest,
) -> None:
    accepted = await done(registry, await done(registry, await ready(registry), "submit"), "accept")
    content = (await read(registry, accepted))["content"]
    refused = await edit(registry, accepted, content, DOCUMENTS)
    assert (refused.status_code, slug(refused)) == (409, "illegal-transition")


async def test_reminders_come_once_each(registry: ServiceUnderTest) -> None:
    accepted = await done(registry, await done(registry, await ready(registry), "submit"), "accept")
    for day in (datetime(2026, 4, 26, 1, tzinfo=UTC), datetime(2026, 5, 7, 1, tzinfo=UTC)):
        registry.clock.set(day)
        await registry.settle()
        await registry.settle()
    events = [one for one in await registry.published() if one["type"].endswith("reminded")]
    assert [(one["data"]["stage"], one["data"]["notice"]) for one in events] == [
        ("decision", "due-soon"),
        ("decision", "overdue"),
    ]
    assert (await read(registry, accepted))["clock"]["urgency"] == "overdue"


async def test_the_time_of_an_expert_review_does_not_count_and_the_applicant_is_told(
    registry: ServiceUnderTest,
) -> None:
    accepted = await done(registry, await done(registry, await ready(registry), "submit"), "accept")
    asked = {"cause": "experts", "asked": "三名专家评审", "expected_days": 20}
    early = await step(registry, accepted, "consult", **asked, applicant_told_on="2026-03-01")
    assert (early.status_code, codes(early)) == (422, ["out-of-range"])
    stopped = await done(registry, accepted, "consult", **asked, applicant_told_on="2026-03-02")
    assert (stopped["clock"]["urgency"], stopped["clock"]["due_on"]) == ("stopped", None)
    registry.clock.set(datetime(2026, 9, 1, 1, tzinfo=UTC))
    await registry.settle()
    resumed = await done(registry, stopped, "resume", result="专家同意")
    assert resumed["clock"]["due_on"] == "2026-11-02"  # 60 days after 1 September: a Saturday
    assert "reminded" not in await told(registry)


async def test_departments_are_asked_within_the_time(registry: ServiceUnderTest) -> None:
    accepted = await done(registry, await done(registry, await ready(registry), "submit"), "accept")
    asked = {"cause": "departments", "asked": "区教育局", "expected_days": 5}
    consulting = await done(registry, accepted, "consult", **asked, applicant_told_on="2026-03-02")
    assert (consulting["status"], consulting["clock"]["due_on"]) == ("consulting", "2026-05-06")
    resumed = await done(registry, consulting, "resume", result="无不同意见")
    assert resumed["clock"]["due_on"] == "2026-05-06"


async def test_who_reviewed_does_not_decide(registry: ServiceUnderTest) -> None:
    accepted = await done(registry, await done(registry, await ready(registry), "submit"), "accept")
    reviewed = await done(registry, accepted, "review", REVIEWER, opinion="建议准予")
    for action, body in (("approve", {}), ("refuse", {"reason": "不符合"})):
        own = await step(registry, reviewed, action, REVIEWER, **body)
        assert (own.status_code, slug(own)) == (403, "two-person-rule")
    returned = await done(registry, reviewed, "return", APPROVER, reason="请补充意见")
    again = await done(registry, returned, "review", CLERK, opinion="补充后建议准予")
    own = await step(registry, again, "approve", REVIEWER)
    assert slug(own) == "two-person-rule"
    assert (await done(registry, again, "approve", APPROVER))["status"] == "approved"


async def test_a_condition_that_does_not_hold_is_named_with_its_article_and_refuses(
    registry: ServiceUnderTest,
) -> None:
    official = [an_officer(1, "chair", is_official=True)]
    draft = await ready(registry, full_time_staff=0, officers=official)
    application = await done(registry, draft, "submit")
    application = await done(registry, application, "accept")
    application = await done(registry, application, "review", REVIEWER, opinion="建议准予")
    refused = await step(registry, application, "approve", APPROVER)
    assert (refused.status_code, slug(refused)) == (409, "conditions-not-met")
    assert codes(refused) == ["too-few-staff", "official-in-post"]
    assert all("（" in one["message"] for one in refused.json()["errors"])
    ended = await done(registry, application, "refuse", APPROVER, reason="不符合法定条件")
    assert ended["status"] == "refused"


@pytest.mark.parametrize(
    ("action", "by", "body", "status"),
    [
        ("not-accept", CLERK, {"reason": "不属于本机关职权"}, "not_accepted"),
        ("supervisor-refuse", CLERK, {"reason": "业务主管单位不同意"}, "supervisor_refused"),
        ("withdraw", CLERK, {"reason": "申请人撤回"}, "withdrawn"),
    ],
)
async def test_what_ends_without_a_certificate_leaves_the_name_to_its_applicant(
    registry: ServiceUnderTest, action: str, by: dict[str, str], body: Any, status: str
) -> None:
    draft = await ready(registry)
    submitted = await done(registry, draft, "submit")
    [kept] = (await registry.client.get("/v1/name-reservations", headers=CLERK)).json()["items"]
    assert kept["application_id"] == draft["id"]
    ended = await done(registry, submitted, action, by, **body)
    assert (ended["status"], ended["clock"]) == (status, None)
    again = await step(registry, ended, action, by, **body)
    assert (again.status_code, slug(again)) == (409, "illegal-transition")
    second = await drafted(registry, establishment(kept["id"]), documents=DOCUMENTS)
    assert (await done(registry, second, "submit"))["status"] == "submitted"


async def test_a_name_is_kept_while_the_application_is_open_and_expires_with_it(
    registry: ServiceUnderTest,
) -> None:
    draft = await ready(registry)
    other = await drafted(
        registry,
        establishment((await read(registry, draft))["content"]["name_reservation_id"]),
        documents=DOCUMENTS,
    )
    submitted = await done(registry, draft, "submit")
    refused = await step(registry, other, "submit")
    assert (refused.status_code, slug(refused)) == (409, "name-in-application")
    registry.clock.set(datetime(2026, 12, 1, 1, tzinfo=UTC))
    await registry.settle()
    [kept] = (await registry.client.get("/v1/name-reservations", headers=CLERK)).json()["items"]
    assert kept["status"] == "held"
    now = await read(registry, submitted)
    await done(registry, now, "withdraw", reason="不再申请")
    [gone] = (await registry.client.get("/v1/name-reservations", headers=CLERK)).json()["items"]
    assert gone["status"] == "expired"


async def test_a_reserved_name_in_an_application_is_not_used_beside_it(
    registry: ServiceUnderTest,
) -> None:
    draft = await ready(registry)
    await done(registry, draft, "submit")
    reservation_id = (await read(registry, draft))["content"]["name_reservation_id"]
    registration = {
        "kind": "service_institution",
        "name": draft["organization_name"],
        "credit_code": CODE,
        "district": "340103",
        "registered_on": "2026-03-02",
        "name_reservation_id": reservation_id,
    }
    beside = await registry.client.post("/v1/organizations", json=registration, headers=CLERK)
    assert (beside.status_code, slug(beside)) == (409, "name-in-application")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ["missing", "missing", "missing"]),
        ({**CERTIFICATE, "certificate_until": "2026-03-02"}, ["before-its-start"]),
        ({**CERTIFICATE, "credit_code": make("51", "340103", "XN900001")}, ["other-kind"]),
    ],
)
async def test_a_certificate_that_cannot_be_is_refused(
    registry: ServiceUnderTest, given: Any, expected: list[str]
) -> None:
    decided = await approved(registry, await ready(registry))
    answer = await registry.client.post(
        f"/v1/applications/{decided['id']}/certify",
        json=given,
        headers=CLERK | {"If-Match": f'"v{decided["version"]}"'},
    )
    assert (answer.status_code, codes(answer)) == (422, expected)
    assert (await read(registry, decided))["status"] == "approved"


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"officers": [an_officer(1) | {"id_number": id_number(1)[:-1] + "*"}]}, "officers"),
        ({"legal_representative": 9}, "content"),
        ({"direct_class": "charity"}, "content"),
        ({"kind": "community_group"}, "kind"),
        ({"funds_fen": 1.5}, "funds_fen"),
    ],
)
async def test_a_wrong_form_is_refused_and_keeps_nothing(
    registry: ServiceUnderTest, given: dict[str, Any], pointer: str
) -> None:
    answer = await start(registry, establishment(None, **given))
    assert answer.status_code == 422
    assert any(pointer in one["pointer"] for one in answer.json()["errors"])
    assert (await registry.client.get("/v1/applications", headers=CLERK)).json()["items"] == []


async def test_a_form_names_documents_and_names_that_exist(registry: ServiceUnderTest) -> None:
    unknown = await start(registry, establishment(None), documents=["resolution"])
    assert (unknown.status_code, codes(unknown)) == (422, ["unknown-document"])
    nowhere = await start(registry, establishment(str(uuid7())))
    assert nowhere.status_code == 404
    reservation = await reserved(registry)
    other = await start(registry, establishment(reservation["id"], district="340104"))
    assert (other.status_code, slug(other)) == (409, "not-reserved-so")


async def test_persons_are_masked_for_whoever_need_not_know_them(
    registry: ServiceUnderTest,
) -> None:
    draft = await ready(registry)
    shown = await read(registry, draft)
    assert shown["content"]["officers"][0]["id_number"] == id_number(1)
    assert shown["applicant"] == PERSON
    masked = await read(registry, draft, AUDITOR)
    assert id_number(1) not in str(masked)
    assert PERSON not in str(masked)
    listed = await registry.client.get("/v1/applications", headers=CLERK)
    assert PERSON not in listed.text
    async with registry.runtime.worker_engine.connect() as connection:
        row = (await connection.exec_driver_sql("SELECT * FROM application")).mappings().one()
    assert id_number(1) not in str(dict(row))


async def test_an_application_stays_in_its_district(registry: ServiceUnderTest) -> None:
    draft = await ready(registry)
    assert (await step(registry, draft, "submit", ELSEWHERE)).status_code == 403
    path = f"/v1/applications/{draft['id']}"
    assert (await registry.client.get(path, headers=ELSEWHERE)).status_code == 403
    listed = await registry.client.get("/v1/applications", headers=ELSEWHERE)
    assert listed.json()["items"] == []
    assert (await start(registry, establishment(None), ELSEWHERE)).status_code == 403


async def test_applications_are_found_by_status_and_matter(registry: ServiceUnderTest) -> None:
    draft = await ready(registry)
    submitted = await done(registry, draft, "submit")
    await done(registry, submitted, "withdraw", reason="申请人撤回")
    second = await drafted(registry, establishment(None))
    for query, found in (
        ({}, [draft["id"], second["id"]]),
        ({"only_open": True}, [second["id"]]),
        ({"status": ["withdrawn", "refused"]}, [draft["id"]]),
        ({"matter": "change"}, []),
        ({"limit": 1}, [draft["id"]]),
    ):
        answer = await registry.client.get("/v1/applications", params=query, headers=CLERK)
        assert [one["id"] for one in answer.json()["items"]] == found, query


async def test_a_second_click_and_an_old_version_change_nothing(
    registry: ServiceUnderTest,
) -> None:
    draft = await ready(registry)
    first = await step(registry, draft, "submit")
    second = await step(registry, draft, "submit")
    assert (first.status_code, second.status_code) == (200, 412)
    assert await told(registry) == ["submitted"]
