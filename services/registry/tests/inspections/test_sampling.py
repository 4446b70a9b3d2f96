"""抽查 over HTTP."""

from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest

from liandong.identity.actors import Role
from liandong.ids import uuid7
from liandong.testing.services import ServiceUnderTest, bearer
from registry.inspections import draw as tickets
from registry.inspections import sampling
from registry.inspections.draw import SamplingStatus
from registry.inspections.models import InspectionSampling
from registry.learned import events as news
from registry.sampling import weighing
from services.registry.tests.inspections.desk import (
    APPROVER,
    CLERK,
    ELSEWHERE,
    REVIEWER,
    codes,
    done,
    events,
    found,
    opened,
    registered,
    slug,
    step,
    submitted,
)
from services.registry.tests.learned.telling import deliver


async def drawn(
    registry: ServiceUnderTest, season: dict[str, Any], by: dict[str, str] = APPROVER, **body: Any
) -> Any:
    """Prepared by the clerk and drawn by ``by``; the answer of the step that was refused."""
    number = {"public_number": body.pop("public_number", "2026-0417")}
    made = await prepared(registry, season, **body)
    if made.status_code != 201:
        return made
    return await registry.client.post(
        f"/v1/inspection-samplings/{made.json()['id']}/draw",
        json=number,
        headers=by | {"If-Match": '"v1"'},
    )


async def prepared(
    registry: ServiceUnderTest, season: dict[str, Any], by: dict[str, str] = CLERK, **body: Any
) -> Any:
    path = f"/v1/inspection-seasons/{season['id']}/samplings"
    return await registry.client.post(path, json=body, headers=by)


async def a_season(registry: ServiceUnderTest, many: int = 4) -> dict[str, Any]:
    bodies = [await registered(registry, number) for number in range(many)]
    season = await opened(registry)
    for one in bodies:
        await submitted(registry, one)
    return season


async def test_a_draw_is_kept_with_everything_needed_to_repeat_it(
    registry: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sampling, "BATCH", 1)
    season = await a_season(registry)
    answer = await drawn(registry, season, percent=50)
    assert answer.status_code == 200, answer.text
    made = answer.json()
    assert (made["population"], made["drawn"], made["algorithm"]) == (4, 2, weighing.ALGORITHM)
    await registry.settle()
    proof = await registry.client.get(f"/v1/inspection-samplings/{made['id']}", headers=CLERK)
    told = proof.json()
    assert (told["reproduced"], told["done"]) == (True, 2)
    weights = {UUID(one): weight for one, weight in told["weights"].items()}
    assert {*weights.values()} == {2}
    # What an outsider does with the published values.
    assert sha256(told["nonce"].encode()).hexdigest() == told["commitment"]
    said = "|".join((told["population_digest"], told["nonce"], "2026-0417"))
    assert sha256(said.encode()).hexdigest() == told["seed"]
    assert told["drawn_ids"] == [str(one) for one in weighing.draw(told["seed"], weights, 2)]
    sampled = await found(registry, sampling_id=made["id"])
    assert {one["organization_id"] for one in sampled} == {*told["drawn_ids"]}
    assert {one["status"] for one in sampled} == {"sampled"}
    assert len(await events(registry, "sampled")) == 2
    path = f"/v1/inspection-seasons/{season['id']}/samplings"
    listed = (await registry.client.get(path, headers=CLERK)).json()["items"]
    assert [one["id"] for one in listed] == [made["id"]]


async def test_the_review_goes_on_with_the_result_of_the_check(registry: ServiceUnderTest) -> None:
    season = await a_season(registry, 1)
    await drawn(registry, season)
    await registry.settle()
    [sampled] = await found(registry)
    said: dict[str, Any] = {"verdict": "qualified", "reasons": []}
    assert slug(await step(registry, sampled, "review", **said)) == "illegal-transition"
    future = {"result": "账实相符", "checked_on": "2026-03-03"}
    answer = await step(registry, sampled, "record-check", **future)
    assert (answer.status_code, codes(answer)) == (422, ["in-the-future"])
    result = future | {"checked_on": "2026-03-02"}
    checked = await done(registry, sampled, "record-check", **result)
    assert checked["status"] == "submitted_to_registrar"
    await done(registry, checked, "review", REVIEWER, **said)
    # Whoever was checked is not drawn a second time.
    answer = await drawn(registry, season)
    assert (answer.status_code, slug(answer)) == (409, "nothing-to-draw")


async def test_what_was_given_back_before_the_draw_is_carried_out_is_left_alone(
    registry: ServiceUnderTest,
) -> None:
    season = await a_season(registry, 1)
    answer = await drawn(registry, season)
    assert answer.json()["drawn"] == 1
    [inspection] = await found(registry)
    missing = [{"code": "audit", "message": "审计报告缺页"}]
    await done(registry, inspection, "return", missing=missing)
    await registry.settle()
    [after] = await found(registry)
    assert (after["status"], after["sampling_id"]) == ("returned", None)


