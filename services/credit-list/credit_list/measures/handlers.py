"""The feedback loop: the executing services tell that they obeyed.

An acknowledgement names the version of the listing that was obeyed, so one that arrives after a
relapse or a delisting is written where it belongs and counts for nothing newer.
"""

from collections.abc import Sequence

import structlog

from credit_list.measures import repository
from credit_list.measures.models import ListingMeasure
from credit_list.measures.reports import APPLIED, LIFTED, Applied, Lifted, Report
from liandong.db.unit_of_work import UnitOfWork
from liandong.events.subscriptions import Group, on

log = structlog.get_logger(__name__)


async def applied(event: Applied, uow: UnitOfWork) -> None:
    found = await repository.lock_started(
        uow, event.listing_id, event.measure, event.listing_version
    )
    for row in _of_its_service(event, found):
        if row.applied_at is None:
            row.applied_at = uow.now
            row.applied_on = event.applied_on
            row.applied_count = event.affected
            row.affected_kind = event.affected_kind


async def lifted(event: Lifted, uow: UnitOfWork) -> None:
    found = await repository.lock_ended(uow, event.listing_id, event.measure, event.listing_version)
    for row in _of_its_service(event, found):
        if row.lifted_at is None:
            row.lifted_at = uow.now
            row.lifted_on = event.lifted_on
            row.lifted_count = event.affected


def _of_its_service(event: Report, found: Sequence[ListingMeasure]) -> list[ListingMeasure]:
    """An answer to what was never asked is left alone: nothing could be done about it."""
    rows = [one for one in found if one.service.value == event.service()]
    if not rows:
        log.info("measure_report_unasked", type=event.type, measure=event.measure)
    return rows


REPORTED = Group(
    name="credit-list.measures",
    subscriptions=[
        *(on(event, applied) for event in APPLIED),
        *(on(event, lifted) for event in LIFTED),
    ],
)
