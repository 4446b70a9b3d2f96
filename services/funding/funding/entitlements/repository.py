"""Every query about entitlements and their causes."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from funding.access import visible, within
from funding.entitlements.domain import CauseKind, Outcome, Status
from funding.entitlements.models import Cause, Entitlement
from funding.learned.repository import barred
from funding.payments.domain import Status as PaymentStatus
from funding.payments.models import Payment
from funding.programmes.domain import EarlierAward, Programme
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.actors import Actor
from liandong.problems import NotFound


def held() -> ColumnElement[bool]:
    """Derived: unpaid, and the organisation or the entitlement's own payment is held now."""
    return and_(
        Entitlement.status.in_((Status.OPEN, Status.APPROVED)),
        or_(
            barred(Entitlement.organization_id),
            exists().where(
                Payment.entitlement_id == Entitlement.id, Payment.status == PaymentStatus.HELD
            ),
        ),
    )


async def lock_cause(uow: UnitOfWork, cause_id: UUID) -> Cause | None:
    return await uow.session.get(Cause, cause_id, with_for_update=True)


async def lock_many(uow: UnitOfWork, ids: Sequence[UUID]) -> list[Entitlement]:
    """The entitlements, locked in the order of their ids; lock their payees before."""
    rows = await uow.session.scalars(
        select(Entitlement)
        .where(Entitlement.id.in_(ids))
        .order_by(Entitlement.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(rows)


async def lock(uow: UnitOfWork, entitlement_id: UUID) -> Entitlement:
    found = await lock_many(uow, [entitlement_id])
    if not found:
        raise NotFound("没有这项应享")
    return found[0]


async def payee_of(session: AsyncSession, entitlement_id: UUID) -> UUID:
    """Whose entitlement it is, without a lock: that never changes."""
    found = await session.scalar(
        select(Entitlement.organization_id).where(Entitlement.id == entitlement_id)
    )
    if found is None:
        raise NotFound("没有这项应享")
    return found


async def get(session: AsyncSession, entitlement_id: UUID) -> tuple[Entitlement, bool]:
    """The entitlement and whether it is held now."""
    row = (
        await session.execute(select(Entitlement, held()).where(Entitlement.id == entitlement_id))
    ).first()
    if row is None:
        raise NotFound("没有这项应享")
    return row[0], row[1]


async def awarded(
    session: AsyncSession, programme: Programme, cause_id: UUID, once_key: str
) -> bool:
    """Whether the cause, or what is paid for once, has its entitlement already."""
    query = select(
        exists().where(
            Entitlement.programme == programme,
            or_(
                Entitlement.cause_id == cause_id,
                and_(Entitlement.once_key == once_key, Entitlement.status != Status.CANCELLED),
            ),
        )
    )
    return bool(await session.scalar(query))


async def earlier_awards(
    session: AsyncSession, organization_id: UUID, cause_id: UUID
) -> list[EarlierAward]:
    """What the organisation was awarded for other grades, not cancelled."""
    rows = await session.execute(
        select(Entitlement.category, Entitlement.amount_fen).where(
            Entitlement.organization_id == organization_id,
            Entitlement.cause_kind == CauseKind.GRADE,
            Entitlement.cause_id != cause_id,
            Entitlement.status != Status.CANCELLED,
        )
    )
    return [EarlierAward(grade, amount) for grade, amount in rows]


def search(
    actor: Actor,
    *,
    programme: Programme | None = None,
    organization_id: UUID | None = None,
    status: Status | None = None,
    district: str = "",
    needs_review: bool | None = None,
    is_held: bool | None = None,
) -> Select[Entitlement, bool]:
    """Rows of an entitlement and whether it is held."""
    query = select(Entitlement, held()).where(_seen(actor))
    if programme is not None:
        query = query.where(Entitlement.programme == programme)
    if organization_id is not None:
        query = query.where(Entitlement.organization_id == organization_id)
    if status is not None:
        query = query.where(Entitlement.status == status)
    if district:
        query = query.where(within(Entitlement.district, district))
    if needs_review is not None:
        query = query.where(Entitlement.needs_review == needs_review)
    if is_held is not None:
        query = query.where(held() if is_held else ~held())
    return query


async def sums(
    session: AsyncSession,
    actor: Actor,
    *,
    programmes: Sequence[Programme],
    district: str,
    year: int | None,
) -> list[tuple[Programme, str, int, int]]:
    """Count and sum by programme and category, what was cancelled left out."""
    query = select(
        Entitlement.programme,
        Entitlement.category,
        func.count(),
        func.sum(Entitlement.amount_fen),
    ).where(_seen(actor), Entitlement.status != Status.CANCELLED)
    if programmes:
        query = query.where(Entitlement.programme.in_(programmes))
    if district:
        query = query.where(within(Entitlement.district, district))
    if year is not None:
        query = query.where(Entitlement.year == year)
    grouping = (Entitlement.programme, Entitlement.category)
    rows = await session.execute(query.group_by(*grouping).order_by(*grouping))
    return [(programme, category, count, int(total)) for programme, category, count, total in rows]


def causes(
    actor: Actor, *, outcome: Outcome | None, organization_id: UUID | None, district: str
) -> Select[Cause]:
    query = select(Cause).where(visible(actor, Cause.district))
    if outcome is not None:
        query = query.where(Cause.outcome == outcome)
    if organization_id is not None:
        query = query.where(Cause.organization_id == organization_id)
    if district:
        query = query.where(within(Cause.district, district))
    return query


def _seen(actor: Actor) -> ColumnElement[bool]:
    return visible(
        actor,
        Entitlement.district,
        Entitlement.payer_district,
        organization=Entitlement.organization_id,
    )
