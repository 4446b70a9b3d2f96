"""Service and execution of a decision, its publication, and its withdrawal."""

from datetime import date
from uuid import UUID

from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import two_persons
from liandong.problems import Conflict
from liandong.values.periods import add_months
from registry.penalties import effects, timing
from registry.penalties.domain import Action, Class
from registry.penalties.events import (
    PenaltyExecuted,
    PenaltyPublished,
    PenaltyServed,
    PenaltyWithdrawn,
)
from registry.penalties.models import Penalty
from registry.penalties.schemas import Payment, Publication, Withdrawal
from registry.penalties.steps import between, officials, record, rules_of, wrong
from registry.supervision.clocks import last_day
from registry.supervision.serving import ServiceProof


class NotExecuted(Conflict):
    slug, title = "not-executed", "处罚尚未执行完毕"


class AlreadyPublished(Conflict):
    slug, title = "already-published", "该处罚决定已经公示"


class TermOver(Conflict):
    slug, title = "publication-term-over", "公示期已满"


async def serve(uow: UnitOfWork, penalty_id: UUID, version: int, body: ServiceProof) -> Penalty:
    """送达处罚决定书: it is in force; the register shows the suspension or the revocation."""
    penalty = await officials(uow, penalty_id, version, Action.SERVE)
    rules = await rules_of(uow, penalty)
    assert penalty.decided_on is not None
    body.require(
        since=penalty.decided_on,
        today=uow.today,
        announcement_days=rules.announcement_days,
        after="作出决定之日",
    )
    penalty.service, penalty.served_on = body.kept(), body.served_on
    penalty.effective_from = uow.today
    await effects.enforce(uow, penalty)
    await timing.restart(uow, penalty, rules)
    event = PenaltyServed(
        **penalty.facts(),
        served_on=body.served_on,
        effect=penalty.effect,
        effective_from=uow.today,
        effective_until=penalty.effective_until,
    )
    uow.publish(event, of=penalty)
    record(uow, penalty, "served", method=body.method, effect=penalty.effect)
    return penalty


async def pay(uow: UnitOfWork, penalty_id: UUID, version: int, body: Payment) -> Penalty:
    """登记缴款 of a fine or of what was confiscated; a receipt counts once."""
    penalty = await officials(uow, penalty_id, version, Action.PAY)
    between("/paid_on", body.paid_on, penalty.decided_on, uow.today, "应在决定之日与今日之间")
    left = penalty.due_fen - penalty.paid_fen
    if body.amount_fen > left:
        raise wrong("/amount_fen", "too-much", f"尚应缴 {left} 分")
    if any(one["receipt"] == body.receipt for one in penalty.payments):
        raise wrong("/receipt", "twice", "该票据已经登记")
    penalty.payments = [*penalty.payments, body.model_dump(mode="json")]
    penalty.paid_fen += body.amount_fen
    if penalty.paid_fen == penalty.due_fen:
        await timing.end(uow, penalty)
    penalty.touch(uow.now)
    record(uow, penalty, "paid", amount_fen=body.amount_fen, receipt=body.receipt)
    return penalty


async def execute(uow: UnitOfWork, penalty_id: UUID, version: int) -> Penalty:
    """执行完毕: everything is paid and the suspension has passed."""
    penalty = await officials(uow, penalty_id, version, Action.EXECUTE)
    if penalty.paid_fen < penalty.due_fen:
        raise NotExecuted(f"尚有 {penalty.due_fen - penalty.paid_fen} 分未缴")
    until = penalty.effective_until
    if until is not None and uow.today <= until:
        raise NotExecuted(f"限期停止活动至 {until.isoformat()}")
    penalty.executed_on = uow.today
    uow.publish(PenaltyExecuted(**penalty.facts(), executed_on=uow.today), of=penalty)
    record(uow, penalty, "executed")
    return penalty


async def publish(uow: UnitOfWork, penalty_id: UUID, version: int, body: Publication) -> Penalty:
    """公示, for a term within that of its class; it ends by itself."""
    penalty = await officials(uow, penalty_id, version, Action.PUBLISH)
    if penalty.published_on is not None:
        raise AlreadyPublished()
    rules = await rules_of(uow, penalty)
    assert penalty.publication_class is not None
    assert penalty.decided_on is not None
    term = rules.publication.terms[penalty.publication_class]
    months = term.most_months if body.months is None else body.months
    if not term.least_months <= months <= term.most_months or months == 0:
        told = f"该类处罚的公示期为 {term.least_months} 至 {term.most_months} 个月"
        raise wrong("/months", "out-of-range", told)
    if penalty.publication_class is Class.MINOR and len(body.reason) < 2:
        raise wrong("/reason", "missing", "轻微的处罚一般不公示，确有必要的须说明理由")
    until = add_months(penalty.decided_on, months)
    if until < uow.today:
        raise TermOver(f"自决定之日起至 {until.isoformat()}")
    penalty.published_on, penalty.publication_until = uow.today, until
    await timing.publish_until(uow, penalty, until)
    event = PenaltyPublished(
        **penalty.facts(),
        publication_class=penalty.publication_class,
        published_on=uow.today,
        publication_least_until=_least(penalty.decided_on, term.least_months, until),
        publication_until=until,
    )
    uow.publish(event, of=penalty)
    record(uow, penalty, "published", until=until, reason=body.reason)
    return penalty


async def withdraw(uow: UnitOfWork, penalty_id: UUID, version: int, body: Withdrawal) -> Penalty:
    """撤销处罚决定: off the board at once, the reasons stay public, the register is put right."""
    penalty = await officials(uow, penalty_id, version, Action.WITHDRAW)
    two_persons(penalty.decided_by or "", uow.actor, "撤销该处罚决定")
    rules = await rules_of(uow, penalty)
    penalty.withdrawn_on, penalty.withdrawn_by = uow.today, uow.actor.subject
    penalty.ground, penalty.withdrawal_reasons = body.ground, body.reasons
    if penalty.is_published:
        penalty.unpublished_on = uow.today
    await timing.end(uow, penalty)
    await timing.end_publication(uow, penalty)
    penalty.is_undone = await effects.undo(uow, penalty, body.restored_name)
    event = PenaltyWithdrawn(
        **penalty.facts(),
        withdrawn_on=uow.today,
        ground=body.ground,
        effect_undone=penalty.is_undone,
        remove_until=last_day(rules.publication.removal, uow.today),
    )
    uow.publish(event, of=penalty)
    record(uow, penalty, "withdrawn", ground=body.ground, undone=penalty.is_undone)
    return penalty


def _least(decided_on: date, months: int, until: date) -> date:
    return min(add_months(decided_on, months), until)
