"""HTTP of inspections: checks, review, conclusion, correction, rectification."""

from uuid import UUID

from fastapi import Response

from liandong.http.dependencies import IfMatch, Write
from liandong.http.routing import router_for
from liandong.identity.dependencies import Approver, Clerk
from registry.inspections import deciding, rectifying
from registry.inspections.endpoints import STEPS, Applicant, told
from registry.inspections.schemas import (
    CheckResult,
    Conclusion,
    Correction,
    Examination,
    Explained,
    InspectionSummary,
    OrderRectification,
    RectificationReport,
)

router = router_for("/v1/inspections", "年度检查")


@router.post("/{inspection_id}/record-check", summary="登记抽查结果", responses=STEPS)
async def record_check(
    inspection_id: UUID,
    body: CheckResult,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> InspectionSummary:
    return told(await deciding.record_check(uow, inspection_id, version, body), response)


@router.post("/{inspection_id}/review", summary="提出审查意见", responses=STEPS)
async def review(
    inspection_id: UUID,
    body: Conclusion,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> InspectionSummary:
    return told(await deciding.review(uow, inspection_id, version, body), response)


@router.post("/{inspection_id}/reconsider", summary="退回重新审查", responses=STEPS)
async def reconsider(
    inspection_id: UUID,
    body: Explained,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> InspectionSummary:
    return told(await deciding.reconsider(uow, inspection_id, version, body.reason), response)


@router.post("/{inspection_id}/conclude", summary="作出结论", responses=STEPS)
async def conclude(
    inspection_id: UUID,
    body: Conclusion,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> InspectionSummary:
    """由审查人以外的人决定。"""
    return told(await deciding.conclude(uow, inspection_id, version, body), response)


@router.post("/{inspection_id}/receive", summary="接收慈善组织年度报告", responses=STEPS)
async def receive(
    inspection_id: UUID, _: Clerk, uow: Write, version: IfMatch, response: Response
) -> InspectionSummary:
    return told(await deciding.receive(uow, inspection_id, version), response)


@router.post("/{inspection_id}/correct", summary="更正结论", responses=STEPS)
async def correct(
    inspection_id: UUID,
    body: Correction,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> InspectionSummary:
    """由原决定人以外的人办理；原结论留在办理经过中，责令的整改随之终止。"""
    return told(await deciding.correct(uow, inspection_id, version, body), response)


@router.post("/{inspection_id}/order-rectification", summary="责令限期整改", responses=STEPS)
async def order_rectification(
    inspection_id: UUID,
    body: OrderRectification,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> InspectionSummary:
    return told(await rectifying.order(uow, inspection_id, version, body), response)


@router.post("/{inspection_id}/extend-rectification", summary="延长整改期限", responses=STEPS)
async def extend_rectification(
    inspection_id: UUID,
    body: Explained,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> InspectionSummary:
    return told(await rectifying.extend(uow, inspection_id, version, body.reason), response)


@router.post("/{inspection_id}/report-rectification", summary="报告整改情况", responses=STEPS)
async def report_rectification(
    inspection_id: UUID,
    body: RectificationReport,
    _: Applicant,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> InspectionSummary:
    return told(await rectifying.report(uow, inspection_id, version, body), response)


@router.post("/{inspection_id}/examine-rectification", summary="查验整改情况", responses=STEPS)
async def examine_rectification(
    inspection_id: UUID,
    body: Examination,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> InspectionSummary:
    return told(await rectifying.examine(uow, inspection_id, version, body), response)


@router.post("/{inspection_id}/complete-rectification", summary="确认整改合格", responses=STEPS)
async def complete_rectification(
    inspection_id: UUID, _: Approver, uow: Write, version: IfMatch, response: Response
) -> InspectionSummary:
    """由查验人以外的人决定。"""
    return told(await rectifying.complete(uow, inspection_id, version), response)


@router.post("/{inspection_id}/fail-rectification", summary="认定整改不合格", responses=STEPS)
async def fail_rectification(
    inspection_id: UUID,
    body: Explained,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> InspectionSummary:
    """由查验人以外的人决定；逾期没有报告整改情况的无须查验，由责令整改人以外的人决定。"""
    return told(await rectifying.fail(uow, inspection_id, version, body.reason), response)
