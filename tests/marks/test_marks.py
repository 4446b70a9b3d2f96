"""The registry learns grades and lists from the services that decide them, by feed and by Kafka."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

import credit_list.app
import evaluation.app
import registry.app
from liandong.events.contract import Event
from liandong.events.envelope import Envelope
from liandong.identity.actors import SYSTEM, Role
from liandong.ids import uuid7
from liandong.testing.postgres import DatabaseTemplates
from liandong.testing.services import Platform, bearer, eventually, platform
from liandong.transports.topics import ensure_topics
from liandong.values.credit_code import make
from registry.learned import events as news

DEFINITIONS = [registry.app.DEFINITION, evaluation.app.DEFINITION, credit_list.app.DEFINITION]
CLERK = bearer("clerk-1", Role.CLERK)
NOTHING = {"grade": None, "grade_valid_until": None, "lists": []}


@pytest_asyncio.fixture(params=["feed", "kafka"])
async def services(
    request: pytest.FixtureRequest, database_templates: DatabaseTemplates
) -> AsyncIterator[Platform]:
    given: dict[str, Any] = {}
    if request.param == "kafka":
        bootstrap = request.getfixturevalue("kafka_bootstrap")
        prefix = request.getfixturevalue("kafka_topic_prefix")
        names = [f"{prefix}liandong.{one.name}" for one in DEFINITIONS]
        await ensure_topics(bootstrap, names, partitions=3, replication=1)
        given = {
            "transport": "kafka",
            "kafka_bootstrap_servers": bootstrap,
            "topic_prefix": prefix,
        }
    async with platform(DEFINITIONS, database_templates, **given) as running:
        yield running


async def publish(services: Platform, sequence: int, event: Event) -> None:
    """By the outbox and the relay of the service whose event it is."""
    runtime = services.services[event.service()].runtime
    async with runtime.commands.begin(SYSTEM(event.service())) as uow:
        uow.events.append(
            Envelope(
                id=uuid7(),
                source=f"/liandong/{event.service()}",
                type=event.type,
                subject=str(event.subject),
                time=uow.now,
                key=event.key,
                sequence=sequence,
                dataschema=event.dataschema(),
                payload=event.model_dump_json().encode(),
            )
        )


async def an_organization(services: Platform) -> UUID:
    body = {
        "kind": "service_institution",
        "name": "合肥市庐阳区阳光社会工作服务中心",
        "credit_code": make("52", "340103", "XN000001"),
        "district": "340103",
        "registered_on": "2019-05-06",
    }
    answer = await services["registry"].post("/v1/organizations", json=body, headers=CLERK)
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["id"])


async def marks(services: Platform, organization_id: UUID, **wanted: Any) -> None:
    """Returns when the public is told these marks."""
    expected = NOTHING | wanted

    async def told() -> bool:
        answer = await services["registry"].get(f"/v1/organizations/{organization_id}/marks")
        return answer.status_code == 200 and answer.json() == expected

    await eventually(told)


@pytest.mark.timeout(600)
async def test_every_event_of_grades_and_lists_reaches_the_register(services: Platform) -> None:
    whom = await an_organization(services)
    grade_id, serious, abnormal, red = uuid7(), uuid7(), uuid7(), uuid7()
    grade = {"grade_id": grade_id, "organization_id": whom}
    until = {"grade_valid_until": "2030-01-01"}
    days = {"valid_from": date(2025, 1, 1), "valid_until": date(2030, 1, 1)}

    await publish(services, 1, news.GradeConfirmed(**grade, grade="4A", **days))
    await marks(services, whom, grade="4A", **until)
    await publish(services, 2, news.GradeAdjusted(**grade, grade="3A"))
    await marks(services, whom, grade="3A", **until)
    await publish(services, 3, news.GradeExpired(**grade, grade="3A"))
    await marks(services, whom)
    other = {"grade_id": uuid7(), "organization_id": whom}
    later = {"valid_from": date(2026, 1, 1), "valid_until": date(2031, 1, 1)}
    await publish(services, 1, news.GradeConfirmed(**other, grade="5A", **later))
    await marks(services, whom, grade="5A", grade_valid_until="2031-01-01")
    await publish(services, 2, news.GradeCancelled(**other, grade="5A"))
    await marks(services, whom)

    on = {"organization_id": whom, "listed_on": date(2026, 3, 1)}
    off = {"organization_id": whom, "delisted_on": date(2026, 3, 2)}
    lists = {"serious": serious, "abnormal": abnormal, "red": red}
    for name, listing in lists.items():
        await publish(services, 1, news.OrganizationListed(listing_id=listing, list=name, **on))
    await marks(services, whom, lists=["serious", "abnormal", "red"])
    for name, listing in lists.items():
        await publish(services, 2, news.OrganizationDelisted(listing_id=listing, list=name, **off))
    await marks(services, whom)


@pytest.mark.timeout(600)
async def test_news_that_come_twice_late_or_before_the_organisation_do_no_harm(
    services: Platform,
) -> None:
    whom, listing = await an_organization(services), uuid7()
    end = news.OrganizationDelisted(
        listing_id=listing, organization_id=whom, list="serious", delisted_on=date(2026, 3, 2)
    )
    begin = news.OrganizationListed(
        listing_id=listing, organization_id=whom, list="serious", listed_on=date(2026, 3, 1)
    )
    grade = {"grade_id": uuid7(), "organization_id": whom}
    days = {"valid_from": date(2025, 1, 1), "valid_until": date(2030, 1, 1)}
    stranger = news.OrganizationListed(
        listing_id=uuid7(), organization_id=uuid7(), list="red", listed_on=date(2026, 3, 1)
    )

    await publish(services, 1, stranger)
    await publish(services, 2, end)
    await publish(services, 1, begin)
    await publish(services, 2, news.GradeAdjusted(**grade, grade="2A"))
    await publish(services, 1, news.GradeConfirmed(**grade, grade="4A", **days))
    await publish(services, 1, news.GradeConfirmed(**grade, grade="4A", **days))
    red = news.OrganizationListed(
        listing_id=uuid7(), organization_id=whom, list="red", listed_on=date(2026, 3, 1)
    )
    await publish(services, 1, red)
    await marks(services, whom, grade="2A", lists=["red"])


@pytest.mark.timeout(600)
async def test_the_supervision_level_reaches_the_register(services: Platform) -> None:
    whom = await an_organization(services)
    path = f"/v1/organizations/{whom}/supervision"

    async def weighs(grade: str, tickets: int) -> bool:
        read = (await services["registry"].get(path, headers=CLERK)).json()
        return (read["credit_grade"], read["tickets"]) == (grade, tickets)

    await eventually(lambda: weighs("B", 2))
    fact = {
        "organization_id": str(whom),
        "kind": "penalty",
        "authority": "合肥市庐阳区市场监督管理局",
        "document_number": "庐市监罚〔2026〕7号",
        "arose_on": "2026-01-05",
        "sanctions": ["fine"],
        "fine_fen": 4_000_000,
    }
    made = await services["credit-list"].post("/v1/records", json=fact, headers=CLERK)
    assert made.status_code == 201, made.text
    await eventually(lambda: weighs("C", 4))
