"""A lead that a case deals with is taken into it, whoever opened the case."""

from collections.abc import Collection

from credit_list.cases.models import Case
from credit_list.leads import domain, engine, repository
from credit_list.leads.domain import Action
from credit_list.leads.models import Lead
from credit_list.records import repository as records
from credit_list.records.models import CreditRecord
from liandong.db.unit_of_work import UnitOfWork


async def take(uow: UnitOfWork, case: Case, trigger: str, evidence: Collection[str]) -> None:
    """Takes the open lead of the same list and trigger, if the evidence names one of its facts:
    other facts wait for an officer still. The organisation's row is locked."""
    for lead in await repository.lock_open(uow, case.organization_id):
        if (lead.list, lead.trigger) == (case.list, trigger) and await _named(uow, lead, evidence):
            take_into(uow, lead, case)


def take_into(uow: UnitOfWork, lead: Lead, case: Case) -> None:
    lead.status = domain.advance(lead.status, Action.TAKE)
    lead.case_id = case.id
    lead.closed_on = uow.today
    lead.closed_by = uow.actor.subject
    lead.touch(uow.now)
    engine.note(uow, lead, "taken", case_id=case.id)


async def _named(uow: UnitOfWork, lead: Lead, evidence: Collection[str]) -> bool:
    facts = await repository.facts(uow.session, [lead.id])
    ids = [one.record_id for one in facts if one.record_id is not None]
    if len(ids) < len(facts):
        return True  # two years on the abnormal list: there is nothing else it could be about
    known = await records.some(uow.session, ids)
    return any(words & {*evidence} for words in map(_names, known.values()))


def _names(record: CreditRecord) -> set[str]:
    """What the record is called in the evidence of a case."""
    names = {f"信用记录{record.id}"}
    return names | ({record.document_number} if record.document_number is not None else set())
