"""年检 over HTTP: the whole way of one organisation, and what is refused on it."""

from datetime import date
from typing import Any

import pytest

from liandong.identity.actors import Role
from liandong.testing.services import ServiceUnderTest, bearer
from services.registry.tests.inspections.desk import (
    APPROVER,
    AUDITOR,
    CLERK,
    ELSEWHERE,
    MINOR,
    PERSON,
    REVIEWER,
    SECOND,
    SERIOUS,
    a_report,
    at,
    codes,
    concluded,
    done,
    events,
    fill_in,
    filled,
    found,
    of,
    opened,
    registered,
    slug,
    step,
    submitted,
    told,
    whole,
)

QUALIFIED: dict[str, Any] = {"verdict": "qualified", "reasons": []}


async def test_from_the_opening_to_the_conclusion_under_dual_management(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry, supervisor="庐阳区教育局")
    season = await opened(registry)
    assert season["rule_set"] == "registry.inspections@100000/measure-2026"
    inspection = await of(registry, body)
    assert (inspection["status"], inspection["regime"]) == ("not_started", "service_institution")
    own = bearer("own-1", Role.ORGANIZATION, district=None, organization_id=body["id"])
    answer = await fill_in(registry, inspection, by=own)
    assert answer.status_code == 200, answer.text
    draft = answer.json()
    assert draft["status"] == "draft"
    first = await done(registry, draft, "submit", own)
    assert first["status"] == "submitted_to_supervisor"
    opinion = {"opinion": "qualified", "given_on": "2026-03-02"}
    given = await done(registry, first, "supervisor-opinion", **opinion)
    assert given["status"] == "supervisor_opinion"
    handed_in = await done(registry, given, "submit", own)
    assert handed_in["status"] == "submitted_to_registrar"
    reviewed = await done(registry, handed_in, "review", REVIEWER, **QUALIFIED)
    ended = await done(registry, reviewed, "conclude", APPROVER, **QUALIFIED)
    assert (ended["status"], ended["verdict"]) == ("concluded", "qualified")
    assert await told(registry) == [
        "season.opened", "submitted", "opinion-given", "submitted", "reviewed", "concluded",
    ]  # fmt: skip
    [payload] = await events(registry, "concluded")
    assert payload["organization_id"] == body["id"]
    assert (payload["year"], payload["regime"], payload["verdict"]) == (
        2025, "service_institution", "qualified",
    )  # fmt: skip
    assert PERSON not in str(await registry.published())
    history = await registry.client.get(f"/v1/inspections/{ended['id']}/history", headers=own)
    assert [one["action"] for one in history.json()["items"]] == [
        "enrolled", "edit", "submit-to-supervisor", "supervisor-opinion", "submit-to-registrar",
        "review", "conclude",
    ]  # fmt: skip


