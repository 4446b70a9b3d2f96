"""The papers of a case: what they say is put together here and kept as a text."""

from uuid import UUID

from credit_list.cases import repository, wording
from credit_list.cases.domain import DocumentKind, Outcome, ServiceOutcome
from credit_list.cases.models import Case, Document, JoinedTrigger
from credit_list.cases.rules import CaseParameters
from credit_list.learned.models import KnownOrganization
from credit_list.listings.models import Listing
from liandong.db.unit_of_work import UnitOfWork
from liandong.rules.rule_set import RuleSet

Rules = RuleSet[CaseParameters]


async def draft(
    uow: UnitOfWork,
    case: Case,
    organization: KnownOrganization,
    rule_set: Rules,
    number: str,
    *,
    supplement: bool,
) -> Document:
    """A notice of what the organisation has not been told yet; an unserved draft is replaced."""
    joined = await repository.joined(uow.session, case.id)
    untold = [_of_joined(one) for one in joined if not one.told]
    rules = rule_set.parameters
    codes = [case.trigger, *(one.trigger for one in joined)]
    hearing = rules.hearing if rules.gives_hearing(case.list.value, codes) else None
    text = wording.notice(
        wording.Notice(
            number=number,
            made_on=uow.today,
            list_label=case.list.label,
            party=_party(organization),
            points=untold if supplement else [_of_case(case), *untold],
            discretion=_discretion(case),
            window_days=rules.defence_window.working_days,
            hearing_basis=hearing.legal_basis if hearing is not None else None,
            remedy=rules.remedy.text,
            supplement=supplement,
        )
    )
    await repository.replace_draft(uow, case.id)
    kind = DocumentKind.SUPPLEMENT if supplement else DocumentKind.NOTICE
    return await _keep(uow, case.id, kind, number, text, rule_set.reference)


async def decision(
    uow: UnitOfWork,
    case: Case,
    organization: KnownOrganization,
    rule_set: Rules,
    listing: Listing | None,
) -> Document:
    """决定书: facts, evidence, basis, defence and its verification, hearing, remedies."""
    joined = await repository.joined(uow.session, case.id)
    services = await repository.services(uow.session, case.id)
    said = await repository.statements(uow.session, case.id)
    heard = await repository.hearings(uow.session, case.id)
    text = wording.decision(
        wording.Decision(
            number=case.decision_document or wording.NOBODY,
            made_on=uow.today,
            list_label=case.list.label,
            party=_party(organization),
            points=[_of_case(case), *(_of_joined(one) for one in joined)],
            discretion=_discretion(case),
            told=[
                wording.Told(one.method, one.served_on, one.proof)
                for one in services
                if one.outcome is ServiceOutcome.SERVED
                and one.served_on is not None
                and one.corrected_by is None
            ],
            window_ends_on=case.window_ends_on,
            said=[wording.Said(one.received_on, one.content, one.findings) for one in said],
            heard=[wording.Heard(one.held_on, one.record, one.opinion) for one in heard],
            discussion=case.discussion_record,
            outcome=case.outcome or Outcome.NOT_LIST,
            reasons=case.decision_reasons or wording.NOBODY,
            exit_not_before=listing.exit_not_before if listing is not None else None,
            publication_ends_on=listing.publication_ends_on if listing is not None else None,
            remedy=rule_set.parameters.remedy.text,
        )
    )
    number = case.decision_document or wording.NOBODY
    return await _keep(uow, case.id, DocumentKind.DECISION, number, text, rule_set.reference)


async def _keep(
    uow: UnitOfWork, case_id: UUID, kind: DocumentKind, number: str, text: str, rule_set: str
) -> Document:
    document = Document(
        case_id=case_id,
        number=await repository.count_documents(uow.session, case_id) + 1,
        kind=kind,
        document_number=number,
        content=text,
        made_by=uow.actor.subject,
        made_on=uow.today,
        made_at=uow.now,
        rule_set=rule_set,
        is_replaced=False,
    )
    uow.session.add(document)
    await uow.session.flush()
    return document


def _party(organization: KnownOrganization) -> wording.Party:
    return wording.Party(organization.name, organization.credit_code or organization.filing_number)


def _of_case(case: Case) -> wording.Point:
    return wording.Point(case.trigger_text, case.legal_basis, case.facts, case.evidence)


def _of_joined(one: JoinedTrigger) -> wording.Point:
    return wording.Point(one.trigger_text, one.legal_basis, one.facts, one.evidence)


def _discretion(case: Case) -> str | None:
    if case.discretion_text is None:
        return None
    basis = f"（{case.discretion_basis}）" if case.discretion_basis else ""
    return f"{case.discretion_text}{basis}"
