"""Use cases of monthly reports."""

from uuid import UUID

from credit_list.reports import domain, repository
from credit_list.reports.domain import Action, Status
from credit_list.reports.models import MonthlyReport, ReportNote
from credit_list.reports.rules import REPORTS
from credit_list.reports.schemas import DifferenceRead, MonthlyRead, NoteRead, ReportMonth
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule, two_persons
from liandong.ids import uuid7


async def read(uow: UnitOfWork, district: str, name: str) -> MonthlyRead:
    """The report as it stands, with what has become different since."""
    month = domain.month_of(name, uow.today)
    report = await repository.find(uow.session, district, month.name)
    now = await repository.figures(uow.session, district, month)
    if report is None:
        rules = (await uow.rules(REPORTS, district, month.last)).parameters
        due_on = domain.due_on(month, rules)
    else:
        due_on = report.due_on
    notes = await repository.notes(uow.session, report.id) if report is not None else []
    reported_on = report.reported_on if report is not None else None
    return MonthlyRead(
        id=report.id if report is not None else None,
        version=report.version if report is not None else 0,
        month=month.name,
        district=district,
        status=report.status if report is not None else Status.OPEN,
        is_over=uow.today > month.last,
        due_on=due_on,
        is_late=(reported_on or uow.today) > due_on,
        reported_on=reported_on,
        confirmed_on=report.confirmed_on if report is not None else None,
        figures=report.figures if report is not None else now,
        differences=[
            DifferenceRead.model_validate(one)
            for one in (domain.differences(report.figures, now) if report is not None else [])
        ],
        notes=[NoteRead.model_validate(one) for one in notes],
    )


async def report(uow: UnitOfWork, body: ReportMonth) -> MonthlyReport:
    """Counts the month that is over; again as long as it has not been confirmed."""
    district_rule(uow.actor, body.district)
    month = domain.month_of(body.month, uow.today)
    domain.check_over(month, uow.today)
    rule_set = await uow.rules(REPORTS, body.district, month.last)
    found = await repository.lock_or_open(
        uow,
        MonthlyReport(
            id=uuid7(),
            version=0,
            created_at=uow.now,
            updated_at=uow.now,
            district=body.district,
            month=month.name,
            status=Status.OPEN,
            figures={},
            due_on=domain.due_on(month, rule_set.parameters),
            rule_set=rule_set.reference,
        ),
    )
    found.status = domain.advance(found.status, Action.REPORT)
    found.figures = await repository.figures(uow.session, body.district, month)
    found.reported_by = uow.actor.subject
    found.reported_on = uow.today
    return _changed(uow, found, "reported")


async def confirm(uow: UnitOfWork, report_id: UUID, version: int) -> MonthlyReport:
    """By another officer; from now on the figures stand."""
    found = await _open(uow, report_id, version)
    two_persons(found.reported_by or "", uow.actor, "确认该月报")
    found.status = domain.advance(found.status, Action.CONFIRM)
    found.confirmed_by = uow.actor.subject
    found.confirmed_on = uow.today
    return _changed(uow, found, "confirmed")


async def note(uow: UnitOfWork, report_id: UUID, version: int, text: str) -> MonthlyReport:
    found = await _open(uow, report_id, version)
    found.status = domain.advance(found.status, Action.NOTE)
    uow.session.add(
        ReportNote(
            report_id=found.id,
            number=len(await repository.notes(uow.session, found.id)) + 1,
            note=text,
            by=uow.actor.subject,
            at=uow.now,
        )
    )
    return _changed(uow, found, "noted")


async def _open(uow: UnitOfWork, report_id: UUID, version: int) -> MonthlyReport:
    found = await repository.lock(uow, report_id)
    found.expect(version)
    district_rule(uow.actor, found.district)
    return found


def _changed(uow: UnitOfWork, found: MonthlyReport, fact: str) -> MonthlyReport:
    found.touch(uow.now)
    uow.record(
        f"monthly-report.{fact}",
        "monthly-report",
        found.id,
        district=found.district,
        month=found.month,
    )
    return found
