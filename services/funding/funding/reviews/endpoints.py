"""HTTP of reviews."""

from uuid import UUID

from fastapi import Response

from funding.entitlements import repository
from funding.entitlements.schemas import EntitlementRead
from funding.reviews import service
from funding.reviews.schemas import SettleReview
from liandong.http.dependencies import IfMatch, Write, tagged
from liandong.http.routing import problems, router_for
from liandong.identity.dependencies import Approver

router = router_for("/v1/entitlements", "应享")


@router.post(
    "/{entitlement_id}/settle-review",
    summary="结束复核",
    responses=problems(404, 409, 412, 428),
)
async def settle_review(
    entitlement_id: UUID,
    body: SettleReview,
    actor: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> EntitlementRead:
    entitlement = await service.settle(
        uow, entitlement_id, version, keep=body.outcome == "keep", note=body.note
    )
    await uow.session.flush()
    _, held = await repository.get(uow.session, entitlement_id)
    return EntitlementRead.of(tagged(response, entitlement), held)
