"""HTTP of the public boards."""

from typing import Annotated

from fastapi import Path, Request

from credit_list.boards import repository
from credit_list.boards.schemas import BoardEntry
from credit_list.listings.domain import ListName
from credit_list.listings.models import Listing
from liandong.clock import china_date
from liandong.http.dependencies import DistrictFilter, Read
from liandong.http.paging import Page, Paging
from liandong.http.routing import router_for
from liandong.identity.dependencies import OptionalActor

router = router_for("/v1/boards", "公示栏")


@router.get("/{list}", summary="名单公示（公众）")
async def board(
    name: Annotated[ListName, Path(alias="list")],
    session: Read,
    actor: OptionalActor,
    request: Request,
    paging: Paging,
    district: DistrictFilter = "",
) -> Page[BoardEntry]:
    today = china_date(request.app.state.runtime.clock.now())
    page = await paging.page(
        session,
        repository.board(name, district, today),
        [Listing.id],
        descending=True,
        scalars=False,
        values=lambda row: [row.Listing.id],
    )
    items = [
        BoardEntry(
            listing_id=row.Listing.id,
            list=row.Listing.list,
            organization_id=row.Listing.organization_id,
            organization_name=row.KnownOrganization.name,
            credit_code=row.KnownOrganization.credit_code,
            filing_number=row.KnownOrganization.filing_number,
            district=row.Listing.district,
            trigger_text=row.Listing.trigger_text,
            legal_basis=row.Listing.legal_basis,
            listed_on=row.Listing.listed_on,
            exit_not_before=row.Listing.exit_not_before,
            valid_until=row.Listing.valid_until,
        )
        for row in page.items
    ]
    return Page(items=items, next_cursor=page.next_cursor)
