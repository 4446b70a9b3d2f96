"""Parameters of the rule sets about cases."""

from collections.abc import Collection
from typing import Annotated, Literal

from pydantic import Field, model_validator

from liandong.rules.rule_set import Certainty, Parameters, RuleSubject


class Trigger(Parameters):
    """One of the situations in which an organisation shall be put on a list."""

    list: Literal["abnormal", "serious"]
    code: str = Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")
    text: str = Field(min_length=2, max_length=300)
    legal_basis: str = Field(min_length=2, max_length=500)
    certainty: Certainty
    rectifiable: bool = True
    """There is a duty to do or a fault to put right."""
    after_months_on_abnormal: int | None = Field(default=None, ge=1, le=240)
    """Only for who has been on the abnormal list so long; the listing takes that one's place."""


class Period(Parameters):
    working_days: int = Field(ge=1, le=120)
    certainty: Certainty


class Remedy(Parameters):
    text: str = Field(min_length=2, max_length=500)
    review_days: int | None = Field(default=None, ge=1, le=3650)
    """行政复议: days after the decision was served; None: no last day is computed."""
    suit_months: int | None = Field(default=None, ge=1, le=120)
    """行政诉讼."""
    certainty: Certainty


class Clocks(Parameters):
    """How long the officers have for each step, in working days after the one before."""

    draft: Period
    serve: Period
    hold_hearing: Period
    decide: Period
    serve_decision: Period


class PublicNotice(Parameters):
    """公告送达: deemed served when so many days have passed since publication."""

    days: int = Field(ge=1, le=365)
    failed_attempts: int = Field(ge=0, le=10)
    """Services by other means that must have failed before."""
    legal_basis: str = Field(min_length=2, max_length=500)
    certainty: Certainty


class Situation(Parameters):
    list: Literal["abnormal", "serious"]
    trigger: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9-]{1,39}$")
    """None: every trigger of the list."""


Situations = Annotated[list[Situation], Field(max_length=100)]
NO_SITUATIONS: Situations = []


class Hearing(Parameters):
    """听证: for which cases the organisation may ask for one, within its defence window."""

    situations: Situations
    legal_basis: str = Field(min_length=2, max_length=500)
    certainty: Certainty


class Level(Parameters):
    code: str = Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")
    text: str = Field(min_length=1, max_length=200)


class Discretion(Parameters):
    """裁量: the levels that a proposal may name."""

    required: bool
    levels: Annotated[list[Level], Field(min_length=1, max_length=20)]
    certainty: Certainty


class CaseParameters(Parameters):
    """What a set leaves out does not exist there: no clock, no public notice, no hearing."""

    triggers: list[Trigger] = Field(min_length=1)
    defence_window: Period
    verification: Period
    remedy: Remedy
    clocks: Clocks | None = None
    public_notice: PublicNotice | None = None
    hearing: Hearing | None = None
    discretion: Discretion | None = None
    collective_discussion: Situations = NO_SITUATIONS
    """集体讨论: the cases that are listed only with the record of one."""

    @model_validator(mode="after")
    def _each_once(self) -> "CaseParameters":
        named = [(one.list, one.code) for one in self.triggers]
        if len(named) != len(set(named)):
            raise ValueError("列入情形代码重复")
        return self

    def trigger(self, name: str, code: str) -> Trigger | None:
        return next((one for one in self.triggers if (one.list, one.code) == (name, code)), None)

    def level(self, code: str | None) -> Level | None:
        levels = self.discretion.levels if self.discretion is not None else []
        return next((one for one in levels if one.code == code), None)

    def gives_hearing(self, name: str, codes: Collection[str]) -> bool:
        return self.hearing is not None and covers(self.hearing.situations, name, codes)

    def wants_discussion(self, name: str, codes: Collection[str]) -> bool:
        return covers(self.collective_discussion, name, codes)


def covers(situations: Situations, name: str, codes: Collection[str]) -> bool:
    """Whether one of the triggers of a case is among the situations."""
    return any(one.list == name and (one.trigger or "") in ("", *codes) for one in situations)


CASES = RuleSubject("credit-list.cases", CaseParameters, "列入情形与程序期限")
