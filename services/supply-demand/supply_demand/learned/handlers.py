"""What happens here when another service tells something.

Each handler holds the organisation first, so that a bid submitted at the same moment is either
seen by it or sees what it wrote.
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from liandong.db.unit_of_work import UnitOfWork
from liandong.events.subscriptions import Group, on, on_many
from supply_demand.bids import service as bids
from supply_demand.bids.domain import Disqualification
from supply_demand.eligibility.domain import BAR_BIDS
from supply_demand.fields import Grade, OrganizationKind
from supply_demand.learned import events as news
from supply_demand.learned import repository
from supply_demand.learned.domain import GradeStatus, OrganizationStatus
from supply_demand.learned.models import LearnedGrade, LearnedOrganization


def _source(uow: UnitOfWork) -> dict[str, Any]:
    assert uow.causation_id is not None
    return {"learned_from": UUID(uow.causation_id), "learned_at": uow.now}


async def _upsert(uow: UnitOfWork, table: Any, key: str, facts: dict[str, Any]) -> None:
    statement = insert(table).values(facts)
    await uow.session.execute(
        statement.on_conflict_do_update(
            index_elements=[key], set_={name: statement.excluded[name] for name in facts}
        )
    )


async def organization(event: news.OrganizationFacts, uow: UnitOfWork) -> None:
    """Whatever the registry says; an organisation that may not act has no live bids."""
    await repository.hold(uow, event.organization_id)
    source = _source(uow)
    status = OrganizationStatus(event.status)
    known = await repository.find(uow.session, event.organization_id)
    facts = {
        "organization_id": event.organization_id,
        "kind": OrganizationKind(event.kind),
        "status": status,
        "name": event.name,
        "credit_code": event.credit_code,
        "district": event.district,
    }
    if known is None or known.status != status:
        facts |= {f"status_{name}": value for name, value in source.items()}
    else:
        facts |= {
            "status_learned_from": known.status_learned_from,
            "status_learned_at": known.status_learned_at,
        }
    await _upsert(uow, LearnedOrganization, "organization_id", facts | source)
    if status is not OrganizationStatus.ACTIVE:
        await bids.disqualify_all(uow, event.organization_id, Disqualification(status.value))


async def grade_confirmed(event: news.GradeConfirmed, uow: UnitOfWork) -> None:
    await _grade(
        event,
        uow,
        status=GradeStatus.IN_FORCE,
        valid_from=event.valid_from,
        valid_until=event.valid_until,
    )


async def grade_adjusted(event: news.GradeAdjusted, uow: UnitOfWork) -> None:
    """The grade changes, its period does not."""
    await _grade(event, uow, status=GradeStatus.IN_FORCE)


async def grade_cancelled(event: news.GradeCancelled, uow: UnitOfWork) -> None:
    await _grade(event, uow, status=GradeStatus.CANCELLED)


async def grade_expired(event: news.GradeExpired, uow: UnitOfWork) -> None:
    await _grade(event, uow, status=GradeStatus.EXPIRED)


async def _grade(event: news.GradeEvent, uow: UnitOfWork, **facts: Any) -> None:
    await repository.hold(uow, event.organization_id)
    facts |= {
        "grade_id": event.grade_id,
        "organization_id": event.organization_id,
        "grade": Grade(event.grade),
    }
    await _upsert(uow, LearnedGrade, "grade_id", facts | _source(uow))


async def listings(
    events: Sequence[news.OrganizationListed | news.OrganizationDelisted], uow: UnitOfWork
) -> None:
    """列入与移出名单. With the measure 禁止参加投标 every live bid ends in this very transaction;
    what a listing disqualified stays disqualified when it ends."""
    await repository.hold_all(uow, {event.organization_id for event in events})
    begun: dict[UUID, list[Any]] = {}
    ended: dict[UUID, list[Any]] = {}
    barred: dict[UUID, tuple[UUID, UUID]] = {}
    for event, cause in zip(events, uow.causes, strict=True):
        whose = [event.listing_id, event.organization_id, event.list]
        if isinstance(event, news.OrganizationDelisted):
            ended[event.listing_id] = [*whose, event.delisted_on, event.reason, cause]
            continue
        measures = _measures_as_json(event.measures)
        begun[event.listing_id] = [*whose, measures, event.listed_on, cause]
        if BAR_BIDS in event.measures:
            barred.setdefault(event.organization_id, (event.listing_id, cause))
    await repository.write_listings(uow, list(begun.values()))
    await repository.end_listings(uow, list(ended.values()))
    await bids.disqualify_listed(uow, barred)


@lru_cache(maxsize=500)
def _measures_as_json(measures: tuple[str, ...]) -> str:
    return json.dumps(measures)


LEARNED = Group(
    name="supply-demand.learned",
    subscriptions=[
        *(on(event, organization) for event in news.ORGANIZATION_EVENTS),
        on(news.GradeConfirmed, grade_confirmed),
        on(news.GradeAdjusted, grade_adjusted),
        on(news.GradeCancelled, grade_cancelled),
        on(news.GradeExpired, grade_expired),
        on_many(news.OrganizationListed, listings),
        on_many(news.OrganizationDelisted, listings),
    ],
)
