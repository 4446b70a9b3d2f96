"""Proposing payments: one, or all open entitlements of a programme, each on its own merits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from funding.budgets import repository as budgets
from funding.budgets.models import BudgetLine
from funding.budgets.service import reserve
from funding.entitlements import repository as entitlements
from funding.entitlements.domain import Action
from funding.entitlements.domain import advance as advance_entitlement
from funding.entitlements.models import Entitlement
from funding.entitlements.service import move
from funding.learned.repository import lock_payees, reasons_to_hold
from funding.payments import holds, repository
from funding.payments.domain import (
    HoldReason,
    NeedsReview,
    NoBudgetLine,
    OtherFundingSource,
    Status,
)
from funding.payments.models import Payment
from funding.payments.records import record
from funding.programmes.domain import Programme
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule
from liandong.ids import uuid7
from liandong.problems import NotFound, Problem

Lines = Mapping[tuple[str, Programme], BudgetLine]


@dataclass
class Proposal:
    """What became of one entitlement of many."""

    entitlement_id: UUID
    amount_fen: int = 0
    payment: Payment | None = None
    refusal: Problem | None = None


@dataclass
class Locked:
    """Everything a proposal is decided on, locked in the order of the house."""

    entitlements: Sequence[Entitlement]
    reasons: Mapping[UUID, list[HoldReason]]
    year: int
    lines: Lines = field(default_factory=dict)


async def propose(uow: UnitOfWork, entitlement_id: UUID, year: int | None) -> Payment:
    """Proposes the payment of one entitlement and reserves its budget."""
    locked = await _lock(uow, [entitlement_id], year)
    if not locked.entitlements:
        raise NotFound("没有这项应享")
    return await _propose(uow, locked.entitlements[0], locked)


async def propose_many(
    uow: UnitOfWork, entitlement_ids: Sequence[UUID], year: int | None
) -> list[Proposal]:
    """Proposes each; a refusal changes nothing for its row and stops no other."""
    locked = await _lock(uow, entitlement_ids, year)
    found = {one.id: one for one in locked.entitlements}
    done: list[Proposal] = []
    for entitlement_id in dict.fromkeys(entitlement_ids):
        proposal = Proposal(entitlement_id)
        done.append(proposal)
        entitlement = found.get(entitlement_id)
        if entitlement is None:
            proposal.refusal = NotFound("没有这项应享")
            continue
        if uow.actor.may_act_in(entitlement.payer_district):  # others are not told what is due
            proposal.amount_fen = entitlement.amount_fen
        try:
            proposal.payment = await _propose(uow, entitlement, locked)
        except Problem as refusal:
            proposal.refusal = refusal
    return done


async def _lock(uow: UnitOfWork, ids: Sequence[UUID], year: int | None) -> Locked:
    payees = await repository.payees_of(uow.session, ids)
    await lock_payees(uow, payees)
    rows = await entitlements.lock_many(uow, ids)
    budget_year = year or uow.today.year
    return Locked(
        entitlements=rows,
        reasons=await reasons_to_hold(uow.session, payees),
        year=budget_year,
        lines=await budgets.lock_lines(
            uow, [(row.payer_district, row.programme) for row in rows], budget_year
        ),
    )


async def _propose(uow: UnitOfWork, entitlement: Entitlement, locked: Locked) -> Payment:
    """Every refusal comes before the first change."""
    district_rule(uow.actor, entitlement.payer_district)
    advance_entitlement(entitlement.status, Action.PROPOSE)
    if entitlement.needs_review:
        raise NeedsReview(entitlement.review_reason or "")
    line = locked.lines.get((entitlement.payer_district, entitlement.programme))
    if line is None or not line.amount_fen:
        raise NoBudgetLine(
            f"{entitlement.payer_district} {entitlement.programme.label} "
            f"{locked.year} 年度没有已审批的预算"
        )
    if line.funding_source != entitlement.funding_source:
        raise OtherFundingSource()
    reserve(uow, line, entitlement.amount_fen)
    move(uow, entitlement, Action.PROPOSE)
    payment = Payment(
        id=uuid7(),
        version=0,
        entitlement_id=entitlement.id,
        budget_line_id=line.id,
        organization_id=entitlement.organization_id,
        district=entitlement.district,
        payer_district=entitlement.payer_district,
        payer_account=entitlement.payer_account,
        programme=entitlement.programme,
        funding_source=line.funding_source,
        amount_fen=entitlement.amount_fen,
        status=Status.PROPOSED,
        proposed_by=uow.actor.subject,
        created_at=uow.now,
        updated_at=uow.now,
    )
    payment.touch(uow.now)
    uow.session.add(payment)
    record(uow, payment, "proposed", amount_fen=payment.amount_fen, budget=line.id)
    reasons = locked.reasons.get(entitlement.organization_id, [])
    if reasons:
        await uow.session.flush()
        await holds.place(uow, payment, reasons)
    return payment
