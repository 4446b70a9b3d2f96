"""Carries out imports: each row on behalf of the person who handed the file in.

Rows are handled many to a transaction, several behind a savepoint, and a row's outcome is
committed with its effect: whatever was interrupted goes on where it stopped. The job's row is
locked meanwhile, so two workers never handle the same row. When a transaction fails as a whole
its rows are handled again one by one, so that the one at fault is found. A dry run does the same
and goes back before it tells: nothing is left of it but its report.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog

from liandong.db.errors import ConstraintViolated, is_busy, is_retryable, sqlstate
from liandong.db.unit_of_work import UnitOfWork, UnitOfWorkFactory
from liandong.identity.actors import SYSTEM, Actor
from liandong.imports import jobs
from liandong.imports.jobs import Handled, OpenJob
from liandong.imports.kinds import ImportKind, Outcome, RowResult
from liandong.imports.rows import Rejection, rejection, row_of
from liandong.imports.table import SheetRow
from liandong.problems import Conflict, Problem

log = structlog.get_logger(__name__)

Work = Callable[[UnitOfWork], Awaitable[int]]

CHUNK = 50
CHUNK_AT_ONCE = 500
"""Of kinds that carry out many rows at once."""
TOGETHER = 10
"""Rows behind one savepoint; if one of them is rejected, the others are carried out again."""
_STATEMENT_TIMEOUT = "57014"
_FAULT = "系统处理此行时出错，未导入；请稍后重新导入，仍不成功请联系管理员"


@dataclass(frozen=True)
class ImportRunner:
    """Handles waiting imports of ``kinds``; jobs of other kinds are left alone."""

    factory: UnitOfWorkFactory
    kinds: Sequence[ImportKind]

    async def run_next(self) -> int:
        """Handles the next rows of the oldest unfinished job; how many.

        0 when there is nothing to do. Raises while the database is away or what a row needs is
        locked by others; the rows then stay open.
        """
        try:
            return await self.factory.run(self._system, self._work(), attempts=1)
        except Exception as error:
            if _passes(error) and not is_retryable(error):
                raise
            log.info("import_rows_split", error=type(error).__name__)
        handled = 0
        while handled < CHUNK and await self._alone():
            handled += 1
        return handled

    async def forget(self, days: int) -> int:
        """Removes what people had entered in rejected rows of jobs finished ``days`` ago.

        Reasons and outcomes stay. How many rows; to be called by housekeeping.
        """

        async def work(uow: UnitOfWork) -> int:
            emptied = await jobs.forget(uow, uow.now - timedelta(days=days))
            if emptied:
                uow.record("import.forgotten", "import", "*", rows=emptied, days=days)
            return emptied

        return await self.factory.run(self._system, work)

    @property
    def _system(self) -> Actor:
        return SYSTEM(self.factory.service)

    def _work(self, taken: "list[_Taken] | None" = None) -> Work:
        """The next rows; only one, and by itself, if it is to be told which was taken."""

        async def work(uow: UnitOfWork) -> int:
            job = await jobs.claim(uow.session, [kind.name for kind in self.kinds])
            if job is None:
                return 0
            _act_as_submitter(uow, job)
            kind = next(kind for kind in self.kinds if kind.name == job.kind)
            at_once = kind.carry_out_many is not None and taken is None
            limit = 1 if taken is not None else CHUNK_AT_ONCE if at_once else CHUNK
            rows = await jobs.open_rows(uow.session, job.id, limit)
            if taken is not None:
                taken[:] = [_Taken(job, row.number) for row in rows]
            batch = _Batch(kind, job, uow, _Pending(uow))
            await jobs.settle(uow, job, await batch.handle(rows, at_once=at_once))
            return len(rows)

        return work

    async def _alone(self) -> int:
        """One row in a transaction of its own; one that fails unforeseen is rejected."""
        taken: list[_Taken] = []
        try:
            return await self.factory.run(self._system, self._work(taken))
        except Exception as error:
            if _passes(error) or not taken:
                raise
            log.error(
                "import_row_failed",
                job_id=str(taken[0].job.id),
                row=taken[0].number,
                error=type(error).__name__,
                exc_info=True,
            )
        job, number = taken[0].job, taken[0].number

        async def reject(uow: UnitOfWork) -> int:
            if await jobs.lock(uow.session, job.id):
                _act_as_submitter(uow, job)
                await jobs.settle(uow, job, [Handled(number, Outcome.REJECTED, reason=_FAULT)])
            return 1

        return await self.factory.run(self._system, reject)


@dataclass(frozen=True, slots=True)
class _Taken:
    job: OpenJob
    number: int


@dataclass(frozen=True, slots=True)
class _Command:
    """A row that can be read."""

    number: int
    row: Any


def _act_as_submitter(uow: UnitOfWork, job: OpenJob) -> None:
    uow.actor = job.actor
    uow.request_id = f"import/{job.id}"


def _passes(error: Exception) -> bool:
    """Nothing is known against the row: the database is away or others hold what it needs."""
    if sqlstate(error) == _STATEMENT_TIMEOUT:
        return False
    return is_busy(error) or is_retryable(error)


class _Undone(Exception):
    """What a dry run did is undone."""


@dataclass(frozen=True, slots=True)
class _Batch:
    """Rows of one transaction."""

    kind: ImportKind
    job: OpenJob
    uow: UnitOfWork
    kept: "_Pending"

    async def handle(self, rows: Sequence[SheetRow], *, at_once: bool) -> list[Handled]:
        """Carries out the rows; what a rejected one published, recorded or changed is undone."""
        handled: list[Handled] = []
        commands: list[_Command] = []
        for row in rows:
            try:
                read = row_of(self.kind, row.cells, self.job.district)
                commands.append(_Command(row.number, read))
            except Rejection as refused:
                handled.append(_rejected(row.number, refused))
        if at_once and commands:
            done = await self._at_once(commands)
            handled += done
            settled = {one.number for one in done}
            commands = [command for command in commands if command.number not in settled]
        for start in range(0, len(commands), TOGETHER):
            handled += await self._settled(commands[start : start + TOGETHER])
        self.kept.give_back()
        return handled

    async def _at_once(self, commands: Sequence[_Command]) -> list[Handled]:
        """What the kind can do for many rows; nothing if any of them is refused after all."""
        many = self.kind.carry_out_many
        assert many is not None
        results: Sequence[RowResult | None] = ()
        try:
            async with self._undoable():
                results = await many([command.row for command in commands], self.uow)
        except (Problem, *ConstraintViolated) as refused:
            log.info("import_rows_singly", error=type(refused).__name__)
            self.kept.drop()
            return []
        self._keep()
        return [
            self._handled(command, result)
            for command, result in zip(commands, results, strict=True)
            if result is not None
        ]

    async def _settled(self, commands: Sequence[_Command]) -> list[Handled]:
        """Several rows at once if all are accepted, which saves two statements a row; else
        singly."""
        try:
            handled = await self._carry_out(commands)
        except Rejection as refused:
            self.kept.drop()
            if len(commands) == 1:
                return [_rejected(commands[0].number, refused)]
            return [one for each in commands for one in await self._settled([each])]
        self._keep()
        return handled

    async def _carry_out(self, commands: Sequence[_Command]) -> list[Handled]:
        session = self.uow.session
        handled: list[Handled] = []
        try:
            async with self._undoable():
                for command in commands:
                    result = await self.kind.carry_out(command.row, self.uow)
                    await session.flush()
                    if result.outcome is Outcome.REJECTED:
                        raise Conflict("此行未被接受")
                    handled.append(self._handled(command, result))
                    # The next row must read what is in the database, as a command of its own would.
                    session.expunge_all()
        except Problem as problem:
            raise rejection(self.kind, problem) from None
        finally:
            session.expunge_all()
        return handled

    @asynccontextmanager
    async def _undoable(self) -> AsyncIterator[None]:
        """A savepoint, to which a dry run always goes back."""
        try:
            async with self.uow.session.begin_nested():
                # The savepoint is made with the session's first statement; the kind's first may
                # be one in plain SQL.
                await self.uow.session.connection()
                yield
                if self.job.dry_run:
                    await self.uow.session.flush()
                    await self.uow.sql.execute("SET CONSTRAINTS ALL IMMEDIATE")
                    raise _Undone
        except _Undone:
            self.uow.session.expunge_all()

    def _keep(self) -> None:
        if self.job.dry_run:
            self.kept.drop()
        else:
            self.kept.keep()

    def _handled(self, command: _Command, result: RowResult) -> Handled:
        is_there = not (self.job.dry_run and result.outcome is Outcome.CREATED)
        return Handled(command.number, result.outcome, result.subject_id if is_there else None)


def _rejected(number: int, refused: Rejection) -> Handled:
    return Handled(number, Outcome.REJECTED, reason=refused.reason, errors=refused.errors)


class _Pending:
    """Events, audit entries and calls of the rows that succeeded, until all rows are through."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._lists: list[tuple[list[Any], list[Any]]] = [
            (uow.events, []),
            (uow.entries, []),
            (uow.after_commit, []),
        ]

    def keep(self) -> None:
        for of_row, kept in self._lists:
            kept.extend(of_row)
            of_row.clear()

    def drop(self) -> None:
        for of_row, _ in self._lists:
            of_row.clear()

    def give_back(self) -> None:
        for of_row, kept in self._lists:
            of_row.extend(kept)
