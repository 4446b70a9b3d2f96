"""What the floors that answer requests share: FastAPI on a pool of asyncpg, one uvicorn worker.

They read ``FLOOR_PORT`` and ``FLOOR_DATABASE_URL``.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import uvicorn
from fastapi import FastAPI

from benchmarks.processes import HOST
from liandong.collector import leave_alone_what_is_started
from liandong.db.engine import asyncpg_arguments

POOL_SIZE = 8
"""As many connections as the platform's own pool for requests."""


@asynccontextmanager
async def _pool(app: FastAPI) -> AsyncIterator[None]:
    arguments = asyncpg_arguments(os.environ["FLOOR_DATABASE_URL"])
    async with asyncpg.create_pool(**arguments, min_size=POOL_SIZE, max_size=POOL_SIZE) as pool:
        app.state.pool = pool
        leave_alone_what_is_started()  # as the platform's processes do
        yield


async def _ready() -> dict[str, str]:
    return {"status": "ok"}


def app_with_a_pool() -> FastAPI:
    """``app.state.pool`` is asyncpg's; says at ``/health/ready`` when it is open."""
    app = FastAPI(lifespan=_pool)
    app.get("/health/ready")(_ready)
    return app


def serve(app: FastAPI) -> None:
    uvicorn.run(
        app, host=HOST, port=int(os.environ["FLOOR_PORT"]), loop="uvloop", http="httptools",
        access_log=False, log_config=None, server_header=False,
    )  # fmt: skip
