"""HTTP of payments."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response
from sqlalchemy.ext.asyncio import AsyncSession

from funding.access import FinanceOrApprover, Proposer, Reader, may_read
from funding.payments import holds, proposals, repository, service
from funding.payments.domain import Status
from funding.payments.models import Payment
from funding.payments.proposals import Proposal
from funding.payments.schemas import (
    GiveReason,
    MakePayment,
    PaymentRead,
    ProposalResult,
    ProposalResults,
    ProposePayment,
    ProposePayments,
)
from funding.programmes.domain import Programme
from liandong.http.dependencies import DistrictFilter, IfMatch, Read, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.peers import AskPeers
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import Approver, Finance, require
from liandong.identity.guards import district_rule
from liandong.problems import TYPE_PREFIX

router = router_for("/v1/payments", "拨付")
_CHANGES = problems(404, 409, 412, 428)
_Holder = Annotated[Actor, Depends(require(Role.FINANCE, Role.CLERK, Role.APPROVER))]


async def _shown(session: AsyncSession, response: Response, payment: Payment) -> PaymentRead:
    standing = await repository.open_holds(session, [payment.id])
    return PaymentRead.of(tagged(response, payment), standing.get(payment.id, []))


@router.post("", status_code=201, summary="提出一笔拨付", responses=problems(404, 409))
async def propose(
    body: ProposePayment, actor: Proposer, uow: Write, response: Response
) -> PaymentRead:
    payment = await proposals.propose(uow, body.entitlement_id, body.budget_year)
    response.headers["Location"] = f"/v1/payments/{payment.id}"
    return await _shown(uow.session, response, payment)


@router.post("/propose", summary="批量提出拨付")
async def propose_many(body: ProposePayments, actor: Proposer, uow: Write) -> ProposalResults:
    ids = body.entitlement_ids
    if ids is None:
        assert body.programme is not None
        assert body.district is not None
        district_rule(actor, body.district)
        ids = await repository.candidates(
            uow.session,
            programme=body.programme,
            district=body.district,
            after=body.after,
            limit=body.limit,
        )
        full = len(ids) == body.limit
    else:
        full = False
    done = await proposals.propose_many(uow, ids, body.budget_year)
    results = [_result(one) for one in done]
    proposed = [one for one in results if one.outcome == "proposed"]
    return ProposalResults(
        results=results,
        proposed=len(proposed),
        refused=len(results) - len(proposed),
        proposed_fen=sum(one.amount_fen for one in proposed),
        next_after=ids[-1] if full else None,
    )


def _result(proposal: Proposal) -> ProposalResult:
    payment, refusal = proposal.payment, proposal.refusal
    return ProposalResult(
        entitlement_id=proposal.entitlement_id,
        outcome="proposed" if payment is not None else "refused",
        amount_fen=proposal.amount_fen,
        payment_id=payment.id if payment else None,
        status=payment.status if payment else None,
        type=TYPE_PREFIX + refusal.slug if refusal else None,
        detail=(refusal.detail or refusal.title) if refusal else None,
    )


@router.get("", summary="查询拨付")
async def search(
    session: Read,
    actor: Reader,
    paging: Paging,
    programme: Programme | None = None,
    organization_id: UUID | None = None,
    entitlement_id: UUID | None = None,
    status: Status | None = None,
    district: DistrictFilter = "",
) -> Page[PaymentRead]:
    query = repository.search(
        actor,
        programme=programme,
        organization_id=organization_id,
        entitlement_id=entitlement_id,
        status=status,
        district=district,
    )
    page = await paging.page(session, query, [Payment.id])
    standing = await repository.open_holds(session, [one.id for one in page.items])
    return Page(
        items=[PaymentRead.of(one, standing.get(one.id, [])) for one in page.items],
        next_cursor=page.next_cursor,
    )


@router.get("/{payment_id}", summary="查询一笔拨付", responses=problems(404))
async def get(payment_id: UUID, session: Read, actor: Reader, response: Response) -> PaymentRead:
    payment = await repository.get(session, payment_id)
    may_read(
        actor,
        payment.district,
        payment.payer_district,
        organization_id=payment.organization_id,
    )
    return await _shown(session, response, payment)


@router.post("/{payment_id}/approve", summary="审批（须由另一人办理）", responses=_CHANGES)
async def approve(
    payment_id: UUID, actor: Approver, uow: Write, version: IfMatch, response: Response
) -> PaymentRead:
    payment = await service.approve(uow, payment_id, version)
    return await _shown(uow.session, response, payment)


@router.post(
    "/{payment_id}/make", summary="拨付（须由审批人以外的财务人员办理）", responses=_CHANGES
)
async def make(
    payment_id: UUID,
    body: MakePayment,
    actor: Finance,
    peers: AskPeers,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> PaymentRead:
    payment = await service.make(uow, payment_id, version, body.bank_reference, peers)
    return await _shown(uow.session, response, payment)


@router.post("/{payment_id}/hold", summary="人工暂停", responses=_CHANGES)
async def hold(
    payment_id: UUID,
    body: GiveReason,
    actor: _Holder,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> PaymentRead:
    payment = await holds.hold_by_hand(uow, payment_id, version, body.reason)
    return await _shown(uow.session, response, payment)


@router.post("/{payment_id}/release", summary="恢复人工暂停的拨付", responses=_CHANGES)
async def release(
    payment_id: UUID,
    body: GiveReason,
    actor: FinanceOrApprover,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> PaymentRead:
    payment = await holds.release_by_hand(uow, payment_id, version, body.reason)
    return await _shown(uow.session, response, payment)


@router.post("/{payment_id}/cancel", summary="撤销未拨付的款项", responses=_CHANGES)
async def cancel(
    payment_id: UUID,
    body: GiveReason,
    actor: FinanceOrApprover,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> PaymentRead:
    payment = await service.cancel(uow, payment_id, version, body.reason)
    return await _shown(uow.session, response, payment)
