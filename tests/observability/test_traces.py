"""One trace from a command to its effects in other services, in which nobody is named."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from liandong.testing.services import eventually
from liandong.tracing.export import TOLD
from tests.faults.conftest import NewTown, new_town, transport  # noqa: F401 - fixtures
from tests.observability.collector import Collector, Told, collecting

SERVICES = ("registry", "credit-list", "supply-demand", "funding")
DECISION = "POST /v1/cases/{case_id}/decide"

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as found:
        yield found


async def test_a_command_and_its_effects_in_other_processes_are_one_trace(
    new_town: NewTown,  # noqa: F811
    transport: str,  # noqa: F811
    collector: Collector,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "200")  # milliseconds, for the new processes
    town = await new_town(otlp_endpoint=collector.endpoint)
    children = await town.start(*SERVICES)
    organization = await town.organization()
    await town.known(organization)
    await town.budget(100_000_000)
    [entitlement] = await town.entitled(organization)
    payment = await town.approved(entitlement)
    assert (await town.make(payment)).is_success
    case = await town.served_case(organization)
    town.move_behind(case["window_ends_on"])
    assert (await town.decide(await town.decidable(case))).is_success

    def decided() -> list[Told]:
        return collector.trace_of("liandong-credit-list", DECISION)

    def paid() -> list[Told]:
        return collector.trace_of("liandong-funding", "POST /v1/payments/{payment_id}/make")

    async def complete() -> bool:
        """Each process tells its spans when they have ended, some later than their children."""
        try:
            _is_one_way_from_command_to_effect(decided(), transport)
            _asks_before_paying(paid())
        except (AssertionError, ValueError):
            return False
        return True

    with suppress(TimeoutError):  # what is still missing is said below
        await eventually(complete, 180)
    _is_one_way_from_command_to_effect(decided(), transport)
    _asks_before_paying(paid())
    _names_nobody(collector, organization)
    _stands_in_the_log(children["credit-list"].log.read_text(), decided())


def _is_one_way_from_command_to_effect(trace: list[Told], kind: str) -> None:
    [command] = [one for one in trace if one.name == DECISION]
    assert command.parent_id == ""
    topic = "liandong.credit-list"
    told = [
        one
        for one in trace
        if one.attributes.get("messaging.destination.name", "").endswith(topic)
        and one.parent_id == command.span_id
    ]
    sent = [one for one in told if one.attributes["messaging.operation.type"] == "send"]
    assert {one.service for one in sent} == {"liandong-credit-list"}
    identifiers = {one.attributes["messaging.message.id"] for one in sent}
    handled = [one for one in told if one.attributes["messaging.operation.type"] == "process"]
    assert {one.service for one in handled} >= {"liandong-supply-demand", "liandong-funding"}
    for one in handled:
        assert one.attributes["messaging.message.id"] in identifiers
        assert one.attributes["messaging.system"] == (
            "kafka" if kind == "kafka" else "liandong.feed"
        )
        assert ("messaging.kafka.offset" in one.attributes) == (kind == "kafka")
    _goes_on(trace, [one for one in handled if one.service == "liandong-funding"])


def _goes_on(trace: list[Told], handled: list[Told]) -> None:
    """What a handler publishes is its child: the money that is held, told by funding."""
    held = [one for one in trace if one.parent_id in {parent.span_id for parent in handled}]
    assert {one.service for one in held} >= {"liandong-funding"}


def _asks_before_paying(trace: list[Told]) -> None:
    [asked] = [one for one in trace if one.name == "ask credit-list"]
    [answered] = [one for one in trace if one.service == "liandong-credit-list"]
    assert answered.parent_id == asked.span_id
    assert answered.attributes["http.route"] == "/v1/standings/{organization_id}"


def _names_nobody(collector: Collector, organization: dict[str, Any]) -> None:
    sent = b"".join(collector.bodies)
    for secret in (
        organization["credit_code"],
        organization["name"],
        organization["id"],
        "clerk-1",
    ):
        assert secret.encode() not in sent
    assert b"127.0.0.1" not in sent
    for one in collector.spans():
        assert set(one.attributes) <= TOLD


def _stands_in_the_log(log: str, trace: list[Told]) -> None:
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    [command] = [one for one in trace if one.name == DECISION]
    [line] = [
        one
        for one in lines
        if one.get("trace_id") == command.trace_id and one["event"] == "request"
    ]
    assert (line["route"], line["span_id"]) == ("/v1/cases/{case_id}/decide", command.span_id)