async def test_a_body_registered_directly_hands_in_to_the_registrar_at_once(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    await opened(registry)
    assert (await submitted(registry, body))["status"] == "submitted_to_registrar"


async def test_what_is_missing_is_told_in_the_draft_and_refuses_the_submission(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    await opened(registry)
    inspection = await of(registry, body)
    answer = await step(registry, inspection, "submit")
    assert (answer.status_code, slug(answer)) == (409, "illegal-transition")
    draft = await filled(registry, inspection, {})
    missing = (await whole(registry, draft))["missing"]
    assert [one["pointer"] for one in missing] == [
        "/compliance", "/formalities", "/activities", "/personnel", "/finance", "/contact/name",
        "/documents", "/documents",
    ]  # fmt: skip
    answer = await step(registry, draft, "submit")
    assert (answer.status_code, slug(answer), len(codes(answer))) == (409, "report-incomplete", 8)
    assert (await of(registry, body))["version"] == draft["version"]
    answer = await fill_in(registry, draft, a_report(documents=["passport"]))
    assert (answer.status_code, codes(answer)) == (422, ["unknown-document"])


async def test_a_return_lists_what_is_missing_and_gives_time_after_the_last_day(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    await opened(registry)
    at(registry, date(2026, 5, 29))
    inspection = await submitted(registry, body)
    at(registry, date(2026, 6, 3))
    missing = [{"code": "audit", "message": "审计报告缺页"}]
    returned = await done(registry, inspection, "return", missing=missing)
    assert (returned["status"], returned["own_last_day"]) == ("returned", "2026-06-18")
    [payload] = await events(registry, "returned")
    assert payload["due_on"] == "2026-06-18"
    read = await whole(registry, returned)
    assert (read["due_on"], read["reason"]) == ("2026-06-18", "审计报告缺页")
    again = await done(registry, await filled(registry, returned), "submit")
    assert (again["status"], again["is_late"]) == ("submitted_to_registrar", False)


async def test_after_a_return_by_the_registrar_the_first_review_is_not_repeated(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry, supervisor="庐阳区教育局")
    await opened(registry)
    inspection = await done(registry, await filled(registry, await of(registry, body)), "submit")
    opinion = {"opinion": "qualified", "given_on": "2026-03-02"}
    inspection = await done(registry, inspection, "supervisor-opinion", **opinion)
    inspection = await done(registry, inspection, "submit")
    missing = [{"code": "audit", "message": "审计报告缺页"}]
    inspection = await done(registry, inspection, "return", missing=missing)
    assert (await done(registry, inspection, "submit"))["status"] == "submitted_to_registrar"


@pytest.mark.parametrize("opinion", ["basically_qualified", "unqualified"])
async def test_an_unfavourable_opinion_needs_its_reason(
    registry: ServiceUnderTest, opinion: str
) -> None:
    body = await registered(registry, supervisor="庐阳区教育局")
    await opened(registry)
    inspection = await done(registry, await filled(registry, await of(registry, body)), "submit")
    given = {"opinion": opinion, "given_on": "2026-03-02"}
    answer = await step(registry, inspection, "supervisor-opinion", **given)
    assert (answer.status_code, codes(answer)) == (422, ["missing"])
    late = {"opinion": opinion, "reason": "未召开会议", "given_on": "2026-03-03"}
    answer = await step(registry, inspection, "supervisor-opinion", **late)
    assert (answer.status_code, codes(answer)) == (422, ["out-of-range"])
    right = late | {"given_on": "2026-03-02"}
    given_now = await done(registry, inspection, "supervisor-opinion", **right)
    assert given_now["opinion"] == opinion


async def test_the_reviewer_does_not_decide(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    await opened(registry)
    inspection = await submitted(registry, body)
    reviewed = await done(registry, inspection, "review", REVIEWER, **QUALIFIED)
    answer = await step(registry, reviewed, "conclude", REVIEWER, **QUALIFIED)
    assert (answer.status_code, slug(answer)) == (403, "two-person-rule")
    again = await done(registry, reviewed, "reconsider", APPROVER, reason="理由不足")
    reviewed = await done(registry, again, "review", CLERK, **QUALIFIED)
    answer = await step(registry, reviewed, "conclude", REVIEWER, **QUALIFIED)
    assert slug(answer) == "two-person-rule"
    assert (await done(registry, reviewed, "conclude", APPROVER, **QUALIFIED))["verdict"]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"verdict": "qualified", "reasons": [MINOR]}, "unfit"),
        ({"verdict": "basically_qualified", "reasons": []}, "unfit"),
        ({"verdict": "basically_qualified", "reasons": [SERIOUS]}, "unfit"),
        ({"verdict": "unqualified", "reasons": [MINOR]}, "unfit"),
        ({"verdict": "unqualified", "reasons": [SERIOUS, SERIOUS]}, "given-twice"),
        (
            {"verdict": "unqualified", "reasons": [SERIOUS, {"code": "xx", "severity": "minor"}]},
            "unknown-reason",
        ),
        (
            {
                "verdict": "basically_qualified",
                "reasons": [{"code": "embezzlement", "severity": "minor"}],
            },
            "other-severity",
        ),
        (
            {
                "verdict": "basically_qualified",
                "reasons": [{"code": "spending-below", "severity": "minor"}],
            },
            "unknown-reason",
        ),
    ],
)
async def test_reasons_are_those_of_the_table_and_bear_the_verdict(
    registry: ServiceUnderTest, said: dict[str, Any], code: str
) -> None:
    body = await registered(registry)
    await opened(registry)
    inspection = await submitted(registry, body)
    answer = await step(registry, inspection, "review", REVIEWER, **said)
    assert (answer.status_code, codes(answer)) == (422, [code])


