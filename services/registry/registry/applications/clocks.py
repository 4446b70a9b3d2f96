"""办理时限: which clock of an application runs, when it ends, and what is due to be told. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from liandong.values.periods import Clock, Period, Stop, Unit, Urgency
from liandong.values.working_days import CalendarMissing, WorkingCalendar
from registry.applications.domain import Status
from registry.applications.rules import Clocks


class Stage(StrEnum):
    """What the clock counts to."""

    ACCEPTANCE = "acceptance"
    """受理或一次性告知"""
    DECISION = "decision"
    """作出决定"""
    CERTIFICATE = "certificate"
    """发证"""
    ANNOUNCEMENT = "announcement"
    """公告"""


_STAGES = {
    Status.SUBMITTED: Stage.ACCEPTANCE,
    Status.ACCEPTED: Stage.DECISION,
    Status.CONSULTING: Stage.DECISION,
    Status.REVIEWED: Stage.DECISION,
    Status.APPROVED: Stage.CERTIFICATE,
    Status.CERTIFIED: Stage.ANNOUNCEMENT,
}


class Notice(StrEnum):
    """What the passing of time makes of a clock; the later ones follow the earlier."""

    DUE_SOON = "due-soon"
    """临近到期"""
    PROMISE_BROKEN = "promise-broken"
    """超过承诺期限，未超过法定期限"""
    OVERDUE = "overdue"
    """超过法定期限"""


@dataclass(frozen=True, slots=True)
class Days:
    """On what days the application came to its stages, as far as it did."""

    submitted_on: date | None
    accepted_on: date | None
    decided_on: date | None
    certified_on: date | None
    stops: Sequence[Stop] = ()
    extended: int = 0
    """So many days more for the decision."""


@dataclass(frozen=True, slots=True)
class Running:
    """The clock of the present stage; ``promised`` is the shorter one that the bureau published."""

    stage: Stage
    legal: Clock
    promised: Clock | None
    warn_days: int

    @property
    def nearer(self) -> Clock:
        return self.promised or self.legal

    @property
    def is_stopped(self) -> bool:
        return self.legal.is_stopped


@dataclass(frozen=True, slots=True)
class Standing:
    """How the clock stands on a day."""

    stage: Stage
    due_on: date | None
    """Last day by law; None while the clock is stopped."""
    promised_on: date | None
    urgency: Urgency
    is_provisional: bool
    """The working calendar of the year is not known yet: the days are counted by weekends only."""


def running(status: Status, days: Days, rules: Clocks) -> Running | None:
    """None: nobody is bound by a period now."""
    stage = _STAGES.get(status)
    if stage is None:
        return None
    started = {
        Stage.ACCEPTANCE: days.submitted_on,
        Stage.DECISION: days.accepted_on,
        Stage.CERTIFICATE: days.decided_on,
        Stage.ANNOUNCEMENT: days.certified_on,
    }[stage]
    assert started is not None, f"{status} without the day of its stage"
    limit = {
        Stage.ACCEPTANCE: rules.acceptance,
        Stage.DECISION: rules.decision,
        Stage.CERTIFICATE: rules.certificate,
        Stage.ANNOUNCEMENT: rules.announcement,
    }[stage]
    decides = stage is Stage.DECISION
    stops, more = (tuple(days.stops), days.extended) if decides else ((), 0)
    return Running(
        stage,
        Clock(_longer(limit.period, more), started, stops),
        None if limit.promised is None else Clock(_longer(limit.promised, more), started, stops),
        limit.warn_days,
    )


def _longer(period: Period, days: int) -> Period:
    return period.model_copy(update={"length": period.length + days}) if days else period


def standing(clock: Running, today: date, calendar: WorkingCalendar) -> Standing:
    """Never fails: where the calendar of a year is missing, the answer is provisional."""
    try:
        return _standing(clock, today, calendar, provisional=False)
    except CalendarMissing:
        return _standing(clock, today, calendar.assuming_weekends(), provisional=True)


def notices(clock: Running, calendar: WorkingCalendar) -> list[tuple[date, Notice]]:
    """The first day on which each notice is due; empty while the clock is stopped."""
    if clock.is_stopped:
        return []
    try:
        return _notices(clock, calendar)
    except CalendarMissing:
        return _notices(clock, calendar.assuming_weekends())


def _standing(
    clock: Running, today: date, calendar: WorkingCalendar, *, provisional: bool
) -> Standing:
    promised = clock.promised.due(calendar) if clock.promised else None
    due = clock.legal.due(calendar)
    urgency = clock.nearer.urgency(today, clock.warn_days, calendar)
    return Standing(clock.stage, due, promised, urgency, provisional)


def _notices(clock: Running, calendar: WorkingCalendar) -> list[tuple[date, Notice]]:
    legal, near = clock.legal.due(calendar), clock.nearer.due(calendar)
    assert legal is not None
    assert near is not None
    if clock.nearer.period.unit is Unit.WORKING_DAYS:
        soon = calendar.add(near, -clock.warn_days) if clock.warn_days else near
    else:
        soon = near - timedelta(days=clock.warn_days)
    told = [(soon, Notice.DUE_SOON)]
    if near < legal:
        told.append((near + timedelta(days=1), Notice.PROMISE_BROKEN))
    told.append((legal + timedelta(days=1), Notice.OVERDUE))
    return told
