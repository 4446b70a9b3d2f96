"""What one service is made of, in flat lists: written in the service's ``app.py``."""

import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from sqlalchemy import MetaData

from liandong.events.contract import Event
from liandong.events.states import StateKind
from liandong.events.subscriptions import Group
from liandong.imports.kinds import ImportKind
from liandong.reconciliation.learnt import Facts, Learnt
from liandong.rules.book import RuleBook
from liandong.rules.rule_set import RuleSubject
from liandong.timers.deadlines import Handler

if TYPE_CHECKING:
    from liandong.runtime import Runtime


@dataclass(frozen=True)
class Chore:
    """Something the worker does again and again, beside what falls due on a day."""

    name: str
    pause_seconds: float
    """Between two rounds when there was nothing to do."""
    work: Callable[["Runtime"], Awaitable[int]]
    """One round; how much it found to do. It must bear being run by several workers at once."""


@dataclass(frozen=True)
class ServiceDefinition:
    """One service. ``name`` is as in its topic; ``title`` is Chinese and names its API."""

    name: str
    title: str
    description: str
    folder: Path
    """The service's package folder; rule sets are found in ``*/rule_sets`` below it."""
    metadata: MetaData
    routers: Sequence[APIRouter]
    events: Sequence[type[Event]]
    states: Sequence[StateKind] = ()
    """What its topic of latest states tells of."""
    groups: Sequence[Group] = ()
    facts: Sequence[Facts] = ()
    """What others learn of it, for the comparison with their copies."""
    learnt: Sequence[Learnt] = ()
    """The copies that it keeps of others' facts."""
    deadlines: Mapping[str, Handler] = field(default_factory=dict)
    rule_subjects: Sequence[RuleSubject[Any]] = ()
    imports: Sequence[ImportKind] = ()
    chores: Sequence[Chore] = ()
    keeps_files: bool = False
    """Whether it has files in the store of ``LIANDONG_STORAGE``."""
    asks: Sequence[str] = ()
    """The services that it asks before a point of no return; see :mod:`liandong.http.peers`."""
    receipts: str = ""
    """The ``typ`` of the receipts that it signs; empty: it signs none."""

    @property
    def package(self) -> str:
        return self.name.replace("-", "_")

    @property
    def migrations(self) -> Path:
        """Beside the package in a checkout; below ``LIANDONG_MIGRATIONS`` where it is installed."""
        installed = os.environ.get("LIANDONG_MIGRATIONS")
        return Path(installed) / self.name if installed else self.folder.parent / "migrations"

    def rule_book(self) -> RuleBook:
        return RuleBook.load(self.rule_subjects, sorted(self.folder.glob("*/rule_sets")))
