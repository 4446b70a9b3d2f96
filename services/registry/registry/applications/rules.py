"""What the rule sets of applications hold: clocks, documents, conditions."""

from collections.abc import Collection
from enum import StrEnum
from typing import Final, Literal, Self

from pydantic import Field, model_validator

from liandong.rules.rule_set import Parameters, RuleSubject
from liandong.values.periods import Period
from registry.applications.domain import EVERY_ITEM, Matter
from registry.organizations.domain import Kind


class When(StrEnum):
    """For which applications something is demanded."""

    ALWAYS = "always"
    DUAL = "dual"
    """双重管理: bodies with a 业务主管单位"""
    DIRECT = "direct"
    """直接登记"""


class Document(Parameters):
    """A document that belongs to the application."""

    code: str = Field(pattern=r"^[a-z][a-z-]{1,39}$")
    title: str = Field(min_length=1, max_length=100)
    when: When = When.ALWAYS
    basis: str = Field(min_length=1, max_length=200)


class Limit(Parameters):
    """A period of the procedure and when to remind of it."""

    period: Period
    promised: Period | None = None
    """承诺期限: shorter than the law's."""
    warn_days: int = Field(ge=0, le=365)
    """So many days before the last one, working days where the period counts those."""


class Clocks(Parameters):
    acceptance: Limit
    """Of the receipt: without a list of what is missing the application counts as accepted."""
    corrections_max: int = Field(ge=0, le=100)
    """一次性告知: how often the applicant may be told what is missing."""
    decision: Limit
    """Of the acceptance."""
    stopped_by: tuple[Literal["departments", "experts"], ...] = ("experts",)
    """Whose consultation does not count in the time of the decision (行政许可法 art. 45)."""
    certificate: Limit
    """Of the decision."""
    announcement: Limit
    """Of the certificate."""


class Threshold(Parameters):
    """A least number, with the article that demands it."""

    least: int = Field(ge=0)
    basis: str = Field(min_length=1, max_length=200)


class Members(Parameters):
    """会员数: enough individuals, or enough units, or enough of both together."""

    individuals: int = Field(ge=1)
    units: int = Field(ge=1)
    mixed: int = Field(ge=1)
    basis: str = Field(min_length=1, max_length=200)


class Range(Parameters):
    least: int = Field(ge=0)
    most: int = Field(ge=0)
    basis: str = Field(min_length=1, max_length=200)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.most < self.least:
            raise ValueError("上限小于下限")
        return self


class Share(Parameters):
    """At most so many of all, as a fraction: a third of nine must not depend on rounding."""

    numerator: int = Field(ge=0)
    denominator: int = Field(ge=1)
    basis: str = Field(min_length=1, max_length=200)

    def allows(self, part: int, whole: int) -> bool:
        return part * self.denominator <= whole * self.numerator


class Ban(Parameters):
    """Something that must not be, with the article that forbids it."""

    basis: str = Field(min_length=1, max_length=200)


class OneHead(Ban):
    """A legal representative who is that of another body of these types too."""

    kinds: tuple[Kind, ...]


class Conditions(Parameters):
    """成立条件 of one legal type; what is None is not demanded."""

    members: Members | None = None
    national_funds_fen: Threshold | None = None
    local_funds_fen: Threshold | None = None
    national_public_funds_fen: Threshold | None = None
    """Of foundations that raise money in public."""
    local_public_funds_fen: Threshold | None = None
    council: Range | None = None
    supervisors: Threshold | None = None
    full_time_staff: Threshold | None = None
    paid_councillors: Share | None = None
    related_councillors: Share | None = None
    """Councillors with a close relative on the council."""
    related_councillors_public: Share | None = None
    """The same, where money is raised in public."""
    separate_supervisors: Ban | None = None
    """Supervisors who are councillors or their close relatives."""
    officials_in_posts: Ban | None = None
    """现职公务员 as chair, vice-chair or secretary-general."""
    several_bodies: OneHead | None = None


class Consent(Parameters):
    """业务主管单位的审查同意: so long after it the body may apply."""

    period: Period
    basis: str = Field(min_length=1, max_length=200)


class Procedure(Parameters):
    """What one matter needs for one legal type."""

    matter: Matter
    documents: tuple[Document, ...] = ()
    announced: tuple[str, ...] = ()
    """公告: items whose change is announced; ``*`` for every one."""
    consent: Consent | None = None
    """None: a consent holds however old it is."""
    clocks: Clocks

    def is_announced(self, items: Collection[str]) -> bool:
        return EVERY_ITEM in self.announced or bool({*self.announced} & {*items})


class ApplicationRules(Parameters):
    """``registry.applications``: procedures and conditions by legal type."""

    conditions: dict[Kind, Conditions]
    procedures: dict[Kind, tuple[Procedure, ...]]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        for kind, procedures in self.procedures.items():
            matters = [one.matter for one in procedures]
            if sorted(matters) != sorted(set(matters)):
                raise ValueError(f"{kind.value}的同一事项规定了两次")
        return self

    def procedure(self, kind: Kind, matter: Matter) -> Procedure | None:
        """None: the matter cannot be applied for by bodies of this type."""
        return next((one for one in self.procedures.get(kind, ()) if one.matter is matter), None)


APPLICATIONS: Final = RuleSubject("registry.applications", ApplicationRules, "社会组织登记办理")
