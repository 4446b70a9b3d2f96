"""What every change of a credit record does: write it, keep the version, tell of it.

Whoever calls has locked the organisation's row, if the organisation is known.
"""

from datetime import date
from typing import Any
from uuid import UUID

from credit_list.periods import CalendarMissing, add_working_days
from credit_list.records import domain
from credit_list.records.domain import Action, Ground, Status
from credit_list.records.events import RecordCorrected, RecordRecorded, RecordWithdrawn
from credit_list.records.facts import COLUMNS, Fact
from credit_list.records.models import CreditRecord, RecordVersion
from credit_list.records.rules import RECORDS
from credit_list.sharing import superseding
from credit_list.sharing.marks import mark_record
from liandong.db.unit_of_work import UnitOfWork
from liandong.ids import uuid7


async def record(
    uow: UnitOfWork, organization_id: UUID, district: str, fact: Fact, obtained_on: date
) -> CreditRecord:
    rule_set = await uow.rules(RECORDS, district)
    days = rule_set.parameters.record_within.working_days
    record_by = _record_by(obtained_on, days)
    made = CreditRecord(
        id=uuid7(),
        version=0,
        created_at=uow.now,
        updated_at=uow.now,
        organization_id=organization_id,
        district=district,
        status=Status.RECORDED,
        source=fact.source,
        source_key=fact.key,
        obtained_on=obtained_on,
        recorded_on=uow.today,
        recorded_by=uow.actor.subject,
        record_by=record_by,
        is_late=domain.is_late(uow.today, record_by),
        rule_set=rule_set.reference,
        **fact.columns(),
    )
    uow.session.add(made)
    await uow.session.flush()
    uow.publish(RecordRecorded(**facts_told(made)), of=made)
    keep(uow, made, Action.RECORD)
    return made


async def amend(uow: UnitOfWork, known: CreditRecord, told: dict[str, Any], action: Action) -> bool:
    """Writes what is told now; whether that is anything new. Nothing new is no change."""
    if all(getattr(known, name) == value for name, value in told.items()):
        return False
    known.status = domain.advance(known.status, action)
    for name, value in told.items():
        setattr(known, name, value)
    await superseding.correct_record(uow, known)
    uow.publish(RecordCorrected(**facts_told(known)), of=known)
    keep(uow, known, action)
    return True


async def withdraw(uow: UnitOfWork, known: CreditRecord, ground: Ground) -> None:
    known.status = domain.advance(known.status, Action.WITHDRAW)
    known.withdrawn_on = uow.today
    known.withdrawn_ground = ground
    await superseding.withdraw_record(uow, known)
    uow.publish(
        RecordWithdrawn(**facts_told(known), withdrawn_on=uow.today, ground=ground.value), of=known
    )
    keep(uow, known, Action.WITHDRAW, ground=ground.value)


def reinstate(uow: UnitOfWork, known: CreditRecord, told: dict[str, Any]) -> None:
    known.status = domain.advance(known.status, Action.REINSTATE)
    known.withdrawn_on = known.withdrawn_ground = None
    for name, value in told.items():
        setattr(known, name, value)
    uow.publish(RecordRecorded(**facts_told(known)), of=known)
    keep(uow, known, Action.REINSTATE)


def keep(uow: UnitOfWork, changed: CreditRecord, action: Action, **details: object) -> None:
    """The version that the change has made, and the audit entry."""
    uow.session.add(
        RecordVersion(
            record_id=changed.id,
            number=changed.version,
            action=action,
            status=changed.status,
            content=content(changed),
            by=uow.actor.subject,
            at=uow.now,
            rule_set=changed.rule_set,
            caused_by=uow.causation_id,
        )
    )
    mark_record(uow, changed)
    uow.record(
        f"record.{action.value}",
        "record",
        changed.id,
        district=changed.district,
        organization_id=changed.organization_id,
        kind=changed.kind.value,
        source=changed.source,
        **details,
    )


def content(known: CreditRecord) -> dict[str, Any]:
    return {name: _plain(getattr(known, name)) for name in COLUMNS}


def plain(columns: dict[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in columns.items()}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def facts_told(known: CreditRecord) -> dict[str, Any]:
    """The part of the record that its events carry: no document, no text."""
    return {
        "record_id": known.id,
        "organization_id": known.organization_id,
        "district": known.district,
        "category": known.category.value,
        "kind": known.kind.value,
        "status": known.status.value,
        "source": known.source,
        "arose_on": known.arose_on,
        "year": known.year,
        "result": known.result,
        "sanctions": known.sanctions,
        "fine_fen": known.fine_fen,
        "remedied_on": known.remedied_on,
        "recorded_on": known.recorded_on,
        "is_late": known.is_late,
    }


def _record_by(obtained_on: date, working_days: int) -> date | None:
    try:
        return add_working_days(obtained_on, working_days)
    except CalendarMissing:
        return None
