"""Use cases of filings: from the form to the filing number."""

from uuid import UUID

from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule, two_persons
from liandong.ids import uuid7
from liandong.problems import Conflict, FieldError, Invalid, Problem
from liandong.rules.rule_set import RuleSet
from registry.filings import naming, repository, timing
from registry.filings.conditions import findings
from registry.filings.domain import Action, Status, advance
from registry.filings.events import (
    FilingFiled,
    FilingOpined,
    FilingRefused,
    FilingReturned,
    FilingReviewed,
    FilingSubmitted,
    FilingWithdrawn,
)
from registry.filings.models import Filing
from registry.filings.rules import FILINGS, FilingRules
from registry.filings.schemas import FilingForm, Opinion, StreetReview
from registry.organizations import registering
from registry.organizations.domain import Kind, Management
from registry.organizations.schemas import RegisterOrganization


class FilingConditionsNotMet(Conflict):
    slug, title = "filing-conditions-not-met", "不符合备案条件"


async def submit(uow: UnitOfWork, form: FilingForm) -> Filing:
    """Received; the committee of the village or community has its say next."""
    district_rule(uow.actor, form.district)
    filing = Filing(
        id=uuid7(),
        version=0,
        status=Status.SUBMITTED,
        submitted_on=uow.today,
        opinion="",
        review="",
        reason="",
        handled_by=[uow.actor.subject],
        created_at=uow.now,
        updated_at=uow.now,
    )
    rule_set: RuleSet[FilingRules] = await uow.rules(FILINGS, form.district)
    await _fill(uow, filing, form, rule_set)
    uow.session.add(filing)
    due = await timing.begin_step(uow, filing, rule_set.parameters)
    uow.publish(FilingSubmitted(**filing.facts(), due_on=due), of=filing)
    _record(uow, filing, "submitted")
    return filing


async def edit(uow: UnitOfWork, filing_id: UUID, version: int, form: FilingForm) -> Filing:
    """Replaces the form before the committee's opinion, or after it was given back."""
    filing = await _step(uow, filing_id, version, Action.EDIT)
    if form.district != filing.district:
        told = "提交后不能改变所在街道、社区；请撤回后重新提交"
        raise Invalid(told, [FieldError("/district", "other-authority", told)])
    await _fill(uow, filing, form, await timing.rules_for(uow, filing))
    filing.touch(uow.now)
    _record(uow, filing, "edited")
    return filing


async def resubmit(uow: UnitOfWork, filing_id: UUID, version: int) -> Filing:
    """What was given back comes again and goes the whole way anew."""
    filing = await _step(uow, filing_id, version, Action.RESUBMIT)
    filing.recommended = filing.agreed = None
    filing.opinion = filing.review = filing.reason = ""
    _handled(uow, filing)
    rules = (await timing.rules_for(uow, filing)).parameters
    due = await timing.begin_step(uow, filing, rules)
    uow.publish(FilingSubmitted(**filing.facts(), due_on=due), of=filing)
    _record(uow, filing, "resubmitted")
    return filing


async def opine(uow: UnitOfWork, filing_id: UUID, version: int, body: Opinion) -> Filing:
    """村（居）委会意见. Where the local rules say so, a body that the committee guides goes
    to the decision without a review by the street."""
    filing = await _at_hand(uow, filing_id, version)
    rules = (await timing.rules_for(uow, filing)).parameters
    skips = rules.community_skips_review and filing.management is Management.COMMUNITY
    filing.status = advance(filing.status, Action.OPINE_FINALLY if skips else Action.OPINE)
    filing.recommended, filing.opinion = body.recommended, body.opinion
    _handled(uow, filing)
    due = await timing.begin_step(uow, filing, rules)
    event = FilingOpined(**filing.facts(), recommended=body.recommended, due_on=due)
    uow.publish(event, of=filing)
    _record(uow, filing, "opined", recommended=body.recommended)
    return filing


async def review(uow: UnitOfWork, filing_id: UUID, version: int, body: StreetReview) -> Filing:
    """街道（乡镇）审核."""
    filing = await _step(uow, filing_id, version, Action.REVIEW)
    filing.agreed, filing.review = body.agreed, body.review
    _handled(uow, filing)
    rules = (await timing.rules_for(uow, filing)).parameters
    due = await timing.begin_step(uow, filing, rules)
    uow.publish(FilingReviewed(**filing.facts(), agreed=body.agreed, due_on=due), of=filing)
    _record(uow, filing, "reviewed", agreed=body.agreed)
    return filing


async def give_back(uow: UnitOfWork, filing_id: UUID, version: int, reason: str) -> Filing:
    """退回补充: the applicant changes the form and hands it in again."""
    filing = await _step(uow, filing_id, version, Action.RETURN)
    filing.reason = reason
    await timing.end(uow, filing)
    uow.publish(FilingReturned(**filing.facts()), of=filing)
    _record(uow, filing, "returned", reason=reason)
    return filing


