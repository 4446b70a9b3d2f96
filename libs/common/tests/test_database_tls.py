"""``PGSSLMODE`` binds every way in which a service reaches its database."""

import asyncio
import struct
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from sqlalchemy import text

from liandong.db import migrations
from liandong.db.engine import api_engine, connect
from liandong.db.reads import ReadPool
from liandong.settings import Settings
from registry.app import DEFINITION

TLS_ASKED = struct.pack("!ii", 8, 80877103)
"""What a client sends before anything else when it wants TLS."""


class Clear:
    """A server that has no TLS; keeps what it was sent until the client left."""

    def __init__(self) -> None:
        self.told: asyncio.Queue[bytes] = asyncio.Queue()

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.readexactly(len(TLS_ASKED))
        writer.write(b"N")
        more = await reader.read()
        writer.close()
        self.told.put_nowait(asked + more)


@pytest.fixture
async def clear(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Clear, Settings]]:
    monkeypatch.setenv("PGSSLMODE", "require")
    clear = Clear()
    server = await asyncio.start_server(clear.meet, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    yield (
        clear,
        Settings(
            service="probe",
            database_url=f"postgresql://somebody:secret@{host}:{port}/probe",
            oidc_issuer="http://localhost",
        ),
    )
    server.close()
    await server.wait_closed()


async def _by_pool(settings: Settings) -> None:
    engine = api_engine(settings)
    try:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
    finally:
        await engine.dispose()


async def _alone(settings: Settings) -> None:
    await connect(settings, "relay")


async def _for_reads(settings: Settings) -> None:
    pool = ReadPool(settings)
    try:
        await pool.rows("SELECT 1")
    finally:
        await pool.close()


async def _migrating(settings: Settings) -> None:
    await asyncio.to_thread(migrations.migrate, DEFINITION, settings.database_url)


@pytest.mark.parametrize("reach", [_by_pool, _alone, _for_reads, _migrating])
async def test_a_server_without_tls_is_told_nothing(
    clear: tuple[Clear, Settings], reach: Callable[[Settings], Awaitable[None]]
) -> None:
    server, settings = clear
    with pytest.raises(Exception, match="rejected SSL upgrade"):
        await reach(settings)
    assert await server.told.get() == TLS_ASKED
