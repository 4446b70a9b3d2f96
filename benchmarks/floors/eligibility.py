"""``python -m benchmarks.floors.eligibility``: one projected organisation by its id, by hand.

Reads ``FLOOR_PORT`` and ``FLOOR_DATABASE_URL``; reads the service's own table.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import uvicorn
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

from benchmarks.processes import HOST
from liandong.db.engine import asyncpg_arguments

_SIZE = 8
_SQL = """
    SELECT organization_id, kind, status, name, credit_code, district
    FROM learned_organization WHERE organization_id = $1
"""


class Known(BaseModel):
    organization_id: UUID
    kind: str
    status: str
    name: str
    credit_code: str | None
    district: str


@asynccontextmanager
async def _pool(app: FastAPI) -> AsyncIterator[None]:
    arguments: dict[str, Any] = asyncpg_arguments(os.environ["FLOOR_DATABASE_URL"])
    async with asyncpg.create_pool(**arguments, min_size=_SIZE, max_size=_SIZE) as pool:
        app.state.pool = pool
        yield


app = FastAPI(lifespan=_pool)


@app.get("/health/ready")
async def ready() -> dict[str, str]:
    return {"status": "ok"}


@app.get("/eligibility/{organization_id}")
async def known(organization_id: UUID) -> Known:
    row = await app.state.pool.fetchrow(_SQL, organization_id)
    if row is None:
        raise HTTPException(404)
    return Known(**row)


if __name__ == "__main__":
    uvicorn.run(
        app, host=HOST, port=int(os.environ["FLOOR_PORT"]), loop="uvloop", http="httptools",
        access_log=False, log_config=None, server_header=False,
    )  # fmt: skip
