"""Use cases of cases: load under lock, decide, save. Only a decision is published, as a listing."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError

from credit_list.cases import domain, repository
from credit_list.cases.domain import Action, Outcome, Status
from credit_list.cases.models import Case
from credit_list.cases.rules import CASES, CaseParameters, Trigger
from credit_list.cases.schemas import DecideCase, ProposeCase, ServeNotice
from credit_list.cases.steps import elapse, lock_at, step
from credit_list.learned import repository as learned
from credit_list.learned.models import KnownOrganization
from credit_list.listings import repository as listing_repository
from credit_list.listings import service as listings
from credit_list.listings.domain import Ground, ListName
from credit_list.periods import add_working_days, end_of
from liandong.db.errors import violated_constraint
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule, two_persons
from liandong.ids import uuid7
from liandong.problems import Conflict, FieldError, Invalid
from liandong.timers.deadlines import Deadline, set_deadline

WINDOW_ENDS = "case.window-ends"


class CaseOpen(Conflict):
    slug, title = "case-open", "该组织在此名单上已有未结案件"


class OrganizationGone(Conflict):
    slug, title = "organization-cancelled", "该组织已注销"


async def propose(uow: UnitOfWork, body: ProposeCase) -> Case:
    """Opens a case; one at a time for an organisation and list."""
    organization = await learned.lock_organization(uow, body.organization_id)
    district_rule(uow.actor, organization.district)
    if organization.status == "cancelled":
        raise OrganizationGone()
    rule_set = await uow.rules(CASES, organization.district)
    trigger = _trigger(rule_set.parameters, body.list, body.trigger)
    await _check_open(uow, organization, body.list)
    await _check_abnormal_since(uow, organization, trigger)
    case = Case(
        **body.model_dump(),
        id=uuid7(),
        version=0,
        created_at=uow.now,
        updated_at=uow.now,
        district=organization.district,
        status=Status.PROPOSED,
        trigger_text=trigger.text,
        legal_basis=trigger.legal_basis,
        rule_set=rule_set.reference,
        proposed_by=uow.actor.subject,
        proposed_on=uow.today,
    )
    uow.session.add(case)
    try:
        await uow.session.flush()
    except IntegrityError as error:
        if violated_constraint(error) == "uq_credit_case_open":
            raise CaseOpen() from None
        raise
    step(uow, case, None, rule_set.reference)
    return case


async def serve_notice(uow: UnitOfWork, case_id: UUID, version: int, body: ServeNotice) -> Case:
    """告知: the defence window runs from the day after service; its end is watched."""
    case = await lock_at(uow, case_id, version)
    case.status = domain.advance(case.status, Action.SERVE_NOTICE)
    domain.check_served_on(body.served_on, case.proposed_on, uow.today)
    rule_set = await uow.rules(CASES, case.district)
    window = rule_set.parameters.defence_window.working_days
    case.notice_method = body.method
    case.notice_served_on = body.served_on
    case.notice_proof = body.proof
    case.notice_by = uow.actor.subject
    last_day = add_working_days(body.served_on, window)
    case.window_ends_on = last_day
    await set_deadline(uow, WINDOW_ENDS, case.id, end_of(last_day))
    step(uow, case, Action.SERVE_NOTICE, rule_set.reference, window_ends_on=last_day)
    return case


async def end_window(deadline: Deadline, uow: UnitOfWork) -> None:
    """The last day of the defence window has passed; no answer is no objection."""
    await elapse(uow, await repository.lock(uow, deadline.subject_id))


async def decide(uow: UnitOfWork, case_id: UUID, version: int, body: DecideCase) -> Case:
    """The decision of a second officer; to list puts the organisation on the list at once."""
    organization_id = await repository.organization_of(uow.session, case_id)
    organization = await learned.lock_organization(uow, organization_id)
    case = await lock_at(uow, case_id, version)
    for handler in await repository.handlers_of(uow.session, case.id):
        two_persons(handler, uow.actor, "决定该案件")
    await elapse(uow, case)  # the worker may not have come to it yet
    case.status = domain.decide(case.status, case.window_ends_on, case.verify_by, uow.today)
    rule_set = await uow.rules(CASES, case.district)
    case.outcome = body.outcome
    case.decided_by = uow.actor.subject
    case.decided_on = uow.today
    case.decision_reasons = body.reasons
    case.decision_document = body.decision_document
    case.remedy = rule_set.parameters.remedy.text
    if body.outcome is Outcome.LIST:
        case.listing_id = await _list(uow, organization, case)
    step(
        uow,
        case,
        Action.DECIDE,
        rule_set.reference,
        outcome=body.outcome.value,
        document=body.decision_document,
        listing_id=case.listing_id,
    )
    return case


async def withdraw(uow: UnitOfWork, case_id: UUID, version: int, reason: str) -> Case:
    """Ends the case without a decision; a mistake is corrected by proposing anew."""
    case = await lock_at(uow, case_id, version)
    case.status = domain.advance(case.status, Action.WITHDRAW)
    case.withdrawn_by = uow.actor.subject
    case.withdraw_reason = reason
    step(uow, case, Action.WITHDRAW, case.rule_set)
    return case


async def _list(uow: UnitOfWork, organization: KnownOrganization, case: Case) -> UUID:
    proposed_under = await uow.rules(CASES, case.district, case.proposed_on)
    trigger = _trigger(proposed_under.parameters, case.list, case.trigger)
    await _check_abnormal_since(uow, organization, trigger)
    ground = Ground(
        list=case.list,
        trigger=case.trigger,
        trigger_text=case.trigger_text,
        legal_basis=case.legal_basis,
        decided_by=uow.actor.subject,
        case_id=case.id,
        rectifiable=trigger.rectifiable,
        ends_abnormal=trigger.after_months_on_abnormal is not None,
    )
    return (await listings.enter_adverse(uow, organization, case.district, ground)).id


def _trigger(parameters: CaseParameters, name: ListName, code: str) -> Trigger:
    trigger = parameters.trigger(name.value, code)
    if trigger is None:
        known = [one.code for one in parameters.triggers if one.list == name.value]
        raise Invalid(
            f"“{code}”不是列入{name.label}的情形",
            [FieldError("/trigger", "unknown-trigger", f"可选：{'、'.join(known)}")],
        )
    return trigger


async def _check_open(uow: UnitOfWork, organization: KnownOrganization, name: ListName) -> None:
    found = await repository.find_open(uow.session, organization.organization_id, name)
    if found is not None:
        raise CaseOpen(
            f"该组织已有列入{name.label}的未结案件（{found.status.label}），请先办结",
            extra={"case_id": str(found.id)},
        )


async def _check_abnormal_since(
    uow: UnitOfWork, organization: KnownOrganization, trigger: Trigger
) -> None:
    if trigger.after_months_on_abnormal is None:
        return
    current = await listing_repository.lock_current(uow, organization.organization_id)
    listing = current.get(ListName.ABNORMAL)
    since = listing.term_started_on if listing is not None else None
    domain.check_abnormal_since(trigger, since, uow.today)
