"""Funding: budgets, entitlements, payments at every step. The city pays, the district receives."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import httpx

from funding.learned.events import SiteWithdrawn
from liandong.clock import FixedClock
from liandong.definition import ServiceDefinition
from liandong.testing.services import start
from services.funding.tests.conftest import (
    FINANCE,
    SEPTEMBER_2019,
    CreditList,
    Desk,
    a_site,
)
from tests.authorisation.attempt import CITY, Attempt, World, get, of

REASON = {"reason": "情况有变"}
ENOUGH = 100
"""Entitlements for requests that are carried out for good."""


async def build(definition: ServiceDefinition, url: str) -> World:
    peer = httpx.AsyncClient(
        transport=httpx.MockTransport(CreditList()), base_url="http://credit-list.test"
    )
    clock = FixedClock(SEPTEMBER_2019)
    desk = Desk(start(definition, url, clock=clock, peers={"credit-list": peer}))
    approved = await desk.budget()
    programmes = get("/v1/programmes", '"F3"', params={"district": "340103"})
    return World(
        desk.funding,
        {
            "GET /v1/programmes": programmes,
            **await _budgets(desk, approved),
            **await _entitlements(desk),
            **await _payments(desk),
        },
    )


def _counts(answer: httpx.Response) -> bool:
    return answer.json()["count"] > 0


async def _budgets(desk: Desk, approved: dict[str, Any]) -> dict[str, Attempt]:
    body = {
        "district": "340100",
        "programme": "F1",
        "year": 2019,
        "funding_source": "finance",
        "amount_fen": 100,
    }
    path = "/v1/budgets"
    made = await desk.post(path, FINANCE, body | {"programme": "F2"})
    assert made.status_code == 201, made.text
    proposed = made.json()
    one = f"{path}/{{budget_id}}"
    adjusted = {"amount_fen": 20_000_000_000, "reason": "追加"}
    return {
        f"POST {path}": Attempt(path, body, place=CITY),
        f"GET {path}": get(path, approved["id"], place=CITY),
        f"GET {one}": get(f"{path}/{approved['id']}", approved["id"], place=CITY),
        # Payments that the world holds have moved the line on from its approval.
        f"POST {one}/adjust": of(proposed, path + "/{}/adjust", adjusted, place=CITY),
        f"POST {one}/approve": of(proposed, path + "/{}/approve", place=CITY, first="finance-1"),
        f"POST {one}/reject": of(proposed, path + "/{}/reject", REASON, place=CITY),
    }


async def _entitlements(desk: Desk) -> dict[str, Attempt]:
    entitlement = await desk.entitlement()
    paid = await desk.made()
    cause = (await desk.get(f"/v1/entitlements/{paid['entitlement_id']}"))["cause_id"]
    await desk.tell(
        SiteWithdrawn(
            site_id=UUID(cause),
            organization_id=UUID(paid["organization_id"]),
            reason="停止运营",
            withdrawn_on=date(2019, 9, 19),
        )
    )
    flagged = await desk.get(f"/v1/entitlements/{paid['entitlement_id']}")
    nothing_due = a_site("incubator")
    await desk.tell(nothing_due)
    path, one = "/v1/entitlements", "/v1/entitlements/{entitlement_id}"
    own, found = entitlement["organization_id"], entitlement["id"]
    filters = {"organization_id": own}
    return {
        f"GET {path}": get(path, found, organization=own, params=filters),
        f"GET {path}/summary": get(f"{path}/summary", sees=_counts),
        f"GET {one}": get(f"{path}/{found}", found, organization=own),
        f"POST {one}/settle-review": of(
            flagged, path + "/{}/settle-review", {"outcome": "keep", "note": "已追回"}, place=CITY
        ),
        "GET /v1/causes": get("/v1/causes", entitlement["cause_id"], params=filters),
        "POST /v1/causes/{cause_id}/reconsider": Attempt(
            f"/v1/causes/{nothing_due.site_id}/reconsider"
        ),
        "GET /v1/ledger": get("/v1/ledger", paid["id"]),
        "GET /v1/ledger/summary": get("/v1/ledger/summary", sees=_counts),
    }


async def _payments(desk: Desk) -> dict[str, Attempt]:
    entitlement = await desk.entitlement()
    proposed, approved = await desk.proposed(), await desk.approved()
    answer = await desk.act(await desk.approved(), "hold", FINANCE, REASON)
    assert answer.status_code == 200, answer.text
    held = answer.json()
    path, one = "/v1/payments", "/v1/payments/{payment_id}"
    own = proposed["organization_id"]
    return {
        f"POST {path}": Attempt(path, {"entitlement_id": entitlement["id"]}, place=CITY),
        **await _propose_many(desk),
        f"GET {path}": get(path, proposed["id"], organization=own, params={"organization_id": own}),
        f"GET {one}": get(f"{path}/{proposed['id']}", proposed["id"], organization=own),
        f"POST {one}/approve": of(proposed, path + "/{}/approve", place=CITY, first="finance-1"),
        f"POST {one}/make": of(
            approved,
            path + "/{}/make",
            {"bank_reference": "合财拨2019-12"},
            place=CITY,
            first="approver-1",
        ),
        f"POST {one}/hold": of(approved, path + "/{}/hold", REASON, place=CITY),
        f"POST {one}/release": of(held, path + "/{}/release", REASON, place=CITY),
        f"POST {one}/cancel": of(approved, path + "/{}/cancel", REASON, place=CITY),
    }


async def _propose_many(desk: Desk) -> dict[str, Attempt]:
    path = "/v1/payments/propose"
    bodies = await _one_by_one(desk)

    def each(sees: Callable[[dict[str, Any]], bool]) -> Attempt:
        return Attempt(
            path,
            bodies,
            place=CITY,
            sees=lambda answer: any(sees(one) for one in answer.json()["results"]),
            commits=True,
        )

    return {
        f"POST {path}": each(lambda one: one["outcome"] == "proposed"),
        f"POST {path} (退回时的金额)": each(lambda one: one["amount_fen"] > 0),
        f"POST {path} (按项目与区划)": Attempt(
            path, {"programme": "F3", "district": "340100"}, place=CITY
        ),
    }


async def _one_by_one(desk: Desk) -> Callable[[], dict[str, Any]]:
    """Bodies that each propose another entitlement."""
    operator = (await desk.proposed())["organization_id"]
    sites = [a_site("service_center", organization_id=operator) for _ in range(ENOUGH)]
    await desk.budget(programme="F2", year=2020)
    await desk.tell(*sites)
    page = await desk.get("/v1/entitlements", programme="F2", limit=200)
    ids = iter([one["id"] for one in page["items"]])
    return lambda: {"entitlement_ids": [next(ids)], "budget_year": 2020}
