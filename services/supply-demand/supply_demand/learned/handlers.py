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
from liandong.measures.obedience import Affected, Step
from supply_demand.bids import service as bids
from supply_demand.bids.domain import Disqualification
from supply_demand.fields import Grade, OrganizationKind
from supply_demand.learned import events as news
from supply_demand.learned import repository
from supply_demand.learned.domain import GradeStatus, OrganizationStatus
from supply_demand.learned.models import LearnedGrade, LearnedOrganization
from supply_demand.measures.domain import BAR_BIDS
from supply_demand.measures.obeying import OBEYING


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
    events: Sequence[news.OrganizationListed | news.OrganizationDelisted | news.MeasureEnded],
    uow: UnitOfWork,
) -> None:
    """列入、移出名单，措施期限届满. With the measure 禁止参加投标 every live bid ends in this very
    transaction; what a listing disqualified stays disqualified when it ends."""
    await repository.hold_all(uow, {event.organization_id for event in events})
    steps = await OBEYING.learn(uow, events, uow.causes)
    begun: dict[UUID, list[Any]] = {}
    ended: dict[UUID, list[Any]] = {}
    narrowed: dict[UUID, str] = {}
    barred: dict[UUID, Step] = {}
    for event, step in zip(events, steps, strict=True):
        effects = _as_json(tuple(sorted(step.row.known.effects)))  # as the last of them leaves it
        if isinstance(event, news.MeasureEnded):
            narrowed[event.listing_id] = effects
            continue
        whose = [event.listing_id, event.organization_id, event.list]
        if isinstance(event, news.OrganizationDelisted):
            ended[event.listing_id] = [*whose, event.delisted_on, event.reason, step.cause]
            continue
        begun[event.listing_id] = [*whose, effects, event.listed_on, step.cause]
        if BAR_BIDS in step.after.effects:
            barred.setdefault(event.organization_id, step)
    await repository.write_listings(uow, list(begun.values()))
    await repository.end_listings(uow, list(ended.values()))
    await repository.narrow_listings(uow, narrowed)
    causes = {one: (step.news.listing_id, step.cause) for one, step in barred.items()}
    disqualified = await bids.disqualify_listed(uow, causes)
    for step in steps:
        step.affected[BAR_BIDS] = Affected("bids", 0)
    for organization_id, step in barred.items():
        step.affected[BAR_BIDS] = Affected("bids", disqualified[organization_id])
    await OBEYING.tell(uow, steps)


@lru_cache(maxsize=500)
def _as_json(codes: tuple[str, ...]) -> str:
    return json.dumps(codes)


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
        on_many(news.MeasureEnded, listings),
    ],
)
