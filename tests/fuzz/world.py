"""The world a service is fuzzed in: real rows whose ids the requests carry, and sound bodies."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import text

from liandong.events.envelope import Envelope
from liandong.ids import uuid7
from liandong.testing.services import ServiceUnderTest
from liandong.transports.base import Batch, Delivery
from liandong.values.credit_code import make
from tests.fuzz.access import HEFEI

Row = Mapping[str, Any]
Body = dict[str, Any]


@dataclass
class World:
    """One service with its rows; builders put things into it by the service's own API."""

    service: ServiceUnderTest
    places: Mapping[str, tuple[str, str]]
    """Where a parameter's values are: table and column; ``x_id`` is ``x.id`` unless told here."""
    acted_on: str = ""
    """The state of the row that the present request is about."""
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    _rows: dict[str, list[Row]] = field(default_factory=dict)
    _versions: dict[UUID, int] = field(default_factory=dict)
    _numbers: int = 0

    async def do(
        self, method: str, path: str, who: Mapping[str, str], body: Any = None, version: int = -1
    ) -> Any:
        """What must succeed; the answer."""
        headers = dict(who) | ({} if version < 0 else {"If-Match": f'"v{version}"'})
        answer = await self.service.client.request(method, path, headers=headers, json=body)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    async def step(self, path: str, who: Mapping[str, str], found: Row, body: Any = None) -> Any:
        """An action on something that was read."""
        return await self.do("POST", path.format(**found), who, body, found["version"])

    async def tell(self, fact: str, subject: UUID, **data: Any) -> None:
        """An event of another service arrives, e.g. ``registry.organization.registered``."""
        self._versions[subject] = self._versions.get(subject, 0) + 1
        key = str(data.get("organization_id", subject))
        type_ = f"cn.liandong.{fact}"
        [event, *_] = {
            subscription.event
            for group in self.service.definition.groups
            for subscription in group.by_type().get(type_, ())
        }
        envelope = Envelope(
            id=uuid7(),
            source=f"/liandong/{fact.split('.', 1)[0]}",
            type=type_,
            subject=str(subject),
            time=self.service.clock.now(),
            key=key,
            sequence=self._versions[subject],
            dataschema=event.dataschema(),
            payload=event.model_validate(data).model_dump_json().encode(),
        )
        delivery = Delivery(
            f"liandong.{fact.split('.', 1)[0]}",
            "world",
            str(envelope.id),
            envelope.key,
            envelope.attributes(),
            envelope.payload,
        )
        for consumer in self.service.runtime.consumers:
            if type_ in consumer.group.by_type():
                await consumer.handle(Batch([delivery], None))

    def facts(self, **given: Any) -> Body:
        """A registered organisation, as the registry tells of it."""
        self._numbers += 1
        return {
            "organization_id": uuid7(),
            "kind": "service_institution",
            "status": "active",
            "name": f"合肥市庐阳区示例社会工作服务中心{self._numbers}",
            "credit_code": make("52", "340103", f"XN{self._numbers:06}"),
            "district": "340103",
            "registered_on": "2012-05-06",
            **given,
        }

    async def an_organization(self, **given: Any) -> UUID:
        facts = self.facts(**given)
        await self.tell("registry.organization.registered", facts["organization_id"], **facts)
        return facts["organization_id"]

    # What is there

    async def rows(self, parameter: str) -> list[Row]:
        """The rows a parameter may mean, newest first; kept until something is changed."""
        if parameter not in self._rows:
            table, column = self.place(parameter)
            async with self.service.runtime.worker_engine.connect() as connection:
                found = await connection.execute(
                    text(f"SELECT * FROM {table} ORDER BY {column} DESC LIMIT 200")
                )
                self._rows[parameter] = [dict(row) for row in found.mappings()]
        return self._rows[parameter]

    def place(self, parameter: str) -> tuple[str, str]:
        if parameter in self.places:
            return self.places[parameter]
        table = parameter.removesuffix("_id")
        known = parameter.endswith("_id") and table in self.service.definition.metadata.tables
        return (table, "id") if known else ("", "")

    async def choose(self, parameter: str, dice: Random, label: str = "") -> Row:
        """A row, or nothing. Each state has its chance, however many rows are in it; the chance
        sinks when the operation ``label`` was refused in that state."""
        column = self.place(parameter)[1]
        if not column:
            return {}
        rows = [row for row in await self.rows(parameter) if row[column] is not None]
        if not rows:
            return {}
        states = sorted({state_of(row) for row in rows})
        weights = [1 / (1 + self.refused[label, state]) for state in states]
        [state] = dice.choices(states, weights)
        return dice.choice([row for row in rows if state_of(row) == state])

    async def one(self, parameter: str, dice: Random, **wanted: Any) -> Row:
        """A row whose columns say so; any row when there is none."""
        rows = await self.rows(parameter)
        fit = [row for row in rows if all(row[name] == value for name, value in wanted.items())]
        return dice.choice(fit or rows or [{}])

    async def value(self, parameter: str, dice: Random) -> Any:
        row = await self.choose(parameter, dice)
        return row.get(self.place(parameter)[1]) if row else None

    def changed(self) -> None:
        """Forgets the rows: a command succeeded."""
        self._rows.clear()


def state_of(row: Row) -> str:
    """What decides which actions a row allows, as far as a column says it."""
    return "/".join(str(row.get(name)) for name in ("status", "outcome", "needs_review"))


Sample = Callable[[World, Row, Random], Awaitable[Body] | Body]
"""A sound body for an operation on the row that the path names."""


@dataclass(frozen=True)
class Scene:
    """What a service's file says about its world."""

    service: str
    build: Callable[[World], Awaitable[None]]
    samples: Mapping[str, Sample]
    places: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    never: Mapping[str, str] = field(default_factory=dict)
    """Operations that the fuzzing cannot bring to success, each with the reason."""


DISTRICTS = (HEFEI, "340103", "340104", "340103001001", "")
