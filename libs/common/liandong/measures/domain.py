"""Which measures of one listing are in force, from news in whatever order. Pure.

Every piece of news bears the version of the listing: a later one is never undone by an earlier
one, and a listing that is gone does not come back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

UNHEARD: Final = -1
"""Version of a listing whose beginning was not told yet."""


@dataclass(frozen=True, slots=True)
class Obeyed:
    """What was told of one listing. ``told`` are its measures with their effects, by the latest
    decision; ``ended`` the versions at which measures ended by their own term."""

    listed_version: int = UNHEARD
    gone: bool = False
    told: Mapping[str, str] = field(default_factory=dict[str, str])
    ended: Mapping[str, int] = field(default_factory=dict[str, int])

    @property
    def in_force(self) -> dict[str, str]:
        """Code and effect of every measure in force."""
        if self.gone:
            return {}
        return {
            code: effect
            for code, effect in self.told.items()
            if self.ended.get(code, UNHEARD) < self.listed_version
        }

    @property
    def effects(self) -> frozenset[str]:
        return frozenset(self.in_force.values())


NOTHING: Final = Obeyed()


def listed(known: Obeyed, version: int, measures: Mapping[str, str]) -> Obeyed:
    """列入, or 再次列入: the measures of the latest decision hold. Version 0: the publisher did
    not tell it yet; then the news that comes last holds."""
    at = version or max(known.listed_version, 0)
    if at < known.listed_version:
        return known
    return replace(known, listed_version=at, told=dict(measures))


def ended(known: Obeyed, version: int, code: str) -> Obeyed:
    """The measure's own term is over; a relapse after it switches the measure on again."""
    latest = max(version, known.ended.get(code, UNHEARD))
    return replace(known, ended={**known.ended, code: latest})


def delisted(known: Obeyed) -> Obeyed:
    """移出: every measure ends, for ever."""
    return replace(known, gone=True)
