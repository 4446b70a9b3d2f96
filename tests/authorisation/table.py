"""The decisions: who may do what, written by people in ``decisions/*.yaml`` and read here.

A key is ``METHOD /path``, with a facet in parentheses where one endpoint shows or does several
things that are decided apart, such as ``GET /v1/grades/{grade_id} (得分、表决与经办人)``.
"""

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from liandong.contracts.definitions import definition_of, definitions_of
from liandong.identity.actors import Role

FOLDER = Path(__file__).parent / "decisions"
SHARED, IMPORTS = "shared", "imports"

Refusal = Annotated[Literal["403", "404", "filtered"], BeforeValidator(str)]
"""How the answer refuses; ``filtered`` answers, but without what is not for the caller."""


class Decision(BaseModel):
    """One endpoint, or one facet of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    roles: tuple[Role, ...] | Literal["public", "any-token"]
    checked: Literal["dependency", "use-case"] = "dependency"
    """Whether the role stands in the endpoint's signature or is looked at further inside."""
    scopes: dict[Role, tuple[str, ...]] = {}
    refused: Refusal = "403"
    """How somebody with a token but without the role is refused."""
    district: Literal["own", "none"]
    other: Refusal = "403"
    everywhere: tuple[Role, ...] = ()
    """With a token that names no district these roles act everywhere."""
    unbound: tuple[Role, ...] = ()
    """No district binds these roles, whatever their token says."""
    organization: Literal["own", "none"] | None = None
    other_organization: Refusal = "403"
    two_persons: bool = False
    reason: str = ""
    """Why no district binds the callers."""
    note: str = ""
    title: str = ""
    untested_because: str = ""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.district == "none") != bool(self.reason):
            raise ValueError("a reason belongs to an endpoint that no district binds")
        if (self.organization is not None) != self.names(Role.ORGANIZATION):
            raise ValueError("decide on the own organisation wherever the role is named")
        return self

    @property
    def named(self) -> tuple[Role, ...]:
        """The roles that may; every role where any token or none will do."""
        return tuple(Role) if isinstance(self.roles, str) else self.roles

    def names(self, role: Role) -> bool:
        return not isinstance(self.roles, str) and role in self.roles

    @property
    def bound(self) -> tuple[Role, ...]:
        """The roles that the district rule binds here."""
        if self.district == "none":
            return ()
        return tuple(role for role in self.named if role not in (*self.unbound, Role.ORGANIZATION))


def route_of(key: str) -> str:
    """``METHOD /path`` of a key."""
    return key.partition(" (")[0]


@lru_cache
def decided(name: str) -> dict[str, Decision]:
    """The decisions of one file."""
    content: dict[str, dict[str, Any]] = yaml.safe_load(
        (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    )
    return {key: Decision.model_validate(given) for key, given in content.items()}


@lru_cache
def decisions_of(service: str) -> dict[str, Decision]:
    """Every decision that holds in a service: its own and those of the common parts."""
    found = decided(service) | decided(SHARED)
    return found | decided(IMPORTS) if definition_of(service).imports else found


def every_decision() -> list[tuple[str, str, Decision]]:
    """Service, key and decision, for all services."""
    return [
        (one.name, key, decision)
        for one in definitions_of()
        for key, decision in decisions_of(one.name).items()
    ]
