"""The feed keeps every promise of a transport."""

import json
from typing import Any

import pytest_asyncio
from sqlalchemy import text

from liandong.events.subscriptions import RetryPolicy
from liandong.testing.probe import PROBE, mirror_definition
from liandong.testing.transport_suite import Link, TransportSuite

QUICK = RetryPolicy(first_delay=0.01, longest_delay=0.05, attempts=3)
BRISK = RetryPolicy(first_delay=3600, longest_delay=3600, attempts=3, halt_after=5)
PATIENT = RetryPolicy(first_delay=0.01, longest_delay=0.05, attempts=10_000)


async def _link(start_service: Any, policy: RetryPolicy) -> Link:
    probe = await start_service(PROBE)
    mirror = await start_service(mirror_definition(policy), peers={"probe": probe.client})

    async def inject(key: str | None, attributes: dict[str, Any], payload: bytes) -> None:
        async with probe.runtime.api_engine.begin() as connection:
            await connection.execute(
                text(
                    "INSERT INTO backbone.event_feed (id, key, type, headers, payload)"
                    " VALUES (gen_random_uuid(), :key, :type, CAST(:headers AS jsonb), :payload)"
                ),
                {
                    "key": key or "",
                    "type": attributes.get("type", ""),
                    "headers": json.dumps(attributes),
                    "payload": payload,
                },
            )

    return Link(probe, mirror, inject)


class TestFeed(TransportSuite):
    @pytest_asyncio.fixture
    async def link(self, start_service: Any) -> Link:
        return await _link(start_service, QUICK)

    @pytest_asyncio.fixture
    async def brisk_link(self, start_service: Any) -> Link:
        return await _link(start_service, BRISK)

    @pytest_asyncio.fixture
    async def patient_link(self, start_service: Any) -> Link:
        return await _link(start_service, PATIENT)
