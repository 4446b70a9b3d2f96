"""What the registry tells that becomes a credit record.

Every event tells the whole fact as it stands after it. So a correction that comes before what it
corrects needs to wait for nothing: it makes the record, right from the start, and the older event
is left out when it comes, being older. What was taken back before it was told never becomes a
record. An organisation that has not been learnt yet has its records all the same.
"""

from datetime import date, timedelta
from typing import Protocol
from uuid import UUID

from credit_list import changes
from credit_list.learned import events
from credit_list.learned import repository as learned
from credit_list.records import keeping, repository
from credit_list.records.domain import Action, Ground, Kind, Status
from credit_list.records.facts import Fact
from credit_list.red_list import ending as red
from credit_list.sharing import superseding
from credit_list.sharing.marks import mark_record
from liandong.db.unit_of_work import UnitOfWork
from liandong.events.subscriptions import Group, on

MISS = "registry.inspection-miss"
VERDICT = "registry.inspection-verdict"
INSPECTION_RECTIFICATION = "registry.inspection-rectification"
PENALTY = "registry.penalty"
RECTIFICATION = "registry.rectification"
CHECK = "registry.check"
ORGANIZATION = "registry.organization"
QUALIFIED, NO_PROBLEM = "qualified", "no_problem"


class _About(Protocol):
    @property
    def organization_id(self) -> UUID: ...
    @property
    def district(self) -> str: ...


async def _tell(uow: UnitOfWork, event: _About, fact: Fact) -> None:
    organization = await learned.find_for_update(uow, event.organization_id)
    known = await repository.lock_by_source(uow, event.organization_id, fact.source, fact.key)
    if known is None:
        district = organization.district if organization is not None else event.district
        await keeping.record(uow, event.organization_id, district, fact, fact.arose_on)
    else:
        told = fact.columns()
        if fact.keeps_day:
            del told["arose_on"]
        if known.status is Status.WITHDRAWN:
            keeping.reinstate(uow, known, told)
        else:
            await keeping.amend(uow, known, told, Action.AMEND)
    await changes.facts_changed(uow, event.organization_id, organization)


async def _take_back(uow: UnitOfWork, event: _About, source: str, key: UUID) -> None:
    organization = await learned.find_for_update(uow, event.organization_id)
    known = await repository.lock_by_source(uow, event.organization_id, source, str(key))
    if known is not None and known.status is not Status.WITHDRAWN:
        await keeping.withdraw(uow, known, Ground.SOURCE)
        await changes.facts_changed(uow, event.organization_id, organization)


async def conclude(
    event: events.InspectionConcluded | events.InspectionCorrected, uow: UnitOfWork
) -> None:
    """年检结论 and its correction."""
    fact = Fact(
        kind=Kind.INSPECTION_VERDICT,
        source=VERDICT,
        key=str(event.inspection_id),
        arose_on=uow.today,
        keeps_day=True,
        year=event.year,
        result=event.verdict,
        codes=tuple(event.reason_codes),
    )
    await _tell(uow, event, fact)
    if event.verdict == QUALIFIED:  # there was nothing to put right
        await _take_back(uow, event, INSPECTION_RECTIFICATION, event.inspection_id)


async def miss(event: events.InspectionMissed, uow: UnitOfWork) -> None:
    fact = Fact(
        kind=Kind.REPORT_MISSED,
        source=MISS,
        key=str(event.inspection_id),
        arose_on=uow.today,
        keeps_day=True,
        year=event.year,
    )
    await _tell(uow, event, fact)


async def take_back_miss(event: events.InspectionMissWithdrawn, uow: UnitOfWork) -> None:
    await _take_back(uow, event, MISS, event.inspection_id)


async def fail_rectification(event: events.InspectionRectificationFailed, uow: UnitOfWork) -> None:
    fact = Fact(
        kind=Kind.RECTIFICATION_OVERDUE,
        source=INSPECTION_RECTIFICATION,
        key=str(event.inspection_id),
        arose_on=uow.today,
        keeps_day=True,
        year=event.year,
        result="overdue" if event.overdue else "failed",
        codes=tuple(event.reason_codes),
    )
    await _tell(uow, event, fact)


_Penalty = events.PenaltyServed | events.PenaltyExecuted | events.PenaltyPublished


async def punish(event: _Penalty, uow: UnitOfWork) -> None:
    """A penalty counts from the day on which it was served."""
    served = isinstance(event, events.PenaltyServed)
    fact = Fact(
        kind=Kind.PENALTY,
        source=PENALTY,
        key=str(event.penalty_id),
        arose_on=event.served_on if served else event.decided_on,
        keeps_day=not served,
        authority=event.authority,
        authority_code=event.authority_credit_code,
        document_number=event.decision_number,
        codes=tuple(event.violations),
        sanctions=tuple(event.sanctions),
        fine_fen=event.fine_fen,
    )
    await _tell(uow, event, fact)
    organization = await learned.find_for_update(uow, event.organization_id)
    if organization is not None:
        await red.penalised(uow, organization, fact.arose_on)


