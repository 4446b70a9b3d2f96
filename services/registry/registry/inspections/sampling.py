"""抽查: the draw, and carrying it out in the background."""

import secrets
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule, two_persons
from liandong.ids import uuid7
from liandong.problems import Conflict, FieldError, Invalid
from liandong.timers.deadlines import Deadline, set_deadline
from registry.inspections import draw as tickets
from registry.inspections import repository
from registry.inspections.domain import TRANSITIONS, Action, SeasonStatus, advance
from registry.inspections.draw import SamplingAction, SamplingStatus
from registry.inspections.events import InspectionSampled
from registry.inspections.models import Inspection, InspectionSampling
from registry.inspections.sampling_events import (
    SamplingCancelled,
    SamplingCommitted,
    SamplingRevealed,
)
from registry.inspections.sampling_schemas import PrepareSample
from registry.inspections.seasons import SeasonNotOpen, rules_of
from registry.learned import repository as learned
from registry.sampling import weighing as weighted

SAMPLING: Final = "inspection.sampling"
BATCH: Final = 200


class NothingToDraw(Conflict):
    slug, title = "nothing-to-draw", "没有可供抽查的年度报告"


class DrawPrepared(Conflict):
    slug, title = "draw-prepared", "范围相同的抽查已经准备好，尚未抽取"


async def prepare(uow: UnitOfWork, season_id: UUID, body: PrepareSample) -> InspectionSampling:
    """Freezes who can be drawn, those whose report lies with the organ, and commits to a nonce."""
    season = await repository.lock_season(uow, season_id)
    district_rule(uow.actor, season.district)
    if season.status is SeasonStatus.WITHDRAWN:
        raise SeasonNotOpen("该年检已撤销")
    rule = rules_of(season).sampling
    percent = body.percent or rule.percent
    if percent < rule.percent:
        told = f"不能低于规则规定的 {rule.percent}%（{rule.basis}）"
        raise Invalid(told, [FieldError("/percent", "too-small", told)])
    known = await repository.prepared_sampling(uow.session, season.id, body.regime)
    if known is not None:
        raise DrawPrepared(extra={"sampling_id": str(known)})
    population = await repository.drawable(uow, season.id, season.district, body.regime)
    if not population:
        raise NothingToDraw()
    weighing = None
    if rule.weighing is not None:
        codes = await learned.sampling_weights(uow.session, population)
        weighing = weighted.frozen(rule.weighing, codes)
    nonce = secrets.token_hex(32)
    made = InspectionSampling(
        id=uuid7(),
        version=0,
        season_id=season.id,
        district=season.district,
        regime=body.regime,
        status=SamplingStatus.PREPARED,
        nonce=nonce,
        commitment=tickets.commitment_of(nonce),
        algorithm=tickets.ALGORITHM if weighing is None else weighted.ALGORITHM,
        percent=percent,
        population=population,
        population_digest=_digest(population, weighing),
        weighing=weighing,
        drawn=[],
        done=0,
        prepared_by=uow.actor.subject,
        reason="",
        created_at=uow.now,
        updated_at=uow.now,
    )
    uow.session.add(made)
    uow.publish(SamplingCommitted(**_facts(made)), of=made)
    _record(uow, made, "committed")
    return made


async def draw(
    uow: UnitOfWork, sampling_id: UUID, version: int, public_number: str
) -> InspectionSampling:
    """By somebody else than who froze the list, with a number that was made in public since."""
    made = await _step(uow, sampling_id, version, SamplingAction.DRAW)
    two_persons(made.prepared_by, uow.actor, "随机抽取")
    assert made.nonce is not None, "a prepared draw has its nonce"
    seed = tickets.seed_of(made.population_digest, made.nonce, public_number)
    made.public_number, made.seed = public_number, seed
    made.drawn = _drawn(made.population, made.weighing, seed, made.percent)
    made.drawn_by, made.drawn_at = uow.actor.subject, uow.now
    event = SamplingRevealed(
        **_facts(made),
        nonce=made.nonce,
        public_number=public_number,
        seed=seed,
        drawn=len(made.drawn),
    )
    uow.publish(event, of=made)
    _record(uow, made, "drawn", seed=seed, drawn=len(made.drawn))
    await set_deadline(uow, SAMPLING, made.id, uow.now)
    return made


