"""Use cases of matching: suggestions, intents, the one match that is confirmed."""

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from liandong.db.errors import violated_constraint
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule
from liandong.ids import uuid7
from liandong.problems import Conflict, IllegalTransition
from supply_demand.demands import domain as demand_states
from supply_demand.demands import repository as demands
from supply_demand.demands import service as demand_service
from supply_demand.demands.models import Demand
from supply_demand.demands.schemas import DemandRead
from supply_demand.eligibility import service as eligibility
from supply_demand.eligibility.domain import Facts
from supply_demand.fairs import repository
from supply_demand.fairs.domain import (
    MATCHING,
    FairAction,
    MatchAction,
    MatchingParameters,
    MatchStatus,
    Pair,
    Reason,
    advance_fair,
    advance_match,
    score,
)
from supply_demand.fairs.models import Match
from supply_demand.fairs.schemas import ReasonRead, RecordIntent, SuggestedOffer, Suggestion
from supply_demand.offers import domain as offer_states
from supply_demand.offers import repository as offers
from supply_demand.offers.models import Offer

NOT_CHOSEN = "需求已与其他供给对接"


class IntentExists(Conflict):
    slug, title = "intent-exists", "该需求与该供给已有对接意向"


class NotPublished(Conflict):
    slug, title = "not-published", "需求和供给均须处于已发布状态"


async def intend(uow: UnitOfWork, fair_id: UUID, body: RecordIntent) -> Match:
    """Records that an offer is wanted for a demand, with the score and why."""
    fair = await repository.lock(uow, fair_id, shared=True)
    advance_fair(fair.status, FairAction.MATCH)
    demand = await demands.lock(uow, body.demand_id)
    district_rule(uow.actor, demand.district)
    offer = await offers.lock(uow, body.offer_id)
    _both_published(demand, offer)
    assessed = await eligibility.assess_all(uow, [offer.organization_id], district=demand.district)
    facts, assessment = assessed[offer.organization_id]
    if not assessment.eligible:
        raise eligibility.refusal(assessment)
    rule_set = await uow.rules(MATCHING, demand.district)
    points, reasons = _score(demand, offer, facts, rule_set.parameters, uow)
    match = Match(
        id=uuid7(),
        version=0,
        fair_id=fair.id,
        demand_id=demand.id,
        offer_id=offer.id,
        organization_id=offer.organization_id,
        district=demand.district,
        score=points,
        reasons=[asdict(reason) for reason in reasons],
        rule_set=rule_set.reference,
        status=MatchStatus.INTENDED,
        created_at=uow.now,
        updated_at=uow.now,
    )
    uow.session.add(match)
    _changed(uow, match, "intended")
    try:
        await uow.session.flush()
    except IntegrityError as error:
        if violated_constraint(error) == "uq_match_intended_once":
            raise IntentExists() from None
        raise
    return match


async def confirm(uow: UnitOfWork, fair_id: UUID, match_id: UUID, version: int) -> Match:
    """The demand goes to this offer. Of two at once one finds the demand taken (409).

    The demand's row is locked first: it is what makes the choice single. The other intents for
    the demand are released with the reason.
    """
    found = await repository.match(uow.session, fair_id, match_id)
    demand = await demands.lock(uow, found.demand_id)
    district_rule(uow.actor, demand.district)
    live = await repository.lock_matches(uow, demand.id)
    match = _of(live, match_id)
    match.expect(version)
    match.status = advance_match(match.status, MatchAction.CONFIRM)
    offer = await offers.lock(uow, match.offer_id)
    if offer.status is not offer_states.Status.PUBLISHED:
        raise NotPublished("该供给已撤回")
    await eligibility.require(uow, match.organization_id, district=demand.district)
    demand_service.match(uow, demand)
    _changed(uow, match, "confirmed")
    for other in live:
        if other is not match:
            _release(uow, other, NOT_CHOSEN)
    return match


async def release(
    uow: UnitOfWork, fair_id: UUID, match_id: UUID, version: int, reason: str
) -> Match:
    """Takes an intent back; the demand of a confirmed one may be matched again."""
    found = await repository.match(uow.session, fair_id, match_id)
    demand = await demands.lock(uow, found.demand_id)
    district_rule(uow.actor, demand.district)
    match = _of(await repository.lock_matches(uow, demand.id), match_id)
    match.expect(version)
    if match.status is MatchStatus.CONFIRMED:
        demand_service.unmatch(uow, demand)
    _release(uow, match, reason)
    return match


async def suggest(uow: UnitOfWork, page: Sequence[Demand], most: int) -> list[Suggestion]:
    """For each demand the best offers of its class by organisations that may supply.

    Equal scores keep the order in which the offers were made.
    """
    candidates = await offers.published(uow.session, {demand.service_class for demand in page})
    ids = sorted({offer.organization_id for offer in candidates})
    assessed = await eligibility.assess_all(uow, ids)
    fitting = [offer for offer in candidates if assessed[offer.organization_id][1].eligible]
    found: list[Suggestion] = []
    for demand in page:
        rule_set = await uow.rules(MATCHING, demand.district)
        ranked = [
            _suggested(demand, offer, assessed[offer.organization_id][0], rule_set.parameters, uow)
            for offer in fitting
            if offer.service_class == demand.service_class
        ]
        ranked.sort(key=lambda one: (-one.score, one.offer_id))
        found.append(
            Suggestion(
                demand=DemandRead.model_validate(demand),
                offers=ranked[:most],
                rule_set=rule_set.reference,
            )
        )
    return found


def _suggested(
    demand: Demand, offer: Offer, facts: Facts, weights: MatchingParameters, uow: UnitOfWork
) -> SuggestedOffer:
    points, reasons = _score(demand, offer, facts, weights, uow)
    return SuggestedOffer(
        offer_id=offer.id,
        organization_id=offer.organization_id,
        title=offer.title,
        score=points,
        reasons=[ReasonRead.model_validate(reason) for reason in reasons],
    )


def _score(
    demand: Demand, offer: Offer, facts: Facts, weights: MatchingParameters, uow: UnitOfWork
) -> tuple[int, list[Reason]]:
    pair = Pair(
        wanted_class=demand.service_class,
        offered_class=offer.service_class,
        wanted_district=demand.district,
        served_districts=offer.districts,
        grade=facts.grade_on(uow.today),
        on_red_list=facts.on_red_list,
    )
    return score(pair, weights)


def _both_published(demand: Demand, offer: Offer) -> None:
    if demand.status is not demand_states.Status.PUBLISHED:
        raise NotPublished(f"该需求{demand.status.label}")
    if offer.status is not offer_states.Status.PUBLISHED:
        raise NotPublished(f"该供给处于{offer.status.label}状态")


def _of(live: Sequence[Match], match_id: UUID) -> Match:
    for match in live:
        if match.id == match_id:
            return match
    raise IllegalTransition("该对接意向已解除")


def _release(uow: UnitOfWork, match: Match, reason: str) -> None:
    match.status = advance_match(match.status, MatchAction.RELEASE)
    match.released_reason = reason
    _changed(uow, match, "released", reason=reason)


def _changed(uow: UnitOfWork, match: Match, fact: str, **details: object) -> None:
    match.touch(uow.now)
    uow.record(
        f"match.{fact}",
        "match",
        match.id,
        district=match.district,
        demand_id=match.demand_id,
        offer_id=match.offer_id,
        **details,
    )
