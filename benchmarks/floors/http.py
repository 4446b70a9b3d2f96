"""``python -m benchmarks.floors.http``: FastAPI and asyncpg by hand, one uvicorn worker.

The tables are those of the schema ``floor`` (see
:mod:`benchmarks.floors.tables`), with the columns and indexes of the platform's own.
"""

import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from fastapi import HTTPException
from pydantic import BaseModel, Field

from benchmarks.floors.served import app_with_a_pool, serve


class Facts(BaseModel):
    kind: str
    name: str = Field(max_length=200)
    credit_code: str | None = Field(default=None, max_length=18)
    filing_number: str | None = Field(default=None, max_length=40)
    district: str = Field(max_length=12)
    address: str = Field(default="", max_length=300)
    service_field: str = Field(default="", max_length=100)
    is_community: bool = False
    is_hub: bool = False
    purpose: str = Field(default="", max_length=1000)
    business_scope: str = Field(default="", max_length=2000)
    activity_area: str = Field(default="", max_length=200)
    funds_fen: int = Field(default=0, ge=0)
    supervisor: str = Field(default="", max_length=100)
    direct_class: str | None = Field(default=None, max_length=40)
    registering_authority: str = Field(default="", max_length=100)
    supervising_authority: str = Field(default="", max_length=100)
    nature: str | None = Field(default=None, max_length=40)
    community_class: str | None = Field(default=None, max_length=40)
    management: str | None = Field(default=None, max_length=40)
    is_rural: bool = False
    charity_status: str | None = Field(default=None, max_length=40)
    charity_since: date | None = None
    raises_in_public_since: date | None = None
    party_organization: str | None = Field(default=None, max_length=40)
    party_members: int = Field(default=0, ge=0)
    individual_members: int = Field(default=0, ge=0)
    unit_members: int = Field(default=0, ge=0)
    full_time_staff: int = Field(default=0, ge=0)
    website: str = Field(default="", max_length=300)
    term_from: date | None = None
    term_until: date | None = None
    registered_on: date
    certificate_from: date | None = None
    certificate_until: date | None = None
    legal_representative: str = Field(default="", max_length=100)
    phone: str = Field(default="", max_length=30)


class Organization(BaseModel):
    id: UUID
    version: int
    kind: str
    status: str
    name: str
    credit_code: str | None
    filing_number: str | None
    district: str
    address: str
    service_field: str
    is_community: bool
    is_hub: bool
    purpose: str
    business_scope: str
    activity_area: str
    funds_fen: int
    supervisor: str
    direct_class: str | None
    registering_authority: str
    supervising_authority: str
    nature: str | None
    community_class: str | None
    management: str | None
    is_rural: bool
    charity_status: str | None
    charity_since: date | None
    raises_in_public_since: date | None
    party_organization: str | None
    party_members: int
    individual_members: int
    unit_members: int
    full_time_staff: int
    website: str
    term_from: date | None
    term_until: date | None
    registered_on: date
    certificate_from: date | None
    certificate_until: date | None
    articles_approved_on: date | None
    suspended_until: date | None
    ended_on: date | None
    legal_representative: str
    phone: str
    created_at: datetime
    updated_at: datetime


_COLUMNS = ", ".join(Organization.model_fields)
_SELECT = f"SELECT {_COLUMNS} FROM floor.organization WHERE credit_code = $1"
_INSERT = f"""
    INSERT INTO floor.organization ({_COLUMNS}, name_bigrams)
    VALUES ({", ".join(f"${n}" for n in range(1, len(Organization.model_fields) + 2))})
"""
_INSERT_EVENT = """
    INSERT INTO floor.outbox (id, shard, topic, aggregatetype, aggregateid, type, district,
                              headers, payload, occurred_at)
    VALUES ($1, $2, 'liandong.registry', 'organization', $3, $4, $5, $6, $7, $8)
"""
_TYPE = "cn.liandong.registry.organization.registered"


app = app_with_a_pool()


@app.get("/organizations/by-credit-code/{code}")
async def by_credit_code(code: str) -> Organization:
    row = await app.state.pool.fetchrow(_SELECT, code)
    if row is None:
        raise HTTPException(404)
    return Organization(**row)


@app.post("/organizations", status_code=201)
async def register(body: Facts) -> Organization:
    now = datetime.now(UTC)
    made = Organization(
        id=uuid4(), version=1, status="active", articles_approved_on=None, suspended_until=None,
        ended_on=None, created_at=now, updated_at=now, **body.model_dump(),
    )  # fmt: skip
    bigrams = [made.name[at : at + 2] for at in range(len(made.name) - 1)]
    async with app.state.pool.acquire() as connection, connection.transaction():
        await connection.execute(_INSERT, *made.model_dump().values(), bigrams)
        await connection.execute(_INSERT_EVENT, *_event(made, now))
    return made


def _event(made: Organization, now: datetime) -> tuple[Any, ...]:
    """An outbox row of the size of the platform's own."""
    event_id, subject = uuid4(), str(made.id)
    headers = {
        "specversion": "1.0",
        "id": str(event_id),
        "source": "/liandong/registry",
        "type": _TYPE,
        "subject": subject,
        "time": now.isoformat(),
        "datacontenttype": "application/json",
        "dataschema": f"urn:liandong:event:{_TYPE}:1",
        "partitionkey": subject,
        "sequence": "1",
        "district": made.district,
    }
    payload = made.model_dump_json(
        exclude={
            "version", "address", "suspended_until", "ended_on", "legal_representative", "phone",
            "created_at", "updated_at", "purpose", "business_scope", "activity_area", "funds_fen",
            "supervisor", "direct_class", "certificate_from", "certificate_until",
            "articles_approved_on", "registering_authority", "supervising_authority",
            "community_class", "management", "is_rural", "charity_status", "charity_since",
            "raises_in_public_since", "party_organization", "party_members", "individual_members",
            "unit_members", "full_time_staff", "website", "term_from", "term_until",
        }
    )  # fmt: skip
    shard, head = made.id.int % 16, json.dumps(headers)
    return event_id, shard, subject, _TYPE, made.district, head, payload.encode(), now


if __name__ == "__main__":
    serve(app)
