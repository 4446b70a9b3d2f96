"""Pages of what was found."""

from uuid import UUID

from sqlalchemy import select

from liandong.db.unit_of_work import UnitOfWork
from liandong.http.paging import Page, PageRequest
from liandong.problems import NotFound
from registry.learned import repository as learned
from registry.organizations.models import Organization
from registry.search import repository
from registry.search.domain import Criteria
from registry.search.schemas import OrganizationFound


async def search(
    uow: UnitOfWork, paging: PageRequest, criteria: Criteria
) -> Page[OrganizationFound]:
    """Always masked: whoever needs the person opens the organisation, which is recorded."""
    after = paging.after(UUID)
    place = None if after is None else repository.place_of(after)
    ids = await repository.find(uow.session, criteria, uow.today, place, paging.limit + 1)
    shown = ids[: paging.limit]
    rows = await repository.organizations(uow.session, shown)
    marks = await learned.marks_of(uow.session, shown)
    items = [OrganizationFound.of(row, marks.get(row.id), uow.today) for row in rows]
    more = paging.next(shown[-1]) if len(ids) > paging.limit else None
    return Page(items=items, next_cursor=more)


async def known(uow: UnitOfWork, organization_id: UUID) -> None:
    """Raises NotFound."""
    query = select(Organization.id).where(Organization.id == organization_id)
    if (await uow.session.scalars(query)).first() is None:
        raise NotFound("没有这家社会组织")
