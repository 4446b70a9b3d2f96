"""The evaluation list of a tender: as the facts are until the award, as they were from it on."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule
from liandong.problems import Conflict
from supply_demand.bids import repository as bids
from supply_demand.bids.domain import Status as BidStatus
from supply_demand.bids.models import Bid
from supply_demand.contracts import repository as contracts
from supply_demand.measures.domain import BID_MARKS
from supply_demand.measures.obeying import OBEYING
from supply_demand.rankings import domain
from supply_demand.rankings.domain import Offer, Place
from supply_demand.tenders import repository as tenders
from supply_demand.tenders.domain import AMOUNTS_OPEN, TENDERS
from supply_demand.tenders.models import Tender


class BidsSealed(Conflict):
    slug, title = "bids-sealed", "截标之后才有评审名单"


async def rank(uow: UnitOfWork, tender: Tender, live: Sequence[Bid]) -> dict[str, Any]:
    """The list as it is kept with the contract: rules, their reference, and every place."""
    rule_set = await uow.rules(TENDERS, tender.district)
    marks = await OBEYING.marks(uow.session, sorted({one.organization_id for one in live}))
    offers = [
        Offer(
            bid_id=one.id,
            organization_id=one.organization_id,
            amount_fen=one.amount_fen,
            marks=frozenset(mark.effect for mark in marks[one.organization_id]) & BID_MARKS,
        )
        for one in live
    ]
    rule = rule_set.parameters.priority
    places = domain.order(offers, rule)
    return {
        "rule_set": rule_set.reference,
        "priority": rule.model_dump(mode="json"),
        "places": [_as_dict(one) for one in places],
    }


async def of_tender(uow: UnitOfWork, tender_id: UUID) -> dict[str, Any]:
    """For officials of the district, after the closing. Raises BidsSealed (409)."""
    tender = await tenders.visible(uow.session, tender_id, uow.actor)
    district_rule(uow.actor, tender.district)
    if tender.status not in AMOUNTS_OPEN:
        raise BidsSealed(f"该采购项目{tender.status.label}，没有评审名单")
    contract = await contracts.of_tender(uow.session, tender_id)
    if contract is not None and contract.ranking is not None:
        return contract.ranking | {"awarded_bid_id": contract.bid_id}
    rows = await uow.session.execute(
        bids.search(tender_id=tender_id, status=BidStatus.SUBMITTED).order_by(Bid.id)
    )
    return await rank(uow, tender, [bid for bid, _ in rows])


def reasons_of(ranking: dict[str, Any], bid_id: UUID) -> list[str]:
    """Why the bid has its place."""
    return next(list(one["reasons"]) for one in ranking["places"] if one["bid_id"] == str(bid_id))


def _as_dict(place: Place) -> dict[str, Any]:
    return asdict(place) | {
        "bid_id": str(place.bid_id),
        "organization_id": str(place.organization_id),
        "marks": list(place.marks),
        "reasons": list(place.reasons),
    }
