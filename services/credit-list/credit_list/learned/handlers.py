"""What happens here when others tell something. Nothing is ever listed by a handler."""

from collections.abc import Sequence

from credit_list.grading import engine as grading
from credit_list.grading import repository as grades
from credit_list.learned import events, moving, repository
from credit_list.learned.events import GradeConfirmed, OrganizationFacts
from credit_list.learned.models import KnownGrade, KnownOrganization
from credit_list.listings import service as listings
from credit_list.receiving.resolving import known_now
from credit_list.red_list import ending as red
from credit_list.sharing.marks import mark_organizations
from liandong.db.unit_of_work import UnitOfWork
from liandong.events.subscriptions import Group, NotYet, on, on_many

REVOKED, CANCELLED = "revoked", "cancelled"


async def learn_organizations(told: Sequence[OrganizationFacts], uow: UnitOfWork) -> None:
    rows = [
        one.model_dump(
            include={
                "organization_id",
                "kind",
                "status",
                "name",
                "credit_code",
                "filing_number",
                "district",
            }
        )
        | {
            "learned_from": uow.causation_id or "",
            "learned_at": uow.now,
            "known_since": uow.today,
        }
        for one in told
    ]
    ids = [one.organization_id for one in told]
    before = await repository.lock_districts(uow, ids)
    await repository.upsert(
        uow.session, KnownOrganization, "organization_id", rows, once=["known_since"]
    )
    await moving.follow(uow, before, told)
    await grades.look_first(uow, ids)
    await mark_organizations(uow, ids)
    await known_now(uow, told)


async def learn_revocation(event: events.OrganizationRevoked, uow: UnitOfWork) -> None:
    """A revoked body is nobody's example: it leaves the red list. It is not listed by this."""
    await learn_organizations([event], uow)
    organization = await repository.lock_organization(uow, event.organization_id)
    await listings.leave_red(uow, organization)


async def learn_cancellation(event: events.OrganizationCancelled, uow: UnitOfWork) -> None:
    """A revoked body leaves the serious list when its cancellation is completed (Order 60)."""
    before = await repository.find_for_update(uow, event.organization_id)
    was_revoked = before is not None and before.status == REVOKED
    await learn_organizations([event], uow)
    organization = await repository.lock_organization(uow, event.organization_id)
    if was_revoked:
        await listings.leave_after_cancellation(uow, organization)
    await listings.leave_red(uow, organization)


async def learn_grades(told: Sequence[GradeConfirmed], uow: UnitOfWork) -> None:
    rows = [
        one.model_dump()
        | {"in_force": True, "learned_from": uow.causation_id or "", "learned_at": uow.now}
        for one in told
    ]
    await repository.upsert(uow.session, KnownGrade, "grade_id", rows)
    await grades.look_soon(uow, [one.organization_id for one in told])


async def adjust_grade(event: events.GradeAdjusted, uow: UnitOfWork) -> None:
    organization = await repository.find_for_update(uow, event.organization_id)
    grade = await _known(uow, event)
    grade.grade = event.grade
    _learned(grade, uow)
    await _graded(uow, organization)


async def end_grade(event: events.GradeCancelled | events.GradeExpired, uow: UnitOfWork) -> None:
    organization = await repository.find_for_update(uow, event.organization_id)
    grade = await _known(uow, event)
    grade.in_force = False
    _learned(grade, uow)
    await _graded(uow, organization)


async def _graded(uow: UnitOfWork, organization: KnownOrganization | None) -> None:
    """The organisation may not have been learnt yet: then it is on no list either."""
    if organization is not None:
        await red.grade_changed(uow, organization)
        await grading.facts_changed(uow, organization)


async def _known(
    uow: UnitOfWork, event: events.GradeAdjusted | events.GradeCancelled | events.GradeExpired
) -> KnownGrade:
    grade = await repository.lock_grade(uow, event.grade_id)
    if grade is None:
        raise NotYet(f"grade {event.grade_id} has not been learnt")
    return grade


def _learned(grade: KnownGrade, uow: UnitOfWork) -> None:
    grade.learned_from = uow.causation_id or ""
    grade.learned_at = uow.now


LEARNED = Group(
    name="credit-list.learned",
    subscriptions=[
        on_many(events.OrganizationRegistered, learn_organizations),
        on_many(events.OrganizationChanged, learn_organizations),
        on_many(events.OrganizationSuspended, learn_organizations),
        on_many(events.OrganizationResumed, learn_organizations),
        on_many(events.OrganizationRestored, learn_organizations),
        on(events.OrganizationRevoked, learn_revocation),
        on(events.OrganizationCancelled, learn_cancellation),
        on_many(events.GradeConfirmed, learn_grades),
        on(events.GradeAdjusted, adjust_grade),
        on(events.GradeCancelled, end_grade),
        on(events.GradeExpired, end_grade),
    ],
)
