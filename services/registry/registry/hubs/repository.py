"""Every query about hubs and their members."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import NotFound
from registry.hubs.models import HubMembership, HubRoll
from registry.organizations.models import Organization


async def lock_organizations(
    uow: UnitOfWork, organization_ids: Iterable[UUID]
) -> dict[UUID, Organization]:
    """In the order of their ids, before any roll: whoever ends a body goes the same way."""
    query = (
        select(Organization)
        .where(Organization.id.in_([*organization_ids]))
        .order_by(Organization.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return {one.id: one for one in await uow.session.scalars(query)}


async def lock_roll(uow: UnitOfWork, hub_id: UUID) -> HubRoll:
    """The roll of a hub, made when it is asked for first; locked until the unit ends."""
    new = {"id": hub_id, "version": 0, "members": 0, "public_benefit": 0}
    await uow.session.execute(
        insert(HubRoll).values(**new, created_at=uow.now, updated_at=uow.now)
        .on_conflict_do_nothing()
    )  # fmt: skip
    await uow.session.flush()  # what this unit has changed of it is not to be read over
    found = await uow.session.get(HubRoll, hub_id, with_for_update=True, populate_existing=True)
    assert found is not None
    return found


async def roll_of(session: AsyncSession, hub_id: UUID) -> HubRoll | None:
    return await session.get(HubRoll, hub_id)


async def membership(session: AsyncSession, membership_id: UUID) -> HubMembership:
    found = await session.get(HubMembership, membership_id)
    if found is None:
        raise NotFound("没有这条成员记录")
    return found


async def refreshed(uow: UnitOfWork, membership_id: UUID) -> HubMembership:
    """As it is now, after the roll was locked."""
    found = await uow.session.get(HubMembership, membership_id, populate_existing=True)
    assert found is not None
    return found


async def every(session: AsyncSession, hub_id: UUID) -> Sequence[HubMembership]:
    """All memberships of a hub that were not entered by mistake."""
    query = select(HubMembership).where(
        HubMembership.hub_id == hub_id, HubMembership.annulled_on.is_(None)
    )
    return (await session.scalars(query.order_by(HubMembership.id))).all()


async def open_of_member(session: AsyncSession, member_id: UUID) -> Sequence[HubMembership]:
    """Memberships of a body that go on, by hub."""
    query = select(HubMembership).where(
        HubMembership.member_id == member_id,
        HubMembership.left_on.is_(None),
        HubMembership.annulled_on.is_(None),
    )
    return (await session.scalars(query.order_by(HubMembership.hub_id))).all()


def of_hub(hub_id: UUID, on: date | None, *, public_benefit: bool | None) -> Select[HubMembership]:
    """Members on the day; without a day everybody who ever was."""
    query = select(HubMembership).where(HubMembership.hub_id == hub_id)
    if public_benefit is not None:
        query = query.where(HubMembership.is_public_benefit == public_benefit)
    return _on(query, on)


def of_member(member_id: UUID, on: date | None) -> Select[HubMembership]:
    return _on(select(HubMembership).where(HubMembership.member_id == member_id), on)


def _on(query: Select[HubMembership], on: date | None) -> Select[HubMembership]:
    if on is not None:
        query = query.where(
            HubMembership.joined_on <= on,
            or_(HubMembership.left_on.is_(None), HubMembership.left_on > on),
        )
    return query.where(HubMembership.annulled_on.is_(None))
