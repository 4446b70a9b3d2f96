"""Offers over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from liandong.identity.actors import Role
from liandong.ids import uuid7
from liandong.testing.services import bearer

if TYPE_CHECKING:
    from conftest import Town

BODY: dict[str, Any] = {
    "title": "社区助餐",
    "service_class": "elderly-care",
    "districts": ["340103"],
    "capacity": 200,
}


async def test_an_organisation_offers_what_it_can_do(town: Town) -> None:
    organization_id = await town.an_organization()
    offer = await town.an_offer(organization_id)
    assert (offer["status"], offer["organization_id"]) == ("published", str(organization_id))
    assert await town.read(f"/v1/offers/{offer['id']}") == offer


async def test_an_ineligible_organisation_is_refused_with_the_reasons(town: Town) -> None:
    organization_id = await town.an_organization()
    draft = await town.an_offer(organization_id, publish=False)
    await town.list_(organization_id)
    made = await town.post("/v1/offers", town.of(organization_id), BODY)
    published = await town.post(
        f"/v1/offers/{draft['id']}/publish", town.of(organization_id), version=draft["version"]
    )
    for answer in (made, published):
        assert answer.status_code == 409
        assert answer.json()["rules"][0]["code"] == "not-on-serious-list"


async def test_an_unknown_organisation_is_refused(town: Town) -> None:
    answer = await town.post("/v1/offers", town.of(uuid7()), BODY)
    assert answer.json()["rules"][0]["code"] == "registered-and-known"


async def test_an_organisation_offers_for_itself_only(town: Town) -> None:
    own, other = await town.an_organization(), await town.an_organization()
    answer = await town.post("/v1/offers", town.of(own), BODY | {"organization_id": str(other)})
    assert answer.status_code == 403
    offer = await town.an_offer(other)
    withdrawal = await town.post(
        f"/v1/offers/{offer['id']}/withdraw", town.of(own), {"reason": "错了"}, offer["version"]
    )
    assert withdrawal.status_code == 403


async def test_a_clerk_offers_for_an_organisation_of_the_own_district(town: Town) -> None:
    organization_id = await town.an_organization()
    body = BODY | {"organization_id": str(organization_id)}
    assert (await town.post("/v1/offers", town.clerk, body)).status_code == 201
    elsewhere = bearer("clerk-9", Role.CLERK, district="340700")
    assert (await town.post("/v1/offers", elsewhere, body)).status_code == 403
    nobody = await town.post("/v1/offers", town.clerk, BODY)
    assert nobody.json()["errors"][0]["pointer"] == "/organization_id"


async def test_drafts_and_withdrawn_offers_are_not_public(town: Town) -> None:
    organization_id = await town.an_organization()
    offer = await town.an_offer(organization_id, publish=False)
    path = f"/v1/offers/{offer['id']}"
    assert (await town.client.get(path)).status_code == 404
    assert (await town.read(path, town.of(organization_id)))["status"] == "draft"
    assert (await town.read(path, town.clerk))["status"] == "draft"
    assert (await town.read("/v1/offers"))["items"] == []


async def test_what_was_withdrawn_by_mistake_is_published_again(town: Town) -> None:
    organization_id = await town.an_organization()
    offer = await town.an_offer(organization_id)
    path, who = f"/v1/offers/{offer['id']}", town.of(organization_id)
    gone = await town.made(f"{path}/withdraw", who, {"reason": "人手不足"}, offer["version"])
    assert (gone["status"], gone["ended_reason"]) == ("withdrawn", "人手不足")
    back = await town.made(f"{path}/publish", who, version=gone["version"])
    assert (back["status"], back["ended_reason"]) == ("published", None)


async def test_an_offer_can_be_corrected(town: Town) -> None:
    organization_id = await town.an_organization()
    offer = await town.an_offer(organization_id)
    path = f"/v1/offers/{offer['id']}"
    headers = town.of(organization_id) | {"If-Match": f'"v{offer["version"]}"'}
    wrong = await town.client.patch(path, json={"service_class": "no-such"}, headers=headers)
    assert wrong.status_code == 422
    good = await town.client.patch(path, json={"districts": ["340104"]}, headers=headers)
    assert good.json()["districts"] == ["340104"]
