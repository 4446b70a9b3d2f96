"""Whatever is done in whatever order, by the rules alone: nobody is listed without due process."""

from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from credit_list.cases import domain
from credit_list.cases.domain import Action, Defence, HearingStatus, Status
from credit_list.periods import add_working_days
from liandong.problems import Conflict

OFFICERS = st.sampled_from(["a", "b", "c"])


class Procedure(RuleBasedStateMachine):
    """A case by the table and the rules; what it should be is told by plain facts beside."""

    def __init__(self) -> None:
        super().__init__()
        self.today = date(2019, 9, 23)
        self.status = Status.PROPOSED
        self.handlers = {"a"}
        self.window: date | None = None
        self.hearing: HearingStatus | None = None
        self.unverified = False
        # The facts.
        self.triggers, self.drafted_of, self.told_of = 1, 0, 0
        self.served_on: date | None = None
        self.decided: tuple[date, str] | None = None

    def go(self, action: Action) -> bool:
        try:
            self.status = domain.advance(self.status, action)
        except Conflict:
            return False
        return True

    @rule(officer=OFFICERS)
    def draft(self, officer: str) -> None:
        if self.go(Action.DRAFT_NOTICE):
            self.handlers.add(officer)
            self.drafted_of = self.triggers

    @rule(officer=OFFICERS, deemed=st.sampled_from([0, 0, 30]))
    def serve(self, officer: str, deemed: int) -> None:
        if self.go(Action.SERVE_NOTICE):
            self.handlers.add(officer)
            self.told_of = self.drafted_of
            self.open_window(self.today + timedelta(days=deemed))

    @rule(back=st.integers(0, 5))
    def correct_service(self, back: int) -> None:
        if self.go(Action.CORRECT_SERVICE):
            self.handlers.add("c")
            self.open_window(self.today - timedelta(days=back))

    def open_window(self, served_on: date) -> None:
        last = add_working_days(served_on, 10)
        before = self.window
        self.window = max(last, before or last)
        self.served_on = served_on
        assert before is None or self.window >= before

    @rule()
    def join(self) -> None:
        if self.go(Action.JOIN):
            self.triggers += 1
            self.drafted_of = 0
            if self.hearing is not HearingStatus.REQUESTED:
                self.hearing = None

    @rule()
    def state(self) -> None:
        if self.window is None or self.today > self.window:
            return
        if self.go(Action.RECORD_STATEMENT):
            self.unverified = True

    @rule(officer=OFFICERS)
    def verify(self, officer: str) -> None:
        if self.unverified and self.go(Action.VERIFY_STATEMENT):
            self.handlers.add(officer)
            self.unverified = False

    @rule()
    def ask_hearing(self) -> None:
        if self.window is None or self.today > self.window or self.hearing is not None:
            return
        if self.go(Action.REQUEST_HEARING):
            self.hearing = HearingStatus.REQUESTED

    @rule(held=st.booleans())
    def end_hearing(self, held: bool) -> None:
        action = Action.HOLD_HEARING if held else Action.GIVE_UP_HEARING
        if self.hearing is HearingStatus.REQUESTED and self.go(action):
            self.hearing = HearingStatus.HELD if held else HearingStatus.GIVEN_UP

    @rule(days=st.sampled_from([1, 5, 20]))
    def pass_days(self, days: int) -> None:
        if self.today.year < 2022:
            self.today += timedelta(days=days)
        if self.window is not None and domain.window_is_over(self.window, self.today):
            self.go(Action.ELAPSE)

    @rule(officer=OFFICERS)
    def decide(self, officer: str) -> None:
        if officer in self.handlers:
            return
        defence = Defence(self.window, None, self.unverified, self.hearing)
        try:
            self.status = domain.decide(self.status, defence, self.today)
        except Conflict:
            return
        self.decided = (self.today, officer)

    @invariant()
    def nobody_is_listed_but_by_the_whole_procedure(self) -> None:
        if self.decided is None:
            assert self.status is not Status.DECIDED
            return
        day, officer = self.decided
        assert officer not in self.handlers
        assert self.served_on is not None
        assert self.window is not None
        assert self.told_of == self.triggers
        assert not self.unverified
        assert self.hearing is not HearingStatus.REQUESTED
        assert day > self.window

    @invariant()
    def what_was_joined_is_told_before_anything_is_decided(self) -> None:
        if self.status in domain.TOLD:
            assert self.told_of == self.triggers


TestProcedure: Any = Procedure.TestCase
TestProcedure.settings = settings(
    max_examples=150,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
