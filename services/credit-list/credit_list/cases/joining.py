"""并案: a new trigger joins the open case of the list, before the decision."""

from uuid import UUID

from credit_list.cases import domain, repository, service
from credit_list.cases.domain import Action, HearingStatus
from credit_list.cases.models import Case, JoinedTrigger
from credit_list.cases.rules import CASES
from credit_list.cases.schemas import JoinTrigger
from credit_list.cases.steps import lock_at, step
from credit_list.leads import taking
from credit_list.learned import repository as learned
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule


async def join(uow: UnitOfWork, case_id: UUID, version: int, body: JoinTrigger) -> Case:
    """By hand, at the expected version."""
    organization_id = await repository.organization_of(uow.session, case_id)
    await learned.lock_organization(uow, organization_id)
    return await _join(uow, await lock_at(uow, case_id, version), body)


async def join_found(uow: UnitOfWork, case_id: UUID, body: JoinTrigger) -> Case:
    """From a lead, which was locked at its own version."""
    case = await repository.lock(uow, case_id)
    district_rule(uow.actor, case.district)
    return await _join(uow, case, body)


async def _join(uow: UnitOfWork, case: Case, body: JoinTrigger) -> Case:
    """After the notice was served, a supplementary one is needed, with a window and a right to a
    hearing of its own; the window that runs goes on."""
    case.status = domain.advance(case.status, Action.JOIN)
    rule_set = await uow.rules(CASES, case.district)
    found = service.trigger(rule_set.parameters, case.list, body.trigger)
    organization = await learned.lock_organization(uow, case.organization_id)
    if organization.status == "cancelled":
        raise service.OrganizationGone("该组织已注销，不再并案，请撤回案件")
    await service.check_abnormal_since(uow, organization, found)
    if case.hearing is not HearingStatus.REQUESTED:
        case.hearing = None
    uow.session.add(
        JoinedTrigger(
            case_id=case.id,
            number=len(await repository.joined(uow.session, case.id)) + 1,
            trigger=found.code,
            trigger_text=found.text,
            legal_basis=found.legal_basis,
            facts=body.facts,
            evidence=body.evidence,
            rule_set=rule_set.reference,
            joined_by=uow.actor.subject,
            joined_on=uow.today,
            told=False,
        )
    )
    step(uow, case, Action.JOIN, rule_set, trigger=found.code)
    await taking.take(uow, case, found.code, body.evidence)
    return case
