"""Use cases of bids.

Rows are locked in one order everywhere: the organisation (``learned.repository.hold``), the
tender, the bids by id. Whoever changes a bid's state holds its row.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from liandong.db.errors import violated_constraint
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import own_organization
from liandong.ids import uuid7
from liandong.problems import Conflict, FieldError, Invalid
from liandong.values.money import format_yuan
from supply_demand.bids import repository
from supply_demand.bids.domain import Action, Disqualification, Status, advance
from supply_demand.bids.events import BidDisqualified, BidSubmitted
from supply_demand.bids.models import Bid
from supply_demand.bids.schemas import SubmitBid
from supply_demand.eligibility import service as eligibility
from supply_demand.learned import repository as learned
from supply_demand.tenders import repository as tenders
from supply_demand.tenders.domain import Status as TenderStatus
from supply_demand.tenders.models import Tender


class TenderNotOpen(Conflict):
    slug, title = "tender-not-open", "该采购项目不在投标期内"


class NotInvited(Conflict):
    slug, title = "not-invited", "该采购项目只接受受邀组织投标"


class BidExists(Conflict):
    slug, title = "bid-exists", "本组织对该项目已有有效投标"


async def submit(uow: UnitOfWork, tender_id: UUID, body: SubmitBid) -> Bid:
    """Submits a bid of the actor's own organisation, if it is eligible at this moment."""
    organization_id = body.organization_id or uow.actor.organization_id
    if organization_id is None:
        raise Invalid("令牌中没有所属的社会组织，不能投标")
    own_organization(uow.actor, organization_id)
    await learned.hold(uow, organization_id)
    tender = await tenders.lock(uow, tender_id, shared=True)
    _open(uow, tender)
    if tender.invited_organization_ids and organization_id not in tender.invited_organization_ids:
        raise NotInvited()
    found = await eligibility.require(
        uow, organization_id, demanded=tender.demanded(), district=tender.district
    )
    if body.amount_fen > tender.budget_fen:
        most = f"报价不得超过预算{format_yuan(tender.budget_fen)}"
        raise Invalid(most, [FieldError("/amount_fen", "over-budget", most)])
    bid = Bid(
        id=uuid7(),
        version=0,
        tender_id=tender.id,
        organization_id=organization_id,
        district=tender.district,
        amount_fen=body.amount_fen,
        plan=body.plan,
        status=Status.SUBMITTED,
        rule_set=found.rule_set,
        created_at=uow.now,
        updated_at=uow.now,
    )
    uow.session.add(bid)
    uow.publish(BidSubmitted(**_whose(bid)), of=bid)
    _record(uow, bid, "submitted", rule_set=bid.rule_set)
    try:
        await uow.session.flush()
    except IntegrityError as error:
        if violated_constraint(error) == "uq_bid_live_once":
            raise BidExists() from None
        raise
    return bid


async def withdraw(uow: UnitOfWork, bid_id: UUID, version: int) -> Bid:
    """The bidder takes the bid back while the tender is open; another may follow."""
    known, _ = await repository.with_tender(uow.session, bid_id)
    own_organization(uow.actor, known.organization_id)
    tender = await tenders.lock(uow, known.tender_id, shared=True)
    bid = await repository.lock(uow, bid_id)
    bid.expect(version)
    bid.status = advance(bid.status, Action.WITHDRAW)
    _open(uow, tender)
    _changed(uow, bid, "withdrawn")
    return bid


async def disqualify_all(
    uow: UnitOfWork,
    organization_id: UUID,
    reason: Disqualification,
) -> None:
    """Ends every live bid of the organisation; the caller holds the organisation."""
    for bid in await repository.lock_live(uow, organization_ids=[organization_id]):
        _disqualify(uow, bid, reason, None)


async def disqualify_listed(
    uow: UnitOfWork, barred: Mapping[UUID, tuple[UUID, UUID]]
) -> Counter[UUID]:
    """Ends every live bid of the organisations, and counts them; the caller holds them.
    ``barred`` tells for each its listing and the event that told of it."""
    bidders = await repository.bidders_among(uow, barred) if barred else []
    ended: Counter[UUID] = Counter()
    if not bidders:
        return ended
    for bid in await repository.lock_live(uow, organization_ids=bidders):
        listing_id, cause = barred[bid.organization_id]
        uow.causation_id = str(cause)
        _disqualify(uow, bid, Disqualification.LISTED, listing_id)
        ended[bid.organization_id] += 1
    return ended


def _disqualify(
    uow: UnitOfWork, bid: Bid, reason: Disqualification, listing_id: UUID | None
) -> None:
    bid.status = advance(bid.status, Action.DISQUALIFY)
    bid.ended_reason = reason.value
    bid.listing_id = listing_id
    event = BidDisqualified(**_whose(bid), reason=reason.value, listing_id=listing_id)
    uow.publish(event, of=bid)
    _record(uow, bid, "disqualified", reason=reason.value, listing_id=listing_id)


async def lose_all(uow: UnitOfWork, tender_id: UUID, reason: str) -> None:
    """No live bid of the tender wins; the caller holds the tender."""
    for bid in await repository.lock_live(uow, tender_id=tender_id):
        _lose(uow, bid, reason)


def decide(uow: UnitOfWork, bids: list[Bid], winner: Bid) -> None:
    """One bid wins, the others are lost; the caller holds all of them."""
    winner.status = advance(winner.status, Action.WIN)
    _changed(uow, winner, "won")
    for bid in bids:
        if bid is not winner:
            _lose(uow, bid, "other-bid-won")


def _lose(uow: UnitOfWork, bid: Bid, reason: str) -> None:
    bid.status = advance(bid.status, Action.LOSE)
    bid.ended_reason = reason
    _changed(uow, bid, "lost", reason=reason)


def _open(uow: UnitOfWork, tender: Tender) -> None:
    """By the clock as well as by the state: the worker may be late."""
    if tender.status is not TenderStatus.PUBLISHED:
        raise TenderNotOpen(f"该采购项目{tender.status.label}，不在投标期内")
    if uow.now >= tender.closes_at:
        raise TenderNotOpen("投标截止时间已过")


def _whose(bid: Bid) -> dict[str, Any]:
    return {
        "bid_id": bid.id,
        "tender_id": bid.tender_id,
        "organization_id": bid.organization_id,
        "district": bid.district,
    }


def _changed(uow: UnitOfWork, bid: Bid, fact: str, **details: object) -> None:
    bid.touch(uow.now)
    _record(uow, bid, fact, **details)


def _record(uow: UnitOfWork, bid: Bid, fact: str, **details: object) -> None:
    """The log is read before the opening too: no amount."""
    uow.record(
        f"bid.{fact}",
        "bid",
        bid.id,
        district=bid.district,
        tender_id=bid.tender_id,
        organization_id=bid.organization_id,
        **details,
    )
