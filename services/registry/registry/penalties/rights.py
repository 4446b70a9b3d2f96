"""The rights of the party: notice, statement, defence, hearing (行政处罚法 arts. 44-45, 63-65)."""

from datetime import date
from uuid import UUID

from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.actors import Role
from liandong.identity.guards import district_rule, own_organization
from liandong.problems import Conflict, NotFound
from registry.officers import service as officers
from registry.penalties import repository, timing
from registry.penalties.domain import Action, HearingOutcome, advance
from registry.penalties.models import Penalty
from registry.penalties.schemas import (
    HearingArrangement,
    HearingEnd,
    HearingRequest,
    Statement,
)
from registry.penalties.steps import between, officials, record, rules_of, wrong
from registry.supervision.clocks import first_day_after, last_day
from registry.supervision.serving import ServiceProof

MOST_STATEMENTS = 100


class NoHearingRight(Conflict):
    slug, title = "no-hearing-right", "拟作出的处罚不属于应当告知听证权利的范围"


class HearingTooLate(Conflict):
    slug, title = "hearing-too-late", "要求听证的期限已过"


class HearingNotDue(Conflict):
    slug, title = "hearing-not-due", "听证尚未安排，或者未到举行之日"


async def serve_notice(
    uow: UnitOfWork, penalty_id: UUID, version: int, body: ServiceProof
) -> Penalty:
    """送达行政处罚告知书: the windows of the party begin."""
    penalty = await officials(uow, penalty_id, version, Action.SERVE_NOTICE)
    rules = await rules_of(uow, penalty)
    assert penalty.proposed_on is not None
    body.require(
        since=penalty.proposed_on,
        today=uow.today,
        announcement_days=rules.announcement_days,
        after="提出处罚建议之日",
    )
    penalty.notice = body.kept()
    penalty.notice_served_on = body.served_on
    penalty.first_informed_on = penalty.first_informed_on or body.served_on
    penalty.statement_until = last_day(rules.statement, body.served_on)
    penalty.hearing_until = (
        last_day(rules.heavy.request, body.served_on) if penalty.is_heavy else None
    )
    penalty.add_handlers(uow.actor.subject)
    penalty.touch(uow.now)
    record(uow, penalty, "notice-served", method=body.method, on=body.served_on)
    return penalty


async def state(uow: UnitOfWork, penalty_id: UUID, version: int, body: Statement) -> Penalty:
    """陈述、申辩: taken until the legal review, also after the window has passed."""
    penalty = await _partys(uow, penalty_id, version, Action.STATE)
    received_on = _received(uow, penalty, body.received_on)
    if len(penalty.said) >= MOST_STATEMENTS:
        raise wrong("/statement", "too-many", f"一轮告知的陈述、申辩不能超过 {MOST_STATEMENTS} 份")
    penalty.said = [
        *penalty.said,
        {"received_on": received_on.isoformat(), "statement": body.statement},
    ]
    penalty.touch(uow.now)
    record(uow, penalty, "stated", received_on=received_on)
    return penalty


async def request_hearing(
    uow: UnitOfWork, penalty_id: UUID, version: int, body: HearingRequest
) -> Penalty:
    """要求听证: within the period; then there is no decision before the hearing has ended."""
    penalty = await _partys(uow, penalty_id, version, Action.REQUEST_HEARING)
    received_on = _received(uow, penalty, body.received_on)
    if penalty.hearing_until is None:
        raise NoHearingRight()
    if received_on > penalty.hearing_until:
        raise HearingTooLate(f"最后一日为 {penalty.hearing_until.isoformat()}")
    penalty.hearing_requested_on = received_on
    penalty.stop_clock(uow.today)
    await timing.restart(uow, penalty, await rules_of(uow, penalty))
    penalty.touch(uow.now)
    record(uow, penalty, "hearing-requested", received_on=received_on)
    return penalty


async def arrange_hearing(
    uow: UnitOfWork, penalty_id: UUID, version: int, body: HearingArrangement
) -> Penalty:
    """通知听证: told in time, and chaired by somebody who did not investigate."""
    penalty = await officials(uow, penalty_id, version, Action.ARRANGE_HEARING)
    rules = await rules_of(uow, penalty)
    told = "应在要求听证之日与今日之间"
    between("/told_on", body.told_on, penalty.hearing_requested_on, uow.today, told)
    earliest = first_day_after(rules.heavy.told_before, body.told_on)
    if body.held_on < earliest:
        raise wrong("/held_on", "too-soon", f"应在通知当事人之后，不早于 {earliest.isoformat()}")
    [chair] = await officers.fit(
        uow,
        [body.chair],
        organization_id=penalty.organization_id,
        district=penalty.district,
        least=1,
        pointer="/chair",
    )
    if chair.subject in penalty.handlers:
        raise wrong("/chair", "chair-is-handler", "听证由非本案调查人员主持")
    penalty.hearing = {**body.model_dump(mode="json"), "certificate": chair.certificate_number}
    penalty.touch(uow.now)
    record(uow, penalty, "hearing-arranged", held_on=body.held_on)
    return penalty


async def end_hearing(uow: UnitOfWork, penalty_id: UUID, version: int, body: HearingEnd) -> Penalty:
    """The hearing was held, or the party gave it up; the 90 days go on."""
    penalty = await officials(uow, penalty_id, version, Action.END_HEARING)
    if body.outcome is HearingOutcome.HELD:
        arranged = penalty.hearing
        if arranged is None or date.fromisoformat(arranged["held_on"]) > uow.today:
            raise HearingNotDue()
    penalty.hearing_outcome, penalty.hearing_ended_on = body.outcome, uow.today
    penalty.hearing_record = body.record
    penalty.restart_clock(uow.today)
    await timing.restart(uow, penalty, await rules_of(uow, penalty))
    penalty.touch(uow.now)
    record(uow, penalty, "hearing-ended", outcome=body.outcome)
    return penalty


async def _partys(uow: UnitOfWork, penalty_id: UUID, version: int, action: Action) -> Penalty:
    """A step of the party, or of the clerk at the desk for it."""
    penalty = await repository.lock(uow, penalty_id)
    if uow.actor.has(Role.CLERK):
        district_rule(uow.actor, penalty.district)
    else:
        own_organization(uow.actor, penalty.organization_id)
        if penalty.first_informed_on is None:
            raise NotFound("没有这件处罚案件")
    penalty.expect(version)
    penalty.status = advance(penalty.status, action)
    return penalty


def _received(uow: UnitOfWork, penalty: Penalty, given: date | None) -> date:
    """The party's own word comes today; at the desk a letter may have come before."""
    if given is None or not uow.actor.has(Role.CLERK):
        return uow.today
    told = "应在送达告知书之日与今日之间"
    between("/received_on", given, penalty.notice_served_on, uow.today, told)
    return given
