"""What every use case of a case does: take it at the expected version, keep the step."""

from uuid import UUID

from credit_list.cases import domain, repository
from credit_list.cases.domain import Action, Status
from credit_list.cases.models import Case, Step
from credit_list.cases.rules import CASES
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.actors import SYSTEM
from liandong.identity.guards import district_rule


async def lock_at(uow: UnitOfWork, case_id: UUID, version: int) -> Case:
    case = await repository.lock(uow, case_id)
    case.expect(version)
    district_rule(uow.actor, case.district)
    return case


async def elapse(uow: UnitOfWork, case: Case) -> None:
    """Records the end of the window without a statement, once."""
    if case.status != Status.NOTICE_SERVED or case.window_ends_on is None:
        return
    if not domain.window_is_over(case.window_ends_on, uow.today):
        return
    case.status = domain.advance(case.status, Action.ELAPSE)
    rule_set = await uow.rules(CASES, case.district)
    step(uow, case, Action.ELAPSE, rule_set.reference, by=SYSTEM(uow.service).subject)


def step(
    uow: UnitOfWork,
    case: Case,
    action: Action | None,
    rule_set: str,
    *,
    by: str = "",
    **details: object,
) -> None:
    """Counts the change, and keeps who made it when and under which rules."""
    case.touch(uow.now)
    uow.session.add(
        Step(
            case_id=case.id,
            number=case.version,
            action=action,
            status=case.status,
            by=by or uow.actor.subject,
            at=uow.now,
            rule_set=rule_set,
        )
    )
    uow.record(
        f"case.{action or 'proposed'}",
        "case",
        case.id,
        district=case.district,
        list=case.list.value,
        organization_id=case.organization_id,
        **details,
    )
