"""What funding does when other services tell something.

Two groups: what stops money (``funding.standing``) never waits behind an award that cannot be
judged (``funding.awards``).
"""

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
    OrganizationResumed,
    OrganizationRevoked,
    OrganizationStatus,
    OrganizationSuspended,
    SiteRecognized,
    SiteWithdrawn,
)
from funding.learned.models import CreditListing
from funding.measures.domain import HOLD_PAYMENTS
from funding.measures.obeying import OBEYING
from funding.payments.domain import BARRING_STATUSES, HoldKind, barred_by_status, listed
from funding.payments.holds import hold_organization, release_organization
from funding.reviews import service as reviews
from liandong.db.unit_of_work import UnitOfWork
from liandong.events.subscriptions import Group, NotYet, on
from liandong.measures.obedience import Affected, News, Step


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


async def list_organization(event: OrganizationListed, uow: UnitOfWork) -> None:
    await repository.lock_payee(uow, event.organization_id)
    listing = await repository.lock_listing(uow, event.listing_id)
    step = await _step(uow, event)
    if listing is None:
        listing = CreditListing(listing_id=event.listing_id, organization_id=event.organization_id)
        uow.session.add(listing)
    listing.list = event.list
    listing.listed_on = event.listed_on
    listing.learned_from = uow.causation_id
    listing.learned_at = uow.now
    await _obey(uow, listing, step)


async def delist_organization(event: OrganizationDelisted, uow: UnitOfWork) -> None:
    await repository.lock_payee(uow, event.organization_id)
    listing = await _known_listing(uow, event.listing_id)
    listing.delisted_on = event.delisted_on
    await _obey(uow, listing, await _step(uow, event))


async def end_measure(event: MeasureEnded, uow: UnitOfWork) -> None:
    """One measure ended by its own term; the listing stands."""
    await repository.lock_payee(uow, event.organization_id)
    listing = await _known_listing(uow, event.listing_id)
    await _obey(uow, listing, await _step(uow, event))


async def _step(uow: UnitOfWork, event: News) -> Step:
    [step] = await OBEYING.learn(uow, [event], [UUID(uow.causation_id)])
    return step


async def _obey(uow: UnitOfWork, listing: CreditListing, step: Step) -> None:
    """Payments are held exactly while the measure is in force; then it is told."""
    listing.holds_payments = HOLD_PAYMENTS in step.after.effects
    whose = listing.organization_id
    if listing.holds_payments:
        number = await hold_organization(uow, whose, listed(listing.listing_id, listing.list))
    else:
        number = await release_organization(uow, whose, HoldKind.LISTED, listing.listing_id)
    step.affected[HOLD_PAYMENTS] = Affected("payments", number)
    await OBEYING.tell(uow, [step])


async def _known_listing(uow: UnitOfWork, listing_id: UUID) -> CreditListing:
    listing = await repository.lock_listing(uow, listing_id)
    if listing is None:
        raise NotYet(f"listing {listing_id} is not known")
    return listing


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
        on(OrganizationListed, list_organization),
        on(OrganizationDelisted, delist_organization),
        on(MeasureEnded, end_measure),
        on(OrganizationSuspended, learn_status),
        on(OrganizationResumed, learn_status),
        on(OrganizationCancelled, learn_status),
        on(OrganizationRevoked, learn_status),
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
