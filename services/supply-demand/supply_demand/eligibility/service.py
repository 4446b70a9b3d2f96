"""Answers whether organisations are eligible, from what was learned."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import Conflict
from liandong.rules.rule_set import RuleSet
from liandong.values.districts import ROOT
from supply_demand.eligibility import domain
from supply_demand.eligibility.domain import Assessment, Context, Demanded, Facts, Source
from supply_demand.learned import repository
from supply_demand.learned.models import LearnedGrade, LearnedListing, LearnedOrganization

NOTHING_MORE = Demanded()


class NotEligible(Conflict):
    """``rules`` are the rules that were not satisfied, with their facts."""

    slug, title = "not-eligible", "该组织目前不具备参与资格"


async def facts_of(uow: UnitOfWork, ids: Sequence[UUID]) -> dict[UUID, Facts]:
    """What is known of each organisation; of an unknown one that nothing is known."""
    session = uow.session
    registrations = await repository.organizations(session, ids)
    listings: dict[UUID, list[LearnedListing]] = defaultdict(list)
    for listing in await repository.listings_in_force(session, ids):
        listings[listing.organization_id].append(listing)
    grades: dict[UUID, list[LearnedGrade]] = defaultdict(list)
    for grade in await repository.grades(session, ids):
        grades[grade.organization_id].append(grade)
    return {
        one: Facts(
            organization_id=one,
            registration=_registration(registrations.get(one)),
            listings=tuple(_listing(row) for row in listings[one]),
            grade=_grade_held(grades[one], uow.today),
        )
        for one in ids
    }


async def assess(
    uow: UnitOfWork,
    organization_id: UUID,
    *,
    demanded: Demanded = NOTHING_MORE,
    district: str | None = None,
) -> Assessment:
    """Judges by the rules of ``district``, or of the organisation's own district."""
    found = await assess_all(uow, [organization_id], demanded=demanded, district=district)
    return found[organization_id][1]


async def assess_all(
    uow: UnitOfWork,
    ids: Sequence[UUID],
    *,
    demanded: Demanded = NOTHING_MORE,
    district: str | None = None,
) -> dict[UUID, tuple[Facts, Assessment]]:
    assessed: dict[UUID, tuple[Facts, Assessment]] = {}
    rules: dict[str, RuleSet[domain.EligibilityParameters]] = {}
    for one, facts in (await facts_of(uow, ids)).items():
        where = district or (facts.registration.district if facts.registration else ROOT)
        if where not in rules:
            rules[where] = await uow.rules(domain.ELIGIBILITY, where)
        rule_set = rules[where]
        case = Context(facts, demanded, rule_set.parameters, uow.today)
        assessed[one] = (facts, domain.assess(case, uow.now, rule_set.reference))
    return assessed


async def require(
    uow: UnitOfWork,
    organization_id: UUID,
    *,
    demanded: Demanded = NOTHING_MORE,
    district: str | None = None,
) -> Assessment:
    """The assessment; raises NotEligible (409) with every rule that failed."""
    found = await assess(uow, organization_id, demanded=demanded, district=district)
    if not found.eligible:
        raise refusal(found)
    return found


def refusal(assessment: Assessment) -> NotEligible:
    reasons = "；".join(rule.fact for rule in assessment.failed)
    return NotEligible(
        f"该组织目前不具备参与资格：{reasons}",
        extra={"rules": [as_dict(rule) for rule in assessment.failed]},
    )


def as_dict(rule: domain.RuleOutcome) -> dict[str, Any]:
    """A rule's outcome as JSON, for problems and for the record of a decision."""
    source = rule.source
    return {
        "code": rule.code,
        "title": rule.title,
        "passed": rule.passed,
        "fact": rule.fact,
        "learned_from": str(source.learned_from) if source.learned_from else None,
        "learned_at": source.learned_at.isoformat() if source.learned_at else None,
        "legal_basis": rule.legal_basis,
    }


def _registration(row: LearnedOrganization | None) -> domain.Registration | None:
    if row is None:
        return None
    return domain.Registration(
        name=row.name,
        kind=row.kind,
        status=row.status,
        district=row.district,
        source=Source(row.learned_from, row.learned_at),
        status_source=Source(row.status_learned_from, row.status_learned_at),
    )


def _listing(row: LearnedListing) -> domain.Listing:
    return domain.Listing(
        listing_id=row.listing_id,
        list=row.list,
        measures=tuple(row.measures),
        listed_on=row.listed_on,
        source=Source(row.learned_from, row.learned_at),
    )


def _grade_held(rows: Sequence[LearnedGrade], today: date) -> domain.GradeHeld | None:
    """The latest grade that holds today, else the latest of all; ``rows`` are in order."""
    held = [
        domain.GradeHeld(
            grade=row.grade,
            status=row.status,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            source=Source(row.learned_from, row.learned_at),
        )
        for row in reversed(rows)
    ]
    return next((one for one in held if one.holds_on(today)), held[0] if held else None)
