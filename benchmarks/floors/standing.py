"""``python -m benchmarks.floors.standing``: how one organisation stands, by hand.

Reads the service's own tables. It neither signs its answer nor puts on record who asked.
"""

from datetime import date
from uuid import UUID

from fastapi import HTTPException
from pydantic import BaseModel

from benchmarks.floors.served import app_with_a_pool, serve

_SQL = """
    SELECT o.organization_id, o.status, l.id AS listing_id, l.list, l.trigger, l.listed_on,
           l.exit_not_before
    FROM known_organization AS o
    LEFT JOIN listing AS l ON l.organization_id = o.organization_id AND l.status = 'listed'
    WHERE o.credit_code = $1
"""


class Listing(BaseModel):
    listing_id: UUID
    list: str
    trigger: str
    listed_on: date
    exit_not_before: date | None


class Standing(BaseModel):
    organization_id: UUID
    status: str
    barred_from_bids: bool
    lists: list[Listing]


app = app_with_a_pool()


@app.get("/standing/{code}")
async def standing(code: str) -> Standing:
    rows = await app.state.pool.fetch(_SQL, code)
    if not rows:
        raise HTTPException(404)
    lists = [Listing(**row) for row in rows if row["listing_id"] is not None]
    barred = any(one.list == "serious" for one in lists)
    return Standing(
        organization_id=rows[0]["organization_id"],
        status=rows[0]["status"],
        barred_from_bids=barred,
        lists=lists,
    )


if __name__ == "__main__":
    serve(app)
