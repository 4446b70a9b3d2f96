"""What the rule sets of major activities hold: how long before, by size."""

from datetime import date, timedelta
from typing import Final, Self

from pydantic import Field, model_validator

from liandong.rules.rule_set import Parameters, RuleSubject
from liandong.values.periods import Period, Unit
from liandong.values.working_days import CalendarMissing, WorkingCalendar


class Tier(Parameters):
    """Activities with so many expected participants and more."""

    participants_from: int = Field(ge=0, le=1_000_000_000)
    before: Period
    """So long before the first day it is to be reported."""
    permit: bool = False
    """The public security organ must permit it as well 大型群众性活动."""
    basis: str = Field(min_length=1, max_length=200)

    def last_day(self, starts_on: date, calendar: WorkingCalendar) -> date:
        """The last day on which the report is in time."""
        if self.before.unit is not Unit.WORKING_DAYS:
            return starts_on - timedelta(days=self.before.length)
        try:
            return calendar.add(starts_on, -self.before.length) if self.before.length else starts_on
        except CalendarMissing:
            return calendar.assuming_weekends().add(starts_on, -self.before.length)


class ActivityRules(Parameters):
    """``registry.activities``."""

    tiers: tuple[Tier, ...] = Field(min_length=1)
    result: Period
    """After the last day the organisation tells what came of it."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        sizes = [one.participants_from for one in self.tiers]
        if sizes != sorted(set(sizes)) or sizes[0] != 0:
            raise ValueError("各档应从0人起，由小到大排列，不得重复")
        if any(one.before.unit not in (Unit.DAYS, Unit.WORKING_DAYS) for one in self.tiers):
            raise ValueError("提前报告的时间以日或者工作日计")
        return self

    def tier(self, participants: int) -> Tier:
        return [one for one in self.tiers if one.participants_from <= participants][-1]


ACTIVITIES: Final = RuleSubject("registry.activities", ActivityRules, "社区社会组织重大活动报告")
