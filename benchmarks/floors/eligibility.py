"""``python -m benchmarks.floors.eligibility``: one projected organisation by its id, by hand.

Reads the service's own table.
"""

from uuid import UUID

from fastapi import HTTPException
from pydantic import BaseModel

from benchmarks.floors.served import app_with_a_pool, serve

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


app = app_with_a_pool()


@app.get("/eligibility/{organization_id}")
async def known(organization_id: UUID) -> Known:
    row = await app.state.pool.fetchrow(_SQL, organization_id)
    if row is None:
        raise HTTPException(404)
    return Known(**row)


if __name__ == "__main__":
    serve(app)
