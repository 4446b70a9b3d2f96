import json
from datetime import timedelta
from typing import Any

from liandong.clock import FixedClock
from liandong.identity.actors import Actor
from liandong.imports.runner import ImportRunner

ROWS = "SELECT * FROM backbone.import_row WHERE job_id = :job ORDER BY number"
JOBS = "SELECT * FROM backbone.import_job ORDER BY id"
FACTS = "SELECT * FROM fact ORDER BY code"
BROKEN = (
    "编号,名称,区划,人数,成立日期\n"
    "001,爱心社,340103,5,2019-05-01\n"
    "x2,名称太长了名称太长了啊,340103,-1,昨天\n"
    "003,外地社,110101,5,\n"
    "004,已注销,340103,5,\n"
    "005,,340103,5,\n"
    "006,读书会,340103,,\n"
)


def codes(count: int) -> list[str]:
    return [f"{number:04}" for number in range(count)]


async def test_nothing_to_do(runner: ImportRunner) -> None:
    assert await runner.run_next() == 0


async def test_good_rows_are_kept_and_broken_ones_rejected_with_their_reason(
    submit: Any, finish: Any, rows_of: Any
) -> None:
    job = await submit(BROKEN.encode())
    assert await finish() == 6
    rows = await rows_of(ROWS, job=job)
    assert [(row.number, row.outcome) for row in rows] == [
        (2, "created"), (3, "rejected"), (4, "rejected"), (5, "rejected"), (6, "rejected"),
        (7, "created"),
    ]  # fmt: skip
    assert rows[1].reason == (
        "编号：格式不符合要求；名称：不得超过 10 个字；人数：应不小于 0；"
        "成立日期：应为日期，例如 2026-03-01"
    )
    assert [one["pointer"] for one in rows[1].errors] == [
        "/编号", "/名称", "/人数", "/成立日期",
    ]  # fmt: skip
    assert "不在您的管辖区划" in rows[2].reason
    assert rows[3].reason == "已注销的不能变更"
    assert rows[3].errors == [{"pointer": "/名称", "code": "cancelled", "message": "已注销"}]
    assert rows[4].reason == "名称：此项必填"
    facts = await rows_of(FACTS)
    assert [(fact.code, fact.people) for fact in facts] == [("001", 5), ("006", None)]
    assert [row.subject_id for row in rows if row.subject_id] == [fact.id for fact in facts]


async def test_broken_rows_of_a_workbook_keep_the_numbers_of_the_sheet(
    submit: Any, finish: Any, rows_of: Any, xlsx_of: Any
) -> None:
    data = xlsx_of(
        ["合肥市名单"],
        [],
        ["编号", "名称", "区划", "人数"],
        ["001", "爱心社", 340103, 5],
        [],
        ["002", "读书会", 340103, 1.5],
        ["003", "棋社", "340103"],
    )
    job = await submit(data, "名单.xlsx")
    await finish()
    rows = await rows_of(ROWS, job=job)
    assert [(row.number, row.outcome, row.reason) for row in rows] == [
        (4, "created", None),
        (6, "rejected", "人数：应为整数"),
        (7, "created", None),
    ]


async def test_a_rejected_row_leaves_no_event_no_audit_entry_and_no_change(
    submit: Any, finish: Any, rows_of: Any, csv_of: Any
) -> None:
    await submit(csv_of("001", "002"))
    await submit(csv_of("001", name="已注销") + b"\n" + csv_of("001", name="新名").split()[1])
    await finish()
    facts = await rows_of(FACTS)
    assert [(fact.code, fact.name, fact.version) for fact in facts] == [
        ("001", "新名", 2), ("002", "爱心社", 1),
    ]  # fmt: skip
    events = await rows_of("SELECT * FROM backbone.outbox ORDER BY seq")
    assert [json.loads(bytes(event.payload))["code"] for event in events] == ["001", "002", "001"]
    assert [event.headers["sequence"] for event in events] == ["1", "1", "2"]
    recorded = "SELECT * FROM backbone.audit_entry WHERE action = 'fact.recorded'"
    assert len(await rows_of(recorded)) == 3


async def test_a_second_import_of_the_same_file_adds_nothing(
    submit: Any, finish: Any, rows_of: Any, csv_of: Any
) -> None:
    for _ in range(2):
        await submit(csv_of(*codes(70)))
        await finish()
    first, second = await rows_of(JOBS)
    assert (first.created, first.unchanged, first.status) == (70, 0, "done")
    assert (second.created, second.unchanged, second.status) == (0, 70, "done")
    assert len(await rows_of("SELECT 1 AS one FROM fact")) == 70
    assert len(await rows_of("SELECT 1 AS one FROM backbone.outbox")) == 70


async def test_the_audit_log_names_the_person_and_the_counts(
    submit: Any, finish: Any, rows_of: Any, clerk: Actor
) -> None:
    job = await submit(BROKEN.encode())
    await finish()
    entries = await rows_of("SELECT * FROM backbone.audit_entry ORDER BY id")
    assert [entry.action for entry in entries] == [
        "import.submitted", "fact.recorded", "fact.recorded", "import.finished",
    ]  # fmt: skip
    assert {(entry.actor, entry.actor_roles) for entry in entries} == {(clerk.subject, "clerk")}
    assert {entry.request_id for entry in entries[1:]} == {f"import/{job}"}
    finished = json.loads(entries[-1].details)
    assert finished["total"] == 6
    assert (finished["created"], finished["rejected"]) == (2, 4)
    assert entries[-1].district == "340100"


async def test_personal_data_goes_when_a_row_is_accepted_and_later_when_it_is_not(
    submit: Any, finish: Any, rows_of: Any, runner: ImportRunner, clock: FixedClock
) -> None:
    job = await submit(BROKEN.encode())
    await finish()
    contents = [row.content for row in await rows_of(ROWS, job=job)]
    assert [bool(content) for content in contents] == [False, True, True, True, True, False]
    assert await runner.forget(30) == 0
    clock.advance(timedelta(days=31))
    assert await runner.forget(30) == 4
    rows = await rows_of(ROWS, job=job)
    assert [row.content for row in rows] == [{}] * 6
    assert rows[4].reason == "名称：此项必填"
    assert await runner.forget(30) == 0


async def test_an_import_of_the_size_of_a_city_is_carried_out(
    submit: Any, finish: Any, rows_of: Any, csv_of: Any
) -> None:
    await submit(csv_of(*codes(1270)))
    assert await finish() == 1270
    (job,) = await rows_of(JOBS)
    assert (job.created, job.status) == (1270, "done")
