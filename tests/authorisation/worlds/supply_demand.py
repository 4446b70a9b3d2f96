"""Supply-demand: demands, offers, a fair, tenders at every step, a contract, a site."""

from datetime import UTC, datetime
from importlib import import_module
from typing import Any
from uuid import UUID

import httpx

from liandong.definition import ServiceDefinition
from liandong.identity.actors import Role
from liandong.testing.services import bearer, start
from tests.authorisation.attempt import OWN, Attempt, World, get, of

towns = import_module("services.supply-demand.tests.conftest")

REASON = {"reason": "情况有变"}
LATER = "2026-05-29T09:00:00+08:00"
AFTER_LATER = datetime(2026, 5, 29, 2, tzinfo=UTC)
AMOUNT = 17_654_321
SEALED = " (截标前的报价)"
DRAFT = " (草稿)"


async def build(definition: ServiceDefinition, url: str) -> World:
    credit_list = towns.CreditList()
    peer = httpx.AsyncClient(
        transport=httpx.MockTransport(credit_list.handle), base_url="http://credit-list.test"
    )
    town = towns.Town(start(definition, url, peers={"credit-list": peer}), credit_list)
    town.community = bearer("community-1", Role.COMMUNITY, district=OWN)
    bidder = await town.an_organization()
    tenders = await _tenders(town, bidder)
    return World(
        town.service,
        {
            **_reading(bidder),
            **await _demands(town),
            **await _offers(town, bidder),
            **await _fairs(town, bidder),
            **tenders,
            **await _sites(town, bidder),
        },
    )


def _reading(organization: UUID) -> dict[str, Attempt]:
    path = f"/v1/eligibility/{organization}"
    return {
        "GET /v1/eligibility/{organization_id}": get(
            path, '"eligible":true', organization=organization
        ),
        "GET /v1/taxonomy": get("/v1/taxonomy"),
    }


async def _demands(town: Any) -> dict[str, Attempt]:
    draft = await town.a_demand(publish=False, district=OWN)
    published = await town.a_demand(district=OWN)
    body = {name: draft[name] for name in ("title", "service_class", "district", "deadline")}
    path = "/v1/demands"
    return {
        f"POST {path}": Attempt(
            path, body | {"beneficiary_group": "elderly", "headcount": 9, "budget_fen": 100}
        ),
        f"GET {path}": get(path, published["id"]),
        f"GET {path}{DRAFT}": get(path, draft["id"]),
        f"GET {path}/{{demand_id}}": get(f"{path}/{published['id']}", published["id"]),
        f"GET {path}/{{demand_id}}{DRAFT}": get(f"{path}/{draft['id']}", draft["id"]),
        f"PATCH {path}/{{demand_id}}": of(draft, path + "/{}", {"headcount": 8}),
        f"POST {path}/{{demand_id}}/publish": of(draft, path + "/{}/publish"),
        f"POST {path}/{{demand_id}}/withdraw": of(published, path + "/{}/withdraw", REASON),
    }


async def _offers(town: Any, organization: UUID) -> dict[str, Attempt]:
    draft = await town.an_offer(organization, publish=False)
    published = await town.an_offer(organization)
    body = {
        "organization_id": str(organization),
        "title": "社区助餐",
        "service_class": "elderly-care",
        "districts": [OWN],
        "capacity": 20,
    }
    path, own = "/v1/offers", organization
    return {
        f"POST {path}": Attempt(path, body, organization=own),
        f"GET {path}": get(path, published["id"]),
        f"GET {path}{DRAFT}": get(path, draft["id"], organization=own),
        f"GET {path}/{{offer_id}}": get(f"{path}/{published['id']}", published["id"]),
        f"GET {path}/{{offer_id}}{DRAFT}": get(
            f"{path}/{draft['id']}", draft["id"], organization=own
        ),
        f"PATCH {path}/{{offer_id}}": of(draft, path + "/{}", {"capacity": 30}, organization=own),
        f"POST {path}/{{offer_id}}/publish": of(draft, path + "/{}/publish", organization=own),
        f"POST {path}/{{offer_id}}/withdraw": of(
            published, path + "/{}/withdraw", REASON, organization=own
        ),
    }


