"""HTTP of listings."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from credit_list.access import Reader, check_readable, readable_part
from credit_list.listings import correction, repository, service
from credit_list.listings.domain import ListName, Status
from credit_list.listings.models import Listing
from credit_list.listings.schemas import (
    CorrectListing,
    GroundRead,
    ListingDetail,
    ListingRead,
    RemoveListing,
)
from liandong.http.dependencies import IfMatch, Read, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.dependencies import Approver

router = router_for("/v1/listings", "列入记录")
_CHANGES = problems(404, 409, 412, 428)


@router.get("", summary="查询列入记录")
async def search(
    session: Read,
    actor: Reader,
    paging: Paging,
    organization_id: UUID | None = None,
    name: Annotated[ListName | None, Query(alias="list")] = None,
    status: Status | None = None,
    facts_withdrawn: Annotated[
        bool | None, Query(description="所依据的信用记录是否已被撤销")
    ] = None,
) -> Page[ListingRead]:
    district, only = readable_part(actor, organization_id)
    query = repository.search(
        district=district,
        organization_id=only,
        name=name,
        status=status,
        facts_withdrawn=facts_withdrawn,
    )
    page = await paging.page(session, query, [Listing.id], descending=True)
    items = [ListingRead.model_validate(one) for one in page.items]
    found = await repository.with_withdrawn_facts(session, [one.id for one in items])
    for one in items:
        one.facts_withdrawn = one.id in found
    return Page(items=items, next_cursor=page.next_cursor)


@router.get("/{listing_id}", summary="查询一条列入记录", responses=problems(404))
async def get(listing_id: UUID, session: Read, actor: Reader, response: Response) -> ListingDetail:
    listing = await repository.get(session, listing_id)
    check_readable(actor, listing.district, listing.organization_id)
    detail = ListingDetail.model_validate(
        ListingRead.model_validate(tagged(response, listing)).model_dump()
    )
    found = await repository.with_withdrawn_facts(session, [listing_id])
    detail.facts_withdrawn = listing_id in found
    detail.grounds = [
        GroundRead.model_validate(one) for one in await repository.grounds(session, listing_id)
    ]
    return detail


@router.post("/{listing_id}/remove", summary="依法移出", responses=_CHANGES)
async def remove(
    listing_id: UUID,
    body: RemoveListing,
    actor: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> ListingRead:
    listing = await service.remove(
        uow, listing_id, version, duty_done=body.duty_done, reason=body.reason
    )
    return ListingRead.model_validate(tagged(response, listing))


@router.post("/{listing_id}/correct", summary="信息更正", responses=_CHANGES)
async def correct(
    listing_id: UUID,
    body: CorrectListing,
    actor: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> ListingRead:
    listing = await correction.correct(
        uow, listing_id, version, reason=body.reason, number=body.ground
    )
    return ListingRead.model_validate(tagged(response, listing))
