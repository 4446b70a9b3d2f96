"""年检季: who is due, who drops out, and what may be done with a season."""

import asyncio
from datetime import date
from typing import Any

import pytest

from liandong.testing.services import ServiceUnderTest
from liandong.values.filing_number import format_number
from registry.inspections import enrolling
from services.registry.tests.inspections.desk import (
    APPROVER,
    AUDITOR,
    CLERK,
    ELSEWHERE,
    PROVINCE,
    at,
    codes,
    concluded,
    done,
    events,
    fill_in,
    filled,
    found,
    night,
    of,
    open_season,
    opened,
    registered,
    season_step,
    slug,
    statistics,
    step,
    submitted,
    told,
    whole,
)


async def ended(registry: ServiceUnderTest, body: dict[str, Any]) -> None:
    answer = await registry.client.post(
        f"/v1/organizations/{body['id']}/cancel",
        json={"reason": "依申请办理"},
        headers=APPROVER | {"If-Match": f'"v{body["version"]}"'},
    )
    assert answer.status_code == 200, answer.text


async def moved(registry: ServiceUnderTest, body: dict[str, Any], **given: Any) -> dict[str, Any]:
    answer = await registry.client.patch(
        f"/v1/organizations/{body['id']}",
        json=given,
        headers=PROVINCE | {"If-Match": f'"v{body["version"]}"'},
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_due_is_who_is_registered_old_enough_living_and_in_the_district(
    registry: ServiceUnderTest,
) -> None:
    due = [
        await registered(registry, 1),
        await registered(registry, 2, kind="association", registered_on="2025-06-30"),
        await registered(registry, 3, kind="foundation", registered_on="2025-12-31"),
        await registered(registry, 4, district="340100", registered_on="2025-06-30"),
        await registered(registry, 5, district="340103001"),
    ]
    await registered(registry, 6, registered_on="2025-07-01")
    await registered(registry, 7, kind="association", registered_on="2025-07-01")
    await registered(registry, 8, kind="foundation", registered_on="2026-01-05")
    await registered(registry, 9, district="340700")
    await ended(registry, await registered(registry, 10))
    community = {
        "kind": "community_group",
        "name": "合肥市庐阳区示例邻里互助会",
        "filing_number": format_number("340103001001", 2019, 1),
        "district": "340103001001",
        "is_community": True,
        "registered_on": "2019-05-06",
    }
    answer = await registry.client.post("/v1/organizations", json=community, headers=CLERK)
    assert answer.status_code == 201
    await opened(registry)
    listed = await found(registry)
    assert {one["organization_id"] for one in listed} == {one["id"] for one in due}
    assert {one["status"] for one in listed} == {"not_started"}
    assert await told(registry) == ["season.opened"]


async def test_a_season_larger_than_a_batch_is_enrolled_once(
    registry: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enrolling, "BATCH", 2)
    for number in range(5):
        await registered(registry, number)
    answer = await open_season(registry)
    assert answer.status_code == 201
    # A worker that is stopped after each batch, and another that goes on.
    assert registry.runtime.deadlines is not None
    for _ in range(20):
        await registry.runtime.deadlines.fire_due(1)
    assert len(await found(registry)) == 5
    await night(registry, date(2026, 3, 3))
    assert len(await found(registry)) == 5


async def test_two_seasons_of_a_year_do_not_overlap(registry: ServiceUnderTest) -> None:
    season = await opened(registry)
    for district in ("340100", "340103", "340103001"):
        answer = await open_season(registry, district=district)
        assert (answer.status_code, slug(answer)) == (409, "season-overlaps")
        assert answer.json()["seasons"] == [{"season_id": season["id"], "district": "340100"}]
    answer = await open_season(registry, district="340000", by=PROVINCE)
    assert slug(answer) == "season-overlaps"
    answer = await open_season(registry, district="340700", by=PROVINCE)
    assert answer.status_code == 201


async def test_of_two_clerks_who_open_at_once_one_does(registry: ServiceUnderTest) -> None:
    answers = await asyncio.gather(
        open_season(registry), open_season(registry, district="340103"), open_season(registry)
    )
    assert sorted(one.status_code for one in answers) == [201, 409, 409]


@pytest.mark.parametrize(
    ("given", "code"), [({"year": 2024}, "other-year"), ({"year": 2026}, "other-year")]
)
async def test_only_the_last_year_is_inspected(
    registry: ServiceUnderTest, given: dict[str, Any], code: str
) -> None:
    answer = await open_season(registry, **given)
    assert (answer.status_code, codes(answer)) == (422, [code])


async def test_a_season_is_not_opened_after_a_last_day(registry: ServiceUnderTest) -> None:
    at(registry, date(2026, 4, 1))
    answer = await open_season(registry)
    assert (answer.status_code, slug(answer)) == (409, "deadline-passed")


async def test_the_rules_are_those_of_the_day_of_opening(registry: ServiceUnderTest) -> None:
    at(registry, date(2025, 1, 6))
    await registered(registry, 1, kind="association", registered_on="2024-07-01")
    season = await opened(registry, year=2024)
    assert season["rule_set"] == "registry.inspections@100000/orders-27-30"
    assert season["last_days"]["association"] == {
        "supervisor": "2025-03-31",
        "registrar": "2025-06-03",  # 31 May to 2 June 2025 are holidays
    }
    assert await found(registry) == []


async def test_a_body_that_ends_drops_out_and_is_not_missed(registry: ServiceUnderTest) -> None:
    body, other = await registered(registry), await registered(registry, 2)
    await opened(registry)
    await submitted(registry, other)
    await ended(registry, body)
    await ended(registry, other)
    await night(registry, date(2026, 6, 2))
    assert {one["status"] for one in await found(registry)} == {"dropped"}
    assert [one["cause"] for one in await events(registry, "dropped")] == ["ended", "ended"]
    assert await events(registry, "missed") == []
    assert (await statistics(registry))["total"]["due"] == 0


async def test_what_was_concluded_stays_when_the_body_ends(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    await opened(registry)
    await concluded(registry, body)
    await ended(registry, body)
    await night(registry, date(2026, 6, 2))
    assert (await of(registry, body))["status"] == "concluded"


async def test_a_body_registered_late_or_moved_here_is_found_the_next_night(
    registry: ServiceUnderTest,
) -> None:
    elsewhere = await registered(registry, 1, district="340702")
    await opened(registry)
    assert await found(registry) == []
    await registered(registry, 2)
    await moved(registry, elsewhere, district="340103")
    await night(registry, date(2026, 3, 3))
    assert len(await found(registry)) == 2


async def test_a_body_that_moves_takes_its_report_to_the_season_there(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    await opened(registry)
    there = await opened(registry, district="340700", by=PROVINCE)
    draft = await filled(registry, await of(registry, body))
    await moved(registry, body, district="340702")
    await night(registry, date(2026, 3, 3))
    after = await of(registry, body)
    assert (after["season_id"], after["district"]) == (there["id"], "340702")
    assert (after["status"], after["id"]) == ("draft", draft["id"])
    assert (await statistics(registry))["total"]["due"] == 0
    assert (await statistics(registry, "340000"))["total"]["due"] == 1
    # The history says the same: gone from the one city, there in the other, once in the province.
    await night(registry, date(2026, 3, 4))
    yesterday = date(2026, 3, 3)
    assert (await statistics(registry, on=yesterday))["total"]["due"] == 0
    assert (await statistics(registry, "340700", on=yesterday))["total"]["due"] == 1
    assert (await statistics(registry, "340000", on=yesterday))["total"]["due"] == 1


async def test_a_body_that_moves_where_nothing_is_open_drops_out_until_it_is(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    await opened(registry)
    await moved(registry, body, district="340702")
    await night(registry, date(2026, 3, 3))
    left = await of(registry, body)
    assert (left["status"], left["drop_cause"]) == ("dropped", "moved")
    there = await opened(registry, district="340700", by=PROVINCE)
    back = await of(registry, body)
    assert (back["status"], back["season_id"]) == ("not_started", there["id"])


async def test_what_lies_with_the_registrar_goes_on_where_the_body_has_moved_to(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    await opened(registry)
    await submitted(registry, body)
    await moved(registry, body, district="340702")
    await night(registry, date(2026, 3, 3))
    after = await of(registry, body)
    assert (after["status"], after["district"]) == ("submitted_to_registrar", "340702")
    said = {"verdict": "qualified", "reasons": []}
    assert slug(await step(registry, after, "review", CLERK, **said)) == "other-district"
    await done(registry, after, "review", ELSEWHERE, **said)


async def test_a_new_name_and_a_new_supervising_unit_are_followed(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    await opened(registry)
    await moved(registry, body, name="合肥市庐阳区新名称服务中心", supervisor="庐阳区民政局")
    await night(registry, date(2026, 3, 3))
    after = await of(registry, body)
    assert (after["organization_name"], after["is_direct"]) == ("合肥市庐阳区新名称服务中心", False)


async def test_the_last_day_is_put_off_for_everybody_at_once(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    season = await opened(registry)
    later = {
        "regime": "service_institution",
        "registrar_due_on": "2026-06-30",
        "reason": "系统升级",
    }
    extended = await season_step(registry, season, "extend", **later)
    assert extended.status_code == 200, extended.text
    assert extended.json()["last_days"]["service_institution"]["registrar"] == "2026-06-30"
    assert extended.json()["extensions"][0]["reason"] == "系统升级"
    await night(registry, date(2026, 6, 2))
    assert (await of(registry, body))["status"] == "not_started"
    assert (await whole(registry, await of(registry, body)))["due_on"] == "2026-06-30"
    await night(registry, date(2026, 7, 1))
    assert (await of(registry, body))["status"] == "missed"
    answer = await season_step(registry, season, "extend", **later)
    assert (answer.status_code, slug(answer)) == (409, "deadline-passed")
    [payload] = await events(registry, "season.extended")
    assert payload["registrar_due_on"] == "2026-06-30"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"registrar_due_on": "2026-06-01"}, "not-later"),
        ({"registrar_due_on": "2028-06-30"}, "too-late"),
        ({"registrar_due_on": "2026-06-30", "supervisor_due_on": "2026-03-30"}, "out-of-range"),
        ({"registrar_due_on": "2026-06-30", "supervisor_due_on": "2026-07-01"}, "out-of-range"),
    ],
)
async def test_a_last_day_is_only_put_off(
    registry: ServiceUnderTest, given: dict[str, Any], code: str
) -> None:
    season = await opened(registry)
    body = {"regime": "association", "reason": "系统升级", **given}
    answer = await season_step(registry, season, "extend", **body)
    assert (answer.status_code, codes(answer)) == (422, [code])


async def test_a_season_opened_by_mistake_is_withdrawn_and_another_takes_its_bodies(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    season = await opened(registry, district="340103")
    answer = await season_step(registry, season, "withdraw", reason="辖区有误")
    assert answer.status_code == 200, answer.text
    # The worker has not been there yet.
    refused = await fill_in(registry, await of(registry, body))
    assert (refused.status_code, slug(refused)) == (409, "season-not-open")
    await registry.settle()
    assert (await of(registry, body))["status"] == "dropped"
    right = await opened(registry)
    again = await of(registry, body)
    assert (again["status"], again["season_id"]) == ("not_started", right["id"])
    await filled(registry, again)
    answer = await season_step(registry, right, "withdraw", reason="辖区有误")
    assert (answer.status_code, slug(answer)) == (409, "season-begun")


async def test_a_season_is_closed_when_every_last_day_has_passed(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    season = await opened(registry)
    answer = await season_step(registry, season, "close")
    assert (answer.status_code, slug(answer)) == (409, "season-running")
    await night(registry, date(2026, 6, 2))
    closed = await season_step(registry, season, "close")
    assert closed.json()["status"] == "closed"
    assert slug(await season_step(registry, season, "close")) == "season-not-open"
    # Late, but still: what was missed is handed in after the end, and given back once more.
    late = await submitted(registry, body)
    assert (late["status"], late["is_late"]) == ("submitted_to_registrar", True)
    missing = [{"code": "audit", "message": "审计报告缺页"}]
    returned = await done(registry, late, "return", missing=missing)
    await night(registry, date(2026, 6, 30))
    assert (await of(registry, body))["status"] == "missed"
    assert len(await events(registry, "missed")) == 1
    assert returned["own_last_day"] == "2026-06-17"


async def test_conclusions_are_public_from_their_announcement_on(
    registry: ServiceUnderTest,
) -> None:
    first, second = await registered(registry), await registered(registry, 2)
    season = await opened(registry)
    nothing = await season_step(
        registry, season, "announce", medium="示例日报", announced_on="2026-03-02"
    )
    assert (nothing.status_code, slug(nothing)) == (409, "nothing-to-announce")
    await concluded(registry, first)
    path = "/v1/inspection-conclusions"
    assert (await registry.client.get(path)).json()["items"] == []
    at(registry, date(2026, 3, 9))
    future = {"medium": "示例日报", "announced_on": "2026-03-10"}
    answer = await season_step(registry, season, "announce", **future)
    assert (answer.status_code, codes(answer)) == (422, ["out-of-range"])
    answer = await season_step(
        registry, season, "announce", medium="示例日报", announced_on="2026-03-09"
    )
    assert answer.status_code == 200, answer.text
    [payload] = await events(registry, "season.announced")
    assert payload["verdicts"] == {"qualified": 1}
    at(registry, date(2026, 3, 10))
    await concluded(registry, second, "basically_qualified")
    public = (await registry.client.get(path, params={"year": 2025})).json()["items"]
    assert [(one["organization_id"], one["verdict"]) for one in public] == [
        (first["id"], "qualified")
    ]
    answer = await season_step(
        registry, season, "announce", medium="示例日报", announced_on="2026-03-10"
    )
    assert answer.json()["announcements"][1]["verdicts"] == {"basically_qualified": 1}
    asked = {"district": "340103", "verdict": "basically_qualified"}
    assert len((await registry.client.get(path, params=asked)).json()["items"]) == 1


async def test_seasons_are_seen_in_the_own_district_alone(registry: ServiceUnderTest) -> None:
    season = await opened(registry)
    path = f"/v1/inspection-seasons/{season['id']}"
    assert (await registry.client.get(path, headers=AUDITOR)).status_code == 200
    assert (await registry.client.get(path, headers=ELSEWHERE)).status_code == 403
    for who, many in ((CLERK, 1), (PROVINCE, 1), (ELSEWHERE, 0)):
        answer = await registry.client.get("/v1/inspection-seasons", headers=who)
        assert len(answer.json()["items"]) == many
    assert slug(await open_season(registry, by=ELSEWHERE)) == "other-district"
    asked = {"year": 2025, "district": "340000"}
    answer = await registry.client.get("/v1/inspection-statistics", params=asked, headers=CLERK)
    assert slug(answer) == "other-district"


async def test_lists_of_who_has_not_handed_in_are_paged(registry: ServiceUnderTest) -> None:
    bodies = [await registered(registry, number) for number in range(5)]
    await opened(registry)
    await submitted(registry, bodies[0])
    asked: dict[str, Any] = {"outstanding": True, "limit": 3, "year": 2025}
    answer = await registry.client.get("/v1/inspections", params=asked, headers=CLERK)
    first = answer.json()
    assert len(first["items"]) == 3
    cursor = {"cursor": first["next_cursor"]}
    answer = await registry.client.get("/v1/inspections", params=asked | cursor, headers=CLERK)
    second = answer.json()
    assert second["next_cursor"] is None
    listed = {one["organization_id"] for one in first["items"] + second["items"]}
    assert listed == {one["id"] for one in bodies[1:]}
    assert len(await found(registry, outstanding=False)) == 1
