"""Carries out imports: each row on behalf of the person who handed the file in.

Rows are handled many to a transaction, several behind a savepoint, and a row's outcome is
committed with its effect: whatever was interrupted goes on where it stopped. The job's row is
locked meanwhile, so two workers never handle the same row. When a transaction fails as a whole
its rows are handled again one by one, so that the one at fault is found.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog

from liandong.db.errors import is_busy, is_retryable, sqlstate
from liandong.db.unit_of_work import UnitOfWork, UnitOfWorkFactory
from liandong.identity.actors import SYSTEM, Actor
from liandong.imports import jobs
from liandong.imports.jobs import Handled, OpenJob
from liandong.imports.kinds import ImportKind, Outcome
from liandong.imports.rows import Rejection, rejection, row_of
from liandong.imports.table import SheetRow
from liandong.problems import Conflict, Problem

log = structlog.get_logger(__name__)

Work = Callable[[UnitOfWork], Awaitable[int]]

CHUNK = 50
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
            return await self.factory.run(self._system, self._work(CHUNK), attempts=1)
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

    def _work(self, limit: int, taken: "list[_Taken] | None" = None) -> Work:
        async def work(uow: UnitOfWork) -> int:
            job = await jobs.claim(uow.session, [kind.name for kind in self.kinds])
            if job is None:
                return 0
            _act_as_submitter(uow, job)
            rows = await jobs.open_rows(uow.session, job.id, limit)
            if taken is not None:
                taken[:] = [_Taken(job, row.number) for row in rows]
            kind = next(kind for kind in self.kinds if kind.name == job.kind)
            await jobs.settle(uow, job, await _handle(kind, rows, uow))
            return len(rows)

        return work

    async def _alone(self) -> int:
        """One row in a transaction of its own; one that fails unforeseen is rejected."""
        taken: list[_Taken] = []
        try:
            return await self.factory.run(self._system, self._work(1, taken))
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


async def _handle(kind: ImportKind, rows: Sequence[SheetRow], uow: UnitOfWork) -> list[Handled]:
    """Carries out the rows; what a rejected one published, recorded or changed is undone."""
    handled: list[Handled] = []
    commands: list[_Command] = []
    for row in rows:
        try:
            commands.append(_Command(row.number, row_of(kind, row.cells)))
        except Rejection as refused:
            handled.append(_rejected(row.number, refused))
    kept = _Pending(uow)
    for start in range(0, len(commands), TOGETHER):
        handled += await _settled(kind, commands[start : start + TOGETHER], uow, kept)
    kept.give_back()
    return handled


async def _settled(
    kind: ImportKind, commands: Sequence[_Command], uow: UnitOfWork, kept: "_Pending"
) -> list[Handled]:
    """Several rows at once if all are accepted, which saves two statements a row; else singly."""
    try:
        handled = await _carry_out(kind, commands, uow)
    except Rejection as refused:
        kept.drop()
        if len(commands) == 1:
            return [_rejected(commands[0].number, refused)]
        return [one for each in commands for one in await _settled(kind, [each], uow, kept)]
    kept.keep()
    return handled


async def _carry_out(
    kind: ImportKind, commands: Sequence[_Command], uow: UnitOfWork
) -> list[Handled]:
    handled: list[Handled] = []
    try:
        async with uow.session.begin_nested():
            for command in commands:
                result = await kind.carry_out(command.row, uow)
                await uow.session.flush()
                if result.outcome is Outcome.REJECTED:
                    raise Conflict("此行未被接受")
                handled.append(Handled(command.number, result.outcome, result.subject_id))
                # The next row must read what is in the database, as a command of its own would.
                uow.session.expunge_all()
    except Problem as problem:
        raise rejection(kind, problem) from None
    finally:
        uow.session.expunge_all()
    return handled


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
