"""Use cases of payments: approve, make, cancel."""

from datetime import date
from uuid import UUID

from funding.budgets import repository as budgets
from funding.budgets.service import free, spend
from funding.entitlements import service as entitlements
from funding.entitlements.domain import Action as EntitlementAction
from funding.entitlements.models import Entitlement
from funding.learned.repository import reasons_to_hold
from funding.ledger import service as ledger
from funding.payments import holds, repository
from funding.payments.domain import (
    Action,
    HoldKind,
    NeedsReview,
    PaymentHeld,
    Status,
    advance,
)
from funding.payments.events import PaymentApproved, PaymentMade
from funding.payments.models import Payment
from funding.payments.records import facts, record
from liandong.db.unit_of_work import UnitOfWork
from liandong.http.peers import Confirmations, Peers, PeerUnavailable
from liandong.identity.guards import district_rule, two_persons

_CONFIRMED = Confirmations("payment")


async def approve(uow: UnitOfWork, payment_id: UUID, version: int) -> Payment:
    """A second person approves what was proposed."""
    payment, _ = await repository.lock(uow, payment_id)
    district_rule(uow.actor, payment.payer_district)
    _refuse_held(payment)
    status = advance(payment.status, Action.APPROVE)
    payment.expect(version)
    two_persons(payment.proposed_by, uow.actor, "审批该笔拨付")
    payment.status = status
    payment.approved_by = uow.actor.subject
    uow.publish(PaymentApproved(**facts(payment)), of=payment)
    record(uow, payment, "approved")
    return payment


async def make(
    uow: UnitOfWork, payment_id: UUID, version: int, bank_reference: str, peers: Peers
) -> Payment:
    """拨付, the point of no return.

    The payee's gate and the payment are locked before credit-list is asked, so that a listing
    that arrives meanwhile waits: the payment is either held or made. The state is judged before
    the version: the second click of a double click is told that the payment is made.
    """
    payment, entitlement = await repository.lock(uow, payment_id)
    district_rule(uow.actor, payment.payer_district)
    _refuse_held(payment)
    status = advance(payment.status, Action.MAKE)
    payment.expect(version)
    two_persons(payment.approved_by or "", uow.actor, "办理拨付")
    if entitlement.needs_review:
        raise NeedsReview(entitlement.review_reason or "")
    if await reasons_to_hold(uow.session, [payment.organization_id]):
        raise PaymentHeld("该组织目前不得拨付")
    await _confirm_standing(peers, payment.organization_id)
    await _pay(uow, payment, entitlement, status, bank_reference, uow.today)
    return payment


async def cancel(uow: UnitOfWork, payment_id: UUID, version: int, reason: str) -> Payment:
    """Takes an unpaid payment back; the entitlement is open again, the budget free."""
    payment, entitlement = await repository.lock(uow, payment_id)
    district_rule(uow.actor, payment.payer_district)
    advance(payment.status, Action.CANCEL)
    payment.expect(version)
    await withdraw(uow, payment, reason)
    entitlements.move(uow, entitlement, EntitlementAction.RETURN)
    return payment


async def withdraw(uow: UnitOfWork, payment: Payment, reason: str) -> None:
    """Cancels the locked payment and frees its budget; the entitlement is the caller's."""
    payment.status = advance(payment.status, Action.CANCEL)
    payment.status_before_hold = None
    payment.cancel_reason = reason
    payment.touch(uow.now)
    await holds.close_all(uow, payment)
    free(uow, await budgets.lock(uow, payment.budget_line_id), payment.amount_fen)
    record(uow, payment, "cancelled", reason=reason)


async def hold_for_review(uow: UnitOfWork, payment: Payment, text: str) -> None:
    """Holds the locked unpaid payment until a person has settled the review."""
    await holds.place(uow, payment, [holds.HoldReason(HoldKind.UNDER_REVIEW, None, text)])


async def _pay(
    uow: UnitOfWork,
    payment: Payment,
    entitlement: Entitlement,
    status: Status,
    bank_reference: str,
    paid_on: date,
) -> None:
    payment.status = status
    payment.made_by = uow.actor.subject
    payment.paid_on = paid_on
    payment.bank_reference = bank_reference
    entitlements.move(uow, entitlement, EntitlementAction.PAY)
    spend(uow, await budgets.lock(uow, payment.budget_line_id), payment.amount_fen)
    ledger.enter(uow, payment, paid_on, bank_reference)
    uow.publish(PaymentMade(**facts(payment), paid_on=paid_on), of=payment)
    record(uow, payment, "made", bank_reference=bank_reference, paid_on=paid_on)


async def _confirm_standing(peers: Peers, organization_id: UUID) -> None:
    """Asks credit-list itself; whatever is not a clear yes for this payee pays nothing."""
    standing = await peers.ask("credit-list", f"/v1/standings/{organization_id}")
    asked = standing.get("organization_id") == str(organization_id)
    held = standing.get("payments_held")
    if asked and held is True:
        _CONFIRMED.count("barred")
        raise PaymentHeld("信用名单服务答复：该组织的款项暂停拨付")
    if not asked or held is not False or standing.get("known") is not True:
        _CONFIRMED.count("unclear")
        raise PeerUnavailable(
            "信用名单服务尚不掌握该组织的情况，本次拨付未执行，请稍后再试",
            headers={"Retry-After": "2"},
            extra={"service": "credit-list"},
        )
    _CONFIRMED.count("clear")


def _refuse_held(payment: Payment) -> None:
    if payment.status is Status.HELD:
        raise PaymentHeld("须待暂停原因全部消除后再办理", extra={"current_status": "held"})
