"""What a service can import: the columns of a row and the command that a row becomes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.actors import Role


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
    roles: tuple[Role, ...] = (Role.CLERK, Role.APPROVER, Role.SYSTEM_ADMIN)
