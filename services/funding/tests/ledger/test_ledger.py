"""The ledger: what was entered stays, and the sums are those of the payments made."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET amount_fen = amount_fen + 1",
        "DELETE FROM ledger_entry",
        "TRUNCATE ledger_entry",
    ],
)
async def test_the_database_refuses_to_change_the_ledger(desk: Any, statement: str) -> None:
    await desk.budget()
    await desk.made()
    async with desk.funding.runtime.worker_engine.connect() as connection:
        with pytest.raises(DBAPIError, match="append-only"):
            await connection.execute(text(statement))


async def test_a_payment_is_entered_once(desk: Any) -> None:
    await desk.budget()
    await desk.made()
    async with desk.funding.runtime.worker_engine.connect() as connection:
        with pytest.raises(IntegrityError, match="uq_ledger_entry_payment_id"):
            await connection.execute(
                text(
                    "INSERT INTO ledger_entry SELECT gen_random_uuid(), payment_id,"
                    " organization_id, district, payer_district, programme, funding_source,"
                    " payer_account, amount_fen, paid_on, year, bank_reference, entered_by,"
                    " entered_at FROM ledger_entry"
                )
            )


async def test_the_sums_are_by_year_source_and_programme(desk: Any) -> None:
    await desk.budget()
    await desk.budget(programme="F1")
    await desk.made()
    await desk.made()
    await desk.made(kind="call_center")
    summary = await desk.get("/v1/ledger/summary")
    assert [
        (row["year"], row["funding_source"], row["programme"], row["count"], row["sum_fen"])
        for row in summary["rows"]
    ] == [(2019, "finance", "F1", 1, 50_000_000), (2019, "finance", "F3", 2, 20_000_000)]
    assert (summary["count"], summary["sum_fen"]) == (3, 70_000_000)


async def test_an_empty_ledger_sums_to_nothing(desk: Any) -> None:
    assert await desk.get("/v1/ledger/summary") == {"rows": [], "count": 0, "sum_fen": 0}


async def test_the_ledger_is_read_page_by_page_and_by_the_auditor(desk: Any, people: Any) -> None:
    await desk.budget()
    await desk.made()
    await desk.made()
    first = await desk.get("/v1/ledger", people["auditor"], limit=1)
    second = await desk.get("/v1/ledger", people["auditor"], limit=1, cursor=first["next_cursor"])
    assert first["items"][0]["id"] != second["items"][0]["id"]
    assert second["next_cursor"] is None
    assert (await desk.get("/v1/ledger", people["elsewhere"]))["items"] == []
