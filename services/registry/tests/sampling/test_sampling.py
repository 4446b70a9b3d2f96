"""双随机、一公开 over HTTP."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from liandong.identity.actors import Role
from liandong.ids import uuid7
from liandong.testing.services import ServiceUnderTest, bearer
from registry.checks.rules import CHECKS
from registry.learned import events as news
from registry.sampling import weighing
from registry.sampling.domain import digest, draw
from services.registry.tests.checks.tasks import done, step
from services.registry.tests.learned.telling import deliver
from services.registry.tests.penalties.casebook import (
    AUDITOR,
    CHIEF,
    CLERK,
    DEPUTY,
    ELSEWHERE,
    an_officer,
    codes,
    registered,
    slug,
    told,
)

PATH = "/v1/sampling-plans"
SEED = "5eed" * 16


def a_plan(**given: Any) -> dict[str, Any]:
    return {
        "district": "340100",
        "season": "2026-Q1",
        "topic": "general",
        "number": 3,
        "checked_from": "2026-03-09",
        "checked_until": "2026-03-31",
        **given,
    }


@pytest.fixture
def seeded(registry: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch) -> ServiceUnderTest:
    monkeypatch.setattr("registry.sampling.service.token_hex", lambda _: SEED)
    return registry


async def planned(registry: ServiceUnderTest, **given: Any) -> dict[str, Any]:
    answer = await registry.client.post(PATH, json=a_plan(**given), headers=CLERK)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def town(registry: ServiceUnderTest, bodies: int = 8, officers: int = 4) -> list[str]:
    for number in range(officers):
        await an_officer(registry, f"inspector-{number}")
    return [(await registered(registry, number + 1))["id"] for number in range(bodies)]


async def test_whoever_repeats_the_draw_finds_the_same(seeded: ServiceUnderTest) -> None:
    registry = seeded
    bodies = await town(registry)
    made = await planned(registry)
    made = await done(registry, made, "draw", CLERK, path=PATH)
    assert (await registry.client.get(f"/v1/sampling-results/{made['id']}")).status_code == 404
    own = await step(registry, made, "publish", bearer("clerk-1", Role.APPROVER), path=PATH)
    assert (own.status_code, slug(own)) == (403, "two-person-rule")
    made = await done(registry, made, "publish", CHIEF, path=PATH)
    shown = (await registry.client.get(f"/v1/sampling-results/{made['id']}")).json()[0]
    listed = await registry.client.get(f"/v1/sampling-results/{made['id']}/candidates")
    candidates = [UUID(one) for one in listed.json()["candidates"]]
    assert {str(one) for one in candidates} == {*bodies}
    weights = {UUID(one): weight for one, weight in listed.json()["weights"].items()}
    assert weights == dict.fromkeys(candidates, 2)
    assert shown["candidates_digest"] == weighing.digest(weights)
    drawn = [one["organization_id"] for one in shown["drawn"]]
    assert drawn == [str(one) for one in weighing.draw(shown["seed"], weights, 3)]
    assert "officers" not in str(shown["drawn"])
    checks = (
        await registry.client.get("/v1/checks", params={"plan_id": made["id"]}, headers=CLERK)
    ).json()["items"]
    assert {one["organization_id"] for one in checks} == {*drawn}
    whole = await registry.client.get(f"/v1/checks/{checks[0]['id']}", headers=CLERK)
    assert len(whole.json()["inspectors"]) == 2
    events = await told(registry, "sampling.")
    assert [one["type"].rpartition(".")[2] for one in events] == ["drawn", "published"]
    assert events[0]["data"] == {
        "plan_id": made["id"],
        "district": "340100",
        "season": "2026-Q1",
        "matter": "general",
        "round": 1,
        "algorithm": "sha256-tickets-v1",
        "seed": SEED,
        "candidates": 8,
        "candidates_digest": shown["candidates_digest"],
        "drawn": 3,
    }
    assert not any(one in str(events) for one in bodies)


async def test_the_scope_is_the_plans(registry: ServiceUnderTest) -> None:
    await town(registry, 2)
    filed = await registered(registry, 20, service_field="助老", is_community=True)
    await registered(registry, 21, service_field="助学", is_community=True)
    elsewhere = await registered(registry, 22, district="340104", service_field="助老")
    city = {"pool_district": "340100"}
    for given, expected in (
        ({"service_field": "助老", "is_community": True}, [filed["id"]]),
        ({"district": "340104", **city}, [elsewhere["id"]]),
        ({"kinds": ["association"], "district": "340104", **city}, [elsewhere["id"]]),
    ):
        made = await done(registry, await planned(registry, **given), "draw", CLERK, path=PATH)
        draws = await registry.client.get(f"{PATH}/{made['id']}/draws", headers=AUDITOR)
        assert [one["organization_id"] for one in draws.json()[0]["drawn"]] == expected
    # The officers of the city are not those of the county.
    made = await planned(registry, district="340104")
    assert slug(await step(registry, made, "draw", CLERK, path=PATH)) == "too-few-officers"
    made = await planned(registry, kinds=["foundation"])
    assert slug(await step(registry, made, "draw", CLERK, path=PATH)) == "no-candidates"


async def test_an_officer_keeps_away_from_where_the_interest_is(registry: ServiceUnderTest) -> None:
    [body] = await town(registry, 1, 3)
    officers = (await registry.client.get("/v1/officers", headers=CLERK)).json()["items"]
    interest = {"organization_id": body, "reason": "曾在该组织任职"}
    path = f"/v1/officers/{officers[0]['id']}/interests"
    await registry.client.post(path, json=interest, headers=CLERK | {"If-Match": '"v1"'})
    made = await done(registry, await planned(registry), "draw", CLERK, path=PATH)
    [lot] = (await registry.client.get(f"{PATH}/{made['id']}/draws", headers=CLERK)).json()
    assert {*lot["drawn"][0]["officers"]} == {one["id"] for one in officers[1:]}


async def test_without_bodies_or_officers_nothing_is_drawn(registry: ServiceUnderTest) -> None:
    made = await planned(registry)
    nobody = await step(registry, made, "draw", CLERK, path=PATH)
    assert (nobody.status_code, slug(nobody)) == (409, "no-candidates")
    await town(registry, 1, 1)
    alone = await step(registry, made, "draw", CLERK, path=PATH)
    assert (alone.status_code, slug(alone)) == (409, "too-few-officers")
    await an_officer(registry, "inspector-late", certificate_until="2026-03-30")
    expiring = await step(registry, made, "draw", CLERK, path=PATH)
    assert slug(expiring) == "too-few-officers"


async def test_a_second_draw_has_a_reason_another_person_and_stays_beside_the_first(
    registry: ServiceUnderTest,
) -> None:
    await town(registry)
    made = await done(registry, await planned(registry), "draw", CLERK, path=PATH)
    why = {"reason": "候选名单有误"}
    own = await step(registry, made, "redraw", bearer("clerk-1", Role.APPROVER), why, path=PATH)
    assert (own.status_code, slug(own)) == (403, "two-person-rule")
    silent = await step(registry, made, "redraw", CHIEF, {"reason": ""}, path=PATH)
    assert silent.status_code == 422
    made = await done(registry, made, "redraw", CHIEF, why, path=PATH)
    same = await step(registry, made, "publish", CHIEF, path=PATH)
    assert (same.status_code, slug(same)) == (403, "two-person-rule")
    made = await done(registry, made, "publish", DEPUTY, path=PATH)
    shown = (await registry.client.get(f"/v1/sampling-results/{made['id']}")).json()
    assert [(one["round"], one["reason"]) for one in shown] == [(1, ""), (2, "候选名单有误")]
    assert shown[0]["seed"] != shown[1]["seed"]
    late = await step(registry, made, "redraw", DEPUTY, why, path=PATH)
    assert (late.status_code, slug(late)) == (409, "illegal-transition")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"number": None, "percent": None}, None),
        ({"percent": 5}, None),
        ({"number": 2001}, "out-of-range"),
        ({"officers_each": 1}, "too-few-officers"),
        ({"checked_from": "2026-03-01", "checked_until": "2026-03-01"}, "in-the-past"),
        ({"checked_until": "2026-03-08"}, None),
        ({"season": "spring"}, None),
    ],
)
async def test_a_plan_that_makes_no_sense_is_refused(
    registry: ServiceUnderTest, given: dict[str, Any], code: str | None
) -> None:
    answer = await registry.client.post(PATH, json=a_plan(**given), headers=CLERK)
    assert answer.status_code == 422
    assert code is None or codes(answer) == [code]


async def test_another_district_neither_plans_nor_sees(registry: ServiceUnderTest) -> None:
    refused = await registry.client.post(PATH, json=a_plan(), headers=ELSEWHERE)
    assert (refused.status_code, slug(refused)) == (403, "other-district")
    made = await planned(registry)
    path = f"{PATH}/{made['id']}"
    assert (await registry.client.get(path, headers=ELSEWHERE)).status_code == 403
    assert (await registry.client.get(f"{path}/draws", headers=ELSEWHERE)).status_code == 403
    assert (await registry.client.get(PATH, headers=ELSEWHERE)).json()["items"] == []
    made = await done(registry, made, "cancel", CHIEF, {"reason": "计划调整"}, path=PATH)
    assert made["status"] == "cancelled"


async def graded(registry: ServiceUnderTest, body: str, weight: str, level: str = "key") -> None:
    """What credit-list tells of the body, by the registry's own consumer."""
    event = news.CreditGradeChanged(
        credit_grade_id=uuid7(),
        organization_id=UUID(body),
        grade="D",
        score=20,
        supervision_level=level,
        sampling_weight=weight,
        checks_per_year=2,
        evaluated_on=date(2026, 3, 2),
    )
    await deliver(registry, event)


