"""Re-election, extension and the temporary certificate over HTTP."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from liandong.identity.actors import Role
from liandong.testing.services import ServiceUnderTest, bearer
from liandong.values.credit_code import make
from services.registry.tests.applications import desk
from services.registry.tests.applications.desk import an_officer

COUNCIL = [an_officer(1, "chair"), an_officer(2), an_officer(3, "supervisor")]


def an_election(number: int = 3, **given: Any) -> dict[str, Any]:
    return {
        "number": number,
        "elected_on": "2026-02-20",
        "term_from": "2026-03-01",
        "term_until": "2031-02-28",
        "officers": COUNCIL,
        "legal_representative": 1,
        **given,
    }


async def posted(
    registry: ServiceUnderTest,
    body: dict[str, Any],
    path: str,
    by: dict[str, str] = desk.CLERK,
    **json: Any,
) -> httpx.Response:
    return await registry.client.post(
        f"/v1/organizations/{body['id']}/{path}",
        json=json,
        headers=by | {"If-Match": f'"v{body["version"]}"'},
    )


async def now(registry: ServiceUnderTest, body: dict[str, Any]) -> dict[str, Any]:
    return await desk.organization(registry, body["id"])


async def listed(
    registry: ServiceUnderTest,
    body: dict[str, Any],
    path: str,
    by: dict[str, str] = desk.CLERK,
) -> list[dict[str, Any]]:
    answer = await registry.client.get(f"/v1/organizations/{body['id']}/{path}", headers=by)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def elected(registry: ServiceUnderTest, **given: Any) -> dict[str, Any]:
    body = await desk.registered(registry, legal_representative=COUNCIL[0]["name"])
    answer = await posted(registry, body, "terms", **an_election(**given))
    assert answer.status_code == 201, answer.text
    return await now(registry, body)


async def test_an_election_begins_a_term_and_its_officers_hold_their_posts(
    registry: ServiceUnderTest,
) -> None:
    body = await elected(registry)
    assert (body["term_from"], body["term_until"]) == ("2026-03-01", "2031-02-28")
    posts = await listed(registry, body, "posts?on=2026-03-02")
    assert [(one["post"], one["is_representative"]) for one in posts] == [
        ("chair", True),
        ("councillor", False),
        ("supervisor", False),
    ]
    assert posts[0]["id_number"] == COUNCIL[0]["id_number"]
    assert await listed(registry, body, "posts?on=2026-02-28") == []
    [term] = await listed(registry, body, "terms")
    assert (term["number"], term["is_late"], term["found"]) == (3, False, [])
    event = (await registry.published())[-1]
    assert event["type"].endswith("organization.term-begun")
    assert (event["data"]["number"], event["data"]["term_until"]) == (3, "2031-02-28")
    assert desk.PERSON not in str(event)
    history = await listed(registry, body, "changes")
    assert (history[0]["action"], history[0]["items"]) == (
        "term-begun",
        ["term_from", "term_until"],
    )


async def test_the_officers_of_the_term_before_leave_the_day_before(
    registry: ServiceUnderTest,
) -> None:
    body = await elected(registry)
    registry.clock.set(datetime(2030, 12, 2, 1, tzinfo=UTC))
    again = an_election(
        4, elected_on="2030-12-01", term_from="2030-12-02", term_until="2035-12-01",
        officers=[an_officer(4, "chair"), an_officer(2)],
    )  # fmt: skip
    answer = await posted(registry, body, "terms", **again)
    assert answer.status_code == 201, answer.text
    before = await listed(registry, body, "posts?on=2030-12-01")
    assert [one["name"] for one in before] == [one["name"] for one in COUNCIL]
    assert {(one["ended_on"], one["ending"]) for one in before} == {("2030-12-01", "term_ended")}
    after = await listed(registry, body, "posts?on=2030-12-02")
    assert [one["name"] for one in after] == [f"{desk.PERSON}4", f"{desk.PERSON}2"]
    assert len(await listed(registry, body, "posts")) == 5
    assert [one["number"] for one in await listed(registry, body, "terms")] == [3, 4]


@pytest.mark.parametrize(("elected_on", "is_late"), [("2026-02-02", False), ("2026-01-30", True)])
async def test_an_election_is_to_be_filed_within_a_month(
    registry: ServiceUnderTest, elected_on: str, is_late: bool
) -> None:
    """2 February and a month is 2 March, a Monday; 30 January and a month is 28 February, a
    Saturday that is worked, being a make-up day of the spring festival."""
    body = await elected(registry, elected_on=elected_on)
    [term] = await listed(registry, body, "terms")
    assert term["is_late"] is is_late


async def test_an_official_may_not_lead_unless_it_is_allowed(registry: ServiceUnderTest) -> None:
    body = await desk.registered(registry)
    officers = [an_officer(1, "chair", is_official=True), an_officer(3, "supervisor")]
    refused = await posted(registry, body, "terms", **an_election(officers=officers))
    assert (refused.status_code, desk.slug(refused)) == (409, "officers-not-allowed")
    assert desk.codes(refused) == ["official-in-post"]
    assert await listed(registry, body, "terms") == []
    allowed = await posted(
        registry,
        body,
        "terms",
        **an_election(officers=officers, exceptions="经批准，示例〔2026〕1号"),
    )
    assert allowed.json()["found"] == ["official-in-post"]


async def test_a_foundation_is_audited_before_its_election(registry: ServiceUnderTest) -> None:
    body = await desk.registered(
        registry,
        kind="foundation",
        name="合肥市示例慈善基金会",
        credit_code=make("53", "340100", "XN000077"),
    )
    refused = await posted(registry, body, "terms", **an_election())
    assert (refused.status_code, desk.slug(refused)) == (409, "not-audited")
    small = await posted(registry, body, "terms", **an_election(audited=True))
    assert desk.codes(small) == ["council-size"]


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"officers": []}, 422),
        ({"legal_representative": 4}, 422),
        ({"officers": [an_officer(1, "chair"), an_officer(1, "chair")]}, 422),
        ({"term_until": "2031-03-01"}, 422),
        ({"term_until": "9999-12-31"}, 422),
        ({"elected_on": "2026-03-03", "term_from": "2026-03-03"}, 422),
        ({"officers": [an_officer(1, id_number="34010319700101001X")]}, 422),
    ],
)
async def test_a_filing_that_cannot_be_right_changes_nothing(
    registry: ServiceUnderTest, given: dict[str, Any], status: int
) -> None:
    body = await desk.registered(registry)
    answer = await posted(registry, body, "terms", **an_election(**given))
    assert answer.status_code == status, answer.text
    assert await now(registry, body) == body


async def test_the_same_term_is_not_filed_twice(registry: ServiceUnderTest) -> None:
    body = await elected(registry)
    again = await posted(registry, body, "terms", **an_election())
    assert (again.status_code, desk.codes(again)) == (422, ["not-later", "terms-overlap"])
    stale = await posted(registry, body | {"version": 1}, "terms", **an_election(4))
    assert stale.status_code == 412


async def test_a_term_is_extended_once_and_for_a_year_at_most(registry: ServiceUnderTest) -> None:
    body = await elected(registry, term_until="2028-02-28")
    reason = "疫情影响，经批准"
    for until, status in (("2028-02-28", 422), ("2029-03-01", 422), ("2029-02-28", 200)):
        answer = await posted(
            registry, body, "terms/extend", desk.APPROVER, until=until, reason=reason
        )
        assert answer.status_code == status, answer.text
    assert answer.json()["extended_until"] == "2029-02-28"
    body = await now(registry, body)
    assert body["term_until"] == "2029-02-28"
    again = await posted(
        registry, body, "terms/extend", desk.APPROVER, until="2029-01-31", reason=reason
    )
    assert (again.status_code, desk.slug(again)) == (409, "term-already-extended")


async def test_without_a_term_nothing_is_extended(registry: ServiceUnderTest) -> None:
    body = await desk.registered(registry)
    answer = await posted(
        registry, body, "terms/extend", desk.APPROVER, until="2029-01-31", reason="测试"
    )
    assert (answer.status_code, desk.slug(answer)) == (409, "no-term")


async def test_one_temporary_certificate_bridges_a_term_that_has_run_out(
    registry: ServiceUnderTest,
) -> None:
    body = await elected(registry, term_from="2026-02-20", term_until="2026-03-01")
    bridge = {"starts_on": "2026-03-02", "reason": "换届筹备中"}
    early = await posted(
        registry,
        body,
        "temporary-certificate",
        desk.APPROVER,
        **bridge | {"starts_on": "2026-03-01"},
    )
    assert desk.codes(early) == ["too-early"]
    late = await posted(
        registry,
        body,
        "temporary-certificate",
        desk.APPROVER,
        **bridge | {"starts_on": "2026-03-03"},
    )
    assert desk.codes(late) == ["in-the-future"]
    answer = await posted(registry, body, "temporary-certificate", desk.APPROVER, **bridge)
    assert answer.status_code == 200, answer.text
    body = await now(registry, body)
    assert (body["certificate_from"], body["certificate_until"]) == ("2026-03-02", "2026-09-01")
    again = await posted(registry, body, "temporary-certificate", desk.APPROVER, **bridge)
    assert (again.status_code, desk.slug(again)) == (409, "temporary-certificate-used")


async def test_a_running_term_needs_no_bridge(registry: ServiceUnderTest) -> None:
    body = await elected(registry, term_from="2026-02-20", term_until="2026-03-02")
    answer = await posted(
        registry,
        body,
        "temporary-certificate",
        desk.APPROVER,
        starts_on="2026-03-02",
        reason="测试",
    )
    assert (answer.status_code, desk.slug(answer)) == (409, "term-still-runs")


async def test_an_ended_body_elects_nobody(registry: ServiceUnderTest) -> None:
    body = await desk.registered(registry)
    ended = await posted(registry, body, "cancel", desk.APPROVER, reason="清算完毕")
    answer = await posted(registry, ended.json(), "terms", **an_election())
    assert (answer.status_code, answer.json()["current_status"]) == (409, "cancelled")


async def test_persons_in_posts_are_encrypted_masked_and_their_reading_recorded(
    registry: ServiceUnderTest,
) -> None:
    body = await elected(registry)
    masked = await listed(registry, body, "posts", desk.AUDITOR)
    assert len(masked) == 3
    assert desk.PERSON not in str(masked)
    assert COUNCIL[0]["id_number"] not in str(masked)
    own = bearer("org-1", Role.ORGANIZATION, organization_id=body["id"])
    assert desk.PERSON in str(await listed(registry, body, "posts", own))
    async with registry.runtime.api_engine.connect() as connection:
        kept = str((await connection.execute(text("SELECT * FROM post_holding"))).all())
        before = await connection.scalar(_READS)
    assert desk.PERSON not in kept
    assert COUNCIL[0]["id_number"] not in kept
    await listed(registry, body, "posts")
    async with registry.runtime.api_engine.connect() as connection:
        assert await connection.scalar(_READS) == before + 1


_READS = text("SELECT count(*) FROM backbone.audit_entry WHERE action = 'personal-data.read'")
