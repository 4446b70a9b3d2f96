"""Every service loses its last seconds, on a broker that is reached by TLS with a password: what
was told and forgotten is found, the relay stays silent, and a recovery lets the service go on."""

import asyncio
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import pytest
from typer.testing import CliRunner

from liandong.cli.main import app
from liandong.contracts.definitions import definition_of
from liandong.db.engine import asyncpg_arguments
from liandong.db.incarnation import assert_not_restored
from liandong.events.contract import Event
from liandong.ids import uuid7
from liandong.reconciliation.guard import DatabaseForgot, wait_until_known
from liandong.settings import SERVICES
from liandong.testing.kafka_secured import PLATFORM, PLATFORM_PASSWORD, SecuredKafka
from liandong.testing.plugin import CloneDatabase
from liandong.testing.postgres import DatabaseTemplates
from liandong.testing.services import (
    ENCRYPTION_KEY,
    KEYS,
    ServiceUnderTest,
    an_actor,
    migrated,
    start,
)
from liandong.transports.topics import ensure_topics, topic_names

pytestmark = pytest.mark.timeout(600)


@dataclass
class Matter:
    """Something of which a service tells."""

    version: int = 0

    def touch(self, now: datetime) -> None:
        del now
        self.version += 1


def event_of(service: str) -> type[Event]:
    class Told(Event):
        type: ClassVar[str] = f"cn.liandong.{service}.matter.told"
        subject_field: ClassVar[str] = "matter_id"

        matter_id: UUID

    return Told


async def tell(service: ServiceUnderTest, matter_id: UUID) -> None:
    told = event_of(service.definition.name)
    async with service.runtime.commands.begin(an_actor()) as uow:
        uow.publish(told.model_validate({"matter_id": matter_id}), of=Matter())
    await service.runtime.relay.drain()
    await service.runtime.relay.publisher.stop()


async def command(*arguments: str) -> tuple[int, dict[str, Any]]:
    result = await asyncio.to_thread(CliRunner().invoke, app, ["--json", *arguments])
    assert result.stdout, result.stderr
    return result.exit_code, json.loads(result.stdout)


def differences(told: dict[str, Any]) -> dict[str, int]:
    return {
        one["kind"]: one["count"]
        for source in told["sources"]
        for one in source["findings"]
        if not one["accepted"]
    }


@pytest.mark.parametrize("service", SERVICES)
async def test_the_last_seconds_of_a_service_are_missed_and_it_works_on(
    service: str,
    secured_kafka: SecuredKafka,
    kafka_topic_prefix: str,
    database_templates: DatabaseTemplates,
    clone_database: CloneDatabase,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broker = secured_kafka
    given = {
        "transport": "kafka",
        "kafka_bootstrap_servers": broker.partners,
        "kafka_security_protocol": "SASL_SSL",
        "kafka_ca_file": broker.ca_file,
        "kafka_username": PLATFORM,
        "kafka_password": PLATFORM_PASSWORD,
        "topic_prefix": kafka_topic_prefix,
    }
    definition = definition_of(service)
    url = await migrated(database_templates, definition)
    try:
        first = start(definition, url, **given)
        access = first.runtime.settings.options()
        names = topic_names(SERVICES, kafka_topic_prefix)
        await ensure_topics(broker.partners, names, 3, replication=1, access=access)
        await assert_not_restored(first.runtime.settings)
        await tell(first, uuid7())
        await first.close()
        copy = await clone_database(asyncpg_arguments(url)["database"])
        later = start(definition, url, **given)
        forgotten = uuid7()
        await tell(later, forgotten)
        await later.close()
    finally:
        await database_templates.drop(url)

    for name, value in broker.platform().items():
        monkeypatch.setenv(name, value)
    variable = f"LIANDONG_{service.replace('-', '_').upper()}_DATABASE_URL"
    for name, value in {
        variable: copy,
        "LIANDONG_TRANSPORT": "kafka",
        "LIANDONG_TOPIC_PREFIX": kafka_topic_prefix,
        "LIANDONG_OIDC_ISSUER": KEYS.issuer,
        "LIANDONG_ENCRYPTION_KEYS": f'["{ENCRYPTION_KEY}"]',
    }.items():
        monkeypatch.setenv(name, value)
    restored = start(definition, copy, **given)
    settings = restored.runtime.settings
    try:
        with pytest.raises(DatabaseForgot, match=f"recover --service {service}"):
            await wait_until_known(settings)
        code, told = await command("reconcile", "--service", service)
        assert (code, differences(told)) == (1, {"unknown-to-source": 1})
        [example] = told["sources"][0]["findings"][0]["examples"]
        assert example["subject"] == str(forgotten)

        code, told = await command("recover", "--service", service, "--as", "王工", "--yes")
        assert (code, told["incarnation"]) == (0, 2)
        await wait_until_known(settings)
        await assert_not_restored(settings)
        await tell(restored, uuid7())
        code, told = await command("reconcile", "--service", service)
        assert (code, differences(told)) == (0, {})
        assert told["sources"][0]["topic"]["messages"] == 3
    finally:
        await restored.close()
