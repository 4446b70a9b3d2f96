"""Many rows at a time, and dry runs."""

from typing import Any

import httpx
import pytest

from liandong.db.unit_of_work import UnitOfWork
from liandong.imports.runner import ImportRunner
from liandong.problems import Conflict
from liandong.runtime import Runtime

ROWS = "SELECT * FROM backbone.import_row ORDER BY job_id, number"
JOBS = "SELECT * FROM backbone.import_job ORDER BY id"
FACTS = "SELECT * FROM fact ORDER BY code"
EVENTS = "SELECT aggregateid FROM backbone.outbox ORDER BY id"
ENTRIES = "SELECT action FROM backbone.audit_entry WHERE action = 'fact.recorded'"
MIXED = (
    "编号,名称,区划,人数\n001,甲,340103,5\n"
    "901,乙,340103,5\nx,丙,340103,5\n002,丁,340103,5\n903,已注销,340103,5\n"
)


async def all_rows(runner: ImportRunner) -> int:
    handled = 0
    while found := await runner.run_next():
        handled += found
    return handled


async def test_what_the_kind_leaves_over_is_carried_out_row_by_row(
    submit: Any, quick: ImportRunner, rows_of: Any, ledger: Any
) -> None:
    await submit(MIXED.encode())
    assert await all_rows(quick) == 5
    assert (ledger.at_once, set(ledger.codes)) == (["001", "002"], {"901", "903"})
    assert [row.outcome for row in await rows_of(ROWS)] == [
        "created", "created", "rejected", "created", "rejected",
    ]  # fmt: skip
    facts = await rows_of(FACTS)
    assert [fact.code for fact in facts] == ["001", "002", "901"]
    assert {str(fact.id) for fact in facts} == {one.aggregateid for one in await rows_of(EVENTS)}
    assert len(await rows_of(ENTRIES)) == 3


async def test_when_many_are_refused_together_each_is_told_its_own_reason(
    submit: Any, quick: ImportRunner, rows_of: Any, ledger: Any
) -> None:
    await submit("编号,名称,区划\n001,甲,340103\n002,已注销,340103\n".encode())
    assert await all_rows(quick) == 2
    assert [(row.outcome, row.reason) for row in await rows_of(ROWS)] == [
        ("created", None),
        ("rejected", "已注销的不能变更"),
    ]
    assert [fact.code for fact in await rows_of(FACTS)] == ["001"]
    assert len(await rows_of(EVENTS)) == len(await rows_of(ENTRIES)) == 1


@pytest.mark.parametrize("error", [RuntimeError("unforeseen"), Conflict("不行")])
async def test_a_failure_of_many_costs_no_row(
    submit: Any, quick: ImportRunner, rows_of: Any, ledger: Any, error: Exception
) -> None:
    def fail() -> None:
        raise error

    ledger.after_all = fail
    await submit("编号,名称,区划\n001,甲,340103\n002,乙,340103\n".encode())
    assert await all_rows(quick) == 2
    assert [row.outcome for row in await rows_of(ROWS)] == ["created", "created"]
    assert len(await rows_of(EVENTS)) == 2


async def test_a_dry_run_tells_every_outcome_and_changes_nothing(
    submit: Any, quick: ImportRunner, runner: ImportRunner, rows_of: Any
) -> None:
    for one in (quick, runner):
        await submit(MIXED.encode(), dry_run=True)
        assert await all_rows(one) == 5
    rows = await rows_of(ROWS)
    assert [row.outcome for row in rows] == [
        "created", "created", "rejected", "created", "rejected",
    ] * 2  # fmt: skip
    assert rows[4].reason == "已注销的不能变更"
    assert [row.subject_id for row in rows] == [None] * 10
    assert await rows_of(FACTS) == await rows_of(EVENTS) == await rows_of(ENTRIES) == []
    assert [(job.created, job.rejected, job.status) for job in await rows_of(JOBS)] == [
        (3, 2, "done"),
        (3, 2, "done"),
    ]


async def test_a_dry_run_leaves_no_call_behind_and_what_follows_it_is_real(
    submit: Any, quick: ImportRunner, rows_of: Any, ledger: Any
) -> None:
    called: list[str] = []

    async def note(row: Any, uow: UnitOfWork) -> None:
        uow.after_commit.append(lambda: called.append(row.code))

    ledger.before = note
    await submit(MIXED.encode(), dry_run=True)
    await all_rows(quick)
    assert called == []
    await submit(MIXED.encode())
    await all_rows(quick)
    assert called == ["001", "002", "901"]
    await submit(MIXED.encode(), dry_run=True)
    await all_rows(quick)
    third = (await rows_of(ROWS))[10:]
    facts = await rows_of(FACTS)
    assert [row.outcome for row in third if row.outcome != "rejected"] == ["unchanged"] * 3
    assert {row.subject_id for row in third if row.subject_id} == {fact.id for fact in facts}


async def test_what_only_the_database_refuses_is_told_by_a_dry_run(
    submit: Any, runner: ImportRunner, rows_of: Any
) -> None:
    await submit("编号,名称,区划\n001,孤儿,340103\n002,乙,340103\n".encode(), dry_run=True)
    await all_rows(runner)
    assert [row.outcome for row in await rows_of(ROWS)] == ["rejected", "created"]
    assert await rows_of(FACTS) == []


async def test_a_dry_run_is_asked_for_at_the_upload(
    http: httpx.AsyncClient, as_: Any, finish: Any, rows_of: Any, runtime: Runtime
) -> None:
    files = {"file": ("名单.csv", MIXED.encode())}
    answer = await http.post("/v1/imports/facts?dry_run=true", headers=as_(), files=files)
    assert (answer.status_code, answer.json()["dry_run"]) == (202, True)
    await finish()
    real = await http.post("/v1/imports/facts", headers=as_(), files=files)
    assert real.json()["same_file_as"] is None
    assert real.json()["dry_run"] is False
    report = await http.get(f"/v1/imports/{answer.json()['id']}/report.csv", headers=as_())
    assert report.text.count("已注销的不能变更") == 1
    assert await rows_of(FACTS) == []
