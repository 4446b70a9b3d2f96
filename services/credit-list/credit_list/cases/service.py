"""Use cases of cases: load under lock, decide, save. Only a decision is published, as a listing."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from credit_list.cases import domain, papers, repository
from credit_list.cases.domain import Action, Outcome, Status
from credit_list.cases.models import Case, JoinedTrigger
from credit_list.cases.rules import CASES, CaseParameters, Level, Trigger
from credit_list.cases.schemas import DecideCase, ProposeCase
from credit_list.cases.steps import elapse, lock_at, step
from credit_list.leads import taking
from credit_list.learned import repository as learned
from credit_list.learned.models import KnownOrganization
from credit_list.listings import repository as listing_repository
from credit_list.listings import service as listings
from credit_list.listings.domain import Ground, ListName
from credit_list.listings.models import Listing
from liandong.db.errors import violated_constraint
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule, two_persons
from liandong.ids import uuid7
from liandong.problems import Conflict, FieldError, Invalid
from liandong.timers.deadlines import Deadline


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
    found = trigger(rule_set.parameters, body.list, body.trigger)
    level = _level(rule_set.parameters, body.discretion)
    await _check_open(uow, organization, body.list)
    await check_abnormal_since(uow, organization, found)
    case = Case(
        **body.model_dump(),
        discretion_text=level.text if level is not None else None,
        id=uuid7(),
        version=0,
        created_at=uow.now,
        updated_at=uow.now,
        district=organization.district,
        status=Status.PROPOSED,
        trigger_text=found.text,
        legal_basis=found.legal_basis,
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
    step(uow, case, None, rule_set)
    await taking.take(uow, case, case.trigger, case.evidence)
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
    rule_set = await uow.rules(CASES, case.district)
    joined = await repository.joined(uow.session, case.id)
    codes = [case.trigger, *(one.trigger for one in joined)]
    defence = domain.Defence(
        window_ends_on=case.window_ends_on,
        verify_by=case.verify_by,
        unverified=case.is_unverified(),
        hearing=case.hearing,
    )
    case.status = domain.decide(case.status, defence, uow.today)
    _check_discussed(rule_set.parameters, case, codes, body)
    case.outcome = body.outcome
    case.decided_by = uow.actor.subject
    case.decided_on = uow.today
    case.decision_reasons = body.reasons
    case.decision_document = body.decision_document
    case.discussion_record = body.discussion_record
    case.remedy = rule_set.parameters.remedy.text
    listing = None
    if body.outcome is Outcome.LIST:
        listing = await _list(uow, organization, case, joined)
        case.listing_id = listing.id
        case.publication_ends_on = listing.publication_ends_on
    case.is_published = listing is not None
    await papers.decision(uow, case, organization, rule_set, listing)
    step(
        uow,
        case,
        Action.DECIDE,
        rule_set,
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
    step(uow, case, Action.WITHDRAW, await uow.rules(CASES, case.district))
    return case


async def _list(
    uow: UnitOfWork,
    organization: KnownOrganization,
    case: Case,
    joined: Sequence[JoinedTrigger],
) -> Listing:
    """Each trigger is a ground of its own, by the rules under which it was proposed or joined."""
    if organization.status == "cancelled":
        raise OrganizationGone("该组织已注销，不再列入名单，请撤回案件")
    grounds = [
        await _ground(uow, organization, case, case.trigger, case.proposed_on),
        *[await _ground(uow, organization, case, one.trigger, one.joined_on) for one in joined],
    ]
    return await listings.enter_adverse(uow, organization, case.district, *grounds)


async def _ground(
    uow: UnitOfWork, organization: KnownOrganization, case: Case, code: str, day: date
) -> Ground:
    rules = await uow.rules(CASES, case.district, day)
    found = trigger(rules.parameters, case.list, code)
    await check_abnormal_since(uow, organization, found)
    return Ground(
        list=case.list,
        trigger=found.code,
        trigger_text=found.text,
        legal_basis=found.legal_basis,
        decided_by=uow.actor.subject,
        case_id=case.id,
        rectifiable=found.rectifiable,
        ends_abnormal=found.after_months_on_abnormal is not None,
    )


def _check_discussed(
    rules: CaseParameters, case: Case, codes: Sequence[str], body: DecideCase
) -> None:
    wanted = rules.wants_discussion(case.list.value, codes)
    if wanted and body.outcome is Outcome.LIST and body.discussion_record is None:
        text = "该情形须经集体讨论，请填写讨论笔录编号"
        raise Invalid(text, [FieldError("/discussion_record", "discussion-needed", text)])


def _level(rules: CaseParameters, code: str | None) -> Level | None:
    discretion = rules.discretion
    if code is None:
        if discretion is not None and discretion.required:
            text = "请填写裁量等次"
            raise Invalid(text, [FieldError("/discretion", "missing", text)])
        return None
    level = rules.level(code)
    if level is None:
        known = [one.code for one in discretion.levels] if discretion is not None else []
        text = f"可选：{'、'.join(known)}" if known else "本地规则没有规定裁量等次"
        raise Invalid(
            f"“{code}”不是裁量等次", [FieldError("/discretion", "unknown-discretion", text)]
        )
    return level


def trigger(parameters: CaseParameters, name: ListName, code: str) -> Trigger:
    found = parameters.trigger(name.value, code)
    if found is None:
        known = [one.code for one in parameters.triggers if one.list == name.value]
        raise Invalid(
            f"“{code}”不是列入{name.label}的情形",
            [FieldError("/trigger", "unknown-trigger", f"可选：{'、'.join(known)}")],
        )
    return found


async def _check_open(uow: UnitOfWork, organization: KnownOrganization, name: ListName) -> None:
    found = await repository.find_open(uow.session, organization.organization_id, name)
    if found is not None:
        raise CaseOpen(
            f"该组织已有列入{name.label}的未结案件（{found.status.label}），请先办结",
            extra={"case_id": str(found.id)},
        )


async def check_abnormal_since(
    uow: UnitOfWork, organization: KnownOrganization, trigger: Trigger
) -> None:
    """Two years on the abnormal list, where the trigger asks for them."""
    if trigger.after_months_on_abnormal is None:
        return
    current = await listing_repository.lock_current(uow, organization.organization_id)
    listing = current.get(ListName.ABNORMAL)
    since = listing.term_started_on if listing is not None else None
    domain.check_abnormal_since(trigger, since, uow.today)
