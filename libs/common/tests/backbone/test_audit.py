"""The audit log cannot be changed unnoticed."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from liandong.audit.log import seal, verify
from liandong.testing.probe import make
from liandong.testing.services import an_actor

ACTOR = an_actor("张三-id")


async def _entries(service, number):
    for value in range(number):
        async with service.runtime.commands.begin(ACTOR) as uow:
            await make(uow, value)
    await seal(service.runtime.worker_engine, "probe")


async def _tamper(service, statement):
    """What somebody with full rights on the database could do."""
    async with service.runtime.worker_engine.begin() as connection:
        for table in ("audit_entry", "audit_seal"):
            await connection.execute(text(f"ALTER TABLE backbone.{table} DISABLE TRIGGER ALL"))
        await connection.execute(text(statement))


async def test_an_untouched_log_verifies(probe):
    await _entries(probe, 5)
    verdict = await verify(probe.runtime.worker_engine, page=2)
    assert verdict.ok
    assert (verdict.checked, verdict.unsealed) == (5, 0)


@pytest.mark.parametrize("table", ["audit_entry", "audit_seal"])
@pytest.mark.parametrize(
    "statement", ["DELETE FROM backbone.{}", "TRUNCATE backbone.{}", "UPDATE backbone.{} SET {}"]
)
async def test_the_database_refuses_every_change(probe, table, statement):
    await _entries(probe, 1)
    column = "actor = 'x'" if table == "audit_entry" else "hash = ''"
    with pytest.raises(DBAPIError, match="append-only"):
        async with probe.runtime.worker_engine.begin() as connection:
            await connection.execute(text(statement.format(table, column)))


async def test_a_changed_row_is_named(probe):
    await _entries(probe, 5)
    await _tamper(
        probe,
        "UPDATE backbone.audit_entry SET details = '{}' WHERE id ="
        " (SELECT entry_id FROM backbone.audit_seal WHERE position = 3)",
    )
    verdict = await verify(probe.runtime.worker_engine)
    assert (verdict.broken_at, verdict.reason) == (3, "审计记录内容已被改动")


async def test_a_deleted_row_is_named(probe):
    await _entries(probe, 5)
    await _tamper(
        probe,
        "DELETE FROM backbone.audit_entry WHERE id ="
        " (SELECT entry_id FROM backbone.audit_seal WHERE position = 2)",
    )
    assert (await verify(probe.runtime.worker_engine)).broken_at == 2


async def test_a_deleted_seal_is_named(probe):
    await _entries(probe, 5)
    await _tamper(probe, "DELETE FROM backbone.audit_seal WHERE position = 4")
    assert (await verify(probe.runtime.worker_engine)).broken_at == 4


async def test_a_row_written_around_the_platform_is_found(probe):
    await _entries(probe, 2)
    await _tamper(
        probe,
        "INSERT INTO backbone.audit_entry SELECT gen_random_uuid(), at, actor, actor_roles, action,"
        " subject_type, subject_id, district, details, request_id"
        " FROM backbone.audit_entry LIMIT 1",
    )
    verdict = await verify(probe.runtime.worker_engine)
    assert verdict.reason == "记录未经封存程序写入"


async def test_sealing_twice_seals_once(probe):
    await _entries(probe, 3)
    assert await seal(probe.runtime.worker_engine, "probe") == 0
