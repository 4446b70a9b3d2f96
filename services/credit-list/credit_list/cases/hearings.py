"""Use cases of the hearing 听证: asked for, held, given up."""

from uuid import UUID

from credit_list.cases import domain, repository
from credit_list.cases.domain import Action, HearingStatus
from credit_list.cases.models import Case, Hearing
from credit_list.cases.rules import CASES
from credit_list.cases.schemas import GiveUpHearing, HoldHearing, RequestHearing
from credit_list.cases.statements import by_organization_itself, check_in_time, day_received
from credit_list.cases.steps import elapse, lock_at, step
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import two_persons
from liandong.problems import Conflict, FieldError, Invalid


class NoHearing(Conflict):
    slug, title = "no-hearing", "该情形没有规定听证"


class HearingHad(Conflict):
    slug, title = "hearing-asked", "本次告知已经申请过听证"


class NoHearingRequested(Conflict):
    slug, title = "no-hearing-requested", "没有待举行的听证"


async def request(uow: UnitOfWork, case_id: UUID, version: int, body: RequestHearing) -> Case:
    """Within the defence window, by the organisation or, on paper, entered by a clerk."""
    case = await repository.lock(uow, case_id)
    by_organization = by_organization_itself(uow, case)
    case.expect(version)
    day = day_received(uow, body.received_on, by_organization=by_organization)
    check_in_time(case, day)
    after = domain.advance(case.status, Action.REQUEST_HEARING)
    rule_set = await uow.rules(CASES, case.district)
    joined = await repository.joined(uow.session, case.id)
    codes = [case.trigger, *(one.trigger for one in joined)]
    if not rule_set.parameters.gives_hearing(case.list.value, codes):
        raise NoHearing()
    if case.hearing is not None:
        raise HearingHad(extra={"hearing": case.hearing.value})
    case.status, case.hearing = after, HearingStatus.REQUESTED
    uow.session.add(
        Hearing(
            case_id=case.id,
            number=len(await repository.hearings(uow.session, case.id)) + 1,
            status=HearingStatus.REQUESTED,
            requested_on=day,
            reasons=body.reasons,
            by_organization=by_organization,
            entered_by=uow.actor.subject,
            entered_at=uow.now,
        )
    )
    step(uow, case, Action.REQUEST_HEARING, rule_set)
    return case


async def hold(uow: UnitOfWork, case_id: UUID, version: int, body: HoldHearing) -> Case:
    """The chair enters it: somebody who has not handled the case."""
    case = await lock_at(uow, case_id, version)
    for handler in await repository.handlers_of(uow.session, case.id):
        two_persons(handler, uow.actor, "主持该案件的听证")
    hearing, after = await _open(uow, case, Action.HOLD_HEARING)
    if not hearing.requested_on <= body.held_on <= uow.today:
        text = f"听证日期应在申请之日（{hearing.requested_on.isoformat()}）至今日之间"
        raise Invalid(text, [FieldError("/held_on", "not-in-time", text)])
    case.status, case.hearing = after, HearingStatus.HELD
    hearing.status = HearingStatus.HELD
    hearing.held_on = body.held_on
    hearing.chair = uow.actor.subject
    hearing.record = body.record
    hearing.opinion = body.opinion
    hearing.closed_at = uow.now
    step(uow, case, Action.HOLD_HEARING, await uow.rules(CASES, case.district))
    await elapse(uow, case)
    return case


async def give_up(uow: UnitOfWork, case_id: UUID, version: int, body: GiveUpHearing) -> Case:
    """By the organisation, or by a clerk on its written word or when it did not appear."""
    case = await repository.lock(uow, case_id)
    by_organization_itself(uow, case)
    case.expect(version)
    hearing, after = await _open(uow, case, Action.GIVE_UP_HEARING)
    case.status, case.hearing = after, HearingStatus.GIVEN_UP
    hearing.status = HearingStatus.GIVEN_UP
    hearing.given_up_reason = body.reason
    hearing.closed_at = uow.now
    step(uow, case, Action.GIVE_UP_HEARING, await uow.rules(CASES, case.district))
    await elapse(uow, case)
    return case


async def _open(uow: UnitOfWork, case: Case, action: Action) -> tuple[Hearing, domain.Status]:
    after = domain.advance(case.status, action)
    hearing = await repository.open_hearing(uow.session, case.id)
    if hearing is None:
        raise NoHearingRequested()
    return hearing, after