async def _fairs(town: Any, organization: UUID) -> dict[str, Attempt]:
    body = {"title": "第一届供需对接会", "district": OWN, "held_on": "2026-04-10"}
    planned = await town.made("/v1/fairs", town.clerk, body)
    fair = await town.an_open_fair(OWN)
    offer = await town.an_offer(organization)
    free, wanted = await town.a_demand(district=OWN), await town.a_demand(district=OWN)
    matches = f"/v1/fairs/{fair['id']}/matches"
    intent = {"offer_id": offer["id"]}
    match = await town.made(matches, town.clerk, intent | {"demand_id": wanted["id"]})
    path = "/v1/fairs"
    one, each = f"{path}/{{fair_id}}", f"{path}/{{fair_id}}/matches"
    return {
        f"POST {path}": Attempt(path, body),
        f"GET {path}": get(path, planned["id"]),
        f"GET {one}": get(f"{path}/{fair['id']}", fair["id"]),
        f"PATCH {one}": of(planned, path + "/{}", {"venue": "庐阳区"}),
        f"POST {one}/open": of(planned, path + "/{}/open"),
        f"POST {one}/close": of(fair, path + "/{}/close"),
        f"POST {one}/cancel": of(planned, path + "/{}/cancel", REASON),
        f"GET {one}/suggestions": get(f"{path}/{fair['id']}/suggestions", free["id"]),
        f"POST {each}": Attempt(matches, intent | {"demand_id": free["id"]}),
        f"GET {each}": get(matches, match["id"]),
        f"GET {each}/{{match_id}}": get(f"{matches}/{match['id']}", match["id"]),
        f"POST {each}/{{match_id}}/confirm": of(match, matches + "/{}/confirm"),
        f"POST {each}/{{match_id}}/release": of(match, matches + "/{}/release", REASON),
    }


async def _changed_by_another(town: Any, bidder: UUID) -> tuple[dict[str, Any], dict[str, Any]]:
    """A tender whose draft a second buyer has changed, and a bid in it."""
    draft = await town.a_tender(publish=False)
    path = f"/v1/tenders/{draft['id']}"
    headers = bearer("buyer-2", Role.BUYER) | {"If-Match": '"v1"'}
    answer = await town.client.patch(path, json={"title": "采购"}, headers=headers)
    assert answer.status_code == 200, answer.text
    tender = await town.made(f"{path}/publish", town.buyer, version=2)
    return tender, await town.a_bid(tender, bidder)


