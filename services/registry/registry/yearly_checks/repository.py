"""Every query about checks that are due."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Select, select

from liandong.db.unit_of_work import UnitOfWork
from liandong.values.districts import subtree_prefix
from registry.organizations.domain import LIVING
from registry.organizations.models import Organization
from registry.yearly_checks.domain import Status
from registry.yearly_checks.models import YearlyCheck


async def lock(uow: UnitOfWork, yearly_check_id: UUID) -> YearlyCheck | None:
    return await uow.session.get(YearlyCheck, yearly_check_id, with_for_update=True)


async def lock_of(uow: UnitOfWork, organization_id: UUID, year: int) -> Sequence[YearlyCheck]:
    """Those of the year that were not lifted, locked in the order of their days."""
    query = (
        select(YearlyCheck)
        .where(
            YearlyCheck.organization_id == organization_id,
            YearlyCheck.year == year,
            YearlyCheck.status != Status.LIFTED,
        )
        .order_by(YearlyCheck.due_on)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await uow.session.scalars(query)).all()


async def lock_earliest_open(
    uow: UnitOfWork, organization_id: UUID, until_year: int
) -> YearlyCheck | None:
    """The one that has waited longest, of that year or an earlier one."""
    query = (
        select(YearlyCheck)
        .where(
            YearlyCheck.organization_id == organization_id,
            YearlyCheck.year <= until_year,
            YearlyCheck.status == Status.OPEN,
        )
        .order_by(YearlyCheck.due_on)
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await uow.session.scalars(query)).one_or_none()


def search(
    *,
    within: str,
    year: int | None,
    status: Status | None,
    organization_id: UUID | None,
    overdue_on: date | None,
) -> Select[YearlyCheck, Organization]:
    """Of bodies that live in the district's subtree; ``overdue_on``: open and due before it."""
    query = (
        select(YearlyCheck, Organization)
        .join(Organization, Organization.id == YearlyCheck.organization_id)
        .where(
            Organization.district.startswith(subtree_prefix(within), autoescape=True),
            Organization.status.in_(LIVING),
        )
    )
    if year is not None:
        query = query.where(YearlyCheck.year == year)
    if status is not None:
        query = query.where(YearlyCheck.status == status)
    if organization_id is not None:
        query = query.where(YearlyCheck.organization_id == organization_id)
    if overdue_on is not None:
        query = query.where(YearlyCheck.status == Status.OPEN, YearlyCheck.due_on < overdue_on)
    return query
