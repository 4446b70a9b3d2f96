"""Every query about leads."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Exists,
    Select,
    delete,
    exists,
    func,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from credit_list.cases.domain import CLOSED
from credit_list.cases.models import Case, JoinedTrigger
from credit_list.leads.domain import SETTLED, Status
from credit_list.leads.models import Lead, LeadFact, Watch
from credit_list.leads.triggers import Settled
from credit_list.learned.models import KnownOrganization
from credit_list.listings.domain import ListName
from credit_list.listings.domain import Status as Listed
from credit_list.listings.models import Listing
from credit_list.records.domain import Status as RecordStatus
from credit_list.records.models import CreditRecord
from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import NotFound
from liandong.values.districts import subtree_prefix


async def organization_of(session: AsyncSession, lead_id: UUID) -> UUID:
    """Whose lead it is: needed to lock the organisation first. Raises NotFound."""
    found = await session.scalar(select(Lead.organization_id).where(Lead.id == lead_id))
    if found is None:
        raise NotFound("没有这条线索")
    return found


async def lock(uow: UnitOfWork, lead_id: UUID) -> Lead:
    """The lead, locked; the organisation must have been locked before."""
    found = await uow.session.get(Lead, lead_id, with_for_update=True)
    if found is None:
        raise NotFound("没有这条线索")
    return found


async def get(session: AsyncSession, lead_id: UUID) -> Lead:
    found = await session.get(Lead, lead_id)
    if found is None:
        raise NotFound("没有这条线索")
    return found


async def lock_open(uow: UnitOfWork, organization_id: UUID) -> Sequence[Lead]:
    query = (
        select(Lead)
        .where(Lead.organization_id == organization_id, Lead.status == Status.PROPOSED)
        .order_by(Lead.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await uow.session.scalars(query)).all()


async def settled(session: AsyncSession, organization_id: UUID) -> set[Settled]:
    query = (
        select(Lead.list, Lead.trigger, LeadFact.key)
        .join(LeadFact, LeadFact.lead_id == Lead.id)
        .where(Lead.organization_id == organization_id, Lead.status.in_(SETTLED))
    )
    rows = (await session.execute(query)).all()
    return {Settled(name.value, trigger, key) for name, trigger, key in rows}


async def has_open_case(
    session: AsyncSession, organization_id: UUID, name: ListName, trigger: str
) -> bool:
    """Whether an open case is about the trigger, from its beginning or by joinder."""
    joined = exists().where(JoinedTrigger.case_id == Case.id, JoinedTrigger.trigger == trigger)
    query = select(Case.id).where(
        Case.organization_id == organization_id,
        Case.list == name,
        or_(Case.trigger == trigger, joined),
        Case.status.not_in(CLOSED),
    )
    return await session.scalar(query) is not None


async def facts(session: AsyncSession, leads: Sequence[UUID]) -> Sequence[LeadFact]:
    query = select(LeadFact).where(LeadFact.lead_id.in_(leads))
    return (await session.scalars(query.order_by(LeadFact.day, LeadFact.key))).all()


async def facts_withdrawn(session: AsyncSession, case_id: UUID) -> bool:
    """Whether a record on which the case rests was withdrawn since."""
    return bool(await session.scalar(select(withdrawn_facts(Lead.case_id == case_id))))


def withdrawn_facts(about: ColumnElement[bool]) -> Exists:
    """A condition: a lead of which ``about`` holds has a fact whose record was withdrawn."""
    return exists().where(
        about,
        LeadFact.lead_id == Lead.id,
        CreditRecord.id == LeadFact.record_id,
        CreditRecord.status == RecordStatus.WITHDRAWN,
    )


async def replace_facts(uow: UnitOfWork, lead_id: UUID, given: Sequence[LeadFact]) -> None:
    await uow.session.execute(delete(LeadFact).where(LeadFact.lead_id == lead_id))
    uow.session.add_all(given)


async def wait(uow: UnitOfWork, organization_id: UUID) -> None:
    """The worker shall look at the organisation again."""
    statement = insert(Watch).values(organization_id=organization_id, pending=True)
    await uow.session.execute(
        statement.on_conflict_do_update(index_elements=["organization_id"], set_={"pending": True})
    )


async def wait_for_rules(uow: UnitOfWork, organization_id: UUID) -> None:
    """The worker shall look at the organisation as soon as the rules of its district can be used,
    also when it has looked today."""
    waiting = {"pending": True, "looked_on": None}
    statement = insert(Watch).values(organization_id=organization_id, **waiting)
    await uow.session.execute(
        statement.on_conflict_do_update(index_elements=["organization_id"], set_=waiting)
    )


async def wait_no_more(uow: UnitOfWork, organization_id: UUID) -> None:
    await uow.session.execute(
        update(Watch)
        .where(Watch.organization_id == organization_id, Watch.pending)
        .values(pending=False)
    )


async def looked_at(uow: UnitOfWork, organization_id: UUID) -> None:
    """The worker has looked today."""
    statement = insert(Watch).values(
        organization_id=organization_id, pending=False, looked_on=uow.today
    )
    await uow.session.execute(
        statement.on_conflict_do_update(
            index_elements=["organization_id"], set_={"looked_on": uow.today}
        )
    )


async def has_looked(session: AsyncSession, organization_id: UUID, today: date) -> bool:
    query = select(Watch.organization_id).where(
        Watch.organization_id == organization_id, Watch.looked_on >= today
    )
    return await session.scalar(query) is not None


async def to_look_at(
    session: AsyncSession, today: date, limit: int, without: Collection[str] = ()
) -> Sequence[UUID]:
    """Known organisations at which nobody has looked today, and time or a case may have changed
    what is to be proposed; none of the districts ``without`` rules."""
    query = _due(today).where(KnownOrganization.district.not_in(without))
    some = query.order_by(KnownOrganization.organization_id).limit(limit)
    return (await session.scalars(some)).all()


async def districts_to_look_at(session: AsyncSession, today: date) -> dict[str, int]:
    """How many of those organisations each district has."""
    some = _due(today).add_columns(KnownOrganization.district).subquery()
    query = select(some.c.district, func.count().label("many")).group_by(some.c.district)
    return {row.district: row.many for row in await session.execute(query)}


def _due(today: date) -> Select[UUID]:
    some = union(
        select(Listing.organization_id).where(
            Listing.list == ListName.ABNORMAL, Listing.status == Listed.LISTED
        ),
        select(Lead.organization_id).where(Lead.status == Status.PROPOSED),
        select(Watch.organization_id).where(Watch.pending),
    ).subquery()
    return (
        select(KnownOrganization.organization_id)
        .join(some, KnownOrganization.organization_id == some.c.organization_id)
        .outerjoin(Watch, Watch.organization_id == some.c.organization_id)
        .where(or_(Watch.looked_on.is_(None), Watch.looked_on < today))
    )


def search(
    *,
    district: str | None,
    organization_id: UUID | None = None,
    name: ListName | None = None,
    trigger: str | None = None,
    status: Status | None = None,
    case_id: UUID | None = None,
) -> Select[Lead]:
    """Leads in the district's subtree (None: everywhere) that satisfy every condition."""
    query = select(Lead)
    prefix = subtree_prefix(district) if district else ""
    if prefix:
        query = query.where(Lead.district.startswith(prefix, autoescape=True))
    if organization_id is not None:
        query = query.where(Lead.organization_id == organization_id)
    if name is not None:
        query = query.where(Lead.list == name)
    if trigger is not None:
        query = query.where(Lead.trigger == trigger)
    if status is not None:
        query = query.where(Lead.status == status)
    if case_id is not None:
        query = query.where(Lead.case_id == case_id)
    return query
