"""Use cases of leads: an officer takes one into a case, or dismisses it with a reason."""

from uuid import UUID

from credit_list.cases import joining
from credit_list.cases import repository as case_repository
from credit_list.cases import service as cases
from credit_list.cases.schemas import JoinTrigger, ProposeCase
from credit_list.leads import domain, engine, narrative, repository, taking
from credit_list.leads.domain import Action, Status
from credit_list.leads.models import Lead
from credit_list.learned import repository as learned
from credit_list.records import repository as records
from credit_list.texts import Codes
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule


async def open_case(
    uow: UnitOfWork, lead_id: UUID, version: int, evidence: Codes, discretion: str | None = None
) -> Lead:
    """Proposes the case, with the facts of the lead, or joins them to the open case of the list;
    from there on it goes its own way."""
    lead = await _lock(uow, lead_id, version)
    domain.advance(lead.status, Action.TAKE)
    facts = await repository.facts(uow.session, [lead.id])
    ids = [one.record_id for one in facts if one.record_id is not None]
    found = await records.some(uow.session, ids)
    kept = [found[one] for one in ids if one in found]
    since = next((one.day for one in facts if one.record_id is None), None)
    given = narrative.evidence(kept, evidence) or [f"列入线索{lead.id}"]
    told = narrative.facts(kept, since)
    open_ = await case_repository.find_open(uow.session, lead.organization_id, lead.list)
    if open_ is not None:
        body = JoinTrigger(trigger=lead.trigger, facts=told, evidence=given)
        case = await joining.join_found(uow, open_.id, body)
    else:
        case = await cases.propose(
            uow,
            ProposeCase(
                organization_id=lead.organization_id,
                list=lead.list,
                trigger=lead.trigger,
                facts=told,
                evidence=given,
                discretion=discretion,
            ),
        )
    if lead.status is not Status.TAKEN:  # its records may be more than the evidence can name
        taking.take_into(uow, lead, case)
    return lead


async def dismiss(uow: UnitOfWork, lead_id: UUID, version: int, reason: str) -> Lead:
    """The same facts do not raise it again; new ones do."""
    lead = await _lock(uow, lead_id, version)
    lead.status = domain.advance(lead.status, Action.DISMISS)
    lead.dismiss_reason = reason
    _close(uow, lead)
    lead.touch(uow.now)
    engine.note(uow, lead, "dismissed")
    return lead


def _close(uow: UnitOfWork, lead: Lead) -> None:
    lead.closed_on = uow.today
    lead.closed_by = uow.actor.subject


async def _lock(uow: UnitOfWork, lead_id: UUID, version: int) -> Lead:
    organization_id = await repository.organization_of(uow.session, lead_id)
    await learned.lock_organization(uow, organization_id)
    lead = await repository.lock(uow, lead_id)
    lead.expect(version)
    district_rule(uow.actor, lead.district)
    return lead
