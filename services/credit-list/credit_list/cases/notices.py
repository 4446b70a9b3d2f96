"""Use cases of notice and service: draft, serve, failed attempts, wrong entries, the decision."""

from datetime import date
from uuid import UUID

from credit_list.cases import domain, papers, repository, timing
from credit_list.cases.domain import Action, ServiceOutcome, Status
from credit_list.cases.models import Case, DocumentService
from credit_list.cases.rules import CASES
from credit_list.cases.schemas import CorrectService, DraftNotice, FailService, ServeDocument
from credit_list.cases.steps import elapse, lock_at, open_window, step
from credit_list.learned import repository as learned
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import two_persons
from liandong.problems import Conflict, FieldError, Invalid


class DecisionServed(Conflict):
    slug, title = "decision-served", "决定书已登记送达"


async def draft(uow: UnitOfWork, case_id: UUID, version: int, body: DraftNotice) -> Case:
    """拟制告知书: its text is kept; until it is served it can be drafted anew."""
    organization_id = await repository.organization_of(uow.session, case_id)
    organization = await learned.lock_organization(uow, organization_id)
    case = await lock_at(uow, case_id, version)
    supplement = case.status in domain.SUPPLEMENTING
    case.status = domain.advance(case.status, Action.DRAFT_NOTICE)
    rule_set = await uow.rules(CASES, case.district)
    number = body.document_number
    paper = await papers.draft(uow, case, organization, rule_set, number, supplement=supplement)
    step(uow, case, Action.DRAFT_NOTICE, rule_set, document=paper.number)
    return case


async def serve(uow: UnitOfWork, case_id: UUID, version: int, body: ServeDocument) -> Case:
    """告知: the defence window runs from the day after service; its end is watched."""
    case = await lock_at(uow, case_id, version)
    case.status = domain.advance(case.status, Action.SERVE_NOTICE)
    rule_set = await uow.rules(CASES, case.district)
    document, made_on, failed = await _paper(uow, case)
    found = timing.served(
        body.given(),
        rule_set.parameters.public_notice,
        not_before=made_on,
        today=uow.today,
        failed=failed,
    )
    _write_notice(uow, case, body, found)
    await open_window(uow, case, found.served_on, rule_set)
    await repository.mark_told(uow, case.id)
    await _enter(uow, case, document, body, found)
    step(uow, case, Action.SERVE_NOTICE, rule_set, window_ends_on=case.window_ends_on)
    return case


async def fail(uow: UnitOfWork, case_id: UUID, version: int, body: FailService) -> Case:
    """An attempt that came to nothing: the letter was returned, nobody was there."""
    case = await lock_at(uow, case_id, version)
    case.status = domain.advance(case.status, Action.FAIL_SERVICE)
    if case.decision_served_on is not None:
        raise DecisionServed()
    document, made_on, _ = await _paper(uow, case)
    if not made_on <= body.attempted_on <= uow.today:
        text = f"日期应在文书拟制之日（{made_on.isoformat()}）至今日之间"
        raise Invalid(text, [FieldError("/attempted_on", "not-in-time", text)])
    uow.session.add(
        DocumentService(
            case_id=case.id,
            number=await _next(uow, case.id),
            document=document,
            method=body.method,
            outcome=ServiceOutcome.FAILED,
            told_on=body.attempted_on,
            served_on=None,
            proof=body.proof,
            reason=body.reason,
            entered_by=uow.actor.subject,
            entered_at=uow.now,
        )
    )
    step(uow, case, Action.FAIL_SERVICE, await uow.rules(CASES, case.district))
    return case