async def cancel(
    uow: UnitOfWork, sampling_id: UUID, version: int, reason: str
) -> InspectionSampling:
    """A slip in what was prepared. Nobody could know what would have been drawn."""
    made = await _step(uow, sampling_id, version, SamplingAction.CANCEL)
    made.reason = reason
    uow.publish(SamplingCancelled(**_facts(made)), of=made)
    _record(uow, made, "cancelled", reason=reason)
    return made


async def fires(deadline: Deadline, uow: UnitOfWork) -> None:
    """Some of those drawn; what was decided or given back meanwhile is left alone."""
    made = await repository.lock_sampling(uow, deadline.subject_id)
    some = made.drawn[made.done : made.done + BATCH]
    season = await repository.season(uow.session, made.season_id)
    query = select(Inspection).where(
        Inspection.organization_id.in_(some), Inspection.year == season.year
    )
    for inspection in await repository.lock_many(uow, query, BATCH):
        if (inspection.status, Action.SAMPLE) in TRANSITIONS:
            inspection.status = advance(inspection.status, Action.SAMPLE)
            inspection.sampling_id = made.id
            event = InspectionSampled(**inspection.facts(), sampling_id=made.id)
            uow.publish(event, of=inspection)
            step = repository.step(uow, inspection, Action.SAMPLE, sampling_id=str(made.id))
            uow.session.add(step)
    made.done += len(some)
    made.touch(uow.now)
    if made.done < len(made.drawn):
        await set_deadline(uow, SAMPLING, made.id, uow.now)


def reproduced(made: InspectionSampling) -> bool:
    """Draws again from what was kept, from the commitment on."""
    if made.seed is None or not _seed_was_bound(made):
        return False
    known = tickets.ALGORITHM if made.weighing is None else weighted.ALGORITHM
    return (
        made.algorithm == known
        and made.population_digest == _digest(made.population, made.weighing)
        and made.drawn == _drawn(made.population, made.weighing, made.seed, made.percent)
    )


def _seed_was_bound(made: InspectionSampling) -> bool:
    if made.nonce is None or made.public_number is None:
        return made.commitment is None
    return made.commitment == tickets.commitment_of(made.nonce) and made.seed == tickets.seed_of(
        made.population_digest, made.nonce, made.public_number
    )


async def _step(
    uow: UnitOfWork, sampling_id: UUID, version: int, action: SamplingAction
) -> InspectionSampling:
    made = await repository.lock_sampling(uow, sampling_id)
    made.expect(version)
    district_rule(uow.actor, made.district)
    made.status = tickets.advance(made.status, action)
    return made


def _facts(made: InspectionSampling) -> dict[str, Any]:
    return {
        "sampling_id": made.id,
        "season_id": made.season_id,
        "district": made.district,
        "algorithm": made.algorithm,
        "percent": made.percent,
        "population": len(made.population),
        "population_digest": made.population_digest,
        "commitment": made.commitment,
    }


def _record(uow: UnitOfWork, made: InspectionSampling, fact: str, **details: object) -> None:
    uow.record(
        f"inspection-sampling.{fact}",
        "inspection-sampling",
        made.id,
        district=made.district,
        digest=made.population_digest,
        commitment=made.commitment,
        **details,
    )


def _digest(population: list[UUID], weighing: dict[str, Any] | None) -> str:
    if weighing is None:
        return tickets.digest(population)
    return weighted.digest(weighted.thawed(weighing, population))


def _drawn(
    population: list[UUID], weighing: dict[str, Any] | None, seed: str, percent: int
) -> list[UUID]:
    if weighing is None:
        return tickets.draw(population, seed, percent)
    weights = weighted.thawed(weighing, population)
    return weighted.draw(seed, weights, tickets.size(len(weights), percent))