async def file(uow: UnitOfWork, filing_id: UUID, version: int) -> Filing:
    """准予备案: the body is on the register from today, under a number given here."""
    filing = await _step(uow, filing_id, version, Action.FILE)
    _second_person(uow, filing)
    rule_set = await timing.rules_for(uow, filing)
    unmet = findings(filing.candidate(), rule_set.parameters)
    if unmet:
        raise FilingConditionsNotMet(f"有 {len(unmet)} 项不符合", errors=unmet)
    region = filing.district.ljust(12, "0")
    number = filing.filing_number = await repository.next_number(uow, region, uow.today.year)
    organization = await registering.register(
        uow, _registration(uow, filing), for_application=filing.id
    )
    filing.organization_id = organization.id
    filing.filed_on, filing.decided_by = uow.today, uow.actor.subject
    filing.rule_set = rule_set.reference
    await timing.end(uow, filing)
    event = FilingFiled(**filing.facts(), filing_number=number, filed_on=uow.today)
    uow.publish(event, of=filing)
    _record(uow, filing, "filed", number=number, organization_id=organization.id)
    return filing


async def refuse(uow: UnitOfWork, filing_id: UUID, version: int, reason: str) -> Filing:
    """不予备案, with reasons; the name is free again."""
    filing = await _step(uow, filing_id, version, Action.REFUSE)
    _second_person(uow, filing)
    filing.reason, filing.decided_by = reason, uow.actor.subject
    await timing.end(uow, filing)
    await naming.give_up(uow, filing)
    uow.publish(FilingRefused(**filing.facts()), of=filing)
    _record(uow, filing, "refused", reason=reason)
    return filing


async def withdraw(uow: UnitOfWork, filing_id: UUID, version: int, reason: str) -> Filing:
    """撤回: the applicant does not want it any more."""
    filing = await _step(uow, filing_id, version, Action.WITHDRAW)
    filing.reason = reason
    await timing.end(uow, filing)
    await naming.give_up(uow, filing)
    uow.publish(FilingWithdrawn(**filing.facts()), of=filing)
    _record(uow, filing, "withdrawn", reason=reason)
    return filing


async def found(uow: UnitOfWork, filing: Filing) -> list[FieldError]:
    """Everything that stands against the filing now; nothing without usable rules."""
    try:
        rule_set = await timing.rules_for(uow, filing)
    except Problem:
        return []
    return findings(filing.candidate(), rule_set.parameters)


async def _fill(
    uow: UnitOfWork, filing: Filing, form: FilingForm, rule_set: RuleSet[FilingRules]
) -> None:
    """The form, checked as far as it must be before it is looked at."""
    rules = rule_set.parameters
    unknown = sorted({*form.documents} - rules.papers)
    if unknown:
        told = f"备案不需要的材料：{'、'.join(unknown)}"
        raise Invalid(told, [FieldError("/documents", "unknown-document", told)])
    if form.articles_template and form.articles_template not in {t.code for t in rules.templates}:
        told = "没有这份简易章程示范文本"
        raise Invalid(told, [FieldError("/articles_template", "unknown-template", told)])
    await naming.keep(uow, filing, form)
    filing.fill(form)
    filing.rule_set = rule_set.reference


def _registration(uow: UnitOfWork, filing: Filing) -> RegisterOrganization:
    return RegisterOrganization(
        kind=Kind.COMMUNITY_GROUP,
        name=filing.organization_name,
        filing_number=filing.filing_number,
        district=filing.district,
        address=filing.address,
        is_community=True,
        is_hub=filing.is_hub,
        registered_on=uow.today,
        legal_representative=filing.contact_name,
        phone=filing.contact_phone,
        name_reservation_id=filing.reservation_id,
        purpose=filing.purpose,
        nature=filing.nature,
        community_class=filing.community_class,
        management=filing.management,
        is_rural=filing.is_rural,
        individual_members=filing.individual_members,
        unit_members=filing.unit_members,
    )


async def _at_hand(uow: UnitOfWork, filing_id: UUID, version: int) -> Filing:
    """An official or the committee of the district has it at hand."""
    filing = await repository.lock(uow, filing_id)
    filing.expect(version)
    district_rule(uow.actor, filing.district)
    return filing


async def _step(uow: UnitOfWork, filing_id: UUID, version: int, action: Action) -> Filing:
    filing = await _at_hand(uow, filing_id, version)
    filing.status = advance(filing.status, action)
    return filing


def _handled(uow: UnitOfWork, filing: Filing) -> None:
    filing.handled_by = sorted({*filing.handled_by, uow.actor.subject})


def _second_person(uow: UnitOfWork, filing: Filing) -> None:
    for person in filing.handled_by:
        two_persons(person, uow.actor, "对该备案作出决定")


def _record(uow: UnitOfWork, filing: Filing, fact: str, **details: object) -> None:
    uow.record(f"filing.{fact}", "filing", filing.id, district=filing.district, **details)
