"""The board of a district on a day, ready for print and for a web page."""

from datetime import date

from credit_list.boards import domain, repository
from credit_list.boards.domain import COLOURS, ORDER
from credit_list.boards.rules import BOARDS
from credit_list.boards.schemas import BoardDay, BoardRow, BoardTotal
from credit_list.listings.domain import ListName
from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import NotFound
from liandong.values.districts import districts


async def board_on(
    uow: UnitOfWork, district: str, day: date, name: ListName | None, page: int
) -> BoardDay:
    """Raises Invalid for a day to come, NotFound for a page behind the last."""
    domain.check_day(day, uow.today)
    rules = (await uow.rules(BOARDS, district)).parameters
    counted = await repository.totals(uow.session, district, day, uow.today)
    wanted = [one for one in ORDER if name in (None, one)]
    pages = domain.pages(sum(counted.get(one, 0) for one in wanted), rules.rows_per_page)
    if page > pages:
        raise NotFound(f"公示栏共{pages}页，没有第{page}页")
    before = (page - 1) * rules.rows_per_page
    found = await repository.board_on(
        uow.session, district, day, uow.today, name, before, rules.rows_per_page
    )
    grounds = await repository.grounds_on(uow.session, [one.id for one, _ in found], day)
    earlier: dict[ListName, int] = {}
    for one in wanted:
        earlier[one] = min(before, counted.get(one, 0))
        before -= earlier[one]
    numbers = domain.numbered([one.list for one, _ in found], earlier)
    place = districts().full_name(district)
    return BoardDay(
        title=f"{place}{rules.name}",
        district=district,
        district_name=place,
        day=day,
        basis=list(rules.basis),
        remedy=rules.remedy,
        page=page,
        pages=pages,
        totals=[
            BoardTotal(list=one, board=COLOURS[one], label=one.label, total=counted.get(one, 0))
            for one in wanted
        ],
        rows=[
            BoardRow(
                number=number,
                list=listing.list,
                board=COLOURS[listing.list],
                listing_id=listing.id,
                organization_id=listing.organization_id,
                organization_name=organization.name,
                code=organization.credit_code or organization.filing_number,
                district=listing.district,
                district_name=districts().full_name(listing.district),
                trigger_text=grounds[listing.id].trigger_text,
                legal_basis=grounds[listing.id].legal_basis,
                listed_on=listing.listed_on,
                valid_until=listing.valid_until,
            )
            for number, (listing, organization) in zip(numbers, found, strict=True)
        ],
    )
