"""Every query about organisations."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import NotFound
from liandong.values.districts import subtree_prefix
from registry.organizations.domain import Kind, Status, bigrams, normalize_name
from registry.organizations.models import Organization


async def lock(uow: UnitOfWork, organization_id: UUID) -> Organization:
    """The organisation, its row locked until the unit ends; raises NotFound."""
    found = await uow.session.get(Organization, organization_id, with_for_update=True)
    if found is None:
        raise NotFound("没有这家社会组织")
    return found


async def get(session: AsyncSession, organization_id: UUID) -> Organization:
    """The organisation; raises NotFound."""
    found = await session.get(Organization, organization_id)
    if found is None:
        raise NotFound("没有这家社会组织")
    return found


async def by_credit_code(session: AsyncSession, code: str) -> Organization:
    return await _one(session, select(Organization).where(Organization.credit_code == code))


async def by_filing_number(session: AsyncSession, number: str) -> Organization:
    return await _one(session, select(Organization).where(Organization.filing_number == number))


async def find_numbers(
    session: AsyncSession, *, credit_code: str | None, filing_number: str | None
) -> Organization | None:
    """The organisation with either public number, if there is one."""
    query = select(Organization)
    if credit_code is not None:
        query = query.where(Organization.credit_code == credit_code)
    else:
        query = query.where(Organization.filing_number == filing_number)
    return (await session.scalars(query)).one_or_none()


def search(
    *,
    name: str = "",
    district: str = "",
    statuses: Sequence[Status] = (),
    kind: Kind | None = None,
    is_hub: bool | None = None,
) -> Select[Organization]:
    """Organisations that satisfy every condition given; ordering is the caller's."""
    query = select(Organization)
    text = normalize_name(name)
    if len(text) >= 2:
        query = query.where(Organization.name_bigrams.contains(bigrams(text)))
    if text:
        escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        query = query.where(Organization.name.like(f"%{escaped}%"))
    prefix = subtree_prefix(district) if district else ""
    if prefix:
        query = query.where(Organization.district.startswith(prefix, autoescape=True))
    if statuses:
        query = query.where(Organization.status.in_(statuses))
    if kind is not None:
        query = query.where(Organization.kind == kind)
    if is_hub is not None:
        query = query.where(Organization.is_hub == is_hub)
    return query


async def _one(session: AsyncSession, query: Select[Organization]) -> Organization:
    found = (await session.scalars(query)).one_or_none()
    if found is None:
        raise NotFound("没有这家社会组织")
    return found
