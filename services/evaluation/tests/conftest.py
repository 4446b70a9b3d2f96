"""The evaluation service under test, with a bureau around it.

``evaluation`` is the running service on a fresh database; ``bureau`` lets other services' events
arrive through the real consumer and drives the desk.
"""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest_asyncio

from evaluation.app import DEFINITION
from evaluation.learned.events import (
    OrganizationDelisted,
    OrganizationListed,
    OrganizationRegistered,
)
from liandong.clock import FixedClock
from liandong.events.contract import Event
from liandong.events.envelope import Envelope
from liandong.identity.actors import Role
from liandong.ids import uuid7
from liandong.testing.postgres import DatabaseTemplates
from liandong.testing.services import ServiceUnderTest, bearer, migrated, start
from liandong.transports.base import Batch, Delivery
from liandong.values.credit_code import make

CLERK = bearer("clerk-1", Role.CLERK)
APPROVER = bearer("approver-1", Role.APPROVER)
BOTH = bearer("both-1", Role.CLERK, Role.APPROVER)


@dataclass
class Bureau:
    service: ServiceUnderTest
    _sequences: Counter[UUID] = field(default_factory=Counter)
    _numbers: int = 0

    @property
    def client(self) -> httpx.AsyncClient:
        return self.service.client

    async def hear(self, *events: Event) -> list[UUID]:
        """The events arrive in one batch through the consumer of the service."""
        deliveries, ids = [], []
        for event in events:
            self._sequences[event.subject] += 1
            envelope = Envelope(
                id=uuid7(),
                source=f"/liandong/{event.service()}",
                type=event.type,
                subject=str(event.subject),
                time=datetime(2026, 1, 1, tzinfo=UTC),
                key=event.key,
                sequence=self._sequences[event.subject],
                dataschema=event.dataschema(),
                payload=event.model_dump_json().encode(),
                district=event.district_code,
            )
            ids.append(envelope.id)
            deliveries.append(
                Delivery(
                    topic=event.topic(),
                    lane="feed",
                    offset=str(envelope.id),
                    key=envelope.key,
                    attributes=envelope.attributes(),
                    payload=envelope.payload,
                )
            )
        [consumer] = self.service.runtime.consumers
        await consumer.handle(Batch(deliveries, None))
        return ids

    async def an_organization(self, **given: Any) -> OrganizationRegistered:
        """A registered organisation, learnt by its event."""
        self._numbers += 1
        event = OrganizationRegistered(
            **{
                "organization_id": uuid7(),
                "kind": "service_institution",
                "status": "active",
                "name": f"合肥市示例社会工作服务中心{self._numbers}",
                "credit_code": make("52", "340103", f"XN{self._numbers:06}"),
                "district": "340103",
                "registered_on": date(2012, 5, 6),
                **given,
            }
        )
        await self.hear(event)
        return event

    async def listed(self, organization_id: UUID, **given: Any) -> OrganizationListed:
        event = OrganizationListed(
            **{
                "listing_id": uuid7(),
                "organization_id": organization_id,
                "list": "serious",
                "trigger": "administrative-penalty",
                "listed_on": date(2026, 3, 2),
                "measures": ["bar-bids", "hold-payments", "review-grade"],
                **given,
            }
        )
        await self.hear(event)
        return event

    async def delisted(self, listing: OrganizationListed) -> None:
        await self.hear(
            OrganizationDelisted(
                listing_id=listing.listing_id,
                organization_id=listing.organization_id,
                reason="repaired",
                delisted_on=date(2026, 3, 2),
            )
        )

    async def post(
        self, address: str, body: Any = None, *, by: dict[str, str] = CLERK, version: int = 0
    ) -> httpx.Response:
        headers = by | ({"If-Match": f'"v{version}"'} if version else {})
        return await self.client.post(address, json=body, headers=headers)

    async def get(self, address: str, by: dict[str, str] | None = None, **params: Any) -> Any:
        answer = await self.client.get(address, params=params, headers=by or {})
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def propose(
        self, organization_id: UUID, *, by: dict[str, str] = CLERK, **given: Any
    ) -> httpx.Response:
        return await self.post("/v1/grades", a_proposal(organization_id, **given), by=by)

    async def a_proposed_grade(self, organization_id: UUID, **given: Any) -> dict[str, Any]:
        made = await self.propose(organization_id, **given)
        assert made.status_code == 201, made.text
        return made.json()

    async def a_publicised_grade(self, organization_id: UUID, **given: Any) -> dict[str, Any]:
        """Publicised, and the publicity is over."""
        made = await self.a_proposed_grade(organization_id, **given)
        shown = await self.post(f"/v1/grades/{made['id']}/publicise", version=1)
        assert shown.status_code == 200, shown.text
        ends_on = date.fromisoformat(shown.json()["publicity_ends_on"])
        over = datetime(ends_on.year, ends_on.month, ends_on.day, 2, tzinfo=UTC)
        self.service.clock.set(over + timedelta(days=1))
        return shown.json()

    async def a_current_grade(self, organization_id: UUID, **given: Any) -> dict[str, Any]:
        made = await self.a_publicised_grade(organization_id, **given)
        confirmed = await self.confirm(made)
        assert confirmed.status_code == 200, confirmed.text
        return confirmed.json()

    async def confirm(self, grade: dict[str, Any], by: dict[str, str] = APPROVER) -> httpx.Response:
        return await self.post(f"/v1/grades/{grade['id']}/confirm", by=by, version=grade["version"])

    async def propose_change(self, grade: dict[str, Any], **given: Any) -> httpx.Response:
        body = {
            "grade_id": grade["id"],
            "kind": "adjust",
            "reason": "administrative-penalty",
            "explanation": "行政处罚决定书第 1 号",
        }
        wanted = {name: value for name, value in (body | given).items() if value is not None}
        return await self.post("/v1/grade-changes", wanted)

    async def decide_change(
        self, grade: dict[str, Any], by: dict[str, str] = APPROVER, **given: Any
    ) -> httpx.Response:
        """Proposed by the clerk and approved by another."""
        made = await self.propose_change(grade, **given)
        assert made.status_code == 201, made.text
        return await self.post(f"/v1/grade-changes/{made.json()['id']}/approve", by=by, version=1)

    async def facts(self) -> list[str]:
        """What was published of grades, in order: ``confirmed``, ``adjusted`` and so on."""
        types = [event["type"].rsplit(".", 2) for event in await self.service.published()]
        return [fact for _, subject, fact in types if subject == "grade"]


