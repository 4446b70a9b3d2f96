"""分立、合并: a body ends and goes on in others."""

from typing import Any

import pytest

from liandong.testing.services import ServiceUnderTest
from services.registry.tests.applications import desk
from services.registry.tests.applications.test_changes import an_end

PAPERS = ["application", "consent", "liquidation"]


def ended_by(body: dict[str, Any], *successors: dict[str, Any]) -> dict[str, Any]:
    ids = [one["id"] for one in successors]
    return an_end(body, ground="merger_or_division", successor_ids=ids)


async def lineage(registry: ServiceUnderTest, body: dict[str, Any]) -> Any:
    answer = await registry.client.get(f"/v1/organizations/{body['id']}/lineage")
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize(("number", "kind"), [(1, "merger"), (2, "division")])
async def test_the_record_says_in_which_bodies_one_goes_on(
    registry: ServiceUnderTest, number: int, kind: str
) -> None:
    body = await desk.registered(registry)
    heirs = [await desk.registered(registry, 2 + at) for at in range(number)]
    draft = await desk.drafted(registry, ended_by(body, *heirs), documents=PAPERS)
    await desk.done(registry, await desk.approved(registry, draft), "certify")
    assert (await desk.organization(registry, body["id"]))["status"] == "cancelled"
    found = (await lineage(registry, body))["after"]
    assert {(one["successor_id"], one["kind"]) for one in found} == {
        (one["id"], kind) for one in heirs
    }
    [before] = (await lineage(registry, heirs[0]))["before"]
    assert before["predecessor_id"] == body["id"]


async def test_a_merger_without_its_heir_is_incomplete(registry: ServiceUnderTest) -> None:
    body = await desk.registered(registry)
    draft = await desk.drafted(registry, ended_by(body), documents=PAPERS)
    draft = await desk.done(registry, draft, "submit")
    refused = await desk.step(registry, draft, "accept")
    assert (refused.status_code, desk.slug(refused)) == (409, "application-incomplete")
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/successor_ids"]


@pytest.mark.parametrize("ground", ["dissolution", "purpose_achieved", "other"])
async def test_who_simply_ends_has_no_heir(registry: ServiceUnderTest, ground: str) -> None:
    body, other = await desk.registered(registry), await desk.registered(registry, 2)
    content = an_end(body, ground=ground, successor_ids=[other["id"]])
    assert (await desk.start(registry, content)).status_code == 422


async def test_nobody_is_his_own_heir_or_one_twice(registry: ServiceUnderTest) -> None:
    body, other = await desk.registered(registry), await desk.registered(registry, 2)
    for heirs in ([body], [other, other]):
        assert (await desk.start(registry, ended_by(body, *heirs))).status_code == 422


async def test_an_heir_that_ended_meanwhile_stops_the_certificate(
    registry: ServiceUnderTest,
) -> None:
    body, other = await desk.registered(registry), await desk.registered(registry, 2)
    draft = await desk.drafted(registry, ended_by(body, other), documents=PAPERS)
    decided = await desk.approved(registry, draft)
    gone = await registry.client.post(
        f"/v1/organizations/{other['id']}/cancel",
        json={"reason": "清算完毕"},
        headers=desk.APPROVER | {"If-Match": '"v1"'},
    )
    assert gone.status_code == 200
    refused = await desk.step(registry, decided, "certify")
    assert (refused.status_code, desk.codes(refused)) == (422, ["unknown-organization"])
    assert (await desk.organization(registry, body["id"]))["status"] == "active"
