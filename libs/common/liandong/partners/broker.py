"""The brokers' own books of users, rights and limits, read and changed."""

import hashlib
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError, for_code
from aiokafka.protocol.admin import CreateAclsRequest, DeleteAclsRequest, DescribeAclsRequest
from aiokafka.protocol.api import Request

from liandong.partners.requests import AlterQuotas, AlterScram, DescribeQuotas, DescribeScram
from liandong.partners.rights import (
    Acl,
    Changes,
    Operation,
    Pattern,
    Permission,
    Resource,
    Standing,
    principal_of,
)
from liandong.transports.access import KafkaAccess

SCRAM_SHA_512 = 2
ITERATIONS = 8192
_NONE: Any = None  # "any name", "any host", "any principal"
_RIGHTS_OFF = 54  # SECURITY_DISABLED


class BrokerRefused(RuntimeError):
    """The brokers do not answer or do not let us; the message is Chinese."""


class PartnerBook:
    """Use :func:`opened`."""

    def __init__(self, client: AIOKafkaAdminClient) -> None:
        self._client = client

    async def standing(self, prefix: str) -> dict[str, Standing]:
        """Of every user whose name begins with ``prefix`` and of whom the brokers hold anything."""
        scram = await self._ask(DescribeScram())
        _check(scram.error_code, scram.error_message)
        with_password = {
            user
            for user, code, _, credentials, _ in scram.results
            if not code and any(mechanism == SCRAM_SHA_512 for mechanism, *_ in credentials)
        }
        acls: dict[str, set[Acl]] = defaultdict(set)
        for one in await self._acls():
            acls[one.principal.removeprefix(principal_of(""))].add(one)
        found = await self._ask(DescribeQuotas())
        _check(found.error_code, found.error_message)
        quotas = {entity[0][1]: dict(values) for entity, values in found.entries or ()}
        return {
            user: Standing(
                has_password=user in with_password,
                acls=frozenset(acls.get(user, ())),
                quotas=quotas.get(user, {}),
            )
            for user in {*with_password, *acls, *quotas}
            if user is not None and user.startswith(prefix)
        }

    async def carry_out(self, changes: Changes, password: str = "") -> None:
        """Rights that end first, then new ones and limits, the password last: nobody enters
        before the limits stand. Safe to repeat after a failure."""
        for acl in sorted(changes.withdraw):
            for code, message, *_ in (await self._ask(DeleteAclsRequest(*acl))).filter_responses:
                _check(code, message)
        for acl in sorted(changes.allow):
            for code, message in (await self._ask(CreateAclsRequest(*acl))).creation_responses:
                _check(code, message)
        if changes.forget_password:
            await self._alter_scram(AlterScram(deletions=[(changes.user, SCRAM_SHA_512)]))
        if changes.quotas:
            answer = await self._ask(AlterQuotas(changes.user, dict(changes.quotas)))
            for code, message, _ in answer.entries:
                _check(code, message)
        if changes.set_password:
            await self._alter_scram(AlterScram(upsertions=[_credential(changes.user, password)]))

    async def _alter_scram(self, request: AlterScram) -> None:
        for _, code, message, _ in (await self._ask(request)).results:
            _check(code, message)

    async def _acls(self) -> Iterable[Acl]:
        request = DescribeAclsRequest(
            Resource.ANY, _NONE, Pattern.ANY, _NONE, _NONE, Operation.ANY, Permission.ANY
        )
        answer = await self._ask(request)
        _check(answer.error_code, answer.error_message)
        return [
            Acl(resource, name, pattern, principal, host, operation, permission)
            for resource, name, pattern, rules in answer.resources
            for principal, host, operation, permission in rules
        ]

    async def _ask(self, request: Request[Any]) -> Any:
        return await self._client._send_request(request)


@asynccontextmanager
async def opened(access: KafkaAccess) -> AsyncIterator[PartnerBook]:
    """Raises :class:`BrokerRefused` for whatever the brokers refuse, also within the block."""
    client = AIOKafkaAdminClient(
        bootstrap_servers=access.bootstrap_servers, request_timeout_ms=10_000, **access.options()
    )
    try:
        await client.start()
        yield PartnerBook(client)
    except (KafkaError, OSError, TimeoutError) as error:
        raise BrokerRefused(
            f"Kafka（{access.bootstrap_servers}）没有完成操作（{type(error).__name__}）：{error}"
        ) from error
    finally:
        await client.close()


def _credential(user: str, password: str) -> tuple[str, int, int, bytes, bytes]:
    """The password itself is not sent (RFC 5802: SaltedPassword)."""
    salt = secrets.token_bytes(24)
    salted = hashlib.pbkdf2_hmac("sha512", password.encode("ascii"), salt, ITERATIONS)
    return user, SCRAM_SHA_512, ITERATIONS, salt, salted


def _check(code: int, message: str | None) -> None:
    if code == _RIGHTS_OFF:
        raise BrokerRefused(
            "Kafka 没有启用访问控制：请设置 authorizer.class.name（见 docs/integration/kafka.md）"
        )
    if code:
        raise BrokerRefused(f"Kafka 拒绝了操作：{message or for_code(code).__name__}")
