"""HTTP of the public board 行政处罚公示."""

from uuid import UUID

from liandong.http.dependencies import DistrictFilter, Inquiry
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.dependencies import OptionalActor
from registry.penalties import repository
from registry.penalties.models import Penalty
from registry.penalties.schemas import PublishedDecision

router = router_for("/v1/penalty-decisions", "行政处罚公示")


@router.get("", summary="公示的处罚决定")
async def search(
    uow: Inquiry,
    _: OptionalActor,
    paging: Paging,
    district: DistrictFilter = "",
    organization_id: UUID | None = None,
) -> Page[PublishedDecision]:
    """公示期内的决定。公示期满的、已撤销的不再列出。"""
    query = repository.on_display(
        district=district, organization_id=organization_id, today=uow.today
    )
    page = await paging.page(uow.session, query, [Penalty.id])
    items = [PublishedDecision.of(one) for one in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


@router.get("/{penalty_id}", summary="一份公示的处罚决定", responses=problems(404))
async def get(penalty_id: UUID, uow: Inquiry, _: OptionalActor) -> PublishedDecision:
    """公示后被撤销的，只说明撤销的理由。"""
    return PublishedDecision.of(await repository.published(uow.session, penalty_id, uow.today))
