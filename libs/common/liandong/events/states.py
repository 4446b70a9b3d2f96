"""Latest states: what a partner who begins today reads first, instead of every event ever.

A service declares the kinds of aggregates whose state partners may see. The unit of work tells
the state of each that a command changed, in the transaction of the command and before its events:
the fields of the state, with the version of the aggregate; or nothing (a tombstone) once the
aggregate is shown no longer. On Kafka there is one record for each in the compacted topic
``liandong.<service>.state``, under the key ``<kind>:<id>``; ``GET /v1/states`` reads the same from
the tables. Whoever notes the end of the events, then reads the states and goes on from there has
missed nothing (ADR 15).
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from inspect import getattr_static as inspect_static
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, Select, event, inspect, select, true
from sqlalchemy.orm import Session, UOWTransaction

from liandong.db.base import Aggregate
from liandong.events.contract import Event
from liandong.events.envelope import Envelope
from liandong.transports.base import Outgoing

SUFFIX = ".state"
"""Behind the name of a service's topic."""
TOMBSTONE = b""
"""The payload of an aggregate that is shown no longer; on Kafka a record without a value."""


class State(Event):
    """What partners are shown of an aggregate; ``type`` ends in ``.state``. No personal data."""

    @classmethod
    def topic(cls) -> str:
        return super().topic() + SUFFIX

    @property
    def key(self) -> str:
        """Of the record: of all records with one key Kafka keeps the last."""
        return f"{self.subject_kind()}:{self.subject}"


@dataclass(frozen=True)
class StateKind:
    """A kind of aggregate with a state, made of the aggregate's own row alone."""

    state: type[State]
    model: type[Aggregate]
    told: Callable[[Any], State | None]
    """The state of a row; None while, or once, it is shown to nobody."""
    ever_shown: ColumnElement[bool] = field(default_factory=true)
    """Of which rows a state may have been told: a rebuild tells of no other, not even that they
    are there."""

    def rows(self, after: UUID | None, limit: int) -> Select[Any]:
        """At most so many rows behind an id, by id."""
        query = select(self.model).where(self.ever_shown).order_by(self.model.id).limit(limit)
        return query if after is None else query.where(self.model.id > after)


def telling(kind: StateKind, row: Any, service: str, *, gone: bool = False) -> Envelope:
    """What is told of the row as it is. Its id is the same whenever the same version is told."""
    state = None if gone else kind.told(row)
    subject, version = row.id, row.version + gone
    return Envelope(
        id=uuid5(subject, f"{kind.state.type}:{version}"),
        source=f"/liandong/{service}",
        type=kind.state.type,
        subject=str(subject),
        time=row.updated_at,
        key=str(getattr(row, "organization_id", None) or subject),
        sequence=version,
        dataschema=kind.state.dataschema(),
        payload=TOMBSTONE if state is None else state.model_dump_json().encode(),
        district=getattr(row, "district", None),
    )


class StateBook:
    """The states of a service, by the model they are made of. ``told``: commands tell them."""

    def __init__(self, kinds: Iterable[StateKind], *, told: bool) -> None:
        self.kinds: Mapping[type[Any], StateKind] = {kind.model: kind for kind in kinds}
        self.told = told and bool(self.kinds)


@dataclass
class Changes:
    """The aggregates with a state that one unit of work has written."""

    book: StateBook
    _rows: dict[int, tuple[Any, bool]] = field(default_factory=dict[int, tuple[Any, bool]])
    """By identity: the row, and whether it was shown before the transaction."""
    _deleted: list[Any] = field(default_factory=list[Any])
    _unattached: dict[int, Any] = field(default_factory=dict[int, Any])

    def published(self, row: Any) -> None:
        """An event of the row is told. Rows that are written without the mapper begin with it."""
        if type(row) in self.book.kinds and inspect(row).session is None:
            self._unattached[id(row)] = row

    def listen(self, session: Session) -> None:
        event.listen(session, "before_flush", self._before_flush)

    def _before_flush(self, session: Session, _: UOWTransaction, __: Any) -> None:
        for row in session.new:
            if type(row) in self.book.kinds:
                self._rows.setdefault(id(row), (row, False))
        for row in session.dirty:
            if type(row) in self.book.kinds and session.is_modified(row):
                self._rows.setdefault(id(row), (row, self._was_shown(row)))
        for row in session.deleted:
            if type(row) in self.book.kinds and self._was_shown(row):
                self._deleted.append(row)

    def _was_shown(self, row: Any) -> bool:
        return self.book.kinds[type(row)].told(_Before(row)) is not None

    async def tellings(
        self, service: str, refresh: Callable[[Any], Awaitable[None]]
    ) -> list[Envelope]:
        """What is to be told of what was written since this was asked last; ``refresh`` reads a
        row that was taken back to a savepoint."""
        found: list[Envelope] = []
        attached = {id(row) for row, _ in self._rows.values()}
        for number, row in self._unattached.items():
            if number not in attached and inspect(row).session is None:
                found.append(telling(self.book.kinds[type(row)], row, service))
        for row, was_shown in self._rows.values():
            state = inspect(row)
            if not state.persistent:  # taken back, or deleted
                continue
            if state.expired_attributes:
                await refresh(row)
            one = telling(self.book.kinds[type(row)], row, service)
            if was_shown or one.payload != TOMBSTONE:
                found.append(one)
        kinds = self.book.kinds
        found += [telling(kinds[type(row)], row, service, gone=True) for row in self._deleted]
        self._rows.clear()
        self._unattached.clear()
        self._deleted.clear()
        return found


class _Before:
    """A row as it was when it was read."""

    def __init__(self, row: Any) -> None:
        self._row = row

    def __getattr__(self, name: str) -> Any:
        found = inspect(self._row).attrs.get(name)
        if found is None:  # a property or a method, of what was
            made = inspect_static(type(self._row), name)
            return made.__get__(self, type(self._row))
        return found.history.deleted[0] if found.history.deleted else found.value


def restated(row: Outgoing) -> Outgoing:
    """A state that was written into the outbox, under the key of its record."""
    state_type, subject = row.attributes["type"], row.attributes["subject"]
    return row._replace(key=f"{state_type.split('.')[3]}:{subject}")
