"""What one service says and another keeps of it: declared by both, compared by ``reconcile``.

The owner declares its *facts*, one row for each thing that others learn of; a reader declares what
it keeps of them, and what it should keep of each. Neither knows the other's tables.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]
"""Facts as JSON values: dates as text, ids as text."""


@dataclass(frozen=True)
class Facts:
    """``query`` gives ``key`` (uuid: by it readers keep the facts), ``subject`` (uuid: the
    aggregate whose events tell them) and ``facts`` (jsonb), in any order."""

    name: str
    query: str


@dataclass(frozen=True)
class Learnt:
    """A reader's copy of one of the facts of ``source``, kept by the consumer group ``group``."""

    group: str
    source: str
    facts: str
    query: str
    """Gives ``key`` (uuid) and ``facts`` (jsonb) of every row that is kept, in any order."""
    expected: Callable[[Row], Row | None]
    """What is to be kept of the owner's facts; None: nothing. Pure."""
    again: Collection[str] = ()
    """Types of events whose handler may be given the latest one a second time: it writes what it
    kept anew, and has no effect that it had already."""

    @property
    def name(self) -> str:
        return f"{self.source}.{self.facts}"


def chosen(*names: str) -> Callable[[Row], Row]:
    """These of the owner's facts, as they are."""
    return lambda facts: {name: facts[name] for name in names}
