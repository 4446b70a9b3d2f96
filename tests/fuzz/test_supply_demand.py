"""Supply-demand's API, tried by its own document."""

from datetime import timedelta
from random import Random
from typing import Any

from liandong.identity.actors import Role
from tests.fuzz import samples
from tests.fuzz.access import HEFEI, official, organization
from tests.fuzz.trial import Trial
from tests.fuzz.world import Body, Row, Scene, World

CLERK = official(Role.CLERK)
APPROVER = official(Role.APPROVER, subject="approver")
BUYER = official(Role.BUYER)
COMMUNITY = official(Role.COMMUNITY)
REASON = {"reason": "示例事由"}
DEMAND, OFFER, FAIR, TENDER = (
    f"/v1/{name}/{{id}}" for name in ("demands", "offers", "fairs", "tenders")
)
NEW_DEMAND = {
    "title": "独居老人助餐服务",
    "service_class": "elderly-care",
    "beneficiary_group": "elderly",
    "headcount": 120,
    "district": "340103001001",
    "budget_fen": 20_000_000,
    "deadline": "2026-12-30",
}
NEW_OFFER = {
    "title": "社区助餐",
    "service_class": "elderly-care",
    "districts": ["340103"],
    "capacity": 200,
}
NEW_FAIR = {"title": "示例供需对接会", "district": HEFEI, "held_on": "2026-06-10"}
BID = {"amount_fen": 18_000_000, "plan": "服务方案"}


async def _demand(world: World, *, publish: bool = True) -> Row:
    made = await world.do("POST", "/v1/demands", COMMUNITY, NEW_DEMAND)
    return await world.step(f"{DEMAND}/publish", COMMUNITY, made) if publish else made


async def _offer(world: World, supplier: Any, *, publish: bool = True) -> Row:
    who = organization(supplier)
    made = await world.do("POST", "/v1/offers", who, NEW_OFFER)
    return await world.step(f"{OFFER}/publish", who, made) if publish else made


def _tender_body(world: World, **delta: float) -> Body:
    return {
        "title": "助餐服务采购",
        "district": "340103",
        "method": "open",
        "budget_fen": 20_000_000,
        "closes_at": (world.service.clock.now() + timedelta(**delta)).isoformat(),
        "term_months": 12,
    }


async def _tender(world: World, suppliers: list[Any], **delta: float) -> Row:
    """Published, with bids."""
    draft = await world.do("POST", "/v1/tenders", BUYER, _tender_body(world, **delta))
    tender = await world.step(f"{TENDER}/publish", BUYER, draft)
    for supplier in suppliers:
        await world.do("POST", f"{TENDER}/bids".format(**tender), organization(supplier), BID)
    return tender


async def _fair(world: World, suppliers: list[Any]) -> None:
    """Open, with intents and confirmed matches."""
    planned = await world.do("POST", "/v1/fairs", CLERK, NEW_FAIR)
    fair = await world.step(f"{FAIR}/open", CLERK, planned)
    path = f"{FAIR}/matches".format(**fair)
    for number, supplier in enumerate(suppliers):
        demand, offer = await _demand(world), await _offer(world, supplier)
        body = {"demand_id": demand["id"], "offer_id": offer["id"]}
        match = await world.do("POST", path, CLERK, body)
        if number % 2:
            await world.step(f"{path}/{{id}}/confirm", COMMUNITY, match)


async def _site(world: World, number: int) -> Row:
    body = await _new_site(world, {}, Random(number))
    return await world.do("POST", "/v1/sites", APPROVER, body)


