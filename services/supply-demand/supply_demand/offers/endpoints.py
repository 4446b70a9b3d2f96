"""HTTP of offers."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from liandong.http.dependencies import IfMatch, Read, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import OptionalActor, require
from supply_demand.fields import WithReason
from supply_demand.offers import repository, service
from supply_demand.offers.domain import Status
from supply_demand.offers.models import Offer
from supply_demand.offers.schemas import ChangeOffer, DraftOffer, OfferRead

router = router_for("/v1/offers", "供给")

Supplier = Annotated[Actor, Depends(require(Role.ORGANIZATION, Role.CLERK))]
_CHANGES = problems(404, 409, 412, 428)


def _shown(response: Response, offer: Offer) -> OfferRead:
    return OfferRead.model_validate(tagged(response, offer))


@router.post("", status_code=201, summary="提出供给（草稿）", responses=problems(409))
async def draft(body: DraftOffer, actor: Supplier, uow: Write, response: Response) -> OfferRead:
    offer = await service.draft(uow, body)
    response.headers["Location"] = f"/v1/offers/{offer.id}"
    return _shown(response, offer)


@router.get("", summary="查询供给清单")
async def search(
    session: Read,
    actor: OptionalActor,
    paging: Paging,
    organization_id: UUID | None = None,
    status: Status | None = None,
    service_class: Annotated[str, Query(max_length=40, pattern=r"^[a-z0-9_-]*$")] = "",
) -> Page[OfferRead]:
    query = repository.search(
        actor, organization_id=organization_id, status=status, service_class=service_class
    )
    return await paging.page(session, query, [Offer.id])


@router.get("/{offer_id}", summary="查询供给", responses=problems(404))
async def get(offer_id: UUID, session: Read, actor: OptionalActor, response: Response) -> OfferRead:
    return _shown(response, await repository.visible(session, offer_id, actor))


@router.patch("/{offer_id}", summary="修改供给", responses=_CHANGES)
async def change(
    offer_id: UUID,
    body: ChangeOffer,
    actor: Supplier,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> OfferRead:
    return _shown(response, await service.change(uow, offer_id, version, body))


@router.post("/{offer_id}/publish", summary="发布供给", responses=_CHANGES)
async def publish(
    offer_id: UUID, actor: Supplier, uow: Write, version: IfMatch, response: Response
) -> OfferRead:
    return _shown(response, await service.publish(uow, offer_id, version))


@router.post("/{offer_id}/withdraw", summary="撤回供给", responses=_CHANGES)
async def withdraw(
    offer_id: UUID,
    body: WithReason,
    actor: Supplier,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> OfferRead:
    return _shown(response, await service.withdraw(uow, offer_id, version, body.reason))
