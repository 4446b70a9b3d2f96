"""What interrupts an import: killed workers, rivals, an absent database, rows with a fault."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from liandong import faults
from liandong.identity.actors import Actor, Role
from liandong.imports.runner import CHUNK, ImportRunner
from liandong.runtime import Runtime

ROWS = "SELECT * FROM backbone.import_row WHERE job_id = :job ORDER BY number"
JOBS = "SELECT * FROM backbone.import_job ORDER BY id"
FACTS = "SELECT * FROM fact ORDER BY code"


class Killed(BaseException):
    """Ends the work as the death of the process would."""


def codes(count: int) -> list[str]:
    return [f"{number:04}" for number in range(count)]


def count(rows: list[Any], outcome: str | None) -> int:
    return sum(row.outcome == outcome for row in rows)


@pytest.fixture(autouse=True)
def no_barrier() -> Any:
    yield
    faults.set_barrier("command.before_commit", None)


async def test_a_crash_in_the_middle_loses_nothing_and_repeats_nothing(
    submit: Any, finish: Any, rows_of: Any, csv_of: Any, runner: ImportRunner
) -> None:
    job = await submit(csv_of(*codes(120)))
    assert await runner.run_next() == CHUNK

    async def die() -> None:
        raise Killed

    faults.set_barrier("command.before_commit", die)
    with pytest.raises(Killed):
        await runner.run_next()
    faults.set_barrier("command.before_commit", None)
    rows = await rows_of(ROWS, job=job)
    assert (count(rows, "created"), count(rows, None)) == (50, 70)
    assert (await rows_of(JOBS))[0].status == "running"
    assert await finish() == 70
    assert count(await rows_of(ROWS, job=job), "created") == 120
    assert len(await rows_of(FACTS)) == 120
    assert len(await rows_of("SELECT 1 AS one FROM backbone.outbox")) == 120
    (done,) = await rows_of(JOBS)
    assert (done.status, done.created, done.rejected) == ("done", 120, 0)


async def test_two_runners_at_once_handle_each_row_once(
    submit: Any, rows_of: Any, csv_of: Any, runtime: Runtime, ledger: Any
) -> None:
    await submit(csv_of(*codes(3 * CHUNK)))
    runners = [ImportRunner(runtime.work, runtime.definition.imports) for _ in range(2)]
    held, release = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        held.set()
        await release.wait()

    faults.set_barrier("command.before_commit", hold)
    first = asyncio.create_task(runners[0].run_next())
    await held.wait()
    faults.set_barrier("command.before_commit", None)
    assert await runners[1].run_next() == 0
    release.set()
    assert await first == CHUNK

    async def run(runner: ImportRunner) -> int:
        handled = 0
        while (await rows_of(JOBS))[0].status != "done":
            handled += await runner.run_next()
        return handled

    assert sum(await asyncio.gather(*map(run, runners))) == 2 * CHUNK
    assert sorted(ledger.codes) == codes(3 * CHUNK)
    finished = "SELECT 1 AS one FROM backbone.audit_entry WHERE action = 'import.finished'"
    assert len(await rows_of(finished)) == 1


async def test_files_of_two_persons_are_handled_beside_each_other(
    submit: Any, rows_of: Any, csv_of: Any, runner: ImportRunner, clerk: Actor
) -> None:
    other = Actor("li", "李四", frozenset({Role.CLERK}), "340100")
    await submit(csv_of("001"))
    await submit(csv_of("002"))
    await submit(csv_of("003"), actor=other)
    held, release = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        held.set()
        await release.wait()

    faults.set_barrier("command.before_commit", hold)
    first = asyncio.create_task(runner.run_next())
    await held.wait()
    faults.set_barrier("command.before_commit", None)
    assert await runner.run_next() == 1
    assert [fact.code for fact in await rows_of(FACTS)] == ["003"]
    assert await runner.run_next() == 0
    release.set()
    await first
    assert await runner.run_next() == 1
    assert [job.status for job in await rows_of(JOBS)] == ["done"] * 3


def failing(times: int, sqlstate: str, code: str = "0002") -> Any:
    """Makes the database refuse a row with an SQLSTATE, so many times."""
    left = [times]

    async def before(row: Any, uow: Any) -> None:
        if row.code == code and left[0]:
            left[0] -= 1
            block = f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{sqlstate}'; END $$"
            await uow.session.execute(text(block))

    return before


async def test_a_deadlock_is_tried_again(
    submit: Any, finish: Any, rows_of: Any, csv_of: Any, ledger: Any
) -> None:
    await submit(csv_of(*codes(5)))
    ledger.before = failing(3, "40P01")
    await finish()
    assert (await rows_of(JOBS))[0].created == 5


@pytest.mark.parametrize("sqlstate", ["57P01", "55P03", "53300"])
async def test_while_the_database_is_away_the_rows_stay_open(
    submit: Any, finish: Any, rows_of: Any, csv_of: Any, ledger: Any, sqlstate: str
) -> None:
    job = await submit(csv_of(*codes(5)))
    ledger.before = failing(1, sqlstate)
    with pytest.raises(DBAPIError):
        await finish()
    assert count(await rows_of(ROWS, job=job), None) == 5
    assert await finish() == 5
    assert (await rows_of(JOBS))[0].created == 5


async def test_a_row_that_fails_unforeseen_is_rejected_alone(
    submit: Any, finish: Any, rows_of: Any, csv_of: Any, ledger: Any
) -> None:
    job = await submit(csv_of(*codes(5)))

    async def before(row: Any, _: Any) -> None:
        if row.code in ("0002", "0004"):
            raise KeyError(row.code)

    ledger.before = before
    assert await finish() == 5
    rows = await rows_of(ROWS, job=job)
    assert [row.outcome for row in rows] == [
        "created", "created", "rejected", "created", "rejected",
    ]  # fmt: skip
    assert "请联系管理员" in rows[2].reason
    assert (await rows_of(JOBS))[0].status == "done"


async def test_a_row_that_only_the_commit_refuses_is_rejected_alone(
    submit: Any, finish: Any, rows_of: Any, csv_of: Any
) -> None:
    orphan = csv_of("002", name="孤儿").split()[1]
    job = await submit(csv_of("001") + b"\n" + orphan + b"\n" + csv_of("003").split()[1])
    await finish()
    rows = await rows_of(ROWS, job=job)
    assert [row.outcome for row in rows] == ["created", "rejected", "created"]
    assert [fact.code for fact in await rows_of(FACTS)] == ["001", "003"]


async def test_a_fact_that_appears_meanwhile_is_found_on_the_second_look(
    submit: Any, finish: Any, rows_of: Any, csv_of: Any, ledger: Any, runtime: Runtime
) -> None:
    """Between the look for the fact and its insertion another command inserted it."""
    await submit(csv_of("001"))
    inserted: list[str] = []

    async def before(row: Any, uow: Any) -> None:
        if inserted:
            return
        inserted.append(row.code)
        fact = (
            "INSERT INTO fact VALUES (gen_random_uuid(), 1, now(), now(), '001', '爱心社',"
            " '340103', 5, NULL)"
        )

        async def insert_meanwhile() -> None:
            async with runtime.api_engine.begin() as connection:
                await connection.execute(text(fact))

        scalar = uow.session.scalar

        async def look_first(query: Any) -> Any:
            found = await scalar(query)
            await insert_meanwhile()
            uow.session.scalar = scalar
            return found

        uow.session.scalar = look_first

    ledger.before = before
    await finish()
    assert (await rows_of(JOBS))[0].unchanged == 1
