"""HTTP of penalty cases: review, decision, execution, withdrawal."""

from uuid import UUID

from fastapi import Response

from liandong.http.dependencies import IfMatch, Write
from liandong.http.routing import problems, router_for
from liandong.identity.dependencies import Approver, Clerk, Official
from registry.penalties import deciding, enforcing
from registry.penalties.schemas import (
    Decision,
    LegalReview,
    Payment,
    PenaltySummary,
    Publication,
    Reason,
    Sparing,
    Transfer,
    Withdrawal,
)
from registry.penalties.telling import told
from registry.supervision.serving import ServiceProof

router = router_for("/v1/penalties", "行政处罚")

_STEPS = problems(404, 409, 412, 428)


@router.post("/{penalty_id}/review", summary="法制审核", responses=_STEPS)
async def review(
    penalty_id: UUID,
    body: LegalReview,
    _: Official,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> PenaltySummary:
    """由没有办理本案的人审核；告知、陈述申辩、听证没有完成的不能通过。"""
    return await told(uow, await deciding.review(uow, penalty_id, version, body), response)


@router.post("/{penalty_id}/decide", summary="作出处罚决定", responses=_STEPS)
async def decide(
    penalty_id: UUID,
    body: Decision,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> PenaltySummary:
    """由办理人、审核人以外的人决定，内容与告知的一致。"""
    return await told(uow, await deciding.decide(uow, penalty_id, version, body), response)


@router.post("/{penalty_id}/spare", summary="不予处罚", responses=_STEPS)
async def spare(
    penalty_id: UUID,
    body: Sparing,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> PenaltySummary:
    return await told(uow, await deciding.spare(uow, penalty_id, version, body), response)


@router.post("/{penalty_id}/dismiss", summary="销案", responses=_STEPS)
async def dismiss(
    penalty_id: UUID,
    body: Reason,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> PenaltySummary:
    return await told(uow, await deciding.dismiss(uow, penalty_id, version, body.reason), response)


@router.post("/{penalty_id}/transfer", summary="移送", responses=_STEPS)
async def transfer(
    penalty_id: UUID,
    body: Transfer,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> PenaltySummary:
    return await told(uow, await deciding.transfer(uow, penalty_id, version, body), response)


@router.post("/{penalty_id}/serve", summary="送达处罚决定书", responses=_STEPS)
async def serve(
    penalty_id: UUID,
    body: ServiceProof,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> PenaltySummary:
    """限期停止活动、撤销登记自此记入名册。"""
    return await told(uow, await enforcing.serve(uow, penalty_id, version, body), response)


@router.post("/{penalty_id}/payments", summary="登记缴款", responses=_STEPS)
async def pay(
    penalty_id: UUID,
    body: Payment,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> PenaltySummary:
    return await told(uow, await enforcing.pay(uow, penalty_id, version, body), response)


@router.post("/{penalty_id}/execute", summary="执行完毕", responses=_STEPS)
async def execute(
    penalty_id: UUID,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> PenaltySummary:
    return await told(uow, await enforcing.execute(uow, penalty_id, version), response)


@router.post("/{penalty_id}/publish", summary="公示", responses=_STEPS)
async def publish(
    penalty_id: UUID,
    body: Publication,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> PenaltySummary:
    return await told(uow, await enforcing.publish(uow, penalty_id, version, body), response)


@router.post("/{penalty_id}/withdraw", summary="撤销处罚决定", responses=_STEPS)
async def withdraw(
    penalty_id: UUID,
    body: Withdrawal,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> PenaltySummary:
    """由作出决定的人以外的人撤销；立即停止公示，公开说明理由，恢复登记或者活动。"""
    return await told(uow, await enforcing.withdraw(uow, penalty_id, version, body), response)
