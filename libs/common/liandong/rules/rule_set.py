"""Rule sets: regulations and local numbers as data.

A threshold, deadline, amount or trigger stands in a rule set: subject, jurisdiction (the nearest
ancestor district wins), version, validity, parameters, legal basis. A decision stores the
``reference`` of the rule set that it used.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from liandong.values.districts import DistrictCode

if TYPE_CHECKING:
    from liandong.db.unit_of_work import UnitOfWork
    from liandong.problems import FieldError

P = TypeVar("P", bound=BaseModel)


class Certainty(StrEnum):
    """How sure the shipped number is."""

    VERIFIED = "verified"
    """Read in the text of the regulation."""
    REPORTED = "reported"
    """Stated in a local report."""
    RECALLED = "recalled"
    """From memory of the regulation: a bureau must confirm it before use."""
    CHOSEN = "chosen"
    """A default of this platform, not a regulation."""


@dataclass(frozen=True, slots=True)
class RuleSubject(Generic[P]):
    """What a family of rule sets is about, and the model that its parameters must satisfy."""

    name: str
    parameters: type[P]
    title: str
    check: "Callable[[UnitOfWork, RuleSet[Any]], Awaitable[Sequence[FieldError]]] | None" = None
    """What is wrong with a proposed override beside its own parameters, for example a code that
    another rule set does not know."""


class Parameters(BaseModel):
    """Base of parameter models: unknown parameters are refused, so a typing slip is found."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class RuleSetDocument(BaseModel):
    """One rule set as it stands in a YAML file or in an override."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: str = Field(min_length=1, max_length=100)
    jurisdiction: DistrictCode
    version: str = Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,39}$")
    valid_from: date
    valid_to: date | None = None
    legal_basis: str = Field(min_length=1, max_length=1000)
    certainty: Certainty
    parameters: dict[str, Any]

    @model_validator(mode="after")
    def _in_order(self) -> "RuleSetDocument":
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("失效日期早于生效日期")
        return self


@dataclass(frozen=True, slots=True)
class RuleSet(Generic[P]):
    """A rule set in force. ``valid_to`` is the last day on which it holds; None: open."""

    subject: str
    jurisdiction: str
    version: str
    valid_from: date
    valid_to: date | None
    legal_basis: str
    certainty: Certainty
    parameters: P
    overridden: bool = False

    @property
    def reference(self) -> str:
        """What a decision stores: ``subject@jurisdiction/version``."""
        return f"{self.subject}@{self.jurisdiction}/{self.version}"

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @classmethod
    def of(
        cls, subject: RuleSubject[P], document: RuleSetDocument, *, overridden: bool = False
    ) -> "RuleSet[P]":
        """Validates the parameters; raises pydantic's ValidationError."""
        return cls(
            subject=document.subject,
            jurisdiction=document.jurisdiction,
            version=document.version,
            valid_from=document.valid_from,
            valid_to=document.valid_to,
            legal_basis=document.legal_basis,
            certainty=document.certainty,
            parameters=subject.parameters.model_validate(document.parameters),
            overridden=overridden,
        )

    def as_dict(self) -> Mapping[str, Any]:
        return {
            "subject": self.subject,
            "jurisdiction": self.jurisdiction,
            "version": self.version,
            "valid_from": self.valid_from,
            "valid_to": self.valid_to,
            "legal_basis": self.legal_basis,
            "certainty": self.certainty,
            "parameters": self.parameters.model_dump(mode="json"),
            "overridden": self.overridden,
            "reference": self.reference,
        }
