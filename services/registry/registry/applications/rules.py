"""What the rule sets of applications hold: clocks, documents, conditions."""

from collections.abc import Collection
from enum import StrEnum
from typing import Final, Literal, Self

from pydantic import Field, model_validator

from liandong.rules.rule_set import Parameters, RuleSubject
from liandong.values.periods import Period, Unit
from registry.applications.condition_rules import Conditions
from registry.applications.domain import EVERY_ITEM, Matter
from registry.applications.requirements import Requirements, Sourced
from registry.organizations.domain import Kind

_COUNTED: Final = (Unit.DAYS, Unit.WORKING_DAYS)


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
    items: tuple[str, ...] = ()
    """Demanded where one of these registered items is touched; of every application if empty."""
    basis: str = Field(min_length=1, max_length=200)

    def belongs_to(self, items: Collection[str], *, is_direct: bool) -> bool:
        """Whether an application that touches these items needs it."""
        if self.when is (When.DUAL if is_direct else When.DIRECT):
            return False
        return not self.items or bool({*self.items} & {*items})


class Limit(Parameters):
    """A period of the procedure and when to remind of it."""

    period: Period
    promised: Period | None = None
    """承诺期限: shorter than the law's."""
    warn_days: int = Field(ge=0, le=365)
    """So many days before the last one, working days where the period counts those."""


class Extension(Sourced):
    """延长: how much longer than the period a decision may take, once."""

    days: int = Field(ge=1, le=365)
    """Of the same unit as the period."""
    approved_by: str = Field(min_length=1, max_length=100)


class Clocks(Parameters):
    acceptance: Limit
    """Of the receipt: without a list of what is missing the application counts as accepted."""
    corrections_max: int = Field(ge=0, le=100)
    """一次性告知: how often the applicant may be told what is missing."""
    decision: Limit
    """Of the acceptance."""
    extension: Extension | None = None
    """Of the decision; None: there is none."""
    stopped_by: tuple[Literal["departments", "experts"], ...] = ("experts",)
    """Whose consultation does not count in the time of the decision (行政许可法 art. 45)."""
    certificate: Limit
    """Of the decision."""
    announcement: Limit
    """Of the certificate."""


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
    requires: Requirements | None = None
    """Conditions on a body that is registered already; None: none."""
    consent: Consent | None = None
    """None: a consent holds however old it is."""
    clocks: Clocks

    @model_validator(mode="after")
    def _of_its_kind(self) -> Self:
        codes = [one.code for one in self.documents]
        if len(codes) != len({*codes}):
            raise ValueError(f"{self.matter.label}：同一材料规定了两次")
        if self.clocks.extension and self.clocks.decision.period.unit not in _COUNTED:
            raise ValueError(f"{self.matter.label}：以月、年计的决定期限不能延长若干日")
        return self

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