async def test_less_than_the_share_of_the_rules_is_refused(registry: ServiceUnderTest) -> None:
    season = await a_season(registry, 1)
    answer = await drawn(registry, season, percent=4)
    assert (answer.status_code, codes(answer)) == (422, ["too-small"])


async def test_a_draw_of_one_regime_leaves_the_others_alone(registry: ServiceUnderTest) -> None:
    association = await registered(registry, 9, kind="association")
    season = await a_season(registry, 2)
    answer = await drawn(registry, season, regime="association")
    assert slug(answer) == "nothing-to-draw"
    await submitted(registry, association)
    answer = await drawn(registry, season, regime="association", percent=100)
    assert (answer.json()["population"], answer.json()["drawn"]) == (1, 1)


async def test_only_an_approver_of_the_district_draws(registry: ServiceUnderTest) -> None:
    season = await a_season(registry, 1)
    assert slug(await prepared(registry, season, ELSEWHERE)) == "other-district"
    made = (await prepared(registry, season)).json()
    path = f"/v1/inspection-samplings/{made['id']}"
    number = {"public_number": "0417"}
    for by in (CLERK, ELSEWHERE):
        answer = await registry.client.post(
            f"{path}/draw", json=number, headers=by | {"If-Match": '"v1"'}
        )
        assert answer.status_code == 403
    elsewhere = bearer("auditor-9", Role.AUDITOR, district="340700")
    assert (await registry.client.get(path, headers=elsewhere)).status_code == 403


async def test_a_body_under_close_supervision_weighs_more_and_the_draw_says_so(
    registry: ServiceUnderTest,
) -> None:
    season = await a_season(registry, 3)
    [one, *_] = sorted(inspected["organization_id"] for inspected in await found(registry))
    event = news.CreditGradeChanged(
        credit_grade_id=uuid7(),
        organization_id=UUID(one),
        grade="D",
        score=20,
        supervision_level="key",
        sampling_weight="highest",
        checks_per_year=2,
        evaluated_on=date(2026, 3, 2),
    )
    await deliver(registry, event)
    made = (await drawn(registry, season, percent=34)).json()
    await deliver(registry, event.model_copy(update={"sampling_weight": "low"}), 2)
    path = f"/v1/inspection-samplings/{made['id']}"
    told = (await registry.client.get(path, headers=CLERK)).json()
    assert sorted(told["weights"].values()) == [2, 2, 8]
    assert told["weights"][one] == 8
    assert (told["reproduced"], told["drawn"]) == (True, 2)


async def test_nobody_chooses_the_seed(registry: ServiceUnderTest) -> None:
    season = await a_season(registry)
    both = bearer("double", Role.CLERK, Role.APPROVER)
    made = (await prepared(registry, season, both)).json()
    path = f"/v1/inspection-samplings/{made['id']}"
    before = (await registry.client.get(path, headers=CLERK)).json()
    assert (before["nonce"], before["seed"], before["drawn"]) == (None, None, 0)
    assert (before["status"], before["reproduced"]) == ("prepared", False)
    again = await prepared(registry, season)
    assert (again.status_code, slug(again)) == (409, "draw-prepared")
    headers = both | {"If-Match": '"v1"'}
    own = await registry.client.post(
        f"{path}/draw", json={"public_number": "0417"}, headers=headers
    )
    assert slug(own) == "two-person-rule"
    gone = await registry.client.post(
        f"{path}/cancel", json={"reason": "比例有误"}, headers=headers
    )
    assert (gone.json()["status"], gone.json()["nonce"]) == ("cancelled", None)
    made = (await drawn(registry, season)).json()
    told = [
        (one["type"].rpartition(".")[2], one["data"].get("nonce"))
        for one in await registry.published()
        if ".inspection-sampling." in one["type"]
    ]
    assert told == [
        ("committed", None),
        ("cancelled", None),
        ("committed", None),
        ("drawn", made["nonce"]),
    ]
    late = await registry.client.post(
        f"/v1/inspection-samplings/{made['id']}/draw",
        json={"public_number": "9999"},
        headers=APPROVER | {"If-Match": f'"v{made["version"]}"'},
    )
    assert slug(late) in ("illegal-transition", "stale-version")


def test_a_draw_from_before_there_were_weights_is_repeated_as_it_was_made() -> None:
    population = [UUID(int=number) for number in range(9)]
    made = InspectionSampling(
        status=SamplingStatus.DRAWN,
        algorithm="sha256-order-v1",
        seed="2025",
        percent=30,
        population=population,
        population_digest=tickets.digest(population),
        drawn=tickets.draw(population, "2025", 30),
    )
    assert sampling.reproduced(made)
    made.drawn = made.drawn[::-1]
    assert not sampling.reproduced(made)
