"""Clocks of applications: what is due when, and what is told."""

from dataclasses import replace
from datetime import date

import pytest

from liandong.values.periods import Period, Stop, Unit, Urgency
from liandong.values.working_days import WorkingCalendar, load
from registry.applications.clocks import Days, Notice, Running, Stage, notices, running, standing
from registry.applications.domain import Matter, Status
from registry.applications.rules import Clocks
from registry.organizations.domain import Kind
from services.registry.tests.shipped import APPLICATION_RULES as RULES

CALENDAR = load()
PROCEDURE = RULES.procedure(Kind.ASSOCIATION, Matter.ESTABLISHMENT)
assert PROCEDURE is not None
CLOCKS: Clocks = PROCEDURE.clocks
PROMISED = CLOCKS.model_copy(
    update={
        "decision": CLOCKS.decision.model_copy(
            update={"promised": Period(length=20, unit=Unit.WORKING_DAYS)}
        )
    }
)
DAYS = Days(
    submitted_on=date(2026, 3, 2),
    accepted_on=date(2026, 3, 4),
    decided_on=date(2026, 4, 10),
    certified_on=date(2026, 4, 15),
)


def clock(status: Status, days: Days = DAYS, rules: Clocks = CLOCKS) -> Running:
    found = running(status, days, rules)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("status", "stage", "due_on"),
    [
        (Status.SUBMITTED, Stage.ACCEPTANCE, date(2026, 3, 9)),
        (Status.ACCEPTED, Stage.DECISION, date(2026, 5, 6)),  # 3 May lies in the holidays
        (Status.REVIEWED, Stage.DECISION, date(2026, 5, 6)),
        (Status.APPROVED, Stage.CERTIFICATE, date(2026, 4, 24)),
        (Status.CERTIFIED, Stage.ANNOUNCEMENT, date(2026, 4, 29)),
    ],
)
def test_each_stage_has_its_own_last_day(status: Status, stage: Stage, due_on: date) -> None:
    found = standing(clock(status), date(2026, 3, 4), CALENDAR)
    assert (found.stage, found.due_on) == (stage, due_on)


@pytest.mark.parametrize("status", [Status.DRAFT, Status.CORRECTION, Status.COMPLETED])
def test_where_nobody_is_bound_no_clock_runs(status: Status) -> None:
    assert running(status, DAYS, CLOCKS) is None


@pytest.mark.parametrize(
    ("today", "urgency"),
    [
        (date(2026, 4, 25), Urgency.RUNNING),
        (date(2026, 4, 26), Urgency.DUE_SOON),
        (date(2026, 5, 6), Urgency.DUE_SOON),
        (date(2026, 5, 7), Urgency.OVERDUE),
    ],
)
def test_a_decision_is_due_soon_on_the_tenth_day_before_the_last(
    today: date, urgency: Urgency
) -> None:
    assert standing(clock(Status.ACCEPTED), today, CALENDAR).urgency is urgency
    reached = [notice for day, notice in notices(clock(Status.ACCEPTED), CALENDAR) if day <= today]
    assert len(reached) == [Urgency.RUNNING, Urgency.DUE_SOON, Urgency.OVERDUE].index(urgency)


def test_while_an_expert_review_lasts_nobody_knows_the_last_day_and_nothing_is_told() -> None:
    stopped = Days(DAYS.submitted_on, DAYS.accepted_on, None, None, [Stop(date(2026, 3, 10))])
    waiting = clock(Status.CONSULTING, stopped)
    found = standing(waiting, date(2027, 3, 10), CALENDAR)
    assert (found.due_on, found.urgency) == (None, Urgency.STOPPED)
    assert notices(waiting, CALENDAR) == []


def test_the_days_of_an_expert_review_do_not_count() -> None:
    stop = Stop(date(2026, 3, 10), date(2026, 3, 30))
    days = Days(DAYS.submitted_on, DAYS.accepted_on, None, None, [stop])
    found = standing(clock(Status.ACCEPTED, days), date(2026, 3, 30), CALENDAR)
    assert found.due_on == date(2026, 5, 25)  # 20 days on: 23 May is a Saturday


def test_a_promise_is_told_before_the_law() -> None:
    promised = clock(Status.ACCEPTED, rules=PROMISED)
    found = standing(promised, date(2026, 4, 1), CALENDAR)
    assert (found.promised_on, found.due_on) == (date(2026, 4, 1), date(2026, 5, 6))
    assert standing(promised, date(2026, 4, 2), CALENDAR).urgency is Urgency.OVERDUE
    assert notices(promised, CALENDAR) == [
        (date(2026, 3, 18), Notice.DUE_SOON),
        (date(2026, 4, 2), Notice.PROMISE_BROKEN),
        (date(2026, 5, 7), Notice.OVERDUE),
    ]


def test_without_the_calendar_of_a_year_the_answer_is_provisional() -> None:
    known = WorkingCalendar([2026], [], [])
    days = Days(date(2026, 12, 1), date(2026, 12, 1), None, None)
    found = standing(clock(Status.ACCEPTED, days), date(2026, 12, 1), known)
    assert (found.due_on, found.is_provisional) == (date(2027, 2, 1), True)  # 30 January: Saturday
    assert notices(clock(Status.ACCEPTED, days), known)[-1] == (date(2027, 2, 2), Notice.OVERDUE)


def test_a_decision_that_may_take_longer_has_its_days_on_top_and_no_other_stage_has() -> None:
    longer = replace(DAYS, extended=10)
    found = standing(clock(Status.ACCEPTED, longer, PROMISED), date(2026, 3, 4), CALENDAR)
    assert (found.promised_on, found.due_on) == (date(2026, 4, 16), date(2026, 5, 13))
    for status in (Status.SUBMITTED, Status.APPROVED, Status.CERTIFIED):
        assert clock(status, longer) == clock(status)
