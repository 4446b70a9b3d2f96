"""Use cases of leads: an officer takes one into a case, or dismisses it with a reason."""

from uuid import UUID

from credit_list.cases import service as cases
from credit_list.cases.schemas import ProposeCase
from credit_list.leads import domain, engine, narrative, repository
from credit_list.leads.domain import Action
from credit_list.leads.models import Lead
from credit_list.learned import repository as learned
from credit_list.records import repository as records
from credit_list.texts import Codes
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule


async def open_case(uow: UnitOfWork, lead_id: UUID, version: int, evidence: Codes) -> Lead:
    """Proposes the case, with the facts of the lead; from there on it goes its own way."""
    lead = await _lock(uow, lead_id, version)
    taken = domain.advance(lead.status, Action.TAKE)
    facts = await repository.facts(uow.session, [lead.id])
    ids = [one.record_id for one in facts if one.record_id is not None]
    found = await records.some(uow.session, ids)
    kept = [found[one] for one in ids if one in found]
    since = next((one.day for one in facts if one.record_id is None), None)
    case = await cases.propose(
        uow,
        ProposeCase(
            organization_id=lead.organization_id,
            list=lead.list,
            trigger=lead.trigger,
            facts=narrative.facts(kept, since),
            evidence=narrative.evidence(kept, evidence) or [f"列入线索{lead.id}"],
        ),
    )
    lead.status, lead.case_id = taken, case.id
    _close(uow, lead)
    lead.touch(uow.now)
    engine.note(uow, lead, "taken", case_id=case.id)
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
