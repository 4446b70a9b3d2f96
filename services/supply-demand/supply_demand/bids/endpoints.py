"""HTTP of bids."""

from collections.abc import Collection, Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Response
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.http.dependencies import IfMatch, Read, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import OrganizationActor, require
from liandong.identity.guards import district_rule, own_organization
from supply_demand.bids import repository, service
from supply_demand.bids.domain import Status
from supply_demand.bids.models import Bid
from supply_demand.bids.schemas import BidRead, SubmitBid
from supply_demand.measures.domain import BID_MARKS
from supply_demand.measures.obeying import OBEYING
from supply_demand.tenders import repository as tenders

of_tender = router_for("/v1/tenders/{tender_id}/bids", "投标")
router = router_for("/v1/bids", "投标")

_OFFICIALS = (Role.BUYER, Role.APPROVER, Role.CLERK, Role.AUDITOR)
Reader = Annotated[Actor, Depends(require(*_OFFICIALS, Role.ORGANIZATION))]


def _may_read(actor: Actor, bid: Bid) -> None:
    """Officials in their district, and the bidder."""
    if actor.has(*_OFFICIALS):
        district_rule(actor, bid.district)
    else:
        own_organization(actor, bid.organization_id)


@of_tender.post("", status_code=201, summary="投标", responses=problems(404, 409))
async def submit(
    tender_id: UUID, body: SubmitBid, actor: OrganizationActor, uow: Write, response: Response
) -> BidRead:
    bid = tagged(response, await service.submit(uow, tender_id, body))
    response.headers["Location"] = f"/v1/bids/{bid.id}"
    tender = await tenders.visible(uow.session, tender_id, actor)
    return BidRead.for_reader(bid, tender, actor)


@of_tender.get("", summary="查询一个项目的投标", responses=problems(404))
async def bids_of_tender(
    tender_id: UUID,
    session: Read,
    actor: Reader,
    paging: Paging,
    status: Status | None = None,
) -> Page[BidRead]:
    """Officials in charge see every bid, an organisation its own."""
    tender = await tenders.visible(session, tender_id, actor)
    if actor.has(*_OFFICIALS):
        district_rule(actor, tender.district)
        query = repository.search(tender_id=tender_id, status=status)
    else:
        own = _own(actor)
        query = repository.search(tender_id=tender_id, organization_id=own, status=status)
    page = await paging.page(
        session, query, [Bid.id], scalars=False, values=lambda row: [row[0].id]
    )
    bidders = {bid.organization_id for bid, _ in page.items}
    return _page(page, actor, await _marks(session, actor, bidders))


@router.get("", summary="查询本组织的投标")
async def own_bids(
    session: Read, actor: OrganizationActor, paging: Paging, status: Status | None = None
) -> Page[BidRead]:
    query = repository.search(organization_id=_own(actor), status=status)
    page = await paging.page(
        session, query, [Bid.id], scalars=False, values=lambda row: [row[0].id]
    )
    bidders = {bid.organization_id for bid, _ in page.items}
    return _page(page, actor, await _marks(session, actor, bidders))


@router.get("/{bid_id}", summary="查询一份投标", responses=problems(404))
async def get(bid_id: UUID, session: Read, actor: Reader, response: Response) -> BidRead:
    bid, tender = await repository.with_tender(session, bid_id)
    _may_read(actor, bid)
    marks = await _marks(session, actor, {bid.organization_id})
    return BidRead.for_reader(
        tagged(response, bid), tender, actor, marks.get(bid.organization_id, ())
    )


@router.post("/{bid_id}/withdraw", summary="截标前撤回投标", responses=problems(404, 409, 412, 428))
async def withdraw(
    bid_id: UUID, actor: OrganizationActor, uow: Write, version: IfMatch, response: Response
) -> BidRead:
    bid = tagged(response, await service.withdraw(uow, bid_id, version))
    tender = await tenders.visible(uow.session, bid.tender_id, actor)
    return BidRead.for_reader(bid, tender, actor)


def _own(actor: Actor) -> UUID:
    """The actor's organisation; one without sees no bid."""
    return actor.organization_id or UUID(int=0)


async def _marks(
    session: AsyncSession, actor: Actor, organizations: Collection[UUID]
) -> dict[UUID, frozenset[str]]:
    """提示: measures that decide nothing by themselves, for officials alone."""
    if not actor.has(*_OFFICIALS) or not organizations:
        return {}
    found = await OBEYING.marks(session, sorted(organizations))
    return {
        one: frozenset(mark.effect for mark in marks) & BID_MARKS for one, marks in found.items()
    }


def _page(page: Page[Any], actor: Actor, marks: Mapping[UUID, frozenset[str]]) -> Page[BidRead]:
    items: list[Any] = [
        BidRead.for_reader(bid, tender, actor, marks.get(bid.organization_id, ()))
        for bid, tender in page.items
    ]
    return Page(items=items, next_cursor=page.next_cursor)
