"""The story that must always run, on the feed and on a real Kafka broker."""

import asyncio
from datetime import datetime
from typing import Any

import httpx
import pytest

import credit_list.app
import evaluation.app
import funding.app
import registry.app
import supply_demand.app
from liandong.clock import FixedClock
from liandong.testing.postgres import DatabaseTemplates
from liandong.testing.services import Platform, bearer, platform
from liandong.transports.topics import ensure_topics
from story.hefei import GRADE_AWARDS, SITE_AWARDS, Hefei

DEFINITIONS = [
    module.DEFINITION
    for module in (registry.app, evaluation.app, credit_list.app, supply_demand.app, funding.app)
]


class InProcess:
    """The stage of the tests: the real applications, without a network."""

    def __init__(self, services: Platform) -> None:
        self._services = services

    def client(self, service: str) -> httpx.AsyncClient:
        return self._services[service]

    def token(
        self, subject: str, role: str, district: str | None, organization_id: str | None
    ) -> str:
        header = bearer(subject, role, district=district, organization_id=organization_id)
        return header["Authorization"].removeprefix("Bearer ")

    def set_clock(self, at: datetime) -> None:
        self._services.clock.set(at)

    async def pause(self) -> None:
        await asyncio.sleep(0.01)


async def play(templates: DatabaseTemplates, **given: Any) -> dict[str, Any]:
    clock = FixedClock(datetime.fromisoformat("2019-09-16T01:00:00+00:00"))
    async with platform(DEFINITIONS, templates, clock=clock, **given) as services:
        return await Hefei(InProcess(services)).play()


def check(values: dict[str, Any]) -> None:
    assert values["ok"]
    assert (values["organizations"], values["hubs"]) == (1270, 562)
    assert values["organizations_added_by_second_import"] == 0
    assert (values["sites"], values["grades"]) == (402, 73)
    assert values["site_entitlements_fen"] == SITE_AWARDS == 4_560_000_000
    assert values["grade_awards_fen"] == GRADE_AWARDS == 214_000_000
    assert values["bids_disqualified"] == 3
    assert values["payments_held"] == 1
    assert values["new_bid_refused"]
    assert values["award_refused"]
    assert values["red_entry_removed"]
    assert values["on_serious_board"]
    assert values["eligible_while_listed"] is False
    assert values["stayed_disqualified"] == 3
    assert values["payments_released"] == 1
    assert values["paid_after_repair_fen"] == 8_000_000
    assert values["on_serious_board_after_repair"] is False


@pytest.mark.timeout(300)
async def test_the_story_runs_on_the_feed(database_templates: DatabaseTemplates) -> None:
    check(await play(database_templates))


@pytest.mark.timeout(900)
async def test_the_story_runs_on_kafka(
    database_templates: DatabaseTemplates, kafka_bootstrap: str, kafka_topic_prefix: str
) -> None:
    names = [f"{kafka_topic_prefix}liandong.{one.name}" for one in DEFINITIONS]
    await ensure_topics(kafka_bootstrap, names, partitions=3, replication=1)
    check(
        await play(
            database_templates,
            transport="kafka",
            kafka_bootstrap_servers=kafka_bootstrap,
            topic_prefix=kafka_topic_prefix,
        )
    )
