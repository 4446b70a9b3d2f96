"""The award 确定成交: the point of no return of a purchase.

Locks: the tender, then its live bids by id. An event that disqualifies a bid takes the same row
lock, so a bid is either won or disqualified, never both.
"""

from typing import Any
from uuid import UUID

from liandong.db.unit_of_work import UnitOfWork
from liandong.http.peers import Confirmations, Peers, PeerUnavailable
from liandong.identity.guards import district_rule, two_persons
from liandong.ids import uuid7
from liandong.problems import IllegalTransition, NotFound
from supply_demand.bids import repository as bids
from supply_demand.bids import service as bid_service
from supply_demand.bids.models import Bid
from supply_demand.contracts.events import ContractAwarded
from supply_demand.contracts.models import Contract
from supply_demand.contracts.schemas import AwardTender
from supply_demand.eligibility import service as eligibility
from supply_demand.eligibility.domain import Assessment
from supply_demand.rankings import service as rankings
from supply_demand.tenders import repository as tenders
from supply_demand.tenders import service as tender_service
from supply_demand.tenders.domain import Action, advance
from supply_demand.tenders.models import Tender

_CONFIRMED = Confirmations("award")


async def award(
    uow: UnitOfWork, peers: Peers, tender_id: UUID, version: int, body: AwardTender
) -> Contract:
    """Gives the contract to a bid, after asking credit-list itself; fails closed."""
    tender = await tenders.lock(uow, tender_id)
    tender.expect(version)
    district_rule(uow.actor, tender.district)
    for author in (tender.created_by, *tender.changed_by):
        two_persons(author, uow.actor, "确定成交")
    advance(tender.status, Action.AWARD)
    live = await bids.lock_live(uow, tender_id=tender.id)
    winner = await _live(uow, live, tender, body.bid_id)
    found = await eligibility.require(
        uow, winner.organization_id, demanded=tender.demanded(), district=tender.district
    )
    await _confirm_standing(peers, winner.organization_id)
    ranking = await rankings.rank(uow, tender, live)
    contract = _contract(uow, tender, winner, found, body.reason, ranking)
    uow.session.add(contract)
    bid_service.decide(uow, live, winner)
    await tender_service.award(uow, tender)
    _publish(uow, contract)
    return contract


async def _live(uow: UnitOfWork, live: list[Bid], tender: Tender, bid_id: UUID) -> Bid:
    for bid in live:
        if bid.id == bid_id:
            return bid
    ended, of = await bids.with_tender(uow.session, bid_id)
    if of.id != tender.id:
        raise NotFound("该项目没有这份投标")
    raise IllegalTransition(
        f"该投标{ended.status.label}，不能确定中标",
        extra={"current_status": ended.status.value, "reason": ended.ended_reason},
    )


async def _confirm_standing(peers: Peers, organization_id: UUID) -> None:
    """What was learned may be seconds old: credit-list itself is asked, last.

    Only a clear "known and not barred" of this organisation lets the award pass; no answer or
    one that cannot be read is 503, and the command changes nothing.
    """
    answer = await peers.ask("credit-list", f"/v1/standings/{organization_id}")
    barred = answer.get("barred_from_bids")
    asked = answer.get("organization_id") == str(organization_id)
    if asked and barred is True:
        _CONFIRMED.count("barred")
        fact = "信用服务答复：该组织正被限制参加投标"
        raise eligibility.NotEligible(
            fact,
            extra={
                "rules": [
                    {
                        "code": "not-on-serious-list",
                        "title": "未被限制参加投标",
                        "passed": False,
                        "fact": fact,
                        "learned_from": None,
                        "learned_at": None,
                        "legal_basis": "确定成交前向信用服务核实",
                    }
                ]
            },
        )
    if not asked or barred is not False or answer.get("known") is not True:
        _CONFIRMED.count("unclear")
        raise PeerUnavailable(
            "信用服务没有该组织的明确答复，本次操作未执行",
            headers={"Retry-After": "2"},
            extra={"service": "credit-list"},
        )
    _CONFIRMED.count("clear")


def _contract(
    uow: UnitOfWork,
    tender: Tender,
    bid: Bid,
    found: Assessment,
    reason: str,
    ranking: dict[str, Any],
) -> Contract:
    return Contract(
        id=uuid7(),
        version=0,
        tender_id=tender.id,
        bid_id=bid.id,
        organization_id=bid.organization_id,
        district=tender.district,
        amount_fen=bid.amount_fen,
        term_months=tender.term_months,
        awarded_on=uow.today,
        awarded_by=uow.actor.subject,
        reason=reason,
        eligibility=[eligibility.as_dict(rule) for rule in found.rules],
        ranking=ranking,
        priority=rankings.reasons_of(ranking, bid.id),
        rule_set=found.rule_set,
        created_at=uow.now,
        updated_at=uow.now,
    )


def _publish(uow: UnitOfWork, contract: Contract) -> None:
    event = ContractAwarded(
        contract_id=contract.id,
        tender_id=contract.tender_id,
        bid_id=contract.bid_id,
        organization_id=contract.organization_id,
        district=contract.district,
        amount_fen=contract.amount_fen,
        awarded_on=contract.awarded_on,
    )
    uow.publish(event, of=contract)
    uow.record(
        "contract.awarded",
        "contract",
        contract.id,
        district=contract.district,
        tender_id=contract.tender_id,
        bid_id=contract.bid_id,
        organization_id=contract.organization_id,
        rule_set=contract.rule_set,
    )
