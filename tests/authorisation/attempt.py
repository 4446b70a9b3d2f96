"""What is tried on an endpoint: a valid request, and how to see what the answer gave away."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx

from liandong.testing.services import ServiceUnderTest

OWN, PARENT, SIBLING, BELOW = "340103", "340100", "340104", "340103001"
"""庐阳区, its city, another district of the city, and a street inside it."""


@dataclass(frozen=True)
class Place:
    """Where the matter belongs, seen from the officials around it."""

    own: str
    parent: str
    sibling: str
    below: str


COUNTY = Place(OWN, PARENT, SIBLING, BELOW)
CITY = Place(PARENT, "340000", "340200", OWN)
"""For matters of the city itself, such as its payments."""


@dataclass(frozen=True)
class Attempt:
    """A request that everybody who may make it could make now."""

    path: str
    json: Any = None
    """The body, or a function that makes one for each request."""
    version: int | None = None
    params: dict[str, Any] = field(default_factory=dict)
    files: Any = None
    place: Place = COUNTY
    organization: UUID | str | None = None
    """Whose matter it is."""
    marker: str = ""
    """Stands in the answer for whoever may see the matter, and in no other answer."""
    sees: Callable[[httpx.Response], bool] | None = None
    """For answers that show the matter in another way than by the marker."""
    first: str = ""
    """The subject of whoever took the first step, where two persons are demanded."""
    at: datetime | None = None
    """The time of the request, if it must be later than the world was made."""
    commits: bool = False
    """Carried out for good: what the answer says matters, and there is enough to go round."""
    otherwise: int | None = None
    """What a caller who may is answered here instead of success, in a service without such data."""

    def shows(self, answer: httpx.Response) -> bool:
        if self.sees is not None:
            return answer.status_code < 300 and self.sees(answer)
        assert self.marker, f"{self.path}: nothing tells whether the answer shows the matter"
        return answer.status_code < 300 and self.marker in answer.text


@dataclass(frozen=True)
class World:
    """A service with one matter of each kind, and an attempt for each decision."""

    service: ServiceUnderTest
    attempts: dict[str, Attempt]


def get(path: str, marker: str = "", **given: Any) -> Attempt:
    return Attempt(path, marker=marker, **given)


def of(made: dict[str, Any], path: str, json: Any = None, **given: Any) -> Attempt:
    """A command on what was made, at its version; ``path`` has a place for its id."""
    return Attempt(path.format(made["id"]), json, made["version"], **given)
