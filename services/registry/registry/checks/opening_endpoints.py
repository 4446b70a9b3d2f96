"""HTTP of what a check with problems leads to."""

from uuid import UUID

from fastapi import Response

from liandong.http.dependencies import IfMatch, Write, tagged
from liandong.http.routing import problems, router_for
from liandong.identity.dependencies import Clerk
from registry.checks import opening
from registry.checks.schemas import OpenCase, OpenOrder
from registry.penalties.schemas import PenaltySummary
from registry.penalties.telling import told
from registry.rectifications.schemas import RectificationRead

router = router_for("/v1/checks", "抽查检查")

_OPENS = problems(404, 409, 412, 428)


@router.post(
    "/{check_id}/open-rectification",
    status_code=201,
    summary="就检查发现的问题责令整改",
    responses=_OPENS,
)
async def open_rectification(
    check_id: UUID,
    body: OpenOrder,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> RectificationRead:
    """起草责令整改通知，内容取自检查记录，签发前可以修改；一项检查只责令一次。"""
    order = await opening.open_order(uow, check_id, version, body)
    response.headers["Location"] = f"/v1/rectifications/{order.id}"
    return RectificationRead.of(tagged(response, order))


@router.post(
    "/{check_id}/open-case",
    status_code=201,
    summary="就检查发现的问题登记违法线索",
    responses=_OPENS,
)
async def open_case(
    check_id: UUID,
    body: OpenCase,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> PenaltySummary:
    """由登记人以外的审批人批准立案；一项检查只登记一次。"""
    penalty = await opening.open_case(uow, check_id, version, body)
    response.headers["Location"] = f"/v1/penalties/{penalty.id}"
    return await told(uow, penalty, response)
