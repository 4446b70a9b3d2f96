"""异议: the organisation objects, a clerk checks, a second officer corrects or rejects."""

from uuid import UUID

from credit_list import changes
from credit_list.learned import repository as learned
from credit_list.periods import add_working_days
from credit_list.records import domain, keeping, repository
from credit_list.records.domain import Action, Ground, Outcome, Sanction
from credit_list.records.facts import once
from credit_list.records.models import CreditRecord, RecordObjection
from credit_list.records.rules import RECORDS
from credit_list.records.schemas import Correction, DecideObjection, ObjectToRecord
from credit_list.records.service import check_from_department
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.actors import Role
from liandong.identity.guards import district_rule, two_persons
from liandong.problems import FieldError, Invalid, NotFound


async def object_to(
    uow: UnitOfWork, record_id: UUID, version: int, body: ObjectToRecord
) -> CreditRecord:
    known = await _lock(uow, record_id)
    by_organization = _by_organization(uow, known)
    known.expect(version)
    known.status = domain.advance(known.status, Action.OBJECT)
    rule_set = await uow.rules(RECORDS, known.district)
    uow.session.add(
        RecordObjection(
            record_id=known.id,
            number=len(await repository.objections(uow.session, known.id)) + 1,
            content=body.content,
            evidence=body.evidence,
            received_on=uow.today,
            check_by=add_working_days(uow.today, rule_set.parameters.check_within.working_days),
            entered_by=uow.actor.subject,
            by_organization=by_organization,
        )
    )
    return _changed(uow, known, Action.OBJECT)


async def check(uow: UnitOfWork, record_id: UUID, version: int, findings: str) -> CreditRecord:
    """核查: what the clerk found; decided by another."""
    known = await _lock_at(uow, record_id, version)
    known.status = domain.advance(known.status, Action.CHECK)
    objection = await _open(uow, known)
    objection.findings = findings
    objection.checked_by = uow.actor.subject
    objection.checked_at = uow.now
    return _changed(uow, known, Action.CHECK)


async def decide(
    uow: UnitOfWork, record_id: UUID, version: int, body: DecideObjection
) -> CreditRecord:
    known = await _lock_at(uow, record_id, version)
    domain.check_decidable(known.status)
    objection = await _open(uow, known)
    for first in (known.recorded_by, objection.entered_by, objection.checked_by or ""):
        two_persons(first, uow.actor, "决定该异议")
    _check_complete(body)
    if body.outcome is Outcome.REJECT:
        known.status = domain.advance(known.status, Action.REJECT)
        _changed(uow, known, Action.REJECT)
    elif body.outcome is Outcome.WITHDRAW:
        check_from_department(known)
        await keeping.withdraw(uow, known, Ground.OBJECTION)
    else:
        check_from_department(known)
        await _correct(uow, known, body.correction or Correction())
    objection.outcome = body.outcome
    objection.reasons = body.reasons
    objection.decided_by = uow.actor.subject
    objection.decided_at = uow.now
    organization = await learned.find_for_update(uow, known.organization_id)
    await changes.facts_changed(uow, known.organization_id, organization)
    return known


async def _correct(uow: UnitOfWork, known: CreditRecord, correction: Correction) -> None:
    told = correction.model_dump(exclude_none=True)
    for name in ("evidence", "codes", "sanctions"):
        if name in told:
            told[name] = once(told[name])
    domain.check_days(told.get("arose_on", known.arose_on), known.obtained_on, uow.today)
    sanctions = [Sanction(one) for one in told.get("sanctions", known.sanctions)]
    domain.check_kind(known.kind, sanctions)
    domain.check_money(sanctions, told.get("fine_fen", known.fine_fen))
    if not await keeping.amend(uow, known, told, Action.CORRECT):
        raise Invalid(
            "更正后的内容与原记录相同",
            [FieldError("/correction", "nothing-corrected", "请填写需要更正的内容")],
        )


def _check_complete(body: DecideObjection) -> None:
    if (body.outcome is Outcome.CORRECT) != (body.correction is not None):
        raise Invalid(
            "更正的须填写更正内容，其他处理不得填写",
            [FieldError("/correction", "correction-with-outcome", "与处理结果不一致")],
        )


async def _open(uow: UnitOfWork, known: CreditRecord) -> RecordObjection:
    """The latest objection: an earlier one was decided before it could be entered."""
    found = await repository.objections(uow.session, known.id)
    if not found:
        raise NotFound("没有这条异议")
    return found[-1]


def _by_organization(uow: UnitOfWork, known: CreditRecord) -> bool:
    if uow.actor.has(Role.CLERK):
        district_rule(uow.actor, known.district)
        return False
    if not uow.actor.owns(known.organization_id):
        raise NotFound("没有这条信用记录")
    return True


async def _lock(uow: UnitOfWork, record_id: UUID) -> CreditRecord:
    organization_id = await repository.organization_of(uow.session, record_id)
    await learned.find_for_update(uow, organization_id)
    return await repository.lock(uow, record_id)


async def _lock_at(uow: UnitOfWork, record_id: UUID, version: int) -> CreditRecord:
    known = await _lock(uow, record_id)
    known.expect(version)
    district_rule(uow.actor, known.district)
    return known


def _changed(uow: UnitOfWork, known: CreditRecord, action: Action) -> CreditRecord:
    known.touch(uow.now)
    keeping.keep(uow, known, action)
    return known
