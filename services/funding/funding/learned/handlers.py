"""What funding does when other services tell something.

Two groups: what stops money (``funding.standing``) never waits behind an award that cannot be
judged (``funding.awards``).
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from funding.entitlements import repository as entitlements
from funding.entitlements.domain import CauseKind
from funding.entitlements.models import Cause
from funding.entitlements.service import learn
from funding.learned import repository
from funding.learned.events import (
    GradeAdjusted,
    GradeCancelled,
    GradeConfirmed,
    MeasureEnded,
    OrganizationCancelled,
    OrganizationDelisted,
    OrganizationListed,
    OrganizationRestored,
    OrganizationResumed,
    OrganizationRevoked,
    OrganizationStatus,
    OrganizationSuspended,
    SiteRecognized,
    SiteWithdrawn,
)
from funding.learned.repository import ListingRow
from funding.measures.domain import HOLD_PAYMENTS
from funding.measures.obeying import OBEYING
from funding.payments.domain import BARRING_STATUSES, HoldKind, barred_by_status, listed
from funding.payments.holds import hold_organization, release_organization
from funding.payments.repository import unpaid_organizations
from funding.reviews import service as reviews
from liandong.db.unit_of_work import UnitOfWork
from liandong.events.subscriptions import Group, NotYet, on, on_many
from liandong.measures.obedience import Affected, Step


async def recognize_site(event: SiteRecognized, uow: UnitOfWork) -> None:
    await learn(
        uow,
        Cause(
            cause_id=event.site_id,
            kind=CauseKind.SITE,
            organization_id=event.organization_id,
            district=event.district,
            category=event.kind,
            decided_on=event.recognized_on,
            learned_from=uow.causation_id,
            learned_at=uow.now,
        ),
    )


async def confirm_grade(event: GradeConfirmed, uow: UnitOfWork) -> None:
    await learn(
        uow,
        Cause(
            cause_id=event.grade_id,
            kind=CauseKind.GRADE,
            organization_id=event.organization_id,
            district=event.district,
            category=event.grade,
            round=event.round,
            decided_on=event.confirmed_on,
            learned_from=uow.causation_id,
            learned_at=uow.now,
        ),
    )


async def withdraw_site(event: SiteWithdrawn, uow: UnitOfWork) -> None:
    cause = await _known(uow, event.subject)
    cause.withdrawn_on = event.withdrawn_on
    if cause.entitlement_id is not None:
        await reviews.withdraw(uow, cause.entitlement_id, f"站点认定已撤销：{event.reason}")


async def cancel_grade(event: GradeCancelled, uow: UnitOfWork) -> None:
    cause = await _known(uow, event.subject)
    cause.withdrawn_on = event.cancelled_on
    if cause.entitlement_id is not None:
        await reviews.withdraw(uow, cause.entitlement_id, f"评估等级已取消：{event.reason}")


async def adjust_grade(event: GradeAdjusted, uow: UnitOfWork) -> None:
    cause = await _known(uow, event.subject)
    if cause.entitlement_id is not None:
        reason = f"评估等级由 {event.previous_grade} 调整为 {event.grade}"
        await reviews.question(uow, cause.entitlement_id, reason)


async def listings(
    events: Sequence[OrganizationListed | OrganizationDelisted | MeasureEnded], uow: UnitOfWork
) -> None:
    """列入、移出名单，措施期限届满. Payments are held exactly while the measure 暂停拨付 is in
    force, and what was done is told, all in this very transaction."""
    whose = {event.organization_id for event in events}
    await repository.hold_payees(uow, whose)
    known = await repository.lock_listings(uow, {event.listing_id for event in events})
    steps = await OBEYING.learn(uow, events, uow.causes)
    rows: dict[UUID, ListingRow] = {}
    for event, step in zip(events, steps, strict=True):
        row = rows.get(event.listing_id) or known.get(event.listing_id)
        rows[event.listing_id] = _told(event, row, step, uow.now)
    await repository.write_listings(uow, list(rows.values()))
    paid = await unpaid_organizations(uow, whose)
    for step in steps:
        number = 0
        if step.news.organization_id in paid:
            number = await _obey(uow, step, rows[step.news.listing_id].list)
        step.affected[HOLD_PAYMENTS] = Affected("payments", number)
    await OBEYING.tell(uow, steps)


def _told(
    event: OrganizationListed | OrganizationDelisted | MeasureEnded,
    row: ListingRow | None,
    step: Step,
    now: datetime,
) -> ListingRow:
    """The listing after the news."""
    holds = HOLD_PAYMENTS in step.after.effects
    if isinstance(event, OrganizationListed):
        begun = ListingRow(
            event.listing_id, event.organization_id, event.list, holds, event.listed_on, None,
            str(step.cause), now,
        )  # fmt: skip
        return begun if row is None else begun._replace(delisted_on=row.delisted_on)
    if row is None:
        raise NotYet(f"listing {event.listing_id} is not known")
    if isinstance(event, OrganizationDelisted):
        return row._replace(holds_payments=holds, delisted_on=event.delisted_on)
    return row._replace(holds_payments=holds)  # one measure ended by its own term


async def _obey(uow: UnitOfWork, step: Step, which: str) -> int:
    """How many payments were held or released."""
    uow.causation_id = str(step.cause)
    whose, listing_id = step.news.organization_id, step.news.listing_id
    if HOLD_PAYMENTS in step.after.effects:
        return await hold_organization(uow, whose, listed(listing_id, which))
    return await release_organization(uow, whose, HoldKind.LISTED, listing_id)


async def learn_status(event: OrganizationStatus, uow: UnitOfWork) -> None:
    payee = await repository.lock_payee(uow, event.organization_id)
    payee.status = event.status
    payee.learned_from = uow.causation_id
    payee.learned_at = uow.now
    if event.status in BARRING_STATUSES:
        await hold_organization(uow, event.organization_id, barred_by_status(event.status))
    else:
        await release_organization(uow, event.organization_id, HoldKind.ORGANIZATION_STATUS, None)


async def _known(uow: UnitOfWork, cause_id: UUID) -> Cause:
    cause = await entitlements.lock_cause(uow, cause_id)
    if cause is None:
        raise NotYet(f"cause {cause_id} is not known")
    return cause


STANDING = Group(
    name="funding.standing",
    subscriptions=[
        on_many(OrganizationListed, listings),
        on_many(OrganizationDelisted, listings),
        on_many(MeasureEnded, listings),
        on(OrganizationSuspended, learn_status),
        on(OrganizationResumed, learn_status),
        on(OrganizationCancelled, learn_status),
        on(OrganizationRevoked, learn_status),
        on(OrganizationRestored, learn_status),
    ],
)
AWARDS = Group(
    name="funding.awards",
    subscriptions=[
        on(SiteRecognized, recognize_site),
        on(SiteWithdrawn, withdraw_site),
        on(GradeConfirmed, confirm_grade),
        on(GradeAdjusted, adjust_grade),
        on(GradeCancelled, cancel_grade),
    ],
)
