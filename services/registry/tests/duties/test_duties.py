"""定期报告与评议: rounds of a district, late and missing reports, appraisals."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any

import pytest

from liandong.identity.actors import Role
from liandong.ids import uuid7
from liandong.testing.services import ServiceUnderTest, bearer
from registry.app import DEFINITION
from registry.duties import rounds
from registry.duties.domain import Span, weighted
from registry.duties.rules import DUTIES, DutyRules
from services.registry.tests.applications import desk as applications
from services.registry.tests.hubs.desk import (
    CLERK,
    ELSEWHERE,
    a_body,
    codes,
    end,
    of,
    post,
    read,
    slug,
    told,
)

RULES: DutyRules = DEFINITION.rule_book().shipped[DUTIES.name][-1].parameters
COMMITTEE = bearer("committee-1", Role.COMMUNITY, district="340103001001")


@pytest.mark.parametrize(
    ("day", "months", "first", "last"),
    [
        ("2026-01-01", 6, "2026-01-01", "2026-06-30"),
        ("2026-12-31", 6, "2026-07-01", "2026-12-31"),
        ("2028-02-29", 1, "2028-02-01", "2028-02-29"),
        ("2026-05-09", 3, "2026-04-01", "2026-06-30"),
        ("2026-05-09", 12, "2026-01-01", "2026-12-31"),
    ],
)
def test_a_period_is_of_the_calendar(day: str, months: int, first: str, last: str) -> None:
    span = Span.containing(date.fromisoformat(day), months)
    assert (span.start.isoformat(), span.end.isoformat()) == (first, last)
    assert span.next(months).start.toordinal() == span.end.toordinal() + 1


@pytest.mark.parametrize(
    ("residents", "committees", "score", "level"),
    [(90, 90, 9000, "excellent"), (89, 91, 8980, "good"), (75, 75, 7500, "good"),
     (60, 60, 6000, "fair"), (60, 59, 5960, "poor"), (0, 0, 0, "poor"),
     (100, 100, 10000, "excellent")],
)  # fmt: skip
def test_the_level_follows_from_the_weighted_score(
    residents: int, committees: int, score: int, level: str
) -> None:
    found = weighted(residents, committees, RULES.appraisals.residents_percent)
    assert (found, RULES.appraisals.level(found).code) == (score, level)


def a_report(body: dict[str, Any], **given: Any) -> dict[str, Any]:
    return {
        "organization_id": body["id"],
        "day": "2026-03-02",
        "summary": "开展邻里互助活动",
        "activities": 4,
        **given,
    }


def an_appraisal(body: dict[str, Any], **given: Any) -> dict[str, Any]:
    return {
        "organization_id": body["id"],
        "year": 2026,
        "residents_score": 95,
        "residents": 40,
        "committees_score": 90,
        **given,
    }


async def test_a_report_is_taken_once_for_a_period_and_answered(
    registry: ServiceUnderTest,
) -> None:
    body = await a_body(registry, 1)
    both = await asyncio.gather(
        *(post(registry, "/v1/community-reports", a_report(body), COMMITTEE) for _ in range(2))
    )
    assert sorted(one.status_code for one in both) == [201, 409]
    [made] = [one.json() for one in both if one.status_code == 201]
    assert (made["period_from"], made["due_on"], made["status"]) == (
        "2026-01-01", "2026-07-30", "submitted",
    )  # fmt: skip
    again = await post(registry, "/v1/community-reports", a_report(body), of(body))
    assert (again.status_code, slug(again)) == (409, "reported-already")
    answer = await registry.client.post(
        f"/v1/community-reports/{made['id']}/answer",
        json={"answer": "已阅，请继续"},
        headers=COMMITTEE | {"If-Match": '"v1"'},
    )
    assert (answer.status_code, answer.json()["answer"]) == (200, "已阅，请继续")
    assert [one["fact"] for one in await told(registry, "community-report")] == ["submitted"]
    early = await post(registry, "/v1/community-reports", a_report(body, day="2026-07-01"), CLERK)
    assert (early.status_code, codes(early)) == (422, ["in-the-future"])
    before_rules = a_report(body, day="1990-01-01")
    assert (await post(registry, "/v1/community-reports", before_rules, CLERK)).status_code == 409


async def test_whoever_does_not_report_is_found_with_the_others_of_the_district(
    registry: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "TURN", 2)
    bodies = [await a_body(registry, number) for number in range(1, 7)]
    late_comer = await a_body(registry, 8, registered_on="2026-03-01")
    elsewhere = await a_body(
        registry, 9, filing_number="BA-340104001001-2020-0001", district="340104001001",
        name="合肥市蜀山区示例社区互助会",
    )  # fmt: skip
    await end(registry, bodies[5])
    opened = {"district": "340103", "day": "2026-03-02"}
    assert (await post(registry, "/v1/report-rounds", opened, ELSEWHERE)).status_code == 403
    assert (await post(registry, "/v1/report-rounds", opened, CLERK)).status_code == 201
    twice = await post(registry, "/v1/report-rounds", opened, CLERK)
    assert (twice.status_code, slug(twice)) == (409, "round-exists")
    await post(registry, "/v1/community-reports", a_report(bodies[0]), CLERK)
    for month, day in ((7, 20), (7, 30), (7, 31)):
        registry.clock.set(datetime(2026, month, day, 1, tzinfo=UTC))
        await registry.settle()
    missed = [one for one in await told(registry, "community-report") if one["fact"] == "missed"]
    expected = {one["id"] for one in (*bodies[1:5], late_comer)}
    assert {one["organization_id"] for one in missed} == expected
    assert len(missed) == 5
    assert elsewhere["id"] not in expected
    told_rounds = await told(registry, "report-round")
    assert [one["fact"] for one in told_rounds] == ["opened", "due-soon", "closed", "opened"]
    assert told_rounds[2]["missed"] == 5
    assert told_rounds[3]["period_from"] == "2026-07-01"
    answer = await post(registry, "/v1/community-reports", a_report(bodies[1]), CLERK)
    assert (answer.status_code, answer.json()["status"]) == (201, "late")
    path = "/v1/community-reports"
    assert len((await read(registry, path, CLERK, status="missed"))["items"]) == 4
    first = await read(registry, path, CLERK, limit=4)
    rest = await read(registry, path, CLERK, limit=4, cursor=first["next_cursor"])
    assert len({one["id"] for one in first["items"] + rest["items"]}) == 6
    listed = (await read(registry, "/v1/report-rounds", CLERK))["items"]
    assert [one["status"] for one in listed] == ["closed", "open"]


async def test_a_round_does_not_begin_in_the_past_or_the_future(
    registry: ServiceUnderTest,
) -> None:
    for day, code in (("2026-03-03", "in-the-future"), ("2025-01-01", "over")):
        answer = await post(
            registry, "/v1/report-rounds", {"district": "340103", "day": day}, CLERK
        )
        assert (answer.status_code, codes(answer)) == (422, [code])


async def test_an_appraisal_is_recorded_once_and_corrected(registry: ServiceUnderTest) -> None:
    body = await a_body(registry, 1)
    made = await post(registry, "/v1/appraisals", an_appraisal(body), COMMITTEE)
    assert made.status_code == 201, made.text
    assert (made.json()["score_hundredths"], made.json()["level_title"]) == (9300, "优秀")
    twice = await post(registry, "/v1/appraisals", an_appraisal(body), CLERK)
    assert (twice.status_code, slug(twice)) == (409, "appraised-already")
    scores = {"residents_score": 70, "residents": 40, "committees_score": 70}
    path = f"/v1/appraisals/{made.json()['id']}"
    for version, status in ((7, 412), (1, 200)):
        answer = await registry.client.put(
            path,
            json={**scores, "reason": "票数统计有误"},
            headers=CLERK | {"If-Match": f'"v{version}"'},
        )
        assert answer.status_code == status
    assert answer.json()["level"] == "fair"
    events = await told(registry, "appraisal")
    assert [(one["level"], one["score_hundredths"]) for one in events] == [
        ("excellent", 9300), ("fair", 7000),
    ]  # fmt: skip
    listed = await read(registry, "/v1/appraisals", of(body), year=2026)
    assert len(listed["items"]) == 1


async def test_what_cannot_be_is_refused(registry: ServiceUnderTest) -> None:
    body, stranger = await a_body(registry, 1), await a_body(registry, 2)
    few = await post(registry, "/v1/appraisals", an_appraisal(body, residents=4), CLERK)
    assert (few.status_code, codes(few)) == (422, ["too-few-residents"])
    for given in ({"residents_score": 101}, {"year": 2027}, {"organization_id": str(uuid7())}):
        answer = await post(registry, "/v1/appraisals", an_appraisal(body, **given), CLERK)
        assert answer.status_code == 422
    registered = await applications.registered(registry)
    for path, form in (
        ("/v1/appraisals", an_appraisal(registered)),
        ("/v1/community-reports", a_report(registered)),
    ):
        none = await post(registry, path, form, CLERK)
        assert (none.status_code, slug(none)) == (409, "not-filed-here")
        own = form | {"organization_id": body["id"]}
        assert (await post(registry, path, own, ELSEWHERE)).status_code == 403
        assert (await post(registry, path, own, of(stranger))).status_code == 403
    made = (await post(registry, "/v1/community-reports", a_report(body), CLERK)).json()
    for who in (ELSEWHERE, of(stranger)):
        path = f"/v1/community-reports/{made['id']}"
        assert (await registry.client.get(path, headers=who)).status_code == 403
        assert (await read(registry, "/v1/community-reports", who))["items"] == []
