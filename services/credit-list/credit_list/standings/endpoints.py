"""HTTP of standings: read from the listings themselves, as committed at this moment."""

from uuid import UUID

from fastapi import Request, Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from credit_list.asking import check_may_ask
from credit_list.learned import repository as learned
from credit_list.learned.models import KnownOrganization
from credit_list.listings import repository as listings
from credit_list.measures import repository as measures
from credit_list.standings.schemas import StandingListing, StandingRead
from credit_list.standings.service import standing_of
from liandong.http.dependencies import Read
from liandong.http.routing import problems, router_for
from liandong.identity.dependencies import CurrentActor
from liandong.values.credit_code import CreditCode

router = router_for("/v1/standings", "信用状况")


@router.get("/by-credit-code/{code}", summary="按统一社会信用代码查询信用状况")
async def by_credit_code(
    code: CreditCode, session: Read, actor: CurrentActor, request: Request, response: Response
) -> StandingRead:
    organization = await learned.find_by_credit_code(session, code)
    found = organization.organization_id if organization is not None else None
    check_may_ask(actor, found)
    return await _standing(session, request, response, found, organization)


@router.get("/{organization_id}", summary="查询信用状况", responses=problems(403))
async def get(
    organization_id: UUID, session: Read, actor: CurrentActor, request: Request, response: Response
) -> StandingRead:
    check_may_ask(actor, organization_id)
    organization = await learned.find(session, organization_id)
    return await _standing(session, request, response, organization_id, organization)


async def _standing(
    session: AsyncSession,
    request: Request,
    response: Response,
    organization_id: UUID | None,
    organization: KnownOrganization | None,
) -> StandingRead:
    # The position is read before the listings: the answer is never older than it says.
    position = await session.scalar(
        text("SELECT coalesce(max(position), 0) FROM backbone.event_feed")
    )
    current = (
        await listings.current(session, organization.organization_id)
        if organization is not None
        else []
    )
    effects = (
        await measures.effects_in_force(session, organization.organization_id)
        if current and organization is not None
        else ()
    )
    standing = standing_of(current, effects)
    response.headers["Cache-Control"] = "no-store"
    return StandingRead(
        organization_id=organization_id,
        known=organization is not None,
        barred_from_bids=standing.barred_from_bids,
        payments_held=standing.payments_held,
        lists=[
            StandingListing(
                list=one.list,
                listing_id=one.id,
                trigger=one.trigger,
                listed_on=one.listed_on,
                exit_not_before=one.exit_not_before,
                measures=one.measures,
            )
            for one in current
        ],
        reasons=standing.reasons,
        as_of=request.app.state.runtime.clock.now(),
        position=int(position or 0),
    )