async def _build(world: World) -> None:
    """Everything in several states; tenders that are due, open, closed and awarded."""
    await samples.imported(world, "sites", "sites.csv", APPROVER)
    suppliers = [await world.an_organization() for _ in range(6)]
    closing = [await _tender(world, suppliers[:2], days=31) for _ in range(6)]
    world.service.clock.advance(timedelta(days=31))
    await world.service.settle()
    for tender in closing[:2]:
        await _award(world, tender)
    for _ in range(3):
        await _tender(world, suppliers[:2], days=30)
    world.service.clock.advance(timedelta(days=30))  # nobody has closed these yet
    for number in range(3):
        await _tender(world, suppliers[:3], days=60)
        await world.do("POST", "/v1/tenders", BUYER, _tender_body(world, days=60))
        await _demand(world, publish=False)
        await _demand(world)
        await _offer(world, suppliers[number], publish=False)
        await _offer(world, suppliers[number])
        await world.do("POST", "/v1/fairs", CLERK, NEW_FAIR)
        await _site(world, number)
        withdrawn = await _site(world, 100 + number)
        await world.step("/v1/sites/{id}/withdraw", APPROVER, withdrawn, REASON)
    await _fair(world, suppliers)


async def _award(world: World, tender: Row) -> None:
    found = await world.do("GET", TENDER.format(**tender), BUYER)
    bids = await world.do("GET", f"{TENDER}/bids".format(**tender), APPROVER)
    body = {"bid_id": bids["items"][0]["id"], "reason": "综合评分第一"}
    await world.step(f"{TENDER}/award", APPROVER, found, body)


async def _new_site(world: World, row: Row, dice: Random) -> Body:
    supplier = await world.one("organization_id", dice, status="active")
    return {
        "code": f"HF-{dice.randrange(10**6)}",
        "kind": "service_station",
        "organization_id": str(supplier["organization_id"]),
        "name": "示例社会服务站",
        "district": "340103",
        "recognized_on": "2026-03-01",
    }


async def _bid_of(world: World, row: Row, dice: Random) -> Body:
    bid = await world.one("bid_id", dice, tender_id=row.get("id"), status="submitted")
    return {"bid_id": str(bid["id"]), "reason": "综合评分第一"}


async def _intent(world: World, row: Row, dice: Random) -> Body:
    demand = await world.one("demand_id", dice, status="published", service_class="elderly-care")
    offer = await world.one("offer_id", dice, status="published", service_class="elderly-care")
    return {"demand_id": str(demand["id"]), "offer_id": str(offer["id"])}


async def _new_tender(world: World, row: Row, dice: Random) -> Body:
    return _tender_body(world, days=dice.randint(25, 90))


SCENE = Scene(
    "supply-demand",
    _build,
    samples={
        "POST /v1/demands": samples.of(**NEW_DEMAND),
        "PATCH /v1/demands/{demand_id}": samples.of(headcount=[1, 80]),
        "POST /v1/demands/{demand_id}/withdraw": samples.of(**REASON),
        "POST /v1/offers": samples.of(**NEW_OFFER | {"districts": [["340103"], [HEFEI]]}),
        "PATCH /v1/offers/{offer_id}": samples.of(capacity=[1, 80]),
        "POST /v1/offers/{offer_id}/withdraw": samples.of(**REASON),
        "POST /v1/fairs": samples.of(**NEW_FAIR),
        "PATCH /v1/fairs/{fair_id}": samples.of(venue=["示例会场", ""]),
        "POST /v1/fairs/{fair_id}/cancel": samples.of(**REASON),
        "POST /v1/fairs/{fair_id}/matches": _intent,
        "POST /v1/fairs/{fair_id}/matches/{match_id}/release": samples.of(**REASON),
        "POST /v1/sites": _new_site,
        "PATCH /v1/sites/{site_id}": samples.of(name=["示例社会服务站甲", "示例社会服务站乙"]),
        "POST /v1/sites/{site_id}/withdraw": samples.of(**REASON),
        "POST /v1/tenders": _new_tender,
        "PATCH /v1/tenders/{tender_id}": samples.of(budget_fen=[19_000_000, 21_000_000]),
        "POST /v1/tenders/{tender_id}/award": _bid_of,
        "POST /v1/tenders/{tender_id}/bids": samples.of(**BID),
        "POST /v1/tenders/{tender_id}/cancel": samples.of(**REASON),
        "POST /v1/imports/{kind}": samples.file("sites.csv"),
        "POST /v1/rule-sets/overrides": samples.override,
    },
    places={
        **samples.PLACES,
        "organization_id": ("learned_organization", "organization_id"),
    },
)


class TestSupplyDemand(Trial):
    scene = SCENE
