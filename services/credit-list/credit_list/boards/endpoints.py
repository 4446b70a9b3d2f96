"""HTTP of the public boards."""

from typing import Annotated

from fastapi import Path, Query, Request
from fastapi.responses import HTMLResponse

from credit_list.boards import days, repository
from credit_list.boards.page import POLICY, page_of
from credit_list.boards.schemas import BoardDay, BoardEntry
from credit_list.listings.domain import ListName
from credit_list.listings.models import Listing
from liandong.clock import china_date
from liandong.http.dependencies import DistrictFilter, Inquiry, Read
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.dependencies import OptionalActor
from liandong.values.days import IsoDay
from liandong.values.districts import DistrictCode

router = router_for("/v1/boards", "公示栏")

_List = Annotated[ListName | None, Query(alias="list", description="只看这一份名单")]
_Page = Annotated[int, Query(ge=1, le=100_000, description="第几页")]


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


@router.get("/{district}/on/{day}", summary="某日的红黑榜", responses=problems(404))
async def board_on(
    district: DistrictCode, day: IsoDay, uow: Inquiry, name: _List = None, page: _Page = 1
) -> BoardDay:
    """该日在榜的社会组织。此后修复、更正或者依法移出的，过去各日的公示栏也不再显示。"""
    return await days.board_on(uow, district, day, name, page)


@router.get(
    "/{district}/on/{day}/page",
    summary="某日的红黑榜（网页，可打印）",
    response_class=HTMLResponse,
    responses={200: {"content": {"text/html": {}}}, **problems(404)},
)
async def board_page(
    district: DistrictCode,
    day: IsoDay,
    uow: Inquiry,
    request: Request,
    name: _List = None,
    page: _Page = 1,
) -> HTMLResponse:
    board = await days.board_on(uow, district, day, name, page)
    chosen = name.value if name is not None else ""
    written = page_of(board, request.url.path, chosen)
    return HTMLResponse(written, headers={"Content-Security-Policy": POLICY})
