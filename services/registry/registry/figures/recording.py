"""Counts what changed in a record, in the transaction that changes it: one small insert.

No total is touched, so that commands of one district never wait for each other;
:mod:`registry.figures.folding` sums up later, and whoever asks adds what is not in the sums yet.
"""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from liandong.db.direct import unattached
from liandong.db.unit_of_work import UnitOfWork
from registry.figures.domain import PROFILE
from registry.figures.models import FigureDelta, FigurePending
from registry.histories.recording import as_json, remembered
from registry.organizations.models import Organization


def first(uow: UnitOfWork, organization: Organization) -> FigurePending:
    """A registration: one more, from the day of registration on."""
    profile = {name: as_json(getattr(organization, name)) for name in PROFILE}
    day = organization.registered_on
    return unattached(FigurePending, **_values(organization.id, profile, day, uow.today, 1))


def count(uow: UnitOfWork, organization: Organization) -> None:
    """A change of the record that was locked: one less of the old sort, one more of the new,
    from today on. Before the history takes note of it."""
    before = remembered(organization)
    if before is None:  # just registered
        return
    old = {name: before[name] for name in PROFILE}
    new = {name: as_json(getattr(organization, name)) for name in PROFILE}
    if old != new:
        day = max(uow.today, organization.registered_on)
        uow.session.add_all(
            [
                _row(organization.id, old, day, uow.today, -1),
                _row(organization.id, new, day, uow.today, 1),
            ]
        )


async def move(uow: UnitOfWork, organization: Organization, before: date) -> None:
    """The day of registration was wrong: the body counts from another day on.

    What happened to it before the right day counts from the right day, too.
    """
    day = organization.registered_on
    for table in (FigureDelta, FigurePending):
        query = select(table).where(table.organization_id == organization.id)
        if day < before:
            query = query.where(table.day == before, table.delta > 0).order_by(table.id).limit(1)
        else:
            query = query.where(table.day < day)
        rows = list(await uow.session.scalars(query))
        for row in rows:
            profile = {name: getattr(row, name) for name in PROFILE}
            uow.session.add(_row(organization.id, profile, row.day, uow.today, -row.delta))
            uow.session.add(_row(organization.id, profile, day, uow.today, row.delta))
        if rows and day < before:
            return


def _row(
    organization_id: UUID, profile: dict[str, Any], day: date, today: date, delta: int
) -> FigurePending:
    return FigurePending(**_values(organization_id, profile, day, today, delta))


def _values(
    organization_id: UUID, profile: dict[str, Any], day: date, today: date, delta: int
) -> dict[str, Any]:
    filled = {name: "" if value is None else value for name, value in profile.items()}
    return filled | {
        "organization_id": organization_id,
        "day": day,
        "recorded_on": today,
        "delta": delta,
    }