async def correct(uow: UnitOfWork, case_id: UUID, version: int, body: CorrectService) -> Case:
    """The service was entered wrongly. Another officer enters it anew before the decision; the
    window is counted anew and never becomes shorter; the wrong entry is kept."""
    case = await lock_at(uow, case_id, version)
    two_persons(case.notice_by or "", uow.actor, "更正送达登记")
    case.status = domain.advance(case.status, Action.CORRECT_SERVICE)
    rule_set = await uow.rules(CASES, case.district)
    services = await repository.services(uow.session, case.id)
    wrong = next((one for one in reversed(services) if one.outcome is ServiceOutcome.SERVED), None)
    failed = sum(one.outcome is ServiceOutcome.FAILED for one in services)
    papers_ = {one.number: one for one in await repository.documents(uow.session, case.id)}
    paper = papers_.get(wrong.document) if wrong is not None else None
    found = timing.served(
        body.given(),
        rule_set.parameters.public_notice,
        not_before=paper.made_on if paper is not None else case.proposed_on,
        today=uow.today,
        failed=failed,
    )
    first = sum(one.outcome is ServiceOutcome.SERVED for one in services) <= 1
    if wrong is not None:
        wrong.corrected_by = uow.actor.subject
    if first:
        case.notice_told_on = None
    _write_notice(uow, case, body, found)
    await open_window(uow, case, found.served_on, rule_set)
    await _enter(uow, case, wrong.document if wrong is not None else 0, body, found, body.reason)
    step(uow, case, Action.CORRECT_SERVICE, rule_set, window_ends_on=case.window_ends_on)
    await elapse(uow, case)
    return case


async def serve_decision(uow: UnitOfWork, case_id: UUID, version: int, body: ServeDocument) -> Case:
    """The decision holds since it was taken; the remedies run from this day."""
    case = await lock_at(uow, case_id, version)
    case.status = domain.advance(case.status, Action.SERVE_DECISION)
    if case.decision_served_on is not None:
        raise DecisionServed(extra={"served_on": case.decision_served_on.isoformat()})
    rule_set = await uow.rules(CASES, case.district)
    document, made_on, failed = await _paper(uow, case)
    found = timing.served(
        body.given(),
        rule_set.parameters.public_notice,
        not_before=made_on,
        today=uow.today,
        failed=failed,
    )
    case.decision_method = body.method
    case.decision_served_on = found.served_on
    case.decision_proof = body.proof
    case.decision_served_by = uow.actor.subject
    case.review_until, case.suit_until = timing.remedies_until(
        rule_set.parameters.remedy, found.served_on
    )
    await _enter(uow, case, document, body, found)
    step(uow, case, Action.SERVE_DECISION, rule_set, served_on=found.served_on)
    return case


async def _paper(uow: UnitOfWork, case: Case) -> tuple[int, date, int]:
    """The paper that is to be served: its number, its day, and how often that has failed. A case
    that was decided before papers were kept has none."""
    paper = await repository.latest_document(uow.session, case.id)
    if paper is None:
        decided = case.status is Status.DECIDED and case.decided_on is not None
        return 0, (case.decided_on or case.proposed_on) if decided else case.proposed_on, 0
    failed = [
        one
        for one in await repository.services(uow.session, case.id)
        if one.outcome is ServiceOutcome.FAILED
    ]
    return paper.number, paper.made_on, len(failed)


def _write_notice(
    uow: UnitOfWork, case: Case, body: ServeDocument | CorrectService, found: timing.Served
) -> None:
    case.notice_method = body.method
    case.notice_proof = body.proof
    case.notice_by = uow.actor.subject
    case.notice_told_on = case.notice_told_on or found.told_on


async def _enter(
    uow: UnitOfWork,
    case: Case,
    document: int,
    body: ServeDocument | CorrectService,
    found: timing.Served,
    reason: str | None = None,
) -> None:
    uow.session.add(
        DocumentService(
            case_id=case.id,
            number=await _next(uow, case.id),
            document=document,
            method=body.method,
            outcome=ServiceOutcome.SERVED,
            told_on=found.told_on,
            served_on=found.served_on,
            proof=body.proof,
            reason=reason,
            entered_by=uow.actor.subject,
            entered_at=uow.now,
        )
    )


async def _next(uow: UnitOfWork, case_id: UUID) -> int:
    return len(await repository.services(uow.session, case_id)) + 1
