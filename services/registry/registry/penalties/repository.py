"""Every query about penalties."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import NotFound
from liandong.values.districts import subtree_prefix
from registry.penalties.domain import IN_FORCE, Effect, Status
from registry.penalties.models import Penalty


async def lock(uow: UnitOfWork, penalty_id: UUID) -> Penalty:
    """The case, its row locked until the unit ends; raises NotFound."""
    found = await uow.session.get(Penalty, penalty_id, with_for_update=True)
    if found is None:
        raise NotFound("没有这件处罚案件")
    return found


async def get(session: AsyncSession, penalty_id: UUID) -> Penalty:
    found = await session.get(Penalty, penalty_id)
    if found is None:
        raise NotFound("没有这件处罚案件")
    return found


async def published(session: AsyncSession, penalty_id: UUID, today: date) -> Penalty:
    """What the public may see: published in its term, or withdrawn after it was; else NotFound."""
    found = await session.get(Penalty, penalty_id)
    if found is None or found.published_on is None or not _is_public(found, today):
        raise NotFound("没有公示的处罚决定")
    return found


async def in_force(
    uow: UnitOfWork, organization_id: UUID, effect: Effect, *, but: UUID
) -> Sequence[Penalty]:
    """The organisation's other penalties that are in force and whose effect it is, or would be:
    of two that suspend or revoke, the second finds the work done."""
    wanted = "suspension" if effect is Effect.SUSPENDED else "revocation"
    query = select(Penalty).where(
        Penalty.organization_id == organization_id,
        Penalty.status.in_(IN_FORCE),
        Penalty.proposal["sanctions"].contains([wanted]),
        Penalty.id != but,
    )
    return (await uow.session.scalars(query.order_by(Penalty.id))).all()


async def revoked_it(uow: UnitOfWork, organization_id: UUID) -> bool:
    """Whether a penalty revoked the organisation, withdrawn meanwhile or not."""
    query = select(Penalty.id).where(
        Penalty.organization_id == organization_id,
        Penalty.effect == Effect.REVOKED,
        Penalty.is_undone.is_(False),
    )
    return (await uow.session.scalars(query.limit(1))).first() is not None


async def last_decided(session: AsyncSession, organization_id: UUID) -> date | None:
    """The day of the last decision that was not withdrawn, served yet or not."""
    query = select(func.max(Penalty.decided_on)).where(
        Penalty.organization_id == organization_id,
        Penalty.status.in_((Status.DECIDED, *IN_FORCE)),
    )
    return await session.scalar(query)


def search(
    *,
    within: str | None,
    organization_id: UUID | None,
    statuses: Sequence[Status] = (),
    of: UUID | None = None,
) -> Select[Penalty]:
    """Cases of the district subtree; of the organisation those of which it was informed."""
    whose: list[Any] = []
    if within is not None:
        whose.append(Penalty.district.startswith(subtree_prefix(within)))
    if organization_id is not None:
        whose.append(
            (Penalty.organization_id == organization_id) & Penalty.first_informed_on.is_not(None)
        )
    query = select(Penalty).where(or_(*whose))
    if statuses:
        query = query.where(Penalty.status.in_(statuses))
    if of is not None:
        query = query.where(Penalty.organization_id == of)
    return query


def on_display(*, district: str, organization_id: UUID | None, today: date) -> Select[Penalty]:
    """The public board: decisions in their term. Withdrawn ones are read by their address."""
    query = select(Penalty).where(
        Penalty.published_on.is_not(None),
        Penalty.unpublished_on.is_(None),
        Penalty.publication_until >= today,
        Penalty.withdrawn_on.is_(None),
    )
    prefix = subtree_prefix(district) if district else ""
    if prefix:
        query = query.where(Penalty.district.startswith(prefix))
    if organization_id is not None:
        query = query.where(Penalty.organization_id == organization_id)
    return query


def _is_public(penalty: Penalty, today: date) -> bool:
    if penalty.withdrawn_on is not None:
        return True
    until = penalty.publication_until
    return penalty.unpublished_on is None and until is not None and today <= until
