"""Pages of what was found."""

from uuid import UUID

from liandong.http.dependencies import ListReads
from liandong.http.paging import Page, PageRequest
from liandong.problems import NotFound
from registry.search import repository
from registry.search.domain import Criteria
from registry.search.schemas import MarksRead, OrganizationFound


async def search(
    reads: ListReads, paging: PageRequest, criteria: Criteria
) -> Page[OrganizationFound]:
    """Always masked: whoever needs the person opens the organisation, which is recorded."""
    after = paging.after(UUID)
    place = None if after is None else repository.place_of(after)
    rows = await repository.find(reads.pool, criteria, reads.today, place, paging.limit + 1)
    shown = rows[: paging.limit]
    more = paging.next(shown[-1]["id"]) if len(rows) > paging.limit else None
    items = [OrganizationFound.told(row, reads.today) for row in shown]
    return Page[OrganizationFound].model_validate({"items": items, "next_cursor": more})


async def marks(reads: ListReads, organization_id: UUID) -> MarksRead:
    """Raises NotFound."""
    row = await repository.one_with_marks(reads.pool, organization_id)
    if row is None:
        raise NotFound("没有这家社会组织")
    return MarksRead.model_validate(MarksRead.told(row, reads.today))
