"""The clocks of a case: decision, service, payment; and those of its publication."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from liandong.clock import china_midnight
from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import Problem
from liandong.rules.rule_set import RuleSet
from liandong.timers.deadlines import Deadline, cancel_deadline, set_deadline
from liandong.values.periods import Clock, Period
from registry.penalties import repository
from registry.penalties.domain import UNDECIDED, Status
from registry.penalties.events import PenaltyReminded, PenaltyUnpublished
from registry.penalties.models import Penalty
from registry.penalties.rules import PENALTIES, PenaltyRules
from registry.supervision.clocks import Notice, Running, Standing, is_news, notices, standing

CLOCK: Final = "penalty.clock"
PUBLICATION_DUE: Final = "penalty.publication-due"
PUBLICATION_ENDS: Final = "penalty.publication-ends"


async def rules_for(uow: UnitOfWork, penalty: Penalty) -> RuleSet[PenaltyRules]:
    """As in force when the case was filed; before that, today's."""
    return await uow.rules(PENALTIES, penalty.authority, penalty.filed_on)


def running(penalty: Penalty, rules: PenaltyRules) -> Running | None:
    """The clock that runs now; None where nobody is bound by a period."""
    if penalty.status in UNDECIDED:
        assert penalty.filed_on is not None
        decision = rules.decision
        whole = Period(
            length=decision.limit.period.length + penalty.extensions * decision.extension.length,
            unit=decision.limit.period.unit,
        )
        stops = tuple(penalty.clock_stops()) if decision.stopped_by_hearing else ()
        return Running("decision", Clock(whole, penalty.filed_on, stops), decision.limit.warn_days)
    if penalty.status is Status.DECIDED:
        assert penalty.decided_on is not None
        limit = rules.service
        return Running("service", Clock(limit.period, penalty.decided_on), limit.warn_days)
    if penalty.status is Status.SERVED and penalty.paid_fen < penalty.due_fen:
        assert penalty.served_on is not None
        limit = rules.payment
        return Running("payment", Clock(limit.period, penalty.served_on), limit.warn_days)
    return None


async def standings(uow: UnitOfWork, penalties: Sequence[Penalty]) -> list[Standing | None]:
    """For readers: without usable rules nothing is told, and nothing fails."""
    known: dict[tuple[str, date | None], PenaltyRules | None] = {}
    found: list[Standing | None] = []
    for one in penalties:
        asked = (one.authority, one.filed_on)
        if asked not in known:
            try:
                known[asked] = (await rules_for(uow, one)).parameters
            except Problem:
                known[asked] = None
        rules = known[asked]
        clock = None if rules is None else running(one, rules)
        found.append(None if clock is None else standing(clock, uow.today))
    return found


async def restart(uow: UnitOfWork, penalty: Penalty, rules: PenaltyRules) -> None:
    """The clock of the present stage, of which nothing was told yet."""
    penalty.told = None
    await _set(uow, penalty, running(penalty, rules))


async def end(uow: UnitOfWork, penalty: Penalty) -> None:
    await cancel_deadline(uow, CLOCK, penalty.id)


async def fires(deadline: Deadline, uow: UnitOfWork) -> None:
    """The days are counted again: a working calendar may have come meanwhile."""
    penalty = await repository.lock(uow, deadline.subject_id)
    clock = running(penalty, (await rules_for(uow, penalty)).parameters)
    if clock is None:
        return
    reached = [notice for day, notice in notices(clock) if day <= uow.today]
    if reached and is_news(reached[-1], penalty.told):
        penalty.told = reached[-1]
        due_on = standing(clock, uow.today).due_on
        assert due_on is not None
        _remind(uow, penalty, clock.stage, reached[-1], due_on)
    await _set(uow, penalty, clock)


async def begin_publication(uow: UnitOfWork, penalty: Penalty, rules: PenaltyRules) -> None:
    """The decision is to be published in time; of minor ones that is not demanded."""
    assert penalty.decided_on is not None
    clock = _publication(penalty, rules)
    soon = notices(clock)[0][0]
    await set_deadline(uow, PUBLICATION_DUE, penalty.id, china_midnight(soon))


async def publication_fires(deadline: Deadline, uow: UnitOfWork) -> None:
    penalty = await repository.lock(uow, deadline.subject_id)
    if penalty.published_on is not None or penalty.status is Status.WITHDRAWN:
        return
    clock = _publication(penalty, (await rules_for(uow, penalty)).parameters)
    told = notices(clock)
    reached = [notice for day, notice in told if day <= uow.today]
    due_on = standing(clock, uow.today).due_on
    assert due_on is not None
    if reached:
        _remind(uow, penalty, clock.stage, reached[-1], due_on)
    later = [day for day, _ in told if day > uow.today]
    if later:
        await set_deadline(uow, PUBLICATION_DUE, penalty.id, china_midnight(later[0]))


async def publish_until(uow: UnitOfWork, penalty: Penalty, until: date) -> None:
    await cancel_deadline(uow, PUBLICATION_DUE, penalty.id)
    ends = china_midnight(until + timedelta(days=1))
    await set_deadline(uow, PUBLICATION_ENDS, penalty.id, ends)


async def end_publication(uow: UnitOfWork, penalty: Penalty) -> None:
    await cancel_deadline(uow, PUBLICATION_DUE, penalty.id)
    await cancel_deadline(uow, PUBLICATION_ENDS, penalty.id)


async def publication_ends(deadline: Deadline, uow: UnitOfWork) -> None:
    """公示期满: the publication stops by itself."""
    penalty = await repository.lock(uow, deadline.subject_id)
    if not penalty.is_published or penalty.status is Status.WITHDRAWN:
        return
    penalty.unpublished_on = uow.today
    event = PenaltyUnpublished(**penalty.facts(), unpublished_on=uow.today)
    uow.publish(event, of=penalty)
    uow.record("penalty.unpublished", "penalty", penalty.id, district=penalty.district)


def _publication(penalty: Penalty, rules: PenaltyRules) -> Running:
    assert penalty.decided_on is not None
    limit = rules.publication.limit
    return Running("publication", Clock(limit.period, penalty.decided_on), limit.warn_days)


def _remind(uow: UnitOfWork, penalty: Penalty, stage: str, notice: Notice, due_on: date) -> None:
    event = PenaltyReminded(
        penalty_id=penalty.id,
        district=penalty.authority,  # a street would nearly name the body
        stage=stage,
        notice=notice,
        due_on=due_on,
    )
    uow.publish(event, of=penalty)


async def _set(uow: UnitOfWork, penalty: Penalty, clock: Running | None) -> None:
    for day, notice in [] if clock is None else notices(clock):
        if is_news(notice, penalty.told):
            await set_deadline(uow, CLOCK, penalty.id, china_midnight(day))
            return
    await cancel_deadline(uow, CLOCK, penalty.id)
