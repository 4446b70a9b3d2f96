"""Use cases of entitlements: a cause is judged by the rule set of its day."""

from uuid import UUID

from funding.entitlements import repository
from funding.entitlements.domain import (
    Action,
    CauseKind,
    CauseSettled,
    Outcome,
    Status,
    advance,
)
from funding.entitlements.events import EntitlementCreated
from funding.entitlements.models import Cause, Entitlement
from funding.programmes.domain import (
    GRADE_AWARD,
    SITE_AWARD,
    Award,
    GradeAwards,
    SiteAwards,
    grade_award,
    site_award,
)
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule
from liandong.ids import uuid7
from liandong.problems import NotFound
from liandong.rules.book import NoRuleSet
from liandong.rules.rule_set import RuleSet

AnyAwards = RuleSet[SiteAwards] | RuleSet[GradeAwards]


async def learn(uow: UnitOfWork, cause: Cause) -> None:
    """Keeps the cause and creates the entitlement that it gives; the same cause twice adds
    nothing."""
    if await repository.lock_cause(uow, cause.cause_id) is not None:
        return
    await judge(uow, cause)
    uow.session.add(cause)


async def reconsider(uow: UnitOfWork, cause_id: UUID) -> Cause:
    """Judges again a cause that gave nothing, for when the bureau supplied the rule set later."""
    cause = await repository.lock_cause(uow, cause_id)
    if cause is None:
        raise NotFound("没有这一事项")
    district_rule(uow.actor, cause.district)
    if cause.outcome is Outcome.ENTITLED or cause.withdrawn_on is not None:
        raise CauseSettled(extra={"outcome": cause.outcome.value})
    await judge(uow, cause)
    uow.record(
        "cause.reconsidered", "cause", cause_id, district=cause.district, outcome=cause.outcome
    )
    return cause


async def judge(uow: UnitOfWork, cause: Cause) -> None:
    """Sets the cause's outcome. A district without a rule set pays nothing: that is an answer."""
    try:
        rule_set, award = await _award(uow, cause)
    except NoRuleSet:
        cause.outcome = Outcome.NO_PROGRAMME
        return
    if award is None:
        cause.outcome = Outcome.NOTHING_DUE
    elif await repository.awarded(uow.session, award.programme, cause.cause_id, award.once_key):
        cause.outcome = Outcome.ALREADY_AWARDED
    else:
        cause.outcome = Outcome.ENTITLED
        cause.entitlement_id = _create(uow, cause, award, rule_set).id


async def _award(uow: UnitOfWork, cause: Cause) -> tuple[AnyAwards, Award | None]:
    if cause.kind is CauseKind.SITE:
        sites = await uow.rules(SITE_AWARD, cause.district, cause.decided_on)
        return sites, site_award(sites.parameters, kind=cause.category, site_id=cause.cause_id)
    grades = await uow.rules(GRADE_AWARD, cause.district, cause.decided_on)
    return grades, grade_award(
        grades.parameters,
        grade=cause.category,
        round_name=cause.round or "",
        organization_id=cause.organization_id,
        earlier=await repository.earlier_awards(uow.session, cause.organization_id, cause.cause_id),
    )


def _create(uow: UnitOfWork, cause: Cause, award: Award, rule_set: AnyAwards) -> Entitlement:
    entitlement = Entitlement(
        id=uuid7(),
        version=0,
        programme=award.programme,
        status=Status.OPEN,
        cause_kind=cause.kind,
        cause_id=cause.cause_id,
        category=cause.category,
        once_key=award.once_key,
        organization_id=cause.organization_id,
        district=cause.district,
        payer_district=rule_set.jurisdiction,
        payer_account=award.payer_account,
        funding_source=award.funding_source,
        amount_fen=award.amount_fen,
        rule_set=rule_set.reference,
        decided_on=cause.decided_on,
        year=cause.decided_on.year,
        needs_review=False,
        created_at=uow.now,
        updated_at=uow.now,
    )
    uow.session.add(entitlement)
    uow.publish(
        EntitlementCreated(
            entitlement_id=entitlement.id,
            organization_id=entitlement.organization_id,
            district=entitlement.district,
            programme=entitlement.programme,
            amount_fen=entitlement.amount_fen,
            rule_set=entitlement.rule_set,
            cause_id=entitlement.cause_id,
        ),
        of=entitlement,
    )
    record(uow, entitlement, "created", amount_fen=entitlement.amount_fen)
    return entitlement


def move(uow: UnitOfWork, entitlement: Entitlement, action: Action) -> None:
    """Takes the locked entitlement to its next status."""
    entitlement.status = advance(entitlement.status, action)
    entitlement.touch(uow.now)


def flag(uow: UnitOfWork, entitlement: Entitlement, reason: str) -> None:
    """Calls for a person: what the entitlement rests on has changed."""
    entitlement.needs_review = True
    entitlement.review_reason = reason
    entitlement.touch(uow.now)
    record(uow, entitlement, "flagged", reason=reason)


def cancel(uow: UnitOfWork, entitlement: Entitlement, reason: str) -> None:
    """Cancels the locked entitlement; its payment must have been cancelled before."""
    entitlement.cancel_reason = reason
    entitlement.needs_review = False
    move(uow, entitlement, Action.CANCEL)
    record(uow, entitlement, "cancelled", reason=reason)


def record(uow: UnitOfWork, entitlement: Entitlement, fact: str, **details: object) -> None:
    uow.record(
        f"entitlement.{fact}",
        "entitlement",
        entitlement.id,
        district=entitlement.district,
        **details,
    )
