"""Questions about the history of a record."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from liandong.clock import china_date
from liandong.problems import FieldError, Invalid, NotFound
from registry.histories import repository
from registry.histories.domain import (
    Change,
    Difference,
    State,
    differences,
    origins,
    taken_back,
)
from registry.histories.models import OrganizationChange
from registry.histories.recording import state_of
from registry.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class Version:
    """The record as it was at one version."""

    number: int
    state: State
    is_reconstructed: bool = False
    """Whether the day asked for lies before the record was kept here: then this is the first
    state known."""


def change_of(row: OrganizationChange) -> Change:
    """With the personal items put back."""
    private: dict[str, Any] = json.loads(row.private) if row.private else {}
    return Change(
        version=row.version,
        at=row.at,
        action=row.action,
        actor=row.actor,
        application_id=row.application_id,
        note=row.note,
        before=row.before | {name: both[0] for name, both in private.items()},
        after=row.after | {name: both[1] for name, both in private.items()},
    )


async def at_version(session: AsyncSession, organization: Organization, number: int) -> Version:
    """Raises NotFound for a version that was never reached."""
    if not 1 <= number <= organization.version:
        raise NotFound("没有这一版本")
    later = await repository.after(session, organization.id, number)
    return Version(number, _before(organization, later))


async def on_day(session: AsyncSession, organization: Organization, day: date) -> Version:
    """As the record stood at the end of the day; raises NotFound before the registration."""
    changes = await repository.after(session, organization.id)
    later = [one for one in changes if china_date(one.at) > day]
    kept = [one for one in changes if china_date(one.at) <= day]
    state = _before(organization, later)
    if day < date.fromisoformat(state["registered_on"]):
        raise NotFound("该日尚未登记或者备案")
    number = kept[-1].version if kept else 1
    return Version(number, state, is_reconstructed=day < china_date(organization.created_at))


async def difference(
    session: AsyncSession, organization: Organization, first: int, second: int
) -> list[Difference]:
    """What the later version says otherwise."""
    if first >= second:
        told = "起始版本应小于截止版本"
        raise Invalid(told, [FieldError("/to_version", "not-later", told)])
    before = await at_version(session, organization, first)
    after = await at_version(session, organization, second)
    return differences(before.state, after.state)


async def provenance(
    session: AsyncSession, organization: Organization
) -> tuple[State, dict[str, Change | None], UUID | None]:
    """The present state, the change behind each item, and the application of the beginning."""
    changes = [change_of(row) for row in await repository.after(session, organization.id)]
    state = state_of(organization)
    beginning = await repository.establishment_of(session, organization.id)
    return state, origins(state, changes), beginning


def _before(organization: Organization, later: Iterable[OrganizationChange]) -> State:
    return taken_back(state_of(organization), map(change_of, later))
