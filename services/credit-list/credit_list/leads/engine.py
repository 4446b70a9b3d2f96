"""Looks at the facts of one organisation and opens, keeps or ends its leads.

Called with the organisation's row locked, after every change of a fact and once a day by the
worker. It lists nobody and opens no case, and publishes nothing: before an organisation has been
heard nobody outside learns that it is looked at.
"""

from uuid import UUID

import structlog

from credit_list.leads import domain, repository
from credit_list.leads.domain import Action, Status
from credit_list.leads.models import Lead, LeadFact
from credit_list.leads.rules import TRIGGERS
from credit_list.leads.triggers import ON_ABNORMAL, Fact, Trigger, triggered
from credit_list.learned.models import KnownOrganization
from credit_list.listings import repository as listings
from credit_list.listings.domain import ListName
from credit_list.records import repository as records
from liandong.db.unit_of_work import UnitOfWork
from liandong.ids import uuid7
from liandong.rules.book import NoRuleSet, UnusableRuleSet

log = structlog.get_logger(__name__)

CANCELLED = "cancelled"


async def facts_changed(
    uow: UnitOfWork, organization_id: UUID, organization: KnownOrganization | None
) -> None:
    """An organisation that has not been learnt is looked at when it has been. Rules that cannot be
    used stand in the way of the lead, not of the fact: the worker looks when they can be."""
    if organization is None:
        await repository.wait(uow, organization_id)
        return
    try:
        await look_at(uow, organization)
    except (NoRuleSet, UnusableRuleSet) as error:
        log.warning("leads_without_rules", error=type(error).__name__)
        await repository.wait_for_rules(uow, organization_id)


async def look_at(uow: UnitOfWork, organization: KnownOrganization) -> None:
    await uow.session.flush()
    organization_id = organization.organization_id
    rule_set = await uow.rules(TRIGGERS, organization.district)
    facts = [] if organization.status == CANCELLED else await _facts(uow, organization_id)
    done = await repository.settled(uow.session, organization_id)
    met = {
        (one.list, one.code): one for one in triggered(facts, rule_set.parameters, uow.today, done)
    }
    for lead in await repository.lock_open(uow, organization_id):
        found = met.pop((lead.list.value, lead.trigger), None)
        if found is None:
            _void(uow, lead)
        else:
            await _go_on(uow, lead, found, rule_set.reference)
    waiting = False
    for trigger in met.values():
        name = ListName(trigger.list)
        if await repository.has_open_case(uow.session, organization_id, name, trigger.code):
            waiting = True
        else:
            await _open(uow, organization, trigger, rule_set.reference)
    if waiting:
        await repository.wait(uow, organization_id)
    else:
        await repository.wait_no_more(uow, organization_id)


async def _facts(uow: UnitOfWork, organization_id: UUID) -> list[Fact]:
    found = [
        Fact(
            key=str(one.id),
            kind=one.kind,
            day=one.arose_on,
            year=one.year,
            sanctions=frozenset(one.sanctions),
            fine_fen=one.fine_fen,
            remedied=one.remedied_on is not None,
        )
        for one in await records.all_counted(uow.session, organization_id)
    ]
    for listing in await listings.current(uow.session, organization_id):
        if listing.list is ListName.ABNORMAL:
            since = listing.term_started_on
            found.append(Fact(f"{listing.id}/{since.isoformat()}", ON_ABNORMAL, since))
    return found


async def _open(
    uow: UnitOfWork, organization: KnownOrganization, trigger: Trigger, rule_set: str
) -> None:
    lead = Lead(
        id=uuid7(),
        version=0,
        created_at=uow.now,
        updated_at=uow.now,
        organization_id=organization.organization_id,
        district=organization.district,
        list=ListName(trigger.list),
        trigger=trigger.code,
        status=Status.PROPOSED,
        rule_set=rule_set,
        opened_on=uow.today,
    )
    uow.session.add(lead)
    await uow.session.flush()
    uow.session.add_all(_kept(lead, trigger))
    lead.touch(uow.now)
    note(uow, lead, "opened", facts=[one.key for one in trigger.facts])


async def _go_on(uow: UnitOfWork, lead: Lead, trigger: Trigger, rule_set: str) -> None:
    """The lead stands; facts that came or went since are written into it."""
    known = {(one.key, one.day) for one in await repository.facts(uow.session, [lead.id])}
    if known == {(one.key, one.day) for one in trigger.facts}:
        return
    await repository.replace_facts(uow, lead.id, _kept(lead, trigger))
    lead.rule_set = rule_set
    lead.touch(uow.now)
    note(uow, lead, "facts-changed", facts=[one.key for one in trigger.facts])


def _void(uow: UnitOfWork, lead: Lead) -> None:
    lead.status = domain.advance(lead.status, Action.VOID)
    lead.closed_on = uow.today
    lead.touch(uow.now)
    note(uow, lead, "void")


def _kept(lead: Lead, trigger: Trigger) -> list[LeadFact]:
    return [
        LeadFact(
            lead_id=lead.id,
            key=one.key,
            record_id=None if one.kind == ON_ABNORMAL else UUID(one.key),
            day=one.day,
        )
        for one in trigger.facts
    ]


def note(uow: UnitOfWork, lead: Lead, fact: str, **details: object) -> None:
    uow.record(
        f"lead.{fact}",
        "lead",
        lead.id,
        district=lead.district,
        organization_id=lead.organization_id,
        list=lead.list.value,
        trigger=lead.trigger,
        **details,
    )
