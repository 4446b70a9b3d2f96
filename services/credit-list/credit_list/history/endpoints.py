"""HTTP of past days."""

from uuid import UUID

from fastapi import Request, Response

from credit_list.asking import check_may_ask
from credit_list.checks.domain import Found, Sort, Subject, reason_codes, restrictions
from credit_list.checks.repository import look_up
from credit_list.checks.schemas import CheckListing
from credit_list.history.domain import audience_of, check_day
from credit_list.history.schemas import StandingOnDay
from credit_list.history.service import Historian
from liandong.http.dependencies import Read
from liandong.http.routing import router_for
from liandong.identity.actors import Role
from liandong.identity.dependencies import CurrentActor
from liandong.runtime import Runtime
from liandong.values.days import IsoDay

router = router_for("/v1/standings", "信用状况")


@router.get("/{organization_id}/on/{day}", summary="查询某日的信用状况")
async def on_day(
    organization_id: UUID,
    day: IsoDay,
    session: Read,
    actor: CurrentActor,
    request: Request,
    response: Response,
) -> StandingOnDay:
    if not actor.has(Role.AUDITOR):
        check_may_ask(actor, organization_id)
    runtime: Runtime = request.app.state.runtime
    as_of = runtime.clock.now()
    check_day(day, as_of, "/path/day")
    wanted = Subject(str(organization_id), Sort.ORGANIZATION, str(organization_id))
    position, known = await look_up(runtime.reads, [(Sort.ORGANIZATION, wanted.code, 0)], day)
    found: Found | None = None
    corrected: list[CheckListing] = []
    if 0 in known:
        historian = Historian(runtime.rule_book, session, audience_of(actor), runtime.clock)
        found = await historian.found(known[0], day)
        said = await historian.told(known[0], day)
        corrected = [_shown(one) for one in await historian.listed(said.corrected)]
    held = None if found is None else restrictions(found)
    response.headers["Cache-Control"] = "no-store"
    return StandingOnDay(
        organization_id=organization_id,
        day=day,
        known=found is not None,
        known_since=known[0].known_since if found is not None else None,
        before_known=found is not None and found.before_known,
        barred_from_bids=None if held is None else held[0],
        payments_held=None if held is None else held[1],
        lists=[_shown(one) for one in (found.lists if found is not None else ())],
        corrected=corrected,
        reason_codes=reason_codes(wanted, found),
        as_of=as_of,
        position=position,
    )


def _shown(listed: object) -> CheckListing:
    return CheckListing.model_validate(listed, from_attributes=True)