async def test_a_wrong_conclusion_is_corrected_by_another_officer_and_stays_on_record(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    await opened(registry)
    inspection = await concluded(registry, body, "unqualified")
    ordered = await done(
        registry, inspection, "order-rectification", APPROVER, requirements="整改财务"
    )
    right = {"verdict": "basically_qualified", "reasons": [MINOR], "reason": "情节认定有误"}
    answer = await step(registry, ordered, "correct", APPROVER, **right)
    assert slug(answer) == "two-person-rule"
    corrected = await done(registry, ordered, "correct", SECOND, **right)
    assert (corrected["status"], corrected["verdict"]) == ("concluded", "basically_qualified")
    assert (corrected["corrected_on"], corrected["rectify_by"]) == ("2026-03-02", None)
    [payload] = await events(registry, "corrected")
    assert (payload["former_verdict"], payload["verdict"]) == ("unqualified", "basically_qualified")
    assert (payload["consecutive_unqualified"], payload["consecutive_basically_qualified"]) == (
        0,
        1,
    )
    answer = await registry.client.get(f"/v1/inspections/{inspection['id']}/history", headers=CLERK)
    last = answer.json()["items"][-1]
    assert (last["action"], last["details"]["former"]["verdict"]) == ("correct", "unqualified")
    answer = await step(registry, corrected, "correct", SECOND, **right)
    assert slug(answer) == "two-person-rule"
    third = bearer("approver-3", Role.APPROVER)
    answer = await step(registry, corrected, "correct", third, **right)
    assert (answer.status_code, codes(answer)) == (422, ["no-change"])


async def test_a_second_click_and_an_old_version_change_nothing(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    await opened(registry)
    inspection = await filled(registry, await of(registry, body))
    await done(registry, inspection, "submit")
    answer = await step(registry, inspection, "submit")
    assert (answer.status_code, slug(answer)) == (412, "stale-version")
    answer = await registry.client.post(f"/v1/inspections/{inspection['id']}/submit", headers=CLERK)
    assert answer.status_code == 428
    assert (await told(registry)).count("submitted") == 1


async def test_other_districts_and_other_organisations_are_kept_out(
    registry: ServiceUnderTest,
) -> None:
    body, other = await registered(registry), await registered(registry, 2)
    await opened(registry)
    inspection = await of(registry, body)
    stranger = bearer("own-2", Role.ORGANIZATION, district=None, organization_id=other["id"])
    assert slug(await fill_in(registry, inspection, by=stranger)) == "other-organization"
    assert slug(await fill_in(registry, inspection, by=ELSEWHERE)) == "other-district"
    for who in (stranger, ELSEWHERE):
        answer = await registry.client.get(f"/v1/inspections/{inspection['id']}", headers=who)
        assert answer.status_code == 403
        path = f"/v1/inspections/{inspection['id']}/history"
        assert (await registry.client.get(path, headers=who)).status_code == 403
    assert [one["organization_id"] for one in await found(registry, stranger)] == [other["id"]]
    assert await found(registry, ELSEWHERE) == []


async def test_the_contact_is_encrypted_masked_for_auditors_and_its_reading_is_recorded(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    await opened(registry)
    inspection = await filled(registry, await of(registry, body))
    seen = (await whole(registry, inspection, AUDITOR))["report"]["contact"]
    assert seen == {"name": "示*", "phone": "138****9001"}
    assert (await whole(registry, inspection))["report"]["contact"]["name"] == PERSON
    async with registry.runtime.commands.engine.connect() as connection:
        kept = await connection.exec_driver_sql("SELECT contact, report::text FROM inspection")
        [(contact, report)] = kept.all()
        assert PERSON not in contact + report
        noted = await connection.exec_driver_sql(
            "SELECT count(*) FROM backbone.audit_entry"
            " WHERE action = 'personal-data.read' AND subject_type = 'inspection'"
        )
        assert noted.scalar() == 1


async def test_an_ended_organisation_hands_in_nothing(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    await opened(registry)
    inspection = await filled(registry, await of(registry, body))
    ended = await registry.client.post(
        f"/v1/organizations/{body['id']}/cancel",
        json={"reason": "依申请办理"},
        headers=APPROVER | {"If-Match": '"v1"'},
    )
    assert ended.status_code == 200, ended.text
    answer = await step(registry, inspection, "submit")
    assert (answer.status_code, slug(answer)) == (409, "organization-ended")
