"""The answer at a point of no return."""

from typing import Any

import pytest

from liandong.identity.actors import Role
from liandong.ids import uuid7
from liandong.testing.services import bearer
from liandong.values.credit_code import make

Desk = Any


async def test_the_answer_before_and_after_a_listing(desk: Desk) -> None:
    organization = await desk.an_organization()
    before = await desk.standing(organization)
    assert before["known"]
    assert not before["barred_from_bids"]
    assert before["lists"] == before["reasons"] == []
    listing = await desk.a_listing(organization)
    after = await desk.standing(organization)
    assert after["barred_from_bids"]
    assert after["payments_held"]
    assert after["lists"] == [
        {
            "list": "serious",
            "listing_id": listing,
            "trigger": "fine-50000",
            "listed_on": "2019-10-12",
            "exit_not_before": "2021-10-12",
            "measures": [
                "key-supervision",
                "bar-bids",
                "hold-payments",
                "no-honours",
                "review-grade",
            ],
        }
    ]
    [reason] = after["reasons"]
    assert reason.startswith("2019年10月12日列入严重违法失信名单（受到5万元以上罚款处罚）：")
    assert "限制参加投标" in reason


async def test_a_listing_is_answered_before_its_event_has_left(desk: Desk) -> None:
    organization = await desk.an_organization()
    case = await desk.a_case(organization)
    await desk.serve(case)
    desk.set_day("2019-10-12")
    await desk.decide(case)
    assert (await desk.standing(organization))["barred_from_bids"]


async def test_the_position_is_that_of_the_feed(desk: Desk) -> None:
    organization = await desk.an_organization()
    assert (await desk.standing(organization))["position"] == 0
    await desk.a_listing(organization)
    await desk.service.published()
    assert (await desk.standing(organization))["position"] >= 1


async def test_an_unknown_organisation_is_said_to_be_unknown(desk: Desk) -> None:
    unknown = uuid7()
    answer = await desk.standing(unknown)
    assert answer["organization_id"] == str(unknown)
    assert not answer["known"]
    assert not answer["barred_from_bids"]


async def test_the_same_is_answered_by_credit_code(desk: Desk) -> None:
    organization = await desk.an_organization()
    await desk.a_listing(organization)
    code = make("52", "340103", "XN000001")
    answer = await desk.read(f"/v1/standings/by-credit-code/{code}")
    assert answer["organization_id"] == str(organization)
    assert answer["barred_from_bids"]
    nobody = make("52", "340103", "XN000099")
    unknown = await desk.read(f"/v1/standings/by-credit-code/{nobody}")
    assert (unknown["known"], unknown["organization_id"]) == (False, None)
    wrong = await desk.client.get("/v1/standings/by-credit-code/5234", headers=desk.clerk)
    assert wrong.status_code == 422


@pytest.mark.parametrize(
    ("roles", "scopes", "status"),
    [
        ([Role.SERVICE], [], 200),
        ([Role.BUYER], [], 200),
        ([Role.FINANCE], [], 200),
        ([Role.CLERK], [], 200),
        ([Role.APPROVER], [], 200),
        ([Role.PARTNER], ["standings:read"], 200),
        ([Role.PARTNER], [], 403),
        ([Role.EXPERT], [], 403),
        ([Role.COMMUNITY], [], 403),
    ],
)
async def test_who_may_ask(desk: Desk, roles: list[Role], scopes: list[str], status: int) -> None:
    organization = await desk.an_organization()
    who = bearer("somebody", *roles, scopes=scopes, district=None)
    for path in (organization, f"by-credit-code/{make('52', '340103', 'XN000001')}"):
        answer = await desk.client.get(f"/v1/standings/{path}", headers=who)
        assert answer.status_code == status


async def test_an_organisation_asks_for_itself_only(desk: Desk) -> None:
    organization = await desk.an_organization()
    own, other = desk.organization(organization), desk.organization(uuid7())
    path = f"/v1/standings/{organization}"
    assert (await desk.client.get(path, headers=own)).status_code == 200
    assert (await desk.client.get(path, headers=other)).status_code == 403
    assert (await desk.client.get(path)).status_code == 401


async def test_the_answer_is_not_kept_on_the_way(desk: Desk) -> None:
    organization = await desk.an_organization()
    answer = await desk.client.get(f"/v1/standings/{organization}", headers=desk.clerk)
    assert answer.headers["Cache-Control"] == "no-store"
