"""Reminds of certificates and terms that run out: a chore of the worker."""

from datetime import date, timedelta
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import select

from liandong.db.errors import is_away
from liandong.db.unit_of_work import UnitOfWork
from liandong.definition import Chore
from liandong.identity.actors import SYSTEM
from liandong.ids import uuid7
from liandong.runtime import Runtime
from registry.governance import repository
from registry.governance.domain import Expiring, next_after, reached, reminders
from registry.governance.events import OrganizationExpired, OrganizationExpiring
from registry.governance.models import ExpiryReminder
from registry.governance.rules import GOVERNANCE, Notices
from registry.organizations.domain import LIVING
from registry.organizations.models import Organization

log = structlog.get_logger(__name__)

AT_ONCE: Final = 100
"""Organisations looked at in one round; each in a transaction of its own."""


async def remind(runtime: Runtime) -> int:
    """Looks at organisations whose day has come; how many there were."""
    looked = 0
    while looked < AT_ONCE and await _look_at_one(runtime):
        looked += 1
    return looked


async def _look_at_one(runtime: Runtime) -> bool:
    found: list[UUID] = []

    async def work(uow: UnitOfWork) -> None:
        found.clear()
        organization = await _due(uow)
        if organization is not None:
            found.append(organization.id)
            await _look_at(uow, organization)

    actor = SYSTEM(runtime.definition.name)
    try:
        await runtime.work.run(actor, work)
    except Exception as error:
        if is_away(error) or not found:
            raise
        log.warning("reminder_failed", error=type(error).__name__, exc_info=True)

        async def put_off(uow: UnitOfWork) -> None:
            organization = await uow.session.get(Organization, found[0], with_for_update=True)
            assert organization is not None
            organization.reminder_on = uow.today + timedelta(days=1)

        await runtime.work.run(actor, put_off)
    return bool(found)


async def _due(uow: UnitOfWork) -> Organization | None:
    """The one that has waited longest, locked; others may look at others."""
    query = (
        select(Organization)
        .where(Organization.reminder_on <= uow.today, Organization.status.in_(LIVING))
        .order_by(Organization.reminder_on)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return (await uow.session.scalars(query)).one_or_none()


async def _look_at(uow: UnitOfWork, organization: Organization) -> None:
    rules = (await uow.rules(GOVERNANCE, organization.district)).parameters
    ends: list[tuple[Expiring, date | None, Notices]] = [
        (Expiring.CERTIFICATE, organization.certificate_until, rules.certificate_notices),
        (Expiring.TERM, organization.term_until, rules.term_notices),
    ]
    told = dict(organization.reminded or {})
    coming: list[date] = []
    for what, last_day, notices in ends:
        if last_day is None:
            continue
        plan = reminders(last_day, notices)
        reminder = reached(plan, uow.today)
        if reminder is not None and told.get(what) != (
            note := [last_day.isoformat(), reminder.days_left]
        ):
            told[what] = note
            _tell(uow, organization, await _reminder(uow, organization), what, last_day)
        following = next_after(plan, uow.today)
        if following is not None:
            coming.append(following)
    organization.reminded = told
    organization.reminder_on = min(coming, default=None)


async def _reminder(uow: UnitOfWork, organization: Organization) -> ExpiryReminder:
    """Of an organisation that is locked: nobody else makes it, or publishes of it, meanwhile."""
    found = await repository.reminder(uow.session, organization.id)
    if found is None:
        found = ExpiryReminder(
            id=uuid7(),
            version=0,
            organization_id=organization.id,
            created_at=uow.now,
            updated_at=uow.now,
        )
        uow.session.add(found)
        await uow.session.flush()
    return found


def _tell(
    uow: UnitOfWork,
    organization: Organization,
    reminder: ExpiryReminder,
    what: Expiring,
    last_day: date,
) -> None:
    facts = {**organization.facts(), "reminder_id": reminder.id}
    left = (last_day - uow.today).days
    if left < 0:
        event = OrganizationExpired(**facts, what=what, last_day=last_day)
    else:
        event = OrganizationExpiring(**facts, what=what, last_day=last_day, days_left=left)
    uow.publish(event, of=reminder)


EXPIRIES: Final = Chore("expiries", 60.0, remind)
