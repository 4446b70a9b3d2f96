"""Demands over HTTP: the community's desk and its mistakes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from liandong.identity.actors import Role
from liandong.ids import uuid7
from liandong.testing.services import bearer

if TYPE_CHECKING:
    from conftest import Town

NEIGHBOUR = bearer("community-2", Role.COMMUNITY, district="340103001002")


async def test_a_draft_is_seen_by_its_community_and_officials_only(town: Town) -> None:
    demand = await town.a_demand(publish=False)
    path = f"/v1/demands/{demand['id']}"
    assert (await town.read(path, town.community))["status"] == "draft"
    assert (await town.read(path, town.clerk))["status"] == "draft"
    for who in ({}, NEIGHBOUR):
        assert (await town.client.get(path, headers=who)).status_code == 404
        assert (await town.client.get("/v1/demands", headers=who)).json()["items"] == []


async def test_a_published_demand_is_public(town: Town) -> None:
    demand = await town.a_demand()
    assert demand["status"] == "published"
    assert (await town.read(f"/v1/demands/{demand['id']}")) == demand


async def test_a_community_acts_for_itself_only(town: Town) -> None:
    demand = await town.a_demand()
    answer = await town.post(
        f"/v1/demands/{demand['id']}/withdraw", NEIGHBOUR, {"reason": "错了"}, demand["version"]
    )
    assert answer.status_code == 403


async def test_a_published_demand_can_be_corrected(town: Town) -> None:
    demand = await town.a_demand()
    path = f"/v1/demands/{demand['id']}"
    headers = town.community | {"If-Match": f'"v{demand["version"]}"'}
    changed = await town.client.patch(path, json={"headcount": 80}, headers=headers)
    assert changed.status_code == 200
    assert (changed.json()["headcount"], changed.headers["ETag"]) == (80, '"v3"')
    stale = await town.client.patch(path, json={"headcount": 70}, headers=headers)
    assert stale.status_code == 412
    blind = await town.client.patch(path, json={"headcount": 70}, headers=town.community)
    assert blind.status_code == 428


async def test_a_change_that_changes_nothing_keeps_the_version(town: Town) -> None:
    demand = await town.a_demand()
    headers = town.community | {"If-Match": f'"v{demand["version"]}"'}
    path = f"/v1/demands/{demand['id']}"
    same = await town.client.patch(path, json={"headcount": 120}, headers=headers)
    assert same.json()["version"] == demand["version"]


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"service_class": "no-such"}, "/service_class"),
        ({"beneficiary_group": "no-such"}, "/beneficiary_group"),
        ({"deadline": "2026-03-01"}, "/deadline"),
        ({"deadline": "9999-12-31"}, "/deadline"),
        ({"headcount": 0}, "/headcount"),
        ({"title": "   "}, "/title"),
        ({"title": "有\u0000空"}, "/title"),
        ({"budget_fen": 1.5}, "/budget_fen"),
        ({"district": "999999"}, "/district"),
        ({"beneficiary_name": "张三"}, "/beneficiary_name"),
    ],
)
async def test_what_is_wrong_is_pointed_at(
    town: Town, wrong: dict[str, object], pointer: str
) -> None:
    body = {
        "title": "独居老人助餐服务",
        "service_class": "elderly-care",
        "beneficiary_group": "elderly",
        "headcount": 120,
        "district": "340103001001",
        "budget_fen": 20_000_000,
        "deadline": "2026-06-30",
        **wrong,
    }
    answer = await town.post("/v1/demands", town.community, body)
    assert answer.status_code == 422, answer.text
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]


async def test_a_demand_expires_after_its_last_day(town: Town) -> None:
    demand = await town.a_demand(deadline="2026-03-04")
    path = f"/v1/demands/{demand['id']}"
    town.pass_time(days=2)
    await town.service.settle()
    assert (await town.read(path))["status"] == "published"
    town.pass_time(days=1)
    await town.service.settle()
    assert (await town.read(path))["status"] == "expired"


async def test_a_later_deadline_moves_the_expiry(town: Town) -> None:
    demand = await town.a_demand(deadline="2026-03-04")
    path = f"/v1/demands/{demand['id']}"
    headers = town.community | {"If-Match": f'"v{demand["version"]}"'}
    await town.client.patch(path, json={"deadline": "2026-03-20"}, headers=headers)
    town.pass_time(days=5)
    await town.service.settle()
    assert (await town.read(path))["status"] == "published"


async def test_a_withdrawn_demand_keeps_the_reason_and_never_expires(town: Town) -> None:
    demand = await town.a_demand(deadline="2026-03-04")
    path = f"/v1/demands/{demand['id']}"
    gone = await town.made(
        f"{path}/withdraw", town.community, {"reason": "已由家属解决"}, demand["version"]
    )
    assert (gone["status"], gone["ended_reason"]) == ("withdrawn", "已由家属解决")
    town.pass_time(days=5)
    await town.service.settle()
    assert (await town.read(path))["status"] == "withdrawn"


async def test_the_second_page_goes_on_where_the_first_ended(town: Town) -> None:
    made = [(await town.a_demand())["id"] for _ in range(5)]
    first = await town.read("/v1/demands?limit=3&district=340103&status=published")
    second = await town.read(
        "/v1/demands?limit=3&district=340103&status=published&cursor=" + first["next_cursor"]
    )
    assert [one["id"] for one in first["items"] + second["items"]] == made
    assert second["next_cursor"] is None
    assert (await town.read("/v1/demands?district=340700"))["items"] == []


async def test_an_unknown_demand_is_not_found(town: Town) -> None:
    assert (await town.client.get(f"/v1/demands/{uuid7()}")).status_code == 404


async def test_an_organisation_proposes_no_demand(town: Town) -> None:
    organization_id = await town.an_organization()
    answer = await town.post("/v1/demands", town.of(organization_id), {})
    assert answer.status_code == 403


async def test_the_taxonomy_is_public(town: Town) -> None:
    found = await town.read("/v1/taxonomy?district=340103")
    assert len(found["service_classes"]) == 9
    assert found["rule_set"] == "supply-demand.taxonomy@100000/2016"