async def test_the_weights_of_the_levels_are_kept_with_the_draw(seeded: ServiceUnderTest) -> None:
    registry = seeded
    bodies = await town(registry)
    await graded(registry, bodies[0], "highest")
    await graded(registry, bodies[1], "low", "relaxed")
    await graded(registry, bodies[2], "unheard-of")
    made = await done(registry, await planned(registry), "draw", CLERK, path=PATH)
    made = await done(registry, made, "publish", CHIEF, path=PATH)
    address = f"/v1/sampling-results/{made['id']}"
    # What is told after the draw does not change how it is repeated.
    await graded(registry, bodies[0], "low", "relaxed")
    listed = (await registry.client.get(f"{address}/candidates")).json()
    assert [listed["weights"][one] for one in bodies] == [8, 1, 2, 2, 2, 2, 2, 2]
    assert "国发〔2019〕5号" in listed["basis"]
    assert "relaxed" not in str(listed)
    weights = {UUID(one): weight for one, weight in listed["weights"].items()}
    [shown] = (await registry.client.get(address)).json()
    assert shown["candidates_digest"] == weighing.digest(weights)
    drawn = [one["organization_id"] for one in shown["drawn"]]
    assert drawn == [str(one) for one in weighing.draw(SEED, weights, 3)]


async def test_a_draw_by_rules_without_weights_gives_everybody_the_same_chance(
    seeded: ServiceUnderTest,
) -> None:
    registry = seeded
    bodies = await town(registry)
    await graded(registry, bodies[0], "highest")
    shipped = registry.definition.rule_book().shipped[CHECKS.name][-1]
    parameters = shipped.parameters.model_dump(mode="json")
    parameters["sampling"]["weighing"] = None
    override = {
        "subject": CHECKS.name,
        "jurisdiction": "340100",
        "version": "even",
        "valid_from": "2026-01-01",
        "legal_basis": "合肥市随机抽查工作细则",
        "parameters": parameters,
    }
    admin = bearer("admin-1", Role.SYSTEM_ADMIN, district="100000")
    answer = await registry.client.post("/v1/rule-sets/overrides", json=override, headers=admin)
    assert answer.status_code == 201, answer.text
    made = await done(registry, await planned(registry), "draw", CLERK, path=PATH)
    await done(registry, made, "publish", CHIEF, path=PATH)
    address = f"/v1/sampling-results/{made['id']}"
    listed = (await registry.client.get(f"{address}/candidates")).json()
    [shown] = (await registry.client.get(address)).json()
    assert (listed["weights"], shown["algorithm"]) == (None, "sha256-rank-v1")
    candidates = [UUID(one) for one in bodies]
    assert listed["candidates_digest"] == digest(candidates)
    assert [one["organization_id"] for one in shown["drawn"]] == [
        str(one) for one in draw(SEED, candidates, 3)
    ]


async def test_officials_of_the_district_see_the_level_and_what_it_weighs(
    registry: ServiceUnderTest,
) -> None:
    [body] = await town(registry, 1)
    path = f"/v1/organizations/{body}/supervision"
    before = (await registry.client.get(path, headers=CLERK)).json()
    assert (before["credit_grade"], before["tickets"]) == (None, 2)
    await graded(registry, body, "highest")
    after = (await registry.client.get(path, headers=AUDITOR)).json()
    assert (after["credit_grade"], after["supervision_level"], after["tickets"]) == ("D", "key", 8)
    assert (await registry.client.get(path, headers=ELSEWHERE)).status_code == 403
    assert (await registry.client.get(path)).status_code == 401
    own = bearer("body", Role.ORGANIZATION, district=None, organization_id=body)
    assert (await registry.client.get(path, headers=own)).status_code == 403
    nobody = await registry.client.get(f"/v1/organizations/{uuid7()}/supervision", headers=CLERK)
    assert nobody.status_code == 404
