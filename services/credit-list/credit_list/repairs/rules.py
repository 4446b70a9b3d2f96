"""Parameters of the rule set about the procedure of repairs."""

from datetime import date

from pydantic import Field

from credit_list.periods import CalendarMissing, add_working_days
from credit_list.repairs.domain import Due
from liandong.rules.rule_set import Certainty, Parameters, RuleSubject


class Period(Parameters):
    working_days: int = Field(ge=1, le=120)
    certainty: Certainty


class Reapplication(Parameters):
    """After a refusal: no new application before so many days have passed."""

    days: int = Field(ge=0, le=3650)
    certainty: Certainty


class RepairParameters(Parameters):
    accept: Period
    supplement: Period
    check: Period
    decide: Period
    reapply_after_refusal: Reapplication


REPAIRS = RuleSubject("credit-list.repairs", RepairParameters, "信用修复的办理时限")


def due_on(parameters: RepairParameters, step: Due, today: date) -> date | None:
    """The last day for a step that begins today; None: the working days are not known yet."""
    periods = {
        Due.ACCEPT: parameters.accept,
        Due.SUPPLEMENT: parameters.supplement,
        Due.CHECK: parameters.check,
        Due.DECIDE: parameters.decide,
    }
    try:
        return add_working_days(today, periods[step].working_days)
    except CalendarMissing:
        return None