def a_proposal(organization_id: UUID, **given: Any) -> dict[str, Any]:
    return {
        "organization_id": str(organization_id),
        "grade": "4A",
        "round": "2025",
        "committee": {"members": 7, "present": 5, "yes": 4},
        **given,
    }


@pytest_asyncio.fixture
async def evaluation(database_templates: DatabaseTemplates) -> AsyncIterator[ServiceUnderTest]:
    url = await migrated(database_templates, DEFINITION)
    service = start(DEFINITION, url)
    yield service
    await service.close()
    await database_templates.drop(url)


@pytest_asyncio.fixture
async def evaluation_2019(
    database_templates: DatabaseTemplates,
) -> AsyncIterator[ServiceUnderTest]:
    """Monday 2 September 2019, under Order 39."""
    url = await migrated(database_templates, DEFINITION)
    service = start(DEFINITION, url, clock=FixedClock(datetime(2019, 9, 2, 1, tzinfo=UTC)))
    yield service
    await service.close()
    await database_templates.drop(url)


@pytest_asyncio.fixture
async def bureau(evaluation: ServiceUnderTest) -> Bureau:
    return Bureau(evaluation)


@pytest_asyncio.fixture
async def bureau_2019(evaluation_2019: ServiceUnderTest) -> Bureau:
    return Bureau(evaluation_2019)
