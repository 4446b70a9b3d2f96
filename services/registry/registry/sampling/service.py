"""Use cases of sampling: plan, draw, draw again, publish."""

from collections.abc import Sequence
from secrets import token_hex
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule, two_persons
from liandong.ids import uuid7
from liandong.problems import Conflict, FieldError, Invalid
from liandong.values.districts import subtree_prefix
from registry.checks import service as checks
from registry.checks.domain import Form
from registry.checks.rules import CHECKS, CheckRules
from registry.learned import repository as learned
from registry.officers import repository as officers
from registry.officers.models import Officer
from registry.organizations.domain import LIVING
from registry.sampling import repository
from registry.sampling import weighing as weighted
from registry.sampling.domain import (
    ALGORITHM,
    Action,
    Inspector,
    Status,
    advance,
    digest_of,
    drawn_from,
    how_many,
    inspectors_of,
)
from registry.sampling.events import SamplingDrawn, SamplingPublished
from registry.sampling.models import SamplingDraw, SamplingPlan
from registry.sampling.schemas import PlanSampling


class NoCandidates(Conflict):
    slug, title = "no-candidates", "范围内没有可以抽查的组织"


class TooManyCandidates(Conflict):
    slug, title = "too-many-candidates", "范围过大，请按区划、类型分别抽取"


class TooFewOfficers(Conflict):
    slug, title = "too-few-officers", "可以抽取的执法人员不足"


async def new_seed() -> str:
    """256 bits that nobody can foresee."""
    return token_hex(32)


async def plan(uow: UnitOfWork, body: PlanSampling) -> SamplingPlan:
    district_rule(uow.actor, body.district)
    pool_district = body.pool_district or body.district
    district_rule(uow.actor, pool_district)
    rule_set = await uow.rules(CHECKS, body.district)
    _within(body, rule_set.parameters)
    if body.checked_until < uow.today:
        raise _wrong("/checked_until", "in-the-past", "不能早于今日")
    made = SamplingPlan(
        id=uuid7(),
        version=0,
        status=Status.PLANNED,
        draws=0,
        reason="",
        rule_set=rule_set.reference,
        created_at=uow.now,
        updated_at=uow.now,
        **body.model_dump(mode="json", include={"kinds"}),
        **body.model_dump(exclude={"kinds", "pool_district"}),
        pool_district=pool_district,
    )
    uow.session.add(made)
    made.touch(uow.now)
    _record(uow, made, "planned")
    return made


async def draw_first(uow: UnitOfWork, plan_id: UUID, version: int, seed: str) -> SamplingPlan:
    """抽取 from the bodies and officers of this moment, which are kept as they are."""
    made = await _step(uow, plan_id, version, Action.DRAW)
    await _draw(uow, made, seed, "")
    return made


async def redraw(
    uow: UnitOfWork, plan_id: UUID, version: int, seed: str, reason: str
) -> SamplingPlan:
    """重新抽取, with a reason and by somebody else; the earlier draw stays on the board."""
    made = await _step(uow, plan_id, version, Action.REDRAW)
    two_persons(made.drawn_by or "", uow.actor, "重新抽取")
    await _draw(uow, made, seed, reason)
    return made


async def publish(uow: UnitOfWork, plan_id: UUID, version: int) -> SamplingPlan:
    """公示: each drawn body gets its check with the inspectors that were drawn for it."""
    made = await _step(uow, plan_id, version, Action.PUBLISH)
    two_persons(made.drawn_by or "", uow.actor, "公示抽取结果")
    last = await repository.last_draw(uow.session, made)
    made.published_on = uow.today
    await _plan_checks(uow, made, last)
    event = SamplingPublished(
        plan_id=made.id,
        district=made.district,
        season=made.season,
        matter=made.topic,
        round=made.draws,
        drawn=len(last.drawn),
        published_on=uow.today,
    )
    uow.publish(event, of=made)
    _record(uow, made, "published", round=made.draws)
    return made


async def cancel(uow: UnitOfWork, plan_id: UUID, version: int, reason: str) -> SamplingPlan:
    made = await _step(uow, plan_id, version, Action.CANCEL)
    made.reason = reason
    made.touch(uow.now)
    _record(uow, made, "cancelled", reason=reason)
    return made


async def _draw(uow: UnitOfWork, made: SamplingPlan, seed: str, reason: str) -> None:
    rule_set = await uow.rules(CHECKS, made.district)
    rules: CheckRules = rule_set.parameters
    found = await repository.candidates(uow, made, rules.sampling.candidates_most)
    if not found:
        raise NoCandidates()
    if len(found) > rules.sampling.candidates_most:
        raise TooManyCandidates(f"最多 {rules.sampling.candidates_most} 家")
    pool = await _pool(uow, made)
    number = min(
        how_many(len(found), percent=made.percent, number=made.number),
        rules.sampling.number_most,
    )
    districts: dict[UUID, str] = {one.id: one.district for one in found}
    weighing = await _weighing(uow, rules, districts)
    drawn = drawn_from(seed, sorted(districts), weighing, number)
    each = max(made.officers_each, rules.officers_least)
    lots = _lots(seed, drawn, districts, pool, each)
    made.draws += 1
    made.drawn_by, made.rule_set, made.reason = uow.actor.subject, rule_set.reference, reason
    kept = _kept(uow, made, seed, found, pool, lots, weighing)
    uow.session.add(kept)
    _tell(uow, made, kept)