async def _tenders(town: Any, bidder: UUID) -> dict[str, Attempt]:
    """The clock ends at the closing of those that are closed; the others are open until later."""
    draft = await town.a_tender(publish=False, closes_at=LATER)
    running = await town.a_tender(closes_at=LATER)
    bid = await town.a_bid(running, bidder, AMOUNT)
    to_award, awarded = await town.a_tender(), await town.a_tender()
    candidate = await town.a_bid(to_award, bidder)
    changed, chosen = await _changed_by_another(town, bidder)
    winner = await town.a_bid(awarded, bidder)
    awarded = await town.close(awarded)
    to_award = await town.read(f"/v1/tenders/{to_award['id']}")
    changed = await town.read(f"/v1/tenders/{changed['id']}")
    answer = await town.award(awarded, winner)
    assert answer.status_code == 201, answer.text
    contract = answer.json()["id"]
    wanted = await _matched_demand(town, bidder)
    path = "/v1/tenders"
    one = f"{path}/{{tender_id}}"
    return {
        f"POST {path}": Attempt(path, town.tender_body(closes_at=LATER)),
        f"POST {path} (由需求转来)": Attempt(
            path, town.tender_body(closes_at=LATER, district=OWN, demand_id=wanted)
        ),
        f"GET {path}": get(path, running["id"]),
        f"GET {path}{DRAFT}": get(path, draft["id"]),
        f"GET {one}": get(f"{path}/{running['id']}", running["id"]),
        f"GET {one}{DRAFT}": get(f"{path}/{draft['id']}", draft["id"]),
        f"PATCH {one}": of(draft, path + "/{}", {"title": "采购"}),
        f"POST {one}/publish": of(draft, path + "/{}/publish"),
        f"POST {one}/close": of(running, path + "/{}/close", at=AFTER_LATER),
        f"POST {one}/cancel": of(running, path + "/{}/cancel", REASON),
        f"GET {one}/ranking": get(f"{path}/{awarded['id']}/ranking", winner["id"]),
        f"POST {one}/award": of(
            to_award, path + "/{}/award", {"bid_id": candidate["id"]}, first="buyer-1"
        ),
        f"POST {one}/award (改过草稿的人)": of(
            changed, path + "/{}/award", {"bid_id": chosen["id"]}, first="buyer-2"
        ),
        "GET /v1/contracts": get("/v1/contracts", contract),
        "GET /v1/contracts/{contract_id}": get(f"/v1/contracts/{contract}", contract),
        **await _bids(town, running, bid, bidder),
    }


async def _bids(
    town: Any, tender: dict[str, Any], bid: dict[str, Any], bidder: UUID
) -> dict[str, Attempt]:
    newcomer = await town.an_organization()
    of_tender = f"/v1/tenders/{tender['id']}/bids"
    sealed = f'"amount_fen":{AMOUNT}'
    one = f"/v1/bids/{bid['id']}"
    return {
        "POST /v1/tenders/{tender_id}/bids": Attempt(
            of_tender,
            {"organization_id": str(newcomer), "amount_fen": 100},
            organization=newcomer,
        ),
        "GET /v1/tenders/{tender_id}/bids": get(of_tender, bid["id"], organization=bidder),
        f"GET /v1/tenders/{{tender_id}}/bids{SEALED}": get(of_tender, sealed, organization=bidder),
        "GET /v1/bids": get("/v1/bids", bid["id"], organization=bidder),
        "GET /v1/bids/{bid_id}": get(one, bid["id"], organization=bidder),
        f"GET /v1/bids/{{bid_id}}{SEALED}": get(one, sealed, organization=bidder),
        "POST /v1/bids/{bid_id}/withdraw": of(bid, "/v1/bids/{}/withdraw", organization=bidder),
    }


async def _matched_demand(town: Any, organization: UUID) -> str:
    fair = await town.an_open_fair(OWN)
    demand = await town.a_demand(district=OWN)
    offer = await town.an_offer(organization)
    path = f"/v1/fairs/{fair['id']}/matches"
    match = await town.made(path, town.clerk, {"demand_id": demand["id"], "offer_id": offer["id"]})
    await town.made(f"{path}/{match['id']}/confirm", town.clerk, version=match["version"])
    return demand["id"]


async def _sites(town: Any, operator: UUID) -> dict[str, Attempt]:
    body = {
        "code": "S-1",
        "kind": "service_station",
        "organization_id": str(operator),
        "name": "社区服务站",
        "district": OWN,
        "recognized_on": "2026-03-02",
    }
    site = await town.made("/v1/sites", town.approver, body)
    path = "/v1/sites"
    return {
        f"POST {path}": Attempt(path, body | {"code": "S-2"}),
        f"GET {path}": get(path, site["id"]),
        f"GET {path}/{{site_id}}": get(f"{path}/{site['id']}", site["id"]),
        f"PATCH {path}/{{site_id}}": of(site, path + "/{}", {"name": "服务站"}),
        f"POST {path}/{{site_id}}/withdraw": of(site, path + "/{}/withdraw", REASON),
    }
