"""Legal review and the end of the investigation: a decision, or none (行政处罚法 arts. 57-58)."""

from uuid import UUID

from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import two_persons
from liandong.problems import Conflict, FieldError, Invalid
from registry.penalties import timing
from registry.penalties.domain import Action, authority_name
from registry.penalties.events import PenaltyDecided
from registry.penalties.models import Penalty
from registry.penalties.proposal import Proposal, articles, faults, publication_class
from registry.penalties.rules import PenaltyRules
from registry.penalties.schemas import Decision, LegalReview, Sparing, Transfer
from registry.penalties.steps import between, not_a_handler, officials, record, rules_of, wrong
from registry.supervision.numbering import next_number


class SafeguardsMissing(Conflict):
    slug, title = "safeguards-missing", "当事人的法定权利尚未保障，不能作出处罚决定"


class NoLongerAllowed(Conflict):
    slug, title = "no-longer-allowed", "现行规则已不允许所建议的处罚，请退回补充调查"


async def review(uow: UnitOfWork, penalty_id: UUID, version: int, body: LegalReview) -> Penalty:
    """法制审核, by somebody who did not handle the case; what the party said is answered."""
    penalty = await officials(uow, penalty_id, version, Action.REVIEW)
    not_a_handler(uow, penalty, "进行法制审核")
    _refuse_unsafe(uow, penalty)
    spoke = bool(penalty.said) or penalty.hearing_requested_on is not None
    if spoke and len(body.recheck) < 2:
        raise wrong("/recheck", "missing", "当事人提出的事实、理由和证据应当复核")
    penalty.review = body.model_dump(mode="json")
    penalty.reviewed_by, penalty.reviewed_on = uow.actor.subject, uow.today
    penalty.touch(uow.now)
    record(uow, penalty, "reviewed")
    return penalty


async def decide(uow: UnitOfWork, penalty_id: UUID, version: int, body: Decision) -> Penalty:
    """作出处罚决定: exactly what was noticed, by a third person; heavy ones in a meeting."""
    penalty = await officials(uow, penalty_id, version, Action.DECIDE)
    not_a_handler(uow, penalty, "作出处罚决定")
    two_persons(penalty.reviewed_by or "", uow.actor, "作出处罚决定")
    _refuse_unsafe(uow, penalty)
    rules = await rules_of(uow, penalty)
    proposed = penalty.proposed
    assert proposed is not None
    if faults(proposed, penalty.kind, rules):
        raise NoLongerAllowed()
    _discussed(uow, penalty, body)
    await _keep(uow, penalty, proposed, rules)
    uow.publish(PenaltyDecided(**penalty.facts()), of=penalty)
    record(uow, penalty, "decided", number=penalty.decision_number, basis=penalty.basis)
    return penalty


async def spare(uow: UnitOfWork, penalty_id: UUID, version: int, body: Sparing) -> Penalty:
    """不予处罚, on a ground of the law."""
    penalty = await officials(uow, penalty_id, version, Action.SPARE)
    rules = await rules_of(uow, penalty)
    if body.ground not in rules.spared:
        told = f"不予处罚的情形应为：{'、'.join(sorted(rules.spared))}"
        raise wrong("/ground", "unknown-ground", told)
    penalty.basis = [rules.spared[body.ground]]
    await _close(uow, penalty, body.reason, "决定不予处罚", body.ground)
    record(uow, penalty, "spared", ground=body.ground)
    return penalty


async def dismiss(uow: UnitOfWork, penalty_id: UUID, version: int, reason: str) -> Penalty:
    """违法事实不能成立: the case is closed."""
    penalty = await officials(uow, penalty_id, version, Action.DISMISS)
    await _close(uow, penalty, reason, "决定销案", "")
    record(uow, penalty, "dismissed", reason=reason)
    return penalty


async def transfer(uow: UnitOfWork, penalty_id: UUID, version: int, body: Transfer) -> Penalty:
    """移送: a crime, or another authority's matter (arts. 27, 57(4))."""
    penalty = await officials(uow, penalty_id, version, Action.TRANSFER)
    reason = f"移送{body.authority}：{body.reason}"
    await _close(uow, penalty, reason, "决定移送", "")
    record(uow, penalty, "transferred", authority=body.authority)
    return penalty


def _refuse_unsafe(uow: UnitOfWork, penalty: Penalty) -> None:
    obstacles = penalty.safeguards.obstacles(uow.today)
    if obstacles:
        raise SafeguardsMissing(
            "；".join(one.label for one in obstacles),
            errors=[FieldError("/", one.value, one.label) for one in obstacles],
        )


def _discussed(uow: UnitOfWork, penalty: Penalty, body: Decision) -> None:
    """行政处罚法 art. 57: heavy penalties are discussed by the heads of the authority."""
    if body.discussion is None:
        if penalty.is_heavy:
            told = "较重的处罚须经负责人集体讨论决定"
            raise Invalid(told, [FieldError("/discussion", "missing", told)])
        return
    told = "应在法制审核之日与今日之间"
    since, held_on = penalty.reviewed_on, body.discussion.held_on
    between("/discussion/held_on", held_on, since, uow.today, told)
    penalty.discussion = body.discussion.model_dump(mode="json")


async def _keep(uow: UnitOfWork, penalty: Penalty, proposed: Proposal, rules: PenaltyRules) -> None:
    penalty.decided_by, penalty.decided_on = uow.actor.subject, uow.today
    penalty.basis = articles(proposed, penalty.kind, rules)
    penalty.remedy = rules.remedy
    penalty.due_fen = proposed.due_fen
    found = penalty.publication_class = publication_class(proposed, rules)
    penalty.authority_name = rules.authority_name or authority_name(penalty.authority)
    penalty.authority_credit_code = rules.authority_credit_code
    penalty.decision_number = await next_number(uow, "penalty", penalty.authority, rules.number)
    await timing.restart(uow, penalty, rules)
    if rules.publication.terms[found].least_months:
        await timing.begin_publication(uow, penalty, rules)


async def _close(uow: UnitOfWork, penalty: Penalty, reason: str, act: str, ground: str) -> None:
    not_a_handler(uow, penalty, act)
    penalty.reason, penalty.ground = reason, ground
    penalty.closed_by, penalty.closed_on = uow.actor.subject, uow.today
    await timing.end(uow, penalty)
    penalty.touch(uow.now)
