"""Mapped tables, read and written without the mapper: for the few paths where it would cost most.

A statement is put into PostgreSQL's words once; after that a row costs what the driver and the
columns' own types (enumerations, encrypted text) cost.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, Protocol, TypeVar

import asyncpg
from sqlalchemy import Computed, Executable, Identity, Select, Table, TextClause, insert
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.orm import DeclarativeBase, configure_mappers
from sqlalchemy.orm.instrumentation import ClassManager, manager_of_class
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

_DIALECT = dialect()
_Mapped = TypeVar("_Mapped", bound=DeclarativeBase)
_Convert = Callable[[Any], Any] | None
_ARGUMENT = re.compile(r"\$(\d+)")


class Lookup:
    """A query with bound parameters, for one row or a few; gives their columns by name."""

    def __init__(self, query: Select[*tuple[Any, ...]] | TextClause) -> None:
        compiled = _compile(query)
        self.sql = str(compiled)
        self._names = compiled.positiontup or []
        self._converts = {
            column.name: convert
            for column in getattr(query, "selected_columns", ())
            if (convert := _from_database(column.type)) is not None
        }

    def arguments(self, given: Mapping[str, Any]) -> list[Any]:
        return [given[name] for name in self._names]

    def row(self, record: asyncpg.Record | None) -> dict[str, Any] | None:
        return None if record is None else self.found(record)

    def found(self, record: asyncpg.Record) -> dict[str, Any]:
        found = dict(record)
        for name, convert in self._converts.items():
            found[name] = convert(found[name])
        return found


class AsksForOne(Protocol):
    """What a repository needs to look a row up."""

    async def one(self, lookup: Lookup, **bound: Any) -> dict[str, Any] | None: ...


def unattached(mapped: type[_Mapped], **values: Any) -> _Mapped:
    """A mapped object with these values of its columns, for :func:`insert_rows` and
    :func:`copy_rows`: made without the mapper's watch over every value, which costs more than all
    else where there are many columns. It must not be added to a session."""
    made: _Mapped = _manager(mapped).new_instance()
    vars(made).update(values)
    return made


@lru_cache(maxsize=200)
def _manager(mapped: type[DeclarativeBase]) -> ClassManager[Any]:
    configure_mappers()  # as the first object of a class that is made in the usual way
    return manager_of_class(mapped)


async def insert_rows(sql: asyncpg.Connection, *rows: DeclarativeBase) -> None:
    """Inserts mapped objects, one of each table, in one statement; they join no session.

    Raises the driver's own errors: see :data:`liandong.db.errors.ConstraintViolated`.
    """
    tables = tuple(type(row).__table__ for row in rows)
    statement, columns = _insert(tables)  # pyright: ignore[reportArgumentType]
    values = [_values(row, each) for row, each in zip(rows, columns, strict=True)]
    await sql.execute(statement, *chain.from_iterable(values))


async def copy_rows(sql: asyncpg.Connection, rows: Sequence[DeclarativeBase]) -> None:
    """Inserts mapped objects of one table together, by COPY; they join no session.

    Raises as :func:`insert_rows` does; then none of them is written.
    """
    if not rows:
        return
    table = type(rows[0]).__table__
    _, (columns,) = _insert((table,))  # pyright: ignore[reportArgumentType]
    await sql.copy_records_to_table(
        table.name,  # pyright: ignore[reportAttributeAccessIssue]
        columns=[name for name, _ in columns],
        records=[_values(row, columns) for row in rows],
    )


def _values(row: DeclarativeBase, columns: tuple[tuple[str, _Convert], ...]) -> list[Any]:
    state = row.__dict__
    return [
        state.get(key) if convert is None else convert(state.get(key)) for key, convert in columns
    ]


_Columns = tuple[tuple[str, _Convert], ...]


@lru_cache(maxsize=200)
def _insert(tables: tuple[Table, ...]) -> tuple[str, tuple[_Columns, ...]]:
    """One statement for a row of each table, with the arguments of one behind those of another."""
    statements: list[str] = []
    columns: list[_Columns] = []
    for table in tables:
        before = sum(map(len, columns))
        statement, of_table = _insert_into(table)
        statements.append(_ARGUMENT.sub(lambda m, by=before: f"${int(m[1]) + by}", statement))
        columns.append(of_table)
    *others, last = statements
    names = [f"other_{number} AS ({one})" for number, one in enumerate(others)]
    return (f"WITH {', '.join(names)} {last}" if names else last), tuple(columns)


def _insert_into(table: Table) -> tuple[str, _Columns]:
    columns = [
        column
        for column in table.columns
        if not isinstance(column.server_default, Identity | Computed)
    ]
    compiled = _compile(insert(table).values({column.name: None for column in columns}))
    by_name = {column.name: column for column in columns}
    names = compiled.positiontup or []
    return str(compiled), tuple((name, _to_database(by_name[name].type)) for name in names)


def _compile(statement: Executable) -> SQLCompiler:
    compiled = statement.compile(dialect=_DIALECT)  # pyright: ignore[reportAttributeAccessIssue]
    assert isinstance(compiled, SQLCompiler)
    return compiled


def _to_database(kind: TypeEngine[Any]) -> _Convert:
    return kind.dialect_impl(_DIALECT).bind_processor(_DIALECT)


def _from_database(kind: TypeEngine[Any]) -> _Convert:
    return kind.dialect_impl(_DIALECT).result_processor(_DIALECT, None)
