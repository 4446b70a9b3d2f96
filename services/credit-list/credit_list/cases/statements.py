"""Use cases of the defence: the organisation's statement, and the check of it."""

from datetime import date
from uuid import UUID

from credit_list.cases import domain, repository
from credit_list.cases.domain import Action
from credit_list.cases.models import Case, Statement
from credit_list.cases.rules import CASES
from credit_list.cases.schemas import RecordStatement
from credit_list.cases.steps import lock_at, step
from credit_list.periods import add_working_days
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.actors import Role
from liandong.identity.guards import district_rule
from liandong.problems import Conflict, FieldError, Forbidden, Invalid, NotFound


class NothingToVerify(Conflict):
    slug, title = "nothing-to-verify", "没有待核实的陈述申辩"


async def record_statement(
    uow: UnitOfWork, case_id: UUID, version: int, body: RecordStatement
) -> Case:
    """陈述申辩, from the organisation itself or, on paper, entered by a clerk."""
    case = await repository.lock(uow, case_id)
    by_organization = by_organization_itself(uow, case)
    case.expect(version)
    received_on = day_received(uow, body.received_on, by_organization=by_organization)
    check_in_time(case, received_on)
    after = domain.advance(case.status, Action.RECORD_STATEMENT)
    rule_set = await uow.rules(CASES, case.district)
    days = rule_set.parameters.verification.working_days
    verify_by = add_working_days(received_on, days)
    pending = case.is_unverified() and case.verify_by is not None
    case.verify_by = min(verify_by, case.verify_by or verify_by) if pending else verify_by
    case.verified_by = None
    case.status = after
    uow.session.add(
        Statement(
            case_id=case.id,
            number=await repository.count_statements(uow.session, case.id) + 1,
            content=body.content,
            evidence=body.evidence,
            received_on=received_on,
            entered_by=uow.actor.subject,
            by_organization=by_organization,
            entered_at=uow.now,
        )
    )
    step(uow, case, Action.RECORD_STATEMENT, rule_set)
    return case


async def verify_statement(uow: UnitOfWork, case_id: UUID, version: int, findings: str) -> Case:
    """核实: what the check of the facts and reasons in the statement found."""
    case = await lock_at(uow, case_id, version)
    after = domain.advance(case.status, Action.VERIFY_STATEMENT)
    if not case.is_unverified():
        raise NothingToVerify()
    case.status = after
    case.verified_by = uow.actor.subject
    await repository.write_findings(uow, case.id, findings, uow.now)
    rule_set = await uow.rules(CASES, case.district)
    step(uow, case, Action.VERIFY_STATEMENT, rule_set)
    return case


def check_in_time(case: Case, received_on: date) -> None:
    """What the organisation asks or says must come within its window."""
    told_on = case.notice_told_on or case.notice_served_on
    if told_on is not None and case.window_ends_on is not None:
        domain.check_received_on(received_on, told_on, case.window_ends_on)


def by_organization_itself(uow: UnitOfWork, case: Case) -> bool:
    """Whether the organisation speaks for itself; raises when neither it nor a clerk acts."""
    actor = uow.actor
    if actor.has(Role.CLERK):
        district_rule(actor, case.district)
        return False
    if not actor.owns(case.organization_id) or case.notice_served_on is None:
        raise NotFound("没有这个案件")
    return True


def day_received(uow: UnitOfWork, given: date | None, *, by_organization: bool) -> date:
    if by_organization and given is not None:
        raise Forbidden("收到日期由经办人登记，本组织提交的以提交之日为准")
    received_on = given or uow.today
    if received_on > uow.today:
        raise Invalid(
            "收到日期不能晚于今日",
            [FieldError("/received_on", "in-the-future", "收到日期不能晚于今日")],
        )
    return received_on
