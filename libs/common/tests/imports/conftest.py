"""A tiny service that imports facts, on a database of its own."""

import io
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar
from uuid import UUID

import asyncpg
import httpx
import pytest
import pytest_asyncio
from openpyxl import Workbook
from pydantic import BaseModel, Field
from sqlalchemy import select, text
from sqlalchemy.orm import Mapped, mapped_column

from liandong.clock import FixedClock
from liandong.db import migrations
from liandong.db.base import Aggregate, service_base
from liandong.db.engine import asyncpg_arguments
from liandong.db.unit_of_work import UnitOfWork
from liandong.definition import ServiceDefinition
from liandong.events.contract import Event
from liandong.http.app import create_app
from liandong.identity.actors import Actor, Role
from liandong.identity.development import DevelopmentKeys, StaticJwks
from liandong.identity.guards import district_rule
from liandong.identity.tokens import TokenVerifier
from liandong.ids import uuid7
from liandong.imports import jobs
from liandong.imports.headings import Alias
from liandong.imports.kinds import ImportKind, Outcome, RowResult
from liandong.imports.reading import read_table
from liandong.imports.runner import ImportRunner
from liandong.problems import Conflict, FieldError
from liandong.runtime import Runtime, build
from liandong.settings import Settings

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TABLES = """
    CREATE TABLE fact (
        id uuid PRIMARY KEY, version bigint NOT NULL, created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL, code text NOT NULL UNIQUE, name text NOT NULL,
        district text NOT NULL, people bigint,
        parent uuid REFERENCES fact (id) DEFERRABLE INITIALLY DEFERRED);
"""
Base = service_base()


class Fact(Aggregate, Base):
    __tablename__ = "fact"
    code: Mapped[str]
    name: Mapped[str]
    district: Mapped[str]
    people: Mapped[int | None]
    parent: Mapped[UUID | None] = mapped_column(default=None)


class FactRecorded(Event):
    type: ClassVar[str] = "cn.liandong.testing.fact.recorded"
    subject_field: ClassVar[str] = "fact_id"
    fact_id: UUID
    code: str


class FactRow(BaseModel):
    code: str = Field(pattern=r"^[0-9]{3,6}$", description="三至六位数字")
    name: str = Field(max_length=10)
    district: str
    people: int | None = Field(None, ge=0)
    founded: date | None = None


@dataclass
class Ledger:
    """What ``carry_out`` was asked to do; ``before`` runs at the start of a row."""

    codes: list[str] = field(default_factory=list)
    before: Callable[[FactRow, UnitOfWork], Awaitable[None]] | None = None
    at_once: list[str] = field(default_factory=list)
    """What the kind carried out many at a time; of those beginning with 9 it knows nothing."""
    after_all: Callable[[], None] = lambda: None


def kind_of(ledger: Ledger, *, many: bool = False) -> ImportKind:
    async def carry_out(row: FactRow, uow: UnitOfWork) -> RowResult:
        ledger.codes.append(row.code)
        if ledger.before is not None:
            await ledger.before(row, uow)
        district_rule(uow.actor, row.district)
        query = select(Fact).where(Fact.code == row.code).with_for_update()
        fact = await uow.session.scalar(query)
        outcome = Outcome.CHANGED
        if fact is None:
            outcome = Outcome.CREATED
            fact = Fact(id=uuid7(), version=0, created_at=uow.now, code=row.code)
            uow.session.add(fact)
        elif (fact.name, fact.people) == (row.name, row.people):
            return RowResult(Outcome.UNCHANGED, fact.id)
        fact.name, fact.district, fact.people = row.name, row.district, row.people
        fact.parent = uuid7() if row.name == "孤儿" else None
        uow.publish(FactRecorded(fact_id=fact.id, code=fact.code), of=fact)
        uow.record("fact.recorded", "fact", fact.id, district=fact.district, code=fact.code)
        if row.name == "已注销":
            raise Conflict("已注销的不能变更", [FieldError("/name", "cancelled", "已注销")])
        return RowResult(outcome, fact.id)

    async def carry_out_many(rows: Sequence[FactRow], uow: UnitOfWork) -> list[RowResult | None]:
        results: list[RowResult | None] = []
        for row in rows:
            if row.code.startswith("9"):
                results.append(None)
                continue
            results.append(await carry_out(row, uow))
            ledger.codes.pop()
            ledger.at_once.append(row.code)
        ledger.after_all()
        return results

    return ImportKind(
        name="facts",
        title="事实/名单",
        columns={
            "编号": "code", "名称": "name", "区划": "district", "人数": "people",
            "成立日期": "founded",
        },
        row=FactRow,
        carry_out=carry_out,
        carry_out_many=carry_out_many if many else None,
        aliases={"代码": Alias("编号"), "人数（百人）": Alias("人数", "00")},
        identities=[("code",)] if many else [],
    )  # fmt: skip


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def keys(clock: FixedClock) -> DevelopmentKeys:
    return DevelopmentKeys.in_memory(clock=clock)


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest_asyncio.fixture
async def runtime(
    database_templates: Any,
    clone_database: Callable[..., Awaitable[str]],
    tmp_path: Path,
    clock: FixedClock,
    keys: DevelopmentKeys,
    ledger: Ledger,
) -> AsyncIterator[Runtime]:
    script = migrations.backbone_script() + TABLES

    async def make(url: str) -> None:
        connection = await asyncpg.connect(**asyncpg_arguments(url))
        await connection.execute(script)
        await connection.close()

    url = await clone_database(await database_templates.ensure("imports", make, fingerprint=script))
    settings = Settings(
        service="testing", environment="test", database_url=url, oidc_issuer=keys.issuer
    )
    definition = ServiceDefinition(
        name="testing", title="测试", description="", folder=tmp_path, metadata=Base.metadata,
        routers=(), events=(FactRecorded,), imports=(kind_of(ledger),),
    )  # fmt: skip
    verifier = TokenVerifier(keys.issuer, keys.audience, StaticJwks(keys.jwks()), ("ES256",), clock)
    made = build(definition, settings, clock=clock, verifier=verifier, peers={})
    yield made
    await made.close()