async def publish_penalty(event: events.PenaltyPublished, uow: UnitOfWork) -> None:
    """公示: shown to the public here as long as there, and no longer."""
    await punish(event, uow)
    await _show(uow, event, event.publication_class, event.publication_until, None)


async def unpublish_penalty(event: events.PenaltyUnpublished, uow: UnitOfWork) -> None:
    """公示期满 or 信用修复: it stops at once; before its time, in the closed files as well."""
    await learned.find_for_update(uow, event.organization_id)
    await _show(uow, event, None, None, event.unpublished_on)


async def _show(
    uow: UnitOfWork,
    event: events.PenaltyFacts,
    name: str | None,
    until: date | None,
    ended_on: date | None,
) -> None:
    key = str(event.penalty_id)
    known = await repository.lock_by_source(uow, event.organization_id, PENALTY, key)
    if known is None:
        return
    shown = known.publication_class, known.published_until, known.unpublished_on
    if shown == (name, until, ended_on):
        return
    is_early = (
        ended_on is not None
        and known.published_until is not None
        and ended_on <= known.published_until
    )
    known.publication_class, known.published_until = name, until
    known.unpublished_on = ended_on
    if is_early:
        await superseding.withdraw_record(uow, known)
    mark_record(uow, known)
    known.touch(uow.now)


async def take_back_penalty(event: events.PenaltyWithdrawn, uow: UnitOfWork) -> None:
    await _take_back(uow, event, PENALTY, event.penalty_id)


async def overdue(event: events.RectificationOverdue, uow: UnitOfWork) -> None:
    fact = Fact(
        kind=Kind.RECTIFICATION_OVERDUE,
        source=RECTIFICATION,
        key=str(event.rectification_id),
        arose_on=event.overdue_on,
        codes=tuple(event.codes),
        result="overdue",
    )
    await _tell(uow, event, fact)


async def complete(event: events.RectificationCompleted, uow: UnitOfWork) -> None:
    """Done after the deadline: it was overdue, and has been put right since."""
    if event.in_time:
        return
    fact = Fact(
        kind=Kind.RECTIFICATION_OVERDUE,
        source=RECTIFICATION,
        key=str(event.rectification_id),
        arose_on=event.due_on + timedelta(days=1),
        keeps_day=True,
        codes=tuple(event.codes),
        result="overdue",
        remedied_on=event.completed_on,
    )
    await _tell(uow, event, fact)


async def take_back_rectification(event: events.RectificationWithdrawn, uow: UnitOfWork) -> None:
    await _take_back(uow, event, RECTIFICATION, event.rectification_id)


async def find_problems(event: events.CheckConcluded, uow: UnitOfWork) -> None:
    if event.result == NO_PROBLEM:
        return
    fact = Fact(
        kind=Kind.CHECK_FINDING,
        source=CHECK,
        key=str(event.check_id),
        arose_on=event.concluded_on,
        codes=tuple(event.codes),
        result=event.result,
    )
    await _tell(uow, event, fact)


async def revoke(event: events.OrganizationRevoked, uow: UnitOfWork) -> None:
    fact = Fact(
        kind=Kind.REVOCATION,
        source=ORGANIZATION,
        key=event.revoked_on.isoformat(),
        arose_on=event.revoked_on,
    )
    await _tell(uow, event, fact)


async def restore(event: events.OrganizationRestored, uow: UnitOfWork) -> None:
    organization = await learned.find_for_update(uow, event.organization_id)
    for known in await repository.lock_counted(uow, event.organization_id, ORGANIZATION):
        await keeping.withdraw(uow, known, Ground.SOURCE)
    await changes.facts_changed(uow, event.organization_id, organization)


RECORDED = Group(
    name="credit-list.records",
    subscriptions=[
        on(events.InspectionConcluded, conclude),
        on(events.InspectionCorrected, conclude),
        on(events.InspectionMissed, miss),
        on(events.InspectionMissWithdrawn, take_back_miss),
        on(events.InspectionRectificationFailed, fail_rectification),
        on(events.PenaltyServed, punish),
        on(events.PenaltyExecuted, punish),
        on(events.PenaltyPublished, publish_penalty),
        on(events.PenaltyUnpublished, unpublish_penalty),
        on(events.PenaltyWithdrawn, take_back_penalty),
        on(events.RectificationOverdue, overdue),
        on(events.RectificationCompleted, complete),
        on(events.RectificationWithdrawn, take_back_rectification),
        on(events.CheckConcluded, find_problems),
        on(events.OrganizationRevoked, revoke),
        on(events.OrganizationRestored, restore),
    ],
)
