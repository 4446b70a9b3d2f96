"""Evaluates organisations from their facts. Called with their rows locked, after every change of
a fact and by the worker when time alone may change the result."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import structlog

from credit_list.grading import narrative, repository
from credit_list.grading.domain import GRADE, ON_ABNORMAL, ON_RED, ON_SERIOUS, Fact
from credit_list.grading.events import CreditGradeChanged
from credit_list.grading.models import CreditGrade, GradePeriod
from credit_list.grading.rules import GRADING, GradingParameters
from credit_list.grading.scoring import Assessment, assess
from credit_list.learned.models import KnownGrade, KnownOrganization
from credit_list.listings import repository as listings
from credit_list.listings.domain import ListName
from credit_list.listings.models import Listing
from credit_list.records import repository as records
from credit_list.records.models import CreditRecord
from liandong.db.unit_of_work import UnitOfWork
from liandong.ids import uuid7
from liandong.rules.book import NoRuleSet, UnusableRuleSet
from liandong.rules.rule_set import RuleSet

log = structlog.get_logger(__name__)

CANCELLED = "cancelled"
_LISTED = {
    ListName.SERIOUS: ON_SERIOUS,
    ListName.ABNORMAL: ON_ABNORMAL,
    ListName.RED: ON_RED,
}


async def facts_changed(uow: UnitOfWork, organization: KnownOrganization | None) -> None:
    """An organisation that has not been learnt is looked at when it has been. Rules that cannot
    be used stand in the way of the grade, not of the fact: the worker tries again."""
    if organization is None:
        return
    try:
        await evaluate(uow, [organization])
    except (NoRuleSet, UnusableRuleSet) as error:
        log.warning("grading_without_rules", error=type(error).__name__)
        await repository.look_soon(uow, [organization.organization_id])


async def evaluate(
    uow: UnitOfWork, organizations: Sequence[KnownOrganization], rules: str | None = None
) -> None:
    """``rules`` is what the worker looks by."""
    await uow.session.flush()
    ids = [one.organization_id for one in organizations]
    known = await repository.lock(uow, ids)
    facts = await _facts(uow, ids)
    rule_sets: dict[str, RuleSet[GradingParameters]] = {}
    days: dict[UUID, date | None] = {}
    for one in organizations:
        former = known.get(one.organization_id)
        if one.status == CANCELLED:
            await _end(uow, former)
            days[one.organization_id] = None
            continue
        rule_set = rule_sets.get(one.district)
        if rule_set is None:
            rule_set = rule_sets[one.district] = await uow.rules(GRADING, one.district)
        made = assess(facts[one.organization_id], rule_set.parameters, uow.today)
        await _keep(uow, one, former, made, _result(made, rule_set))
        days[one.organization_id] = made.next_change_on
    await repository.look_on(uow, days, rules)


def _result(made: Assessment, rule_set: RuleSet[GradingParameters]) -> dict[str, object]:
    return {
        "grade": made.grade,
        "score": made.score,
        "supervision_level": made.supervision.level,
        "items": narrative.items(made),
        "limits": narrative.limits(made),
        "explanation": narrative.explanation(made, rule_set.parameters),
        "rule_set": rule_set.reference,
    }


async def _facts(uow: UnitOfWork, ids: Sequence[UUID]) -> dict[UUID, list[Fact]]:
    counted = await records.all_counted_of(uow.session, ids)
    listed = await listings.current_of(uow.session, ids)
    grades = await repository.grades_in_force(uow.session, ids, uow.today)
    return {
        one: [
            *map(_of_record, counted.get(one, ())),
            *map(_of_listing, listed.get(one, ())),
            *map(_of_grade, [grades[one]] if one in grades else []),
        ]
        for one in ids
    }


def _of_record(one: CreditRecord) -> Fact:
    return Fact(
        key=str(one.id),
        kind=one.kind.value,
        day=one.arose_on,
        result=one.result,
        sanctions=frozenset(one.sanctions),
        fine_fen=one.fine_fen,
        remedied=one.remedied_on is not None,
    )


def _of_listing(one: Listing) -> Fact:
    return Fact(key=str(one.id), kind=_LISTED[one.list], day=one.term_started_on)


def _of_grade(one: KnownGrade) -> Fact:
    key, since, until = str(one.grade_id), one.valid_from, one.valid_until
    return Fact(key=key, kind=GRADE, day=since, result=one.grade, until=until)


async def _keep(
    uow: UnitOfWork,
    organization: KnownOrganization,
    known: CreditGrade | None,
    made: Assessment,
    result: dict[str, object],
) -> None:
    if known is not None and known.ended_on is None and _same(known, result, organization):
        known.evaluated_on = uow.today
        return
    former = known.grade if known is not None and known.ended_on is None else None
    told = None if known is None or former is None else _told(known)
    if known is None:
        known = CreditGrade(
            id=uuid7(),
            version=0,
            created_at=uow.now,
            updated_at=uow.now,
            organization_id=organization.organization_id,
            period=0,
        )
        uow.session.add(known)
    else:
        await repository.close_period(uow, known.organization_id, known.period)
    for name, value in result.items():
        setattr(known, name, value)
    known.sampling_weight = made.supervision.sampling_weight
    known.checks_per_year = made.supervision.checks_per_year
    known.district = organization.district
    known.evaluated_on = known.since = uow.today
    known.ended_on = None
    known.period += 1
    uow.session.add(
        GradePeriod(
            organization_id=known.organization_id, number=known.period, since=uow.today, **result
        )
    )
    if told == _told(known):
        known.touch(uow.now)
    else:
        _publish(uow, known, None if former is None else former.value)


def _same(known: CreditGrade, result: dict[str, object], organization: KnownOrganization) -> bool:
    return known.district == organization.district and all(
        getattr(known, name) == value for name, value in result.items()
    )


def _told(known: CreditGrade) -> tuple[object, ...]:
    """What others act on."""
    return known.grade, known.supervision_level, known.sampling_weight, known.checks_per_year


def _publish(uow: UnitOfWork, known: CreditGrade, former: str | None) -> None:
    event = CreditGradeChanged(
        credit_grade_id=known.id,
        organization_id=known.organization_id,
        district=known.district,
        grade=known.grade.value,
        former_grade=former,
        score=known.score,
        supervision_level=known.supervision_level.value,
        sampling_weight=known.sampling_weight,
        checks_per_year=known.checks_per_year,
        evaluated_on=known.evaluated_on,
        rule_set=known.rule_set,
    )
    uow.publish(event, of=known)
    uow.record(
        "credit-grade.changed",
        "credit-grade",
        known.id,
        district=known.district,
        organization_id=known.organization_id,
        grade=known.grade.value,
        former_grade=former,
        score=known.score,
        rule_set=known.rule_set,
    )


async def _end(uow: UnitOfWork, known: CreditGrade | None) -> None:
    """A cancelled organisation is graded no longer; its history stays."""
    if known is None or known.ended_on is not None:
        return
    known.ended_on = uow.today
    await repository.close_period(uow, known.organization_id, known.period)
    known.touch(uow.now)
    uow.record(
        "credit-grade.ended",
        "credit-grade",
        known.id,
        district=known.district,
        organization_id=known.organization_id,
    )