@pytest.fixture
def runner(runtime: Runtime) -> ImportRunner:
    return ImportRunner(runtime.work, runtime.definition.imports)


@pytest.fixture
def quick_kind(ledger: Ledger) -> ImportKind:
    """The same, but many rows at a time."""
    return kind_of(ledger, many=True)


@pytest.fixture
def quick(runtime: Runtime, quick_kind: ImportKind) -> ImportRunner:
    return ImportRunner(runtime.work, [quick_kind])


@pytest.fixture
def clerk() -> Actor:
    return Actor("zhang", "张三", frozenset({Role.CLERK}), "340100")


@pytest.fixture
def csv_of() -> Callable[..., bytes]:
    """A file with these codes; other columns as given."""

    def make(*codes: str, name: str = "爱心社", district: str = "340103") -> bytes:
        lines = [f"{code},{name},{district},5" for code in codes]
        return "\n".join(["编号,名称,区划,人数", *lines]).encode()

    return make


@pytest.fixture
def xlsx_of() -> Callable[..., bytes]:
    def make(*rows: list[Any]) -> bytes:
        book = Workbook()
        for row in rows:
            book.active.append(row)
        content = io.BytesIO()
        book.save(content)
        return content.getvalue()

    return make


@pytest.fixture
def submit(runtime: Runtime, clerk: Actor) -> Callable[..., Awaitable[UUID]]:
    async def hand_in(
        data: bytes, name: str = "名单.csv", actor: Actor = clerk, *, dry_run: bool = False
    ) -> UUID:
        (kind,) = runtime.definition.imports
        sheet = read_table(data, name, kind.vocabulary)
        async with runtime.commands.begin(actor) as uow:
            return await jobs.submit(uow, kind, name, data, sheet, dry_run=dry_run)

    return hand_in


@pytest.fixture
def finish(runner: ImportRunner) -> Callable[[], Awaitable[int]]:
    async def run() -> int:
        handled = 0
        while found := await runner.run_next():
            handled += found
        return handled

    return run


@pytest.fixture
def rows_of(runtime: Runtime) -> Callable[..., Awaitable[list[Any]]]:
    """``await rows_of("SELECT …", name=value)``, as objects with the columns as attributes."""

    async def ask(query: str, **values: Any) -> list[Any]:
        async with runtime.worker_engine.connect() as connection:
            found = await connection.execute(text(query), values)
            return [SimpleNamespace(**row) for row in found.mappings()]

    return ask


@pytest_asyncio.fixture
async def http(runtime: Runtime) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(runtime))  # pyright: ignore
    async with httpx.AsyncClient(transport=transport, base_url="http://testing") as client:
        yield client


@pytest.fixture
def as_(keys: DevelopmentKeys) -> Callable[..., dict[str, str]]:
    """Headers of somebody: ``as_("zhang", Role.CLERK, district="340100")``."""

    def headers(
        subject: str = "zhang", *roles: Role, district: str | None = "340100", **more: str
    ) -> dict[str, str]:
        token = keys.issue(subject=subject, roles=roles or (Role.CLERK,), district=district)
        return {"Authorization": f"Bearer {token}", **more}

    return headers
