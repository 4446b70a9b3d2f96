"""抽查: the draw, and carrying it out in the background."""

import secrets
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule
from liandong.ids import uuid7
from liandong.problems import Conflict, FieldError, Invalid
from liandong.timers.deadlines import Deadline, set_deadline
from registry.inspections import draw as tickets
from registry.inspections import repository
from registry.inspections.domain import TRANSITIONS, Action, SeasonStatus, advance
from registry.inspections.events import InspectionSampled
from registry.inspections.models import Inspection, InspectionSampling
from registry.inspections.season_schemas import DrawSample
from registry.inspections.seasons import SeasonNotOpen, rules_of
from registry.learned import repository as learned
from registry.sampling import weighing as weighted

SAMPLING: Final = "inspection.sampling"
BATCH: Final = 200


class NothingToDraw(Conflict):
    slug, title = "nothing-to-draw", "没有可供抽查的年度报告"


async def draw(uow: UnitOfWork, season_id: UUID, body: DrawSample) -> InspectionSampling:
    """Draws among those whose report lies with the organ; seed, list and result are kept."""
    season = await repository.lock_season(uow, season_id)
    district_rule(uow.actor, season.district)
    if season.status is SeasonStatus.WITHDRAWN:
        raise SeasonNotOpen("该年检已撤销")
    rule = rules_of(season).sampling
    percent = body.percent or rule.percent
    if percent < rule.percent:
        told = f"不能低于规则规定的 {rule.percent}%（{rule.basis}）"
        raise Invalid(told, [FieldError("/percent", "too-small", told)])
    population = await repository.drawable(uow, season.id, season.district, body.regime)
    if not population:
        raise NothingToDraw()
    seed = body.seed or secrets.token_hex(16)
    weighing = None
    if rule.weighing is not None:
        codes = await learned.sampling_weights(uow.session, population)
        weighing = weighted.frozen(rule.weighing, codes)
    made = InspectionSampling(
        id=uuid7(),
        version=1,
        season_id=season.id,
        district=season.district,
        regime=body.regime,
        seed=seed,
        algorithm=tickets.ALGORITHM if weighing is None else weighted.ALGORITHM,
        percent=percent,
        population=population,
        population_digest=_digest(population, weighing),
        weighing=weighing,
        drawn=_drawn(population, weighing, seed, percent),
        done=0,
        drawn_by=uow.actor.subject,
        created_at=uow.now,
        updated_at=uow.now,
    )
    uow.session.add(made)
    uow.record(
        "inspection-sampling.drawn", "inspection-sampling", made.id, district=made.district,
        seed=seed, algorithm=made.algorithm, percent=percent, population=len(population),
        drawn=len(made.drawn), digest=made.population_digest,
    )  # fmt: skip
    await set_deadline(uow, SAMPLING, made.id, uow.now)
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
    """Draws again from what was kept."""
    known = tickets.ALGORITHM if made.weighing is None else weighted.ALGORITHM
    return (
        made.algorithm == known
        and made.population_digest == _digest(made.population, made.weighing)
        and made.drawn == _drawn(made.population, made.weighing, made.seed, made.percent)
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
