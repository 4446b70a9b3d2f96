"""Use cases of tenders: load under lock, decide, save, publish. Award: see ``contracts``."""

from uuid import UUID

from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule
from liandong.ids import uuid7
from liandong.problems import Conflict, Invalid
from liandong.timers.deadlines import Deadline, cancel_deadline, set_deadline
from supply_demand.bids import service as bids
from supply_demand.demands import service as demands
from supply_demand.tenders import repository
from supply_demand.tenders.domain import TENDERS, Action, Status, advance, check
from supply_demand.tenders.events import TenderPublished
from supply_demand.tenders.models import Tender
from supply_demand.tenders.schemas import ChangeTender, DraftTender

CLOSES = "tender.closes"


class StillOpen(Conflict):
    slug, title = "still-open", "投标截止时间未到，不能提前截标"


async def draft(uow: UnitOfWork, body: DraftTender) -> Tender:
    """A draft, from a matched demand or directly, in the buyer's own district."""
    district = body.district
    if body.demand_id is not None:
        demand = await demands.tender(uow, body.demand_id)
        district_rule(uow.actor, demand.district)
        district = district or demand.district
    assert district is not None
    district_rule(uow.actor, district)
    tender = Tender(
        **body.model_dump(exclude={"district", "allowed_kinds"}),
        id=uuid7(),
        version=0,
        district=district,
        buyer_district=uow.actor.district,
        allowed_kinds=[kind.value for kind in body.allowed_kinds],
        status=Status.DRAFT,
        created_by=uow.actor.subject,
        changed_by=[],
        created_at=uow.now,
        updated_at=uow.now,
    )
    await _check(uow, tender)
    uow.session.add(tender)
    _changed(uow, tender, "drafted")
    return tender


async def change(uow: UnitOfWork, tender_id: UUID, version: int, body: ChangeTender) -> Tender:
    """Corrects a draft; what was published is no longer changed, only cancelled."""
    tender = await _step(uow, tender_id, version, Action.EDIT)
    given = body.model_dump(exclude_unset=True)
    if "allowed_kinds" in given:
        given["allowed_kinds"] = [kind.value for kind in given["allowed_kinds"]]
    changed = sorted(name for name, value in given.items() if getattr(tender, name) != value)
    if not changed:
        return tender
    for name in changed:
        setattr(tender, name, given[name])
    tender.changed_by = sorted({*tender.changed_by, uow.actor.subject})
    await _check(uow, tender)
    _changed(uow, tender, "changed", items=changed)
    return tender


async def publish(uow: UnitOfWork, tender_id: UUID, version: int) -> Tender:
    """Bids are taken from now on; the worker closes the tender at its time."""
    tender = await _step(uow, tender_id, version, Action.PUBLISH)
    await _check(uow, tender, publishing=True)
    tender.published_at = uow.now
    await set_deadline(uow, CLOSES, tender.id, tender.closes_at)
    event = TenderPublished(
        tender_id=tender.id,
        district=tender.district,
        title=tender.title,
        buyer_district=tender.buyer_district,
        method=tender.method,
        budget_fen=tender.budget_fen,
        closes_at=tender.closes_at,
    )
    uow.publish(event, of=tender)
    _record(uow, tender, "published", rule_set=tender.rule_set)
    return tender


async def close(uow: UnitOfWork, tender_id: UUID, version: int) -> Tender:
    """Closed by hand, when the worker has not done it; never before ``closes_at``."""
    tender = await _step(uow, tender_id, version, Action.CLOSE)
    if uow.now < tender.closes_at:
        raise StillOpen(extra={"closes_at": tender.closes_at.isoformat()})
    await cancel_deadline(uow, CLOSES, tender.id)
    _closed(uow, tender)
    return tender


async def close_due(deadline: Deadline, uow: UnitOfWork) -> None:
    """The time to bid has run out."""
    tender = await repository.lock(uow, deadline.subject_id)
    if tender.status is Status.PUBLISHED and tender.closes_at <= uow.now:
        tender.status = advance(tender.status, Action.CLOSE)
        _closed(uow, tender)


async def cancel(uow: UnitOfWork, tender_id: UUID, version: int, reason: str) -> Tender:
    """Ends the tender without an award: its bids are lost, its demand is free again."""
    tender = await _step(uow, tender_id, version, Action.CANCEL)
    tender.ended_reason = reason
    await bids.lose_all(uow, tender.id, "tender-cancelled")
    if tender.demand_id is not None:
        await demands.untender(uow, tender.demand_id)
    await cancel_deadline(uow, CLOSES, tender.id)
    _changed(uow, tender, "cancelled", reason=reason)
    return tender


async def award(uow: UnitOfWork, tender: Tender) -> None:
    """A contract was made; the caller holds the tender's row."""
    tender.status = advance(tender.status, Action.AWARD)
    if tender.demand_id is not None:
        await demands.close(uow, tender.demand_id)
    _changed(uow, tender, "awarded")


async def _step(uow: UnitOfWork, tender_id: UUID, version: int, action: Action) -> Tender:
    tender = await repository.lock(uow, tender_id)
    tender.expect(version)
    district_rule(uow.actor, tender.district)
    tender.status = advance(tender.status, action)
    return tender


async def _check(uow: UnitOfWork, tender: Tender, *, publishing: bool = False) -> None:
    rule_set = await uow.rules(TENDERS, tender.district)
    tender.rule_set = rule_set.reference
    errors = check(tender.terms(), rule_set.parameters, uow.today, publishing=publishing)
    if errors:
        raise Invalid("；".join(error.message for error in errors), errors)


def _closed(uow: UnitOfWork, tender: Tender) -> None:
    tender.closed_at = uow.now
    _changed(uow, tender, "closed")


def _changed(uow: UnitOfWork, tender: Tender, fact: str, **details: object) -> None:
    tender.touch(uow.now)
    _record(uow, tender, fact, **details)


def _record(uow: UnitOfWork, tender: Tender, fact: str, **details: object) -> None:
    uow.record(f"tender.{fact}", "tender", tender.id, district=tender.district, **details)
