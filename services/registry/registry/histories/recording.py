"""Keeps what changed in a record, in the transaction that changes it."""

import json
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID
from weakref import WeakKeyDictionary

from liandong.db.unit_of_work import UnitOfWork
from registry.histories.domain import State, changes_between
from registry.histories.models import OrganizationChange
from registry.organizations.models import Organization

PERSONAL: Final = frozenset({"legal_representative", "phone"})
_NOT_KEPT: Final = frozenset(
    {"id", "version", "created_at", "updated_at", "name_bigrams", "reminder_on", "reminded"}
)
ITEMS: Final = tuple(
    column.name for column in Organization.__table__.columns if column.name not in _NOT_KEPT
)

_remembered: WeakKeyDictionary[Organization, State] = WeakKeyDictionary()


def state_of(organization: Organization) -> State:
    return {name: as_json(getattr(organization, name)) for name in ITEMS}


def as_json(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value


def remember(organization: Organization) -> None:
    """What the record says now, under the row lock, before anything is changed."""
    if organization not in _remembered:
        _remembered[organization] = state_of(organization)


def remembered(organization: Organization) -> State | None:
    """What the record said at the last note; None of one that was not locked."""
    return _remembered.get(organization)


def keep(
    uow: UnitOfWork,
    organization: Organization,
    action: str,
    *,
    application_id: UUID | None = None,
    note: str = "",
) -> None:
    """Keeps what is other than remembered; after the version was counted up."""
    known = _remembered.get(organization)
    if known is None:  # just registered
        return
    now = state_of(organization)
    before, after = changes_between(known, now)
    _remembered[organization] = now
    if not after:
        return
    private = {name: [before.pop(name), after.pop(name)] for name in PERSONAL & after.keys()}
    uow.session.add(
        OrganizationChange(
            organization_id=organization.id,
            version=organization.version,
            at=uow.now,
            action=action,
            actor=uow.actor.subject,
            application_id=application_id,
            note=note,
            before=before,
            after=after,
            private=json.dumps(private, ensure_ascii=False) if private else None,
        )
    )
