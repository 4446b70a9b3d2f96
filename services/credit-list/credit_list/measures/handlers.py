"""The feedback loop: the executing services tell that they obeyed.

An acknowledgement names the version of the listing that was obeyed, so one that arrives after a
relapse or a delisting is written where it belongs and counts for nothing newer.
"""

from collections.abc import Sequence
from typing import TypeVar

import structlog

from credit_list.measures import repository
from credit_list.measures.reports import APPLIED, LIFTED, Applied, Lifted, Report
from credit_list.measures.repository import Asked, Key
from liandong.db.unit_of_work import UnitOfWork
from liandong.events.subscriptions import Group, on_many

log = structlog.get_logger(__name__)

R = TypeVar("R", bound=Report)


async def applied(events: Sequence[Applied], uow: UnitOfWork) -> None:
    found = await repository.lock_reported(uow, set(map(_key, events)), ended=False)
    first = _first(events, found)
    rows = [(one.id, event.applied_on, event.affected, event.affected_kind) for one, event in first]
    await repository.write_applied(uow, rows)


async def lifted(events: Sequence[Lifted], uow: UnitOfWork) -> None:
    found = await repository.lock_reported(uow, set(map(_key, events)), ended=True)
    rows = [(one.id, event.lifted_on, event.affected) for one, event in _first(events, found)]
    await repository.write_lifted(uow, rows)


def _key(event: Report) -> Key:
    return Key(event.listing_id, event.measure, event.listing_version)


def _first(events: Sequence[R], found: Sequence[Asked]) -> list[tuple[Asked, R]]:
    """What was not answered before, with its first answer. An answer to what was never asked is
    left alone: nothing could be done about it."""
    asked = {(one.key, one.service): one for one in found}
    answered: dict[Asked, R] = {}
    for event in events:
        one = asked.get((_key(event), event.service()))
        if one is None:
            log.info("measure_report_unasked", type=event.type, measure=event.measure)
        elif not one.done:
            answered.setdefault(one, event)
    return list(answered.items())


REPORTED = Group(
    name="credit-list.measures",
    subscriptions=[
        *(on_many(event, applied) for event in APPLIED),
        *(on_many(event, lifted) for event in LIFTED),
    ],
)
