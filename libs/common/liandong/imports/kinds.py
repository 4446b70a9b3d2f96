"""What a service can import: the columns of a row and the command that a row becomes."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.actors import Role
from liandong.imports.headings import Alias, Vocabulary


class Outcome(StrEnum):
    """What became of a row."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    """The same fact is on record already: a re-run adds nothing."""
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class RowResult:
    outcome: Outcome
    subject_id: UUID | None = None


Many = Callable[[Sequence[Any], UnitOfWork], Awaitable[Sequence[RowResult | None]]]


@dataclass(frozen=True)
class ImportKind:
    """One importable table.

    ``columns`` maps the Chinese heading of the sheet to the field of ``row``; ``carry_out`` runs
    inside the unit of work of the row, may raise any Problem (the row is then rejected with its
    reason and changes nothing) and must find the fact that is on record already.
    """

    name: str
    title: str
    columns: dict[str, str]
    row: type[BaseModel]
    carry_out: Callable[[Any, UnitOfWork], Awaitable[RowResult]]
    carry_out_many: Many | None = None
    """Does at once what it can, and gives None for each row that ``carry_out`` has to look at. If
    it raises, its effects are undone and the rows are carried out in small groups."""
    aliases: Mapping[str, Alias] = field(default_factory=dict[str, Alias])
    """Other headings found in ledgers."""
    derived: Collection[str] = ()
    """Required fields that the row's model finds out when the sheet has no such column. Its
    validation context tells the ``district`` of whoever handed the file in."""
    identities: Sequence[tuple[str, ...]] = ()
    """Fields that together occur once in a file: what comes again is not imported."""
    roles: tuple[Role, ...] = (Role.CLERK, Role.APPROVER, Role.SYSTEM_ADMIN)

    @property
    def required(self) -> list[str]:
        """Headings without which no row can be valid."""
        fields = self.row.model_fields
        return [
            heading
            for heading, name in self.columns.items()
            if fields[name].is_required() and name not in self.derived
        ]

    @property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary(list(self.columns), self.required, self.aliases)
