"""Who is due for a year's inspection, and until when. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from liandong.values.periods import Period, add_months
from liandong.values.working_days import CalendarMissing, WorkingCalendar
from registry.inspections.domain import Regime
from registry.inspections.rules import FirstYear, InspectionRules


@dataclass(frozen=True, slots=True)
class LastDays:
    """Of one regime in one season."""

    supervisor: date | None
    registrar: date

    def as_json(self) -> dict[str, str | None]:
        first = None if self.supervisor is None else self.supervisor.isoformat()
        return {"supervisor": first, "registrar": self.registrar.isoformat()}

    @classmethod
    def read(cls, kept: Mapping[str, str | None]) -> "LastDays":
        first, last = kept["supervisor"], kept["registrar"]
        assert last is not None
        return cls(None if first is None else date.fromisoformat(first), date.fromisoformat(last))


def last_registration(year: int, rule: FirstYear) -> date:
    """首年免检: whoever was registered later takes no part.

    Younger than six months on 31 December is whoever was registered from 1 July on: counted from
    the registration, because the last days of months differ.
    """
    cutoff = rule.at.of(year)
    day = add_months(cutoff, -rule.months) + timedelta(days=3)
    while add_months(day, rule.months) > cutoff:
        day -= timedelta(days=1)
    return day


def last_days(
    rules: InspectionRules, year: int, calendar: WorkingCalendar
) -> dict[Regime, LastDays]:
    """The legal days of the year after the inspected one."""
    return {
        regime: LastDays(
            None
            if one.supervisor_due is None
            else moved(one.supervisor_due.of(year + 1), rules, calendar),
            moved(one.registrar_due.of(year + 1), rules, calendar),
        )
        for regime, one in rules.regimes.items()
    }


def moved(day: date, rules: InspectionRules, calendar: WorkingCalendar) -> date:
    """The next working day, where the rules say so."""
    if not rules.rest_days_move:
        return day
    try:
        return calendar.add(day, 0)
    except CalendarMissing:
        return calendar.assuming_weekends().add(day, 0)


def ends(start: date, period: Period, calendar: WorkingCalendar) -> date:
    """The last day of a period; where a calendar is missing, by weekends only."""
    try:
        return period.last_day(start, calendar)
    except CalendarMissing:
        return period.last_day(start, calendar.assuming_weekends())