async def _weighing(
    uow: UnitOfWork, rules: CheckRules, bodies: dict[UUID, str]
) -> dict[str, Any] | None:
    """The weights of this moment, which are kept with the draw."""
    weighing = rules.sampling.weighing
    if weighing is None:
        return None
    return weighted.frozen(weighing, await learned.sampling_weights(uow.session, list(bodies)))


async def _pool(uow: UnitOfWork, made: SamplingPlan) -> list[Inspector]:
    """Officers of the plan's pool whose certificates hold to the end of the checks."""
    active: Sequence[Officer] = await officers.active(uow.session, made.pool_district)
    valid = [one for one in active if one.certificate_until >= made.checked_until]
    interests = await officers.interests_of(uow.session, [one.id for one in valid])
    return [
        Inspector(one.id, subtree_prefix(one.district), frozenset(interests[one.id]))
        for one in valid
    ]


def _lots(
    seed: str,
    drawn: Sequence[UUID],
    districts: dict[UUID, str],
    pool: Sequence[Inspector],
    each: int,
) -> list[dict[str, Any]]:
    lots: list[dict[str, Any]] = []
    for body in drawn:
        chosen = inspectors_of(seed, body, districts[body], pool, each)
        if chosen is None:
            raise TooFewOfficers(f"有抽中的组织可以抽取的执法人员不足 {each} 人")
        lots.append({"organization_id": str(body), "officers": [str(one) for one in chosen]})
    return lots


def _kept(
    uow: UnitOfWork,
    made: SamplingPlan,
    seed: str,
    found: Sequence[Row[tuple[UUID, str]]],
    pool: Sequence[Inspector],
    lots: list[dict[str, Any]],
    weighing: dict[str, Any] | None,
) -> SamplingDraw:
    ids = sorted(one.id for one in found)
    return SamplingDraw(
        plan_id=made.id,
        round=made.draws,
        algorithm=ALGORITHM if weighing is None else weighted.ALGORITHM,
        seed=seed,
        candidates=ids,
        candidates_digest=digest_of(ids, weighing),
        weighing=weighing,
        pool=[
            {
                "officer_id": str(one.id),
                "area": one.area,
                "interests": sorted(str(body) for body in one.interests),
            }
            for one in pool
        ],
        drawn=lots,
        reason=made.reason,
        drawn_by=uow.actor.subject,
        drawn_at=uow.now,
    )


def _tell(uow: UnitOfWork, made: SamplingPlan, kept: SamplingDraw) -> None:
    event = SamplingDrawn(
        plan_id=made.id,
        district=made.district,
        season=made.season,
        matter=made.topic,
        round=made.draws,
        algorithm=kept.algorithm,
        seed=kept.seed,
        candidates=len(kept.candidates),
        candidates_digest=kept.candidates_digest,
        drawn=len(kept.drawn),
    )
    uow.publish(event, of=made)
    digested = kept.candidates_digest
    _record(uow, made, "drawn", seed=kept.seed, digest=digested, reason=made.reason)


async def _plan_checks(uow: UnitOfWork, made: SamplingPlan, last: SamplingDraw) -> None:
    """Bodies that ended since the draw are not checked any more."""
    bodies = await repository.organizations(
        uow, [UUID(one["organization_id"]) for one in last.drawn]
    )
    named = {UUID(officer) for one in last.drawn for officer in one["officers"]}
    known = await officers.by_ids(uow.session, named)
    for one in last.drawn:
        body = bodies.get(UUID(one["organization_id"]))
        if body is None or body.status not in LIVING:
            continue
        check = checks.new_task(uow, body, Form.SAMPLE, made.topic, made.checked_from)
        check.plan_id, check.rule_set = made.id, made.rule_set
        checks.assign(check, [known[UUID(officer)] for officer in one["officers"]])
        uow.session.add(check)
        check.touch(uow.now)


async def _step(uow: UnitOfWork, plan_id: UUID, version: int, action: Action) -> SamplingPlan:
    made = await repository.lock(uow, plan_id)
    made.expect(version)
    district_rule(uow.actor, made.district)
    made.status = advance(made.status, action)
    return made


def _within(body: PlanSampling, rules: CheckRules) -> None:
    sampling = rules.sampling
    least, most = sampling.percent_least, sampling.percent_most
    if body.percent is not None and not least <= body.percent <= most:
        raise _wrong("/percent", "out-of-range", f"抽查比例应为 {least}% 至 {most}%")
    if body.number is not None and body.number > sampling.number_most:
        raise _wrong("/number", "out-of-range", f"一次最多抽取 {sampling.number_most} 家")
    if body.officers_each < rules.officers_least:
        told = f"每家组织的检查人员不得少于 {rules.officers_least} 人"
        raise _wrong("/officers_each", "too-few-officers", told)


def _wrong(pointer: str, code: str, message: str) -> Invalid:
    return Invalid(message, [FieldError(pointer, code, message)])


def _record(uow: UnitOfWork, made: SamplingPlan, fact: str, **details: object) -> None:
    uow.record(f"sampling.{fact}", "sampling-plan", made.id, district=made.district, **details)
