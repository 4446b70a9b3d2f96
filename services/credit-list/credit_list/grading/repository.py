"""Every query about credit grades."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Row, Select, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession

from credit_list.grading.domain import Grade
from credit_list.grading.models import CreditGrade, GradePeriod, GradingWatch
from credit_list.grading.rules import GRADING
from credit_list.learned.models import KnownGrade, KnownOrganization
from liandong.db.unit_of_work import UnitOfWork
from liandong.rules.book import RuleBook
from liandong.values.districts import subtree_prefix

_OVERRIDES = text("""
    SELECT jurisdiction, version, md5(parameters::text) AS content
    FROM backbone.rule_set_override
    WHERE subject = :subject AND withdrawn_at IS NULL
      AND valid_from <= :day AND (valid_to IS NULL OR valid_to >= :day)
    ORDER BY jurisdiction, version
""")


async def lock(uow: UnitOfWork, organization_ids: Collection[UUID]) -> dict[UUID, CreditGrade]:
    """The grades, locked in one order; the organisations must have been locked before."""
    query = (
        select(CreditGrade)
        .where(CreditGrade.organization_id.in_(organization_ids))
        .order_by(CreditGrade.organization_id)
    )
    locked = query.with_for_update().execution_options(populate_existing=True)
    return {one.organization_id: one for one in await uow.session.scalars(locked)}


async def find(session: AsyncSession, organization_id: UUID) -> CreditGrade | None:
    query = select(CreditGrade).where(CreditGrade.organization_id == organization_id)
    return (await session.scalars(query)).one_or_none()


async def grades_in_force(
    session: AsyncSession, organization_ids: Collection[UUID], today: date
) -> dict[UUID, KnownGrade]:
    """Of each the grade of the latest round that has begun; one that begins later is for then."""
    query = (
        select(KnownGrade)
        .ext(distinct_on(KnownGrade.organization_id))
        .where(
            KnownGrade.organization_id.in_(organization_ids),
            KnownGrade.in_force,
            KnownGrade.valid_until >= today,
        )
        .order_by(
            KnownGrade.organization_id,
            (KnownGrade.valid_from <= today).desc(),
            KnownGrade.valid_from.desc(),
            KnownGrade.grade_id.desc(),
        )
    )
    return {one.organization_id: one for one in await session.scalars(query)}


async def close_period(uow: UnitOfWork, organization_id: UUID, number: int) -> None:
    await uow.session.execute(
        update(GradePeriod)
        .where(GradePeriod.organization_id == organization_id, GradePeriod.number == number)
        .values(ended_on=uow.today)
    )


def history(organization_id: UUID) -> Select[GradePeriod]:
    return select(GradePeriod).where(GradePeriod.organization_id == organization_id)


def search(*, within: str, district: str = "", grade: Grade | None = None) -> Select[CreditGrade]:
    """Grades that hold in the subtrees of both districts."""
    query = select(CreditGrade).where(CreditGrade.ended_on.is_(None))
    for one in (within, district):
        if prefix := subtree_prefix(one) if one else "":
            query = query.where(CreditGrade.district.startswith(prefix, autoescape=True))
    return query.where(CreditGrade.grade == grade) if grade is not None else query


async def counted(
    session: AsyncSession, *, within: str, district: str
) -> Sequence[Row[str, Grade, int, int]]:
    """District, grade, number and sum of scores."""
    some = search(within=within, district=district).subquery()
    query = (
        select(some.c.district, some.c.grade, func.count(), func.sum(some.c.score))
        .group_by(some.c.district, some.c.grade)
        .order_by(some.c.district, some.c.grade)
    )
    return (await session.execute(query)).all()


# Who is to be looked at


async def look_on(
    uow: UnitOfWork, days: Mapping[UUID, date | None], rules: str | None = None
) -> None:
    """The worker shall look at each on its day; ``rules`` is what it has looked by."""
    statement = insert(GradingWatch).values(
        [
            {"organization_id": one, "next_change_on": days[one], "rules": rules or ""}
            for one in sorted(days)
        ]
    )
    new = statement.excluded
    values = {"next_change_on": new.next_change_on} | ({} if rules is None else {"rules": rules})
    await uow.session.execute(
        statement.on_conflict_do_update(index_elements=["organization_id"], set_=values)
    )


async def look_first(uow: UnitOfWork, organization_ids: Collection[UUID]) -> None:
    """The worker shall look at those of them that were never looked at."""
    rows = [
        {"organization_id": one, "next_change_on": uow.today, "rules": ""}
        for one in sorted(set(organization_ids))
    ]
    if rows:
        await uow.session.execute(insert(GradingWatch).values(rows).on_conflict_do_nothing())


async def look_soon(uow: UnitOfWork, organization_ids: Collection[UUID]) -> None:
    """The worker shall look at all of them in its next rounds."""
    rows = [
        {"organization_id": one, "next_change_on": uow.today, "rules": ""}
        for one in sorted(set(organization_ids))
    ]
    if rows:
        statement = insert(GradingWatch).values(rows)
        await uow.session.execute(
            statement.on_conflict_do_update(
                index_elements=["organization_id"], set_={"next_change_on": uow.today}
            )
        )


async def put_off(uow: UnitOfWork, organization_id: UUID, rules: str) -> None:
    await look_on(uow, {organization_id: uow.today + timedelta(days=1)}, rules)


def _due(today: date, rules: str) -> Select[UUID]:
    return (
        select(GradingWatch.organization_id)
        .join(KnownOrganization, KnownOrganization.organization_id == GradingWatch.organization_id)
        .where(or_(GradingWatch.next_change_on <= today, GradingWatch.rules != rules))
        .order_by(GradingWatch.organization_id)
    )


async def due(session: AsyncSession, today: date, rules: str, limit: int) -> Sequence[UUID]:
    """Known organisations whose day has come, or that were looked at by other rules."""
    return (await session.scalars(_due(today, rules).limit(limit))).all()


async def still_due(uow: UnitOfWork, organization_ids: Collection[UUID], rules: str) -> set[UUID]:
    """Those of them that nobody has looked at meanwhile."""
    query = _due(uow.today, rules).where(GradingWatch.organization_id.in_(organization_ids))
    return set(await uow.session.scalars(query))


async def rules_in_force(session: AsyncSession, book: RuleBook, day: date) -> str:
    """Stands for every rule set of the subject that holds on the day: it changes with any."""
    shipped = [one.reference for one in book.shipped[GRADING.name] if one.holds_on(day)]
    rows = await session.execute(_OVERRIDES, {"subject": GRADING.name, "day": day})
    overrides = [f"{one.jurisdiction}/{one.version}/{one.content}" for one in rows]
    return hashlib.sha256("\n".join([*shipped, *overrides]).encode()).hexdigest()
