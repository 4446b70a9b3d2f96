"""What the brokers do not let an account do stops its start, with the right that it lacks."""

import asyncio
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.protocol.admin import CreateAclsRequest

from liandong.ids import uuid7
from liandong.partners.broker import opened
from liandong.partners.rights import Changes, Pattern, Permission, Resource
from liandong.preflight.findings import Finding, first_refused
from liandong.preflight.topics import findings
from liandong.settings import Settings
from liandong.testing.kafka_secured import PLATFORM, PLATFORM_PASSWORD, SecuredKafka
from liandong.testing.probe import PROBE, mirror_definition
from liandong.testing.services import settings_for
from liandong.transports.access import KafkaAccess
from liandong.transports.claims import claims_topic
from liandong.transports.topics import ensure_topics

PREFIX = "rights."
TOPIC = f"{PREFIX}liandong.probe"
READ, WRITE, DESCRIBE = 3, 4, 8
PASSWORD = "a-password-of-this-test"


class Account:
    """A service's account on the broker, and what its start would say."""

    def __init__(self, broker: SecuredKafka, name: str) -> None:
        self.broker, self.name = broker, name

    def access(self, user: str, password: str) -> dict[str, Any]:
        return {
            "kafka_bootstrap_servers": self.broker.partners,
            "kafka_security_protocol": "SASL_SSL",
            "kafka_ca_file": self.broker.ca_file,
            "kafka_username": user,
            "kafka_password": password,
        }

    async def made(self) -> "Account":
        platform = KafkaAccess(**self.access(PLATFORM, PLATFORM_PASSWORD))
        async with opened(platform) as book:
            await book.carry_out(Changes(self.name, set_password=True), PASSWORD)
        await ensure_topics(self.broker.bootstrap_servers, [TOPIC], 3)
        return self

    async def may(self, operation: int, name: str, resource: int = Resource.TOPIC) -> None:
        """Returns when the broker goes by the new rule."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.broker.bootstrap_servers)
        await admin.start()
        try:
            rule = CreateAclsRequest(
                resource, name, Pattern.LITERAL, f"User:{self.name}", "*", operation,
                Permission.ALLOW,
            )  # fmt: skip
            answer: Any = await admin._send_request(rule)
            assert [code for code, *_ in answer.creation_responses] == [0]
        finally:
            await admin.close()

    async def refusal(self, definition: Any) -> Finding | None:
        settings: Settings = settings_for(
            definition.name, "postgresql://x/x", transport="kafka", topic_prefix=PREFIX,
            **self.access(self.name, PASSWORD),
        )  # fmt: skip
        return first_refused(await findings(definition, settings, uuid7(), take=True))

    async def until_refused(self, definition: Any, *words: str) -> None:
        """The broker learns of a rule a moment after it was taken."""
        async with asyncio.timeout(30):
            while True:
                wrong = await self.refusal(definition)
                if wrong and all(word in wrong.told for word in words):
                    break
        assert (wrong.check, wrong.exit_code) == ("topics.rights", 4)

    async def until_fit(self, definition: Any) -> None:
        async with asyncio.timeout(30):
            while await self.refusal(definition):
                pass


async def test_a_publisher_is_told_which_right_it_lacks_on_which_topic(
    secured_kafka: SecuredKafka,
) -> None:
    account = await Account(secured_kafka, "publisher").made()
    await account.until_refused(PROBE, f"主题 {TOPIC} 没有 DESCRIBE 权限")
    await account.may(DESCRIBE, TOPIC)
    await account.until_refused(PROBE, f"主题 {TOPIC} 没有 WRITE 权限")
    await account.may(WRITE, TOPIC)
    claims = claims_topic(PREFIX)
    await account.until_refused(PROBE, f"主题 {claims} 没有 DESCRIBE 权限")
    await account.may(READ, claims)
    await account.until_refused(PROBE, f"主题 {claims} 没有 WRITE 权限")
    await account.may(WRITE, claims)
    await account.until_fit(PROBE)


async def test_a_reader_is_told_which_group_it_may_not_use(secured_kafka: SecuredKafka) -> None:
    account, reader = await Account(secured_kafka, "reader").made(), mirror_definition()
    [group] = reader.groups
    await account.may(DESCRIBE, TOPIC)
    await account.until_refused(reader, f"主题 {TOPIC} 没有 READ 权限")
    await account.may(READ, TOPIC)
    await account.until_refused(reader, f"消费组 {PREFIX}{group.name}", "READ")
    await account.may(DESCRIBE, PREFIX + group.name, Resource.GROUP)
    await account.until_refused(reader, f"消费组 {PREFIX}{group.name}", "READ")
    await account.may(READ, PREFIX + group.name, Resource.GROUP)
    await account.until_fit(reader)
