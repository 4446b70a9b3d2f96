"""Every query about custody."""

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import NotFound
from liandong.values.districts import subtree_prefix
from registry.custody.models import CustodyAccount, CustodyEntry, CustodyPayout


async def lock(uow: UnitOfWork, account_id: UUID) -> CustodyAccount:
    found = await uow.session.get(CustodyAccount, account_id, with_for_update=True)
    if found is None:
        raise NotFound("没有这个代管账户")
    return found


async def get(session: AsyncSession, account_id: UUID) -> CustodyAccount:
    found = await session.get(CustodyAccount, account_id)
    if found is None:
        raise NotFound("没有这个代管账户")
    return found


async def payout(session: AsyncSession, payout_id: UUID) -> CustodyPayout:
    found = await session.get(CustodyPayout, payout_id, populate_existing=True)
    if found is None:
        raise NotFound("没有这笔支出")
    return found


async def entry(session: AsyncSession, entry_id: UUID) -> CustodyEntry:
    found = await session.get(CustodyEntry, entry_id)
    if found is None:
        raise NotFound("没有这笔账")
    return found


async def is_reversed(session: AsyncSession, entry_id: UUID) -> bool:
    query = select(CustodyEntry.id).where(CustodyEntry.reverses_id == entry_id)
    return (await session.execute(query)).first() is not None


def accounts(
    *, within: str | None, organization_id: UUID | None, hub_id: UUID | None, member_id: UUID | None
) -> Select[CustodyAccount]:
    """Accounts of hubs in the district, or of the organisation on either side."""
    account = CustodyAccount
    whose: list[Any] = []
    if within is not None:
        whose.append(account.district.startswith(subtree_prefix(within)))
    if organization_id is not None:
        whose += [account.hub_id == organization_id, account.member_id == organization_id]
    query = select(account).where(or_(*whose))
    if hub_id is not None:
        query = query.where(account.hub_id == hub_id)
    return query if member_id is None else query.where(account.member_id == member_id)


def entries(account_id: UUID, since: date | None, until: date | None) -> Select[CustodyEntry]:
    query = select(CustodyEntry).where(CustodyEntry.account_id == account_id)
    if since is not None:
        query = query.where(CustodyEntry.posted_on >= since)
    return query if until is None else query.where(CustodyEntry.posted_on <= until)


def payouts(account_id: UUID) -> Select[CustodyPayout]:
    return select(CustodyPayout).where(CustodyPayout.account_id == account_id)


class Sums(NamedTuple):
    before: int
    incoming: int
    outgoing: int
    entries: int


async def sums(session: AsyncSession, account_id: UUID, since: date | None, until: date) -> Sums:
    """What the entries of an account come to, before the first day and from it to the last."""
    change = CustodyEntry.change_fen
    begun = CustodyEntry.posted_on >= (since or date.min)

    def total(*where: Any) -> Any:
        return func.coalesce(func.sum(change).filter(*where), 0)

    query = select(
        total(~begun),
        total(begun, change > 0),
        -total(begun, change < 0),
        func.count().filter(begun),
    ).where(CustodyEntry.account_id == account_id, CustodyEntry.posted_on <= until)
    return Sums(*(int(one) for one in (await session.execute(query)).one()))
