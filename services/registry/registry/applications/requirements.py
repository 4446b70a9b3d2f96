"""What the rule sets demand of a registered body that asks for a qualification, with its source."""

from typing import Literal, Self

from pydantic import Field, model_validator

from liandong.rules.rule_set import Certainty, Parameters
from registry.applications.condition_rules import Conditions

ListedOn = Literal["abnormal", "serious"]
Grade = Literal["1A", "2A", "3A", "4A", "5A"]


class Sourced(Parameters):
    """A demand, the article that makes it, and how sure it is."""

    basis: str = Field(min_length=1, max_length=200)
    status: Certainty


class Declaration(Sourced):
    """What the applicant declares in writing, because no register knows it."""

    code: str = Field(pattern=r"^[a-z][a-z-]{1,39}$")
    title: str = Field(min_length=1, max_length=200)


class Months(Sourced):
    months: int = Field(ge=1, le=1200)


class Unlisted(Sourced):
    """Not on these lists on the day of the decision."""

    lists: tuple[ListedOn, ...] = Field(min_length=1)


class LeastGrade(Sourced):
    grade: Grade


class Requirements(Parameters):
    """Conditions on a body that is registered already; what is None is not demanded."""

    declared: tuple[Declaration, ...] = ()
    charity_for: Months | None = None
    """A charity for longer than that."""
    unlisted: Unlisted | None = None
    unpunished: Months | None = None
    """No penalty was decided so long before the application, or since."""
    grade: LeastGrade | None = None
    """评估等级 in force, at least."""
    body: Conditions | None = None
    """By the record: money, staff, and the officers who hold their posts now."""

    @model_validator(mode="after")
    def _once(self) -> Self:
        codes = [one.code for one in self.declared]
        if len(codes) != len({*codes}):
            raise ValueError("同一承诺事项规定了两次")
        return self
