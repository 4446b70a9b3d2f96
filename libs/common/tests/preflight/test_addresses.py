"""Addresses of other services that lead elsewhere are refused; silence is not."""

from dataclasses import replace

import httpx

from liandong.preflight.addresses import findings
from liandong.preflight.findings import Finding, State
from liandong.testing.probe import PROBE
from liandong.testing.services import settings_for

SERVICE = replace(PROBE, asks=["credit-list", "probe"])
URLS = {"credit-list": "http://credit-list.test/", "probe": "http://probe.test"}


async def found(answer: httpx.Response | Exception, **given: object) -> Finding:
    def handler(request: httpx.Request) -> httpx.Response:
        assert str(request.url) == "http://credit-list.test/health/live"
        if isinstance(answer, Exception):
            raise answer
        return answer

    settings = settings_for(
        "probe", "postgresql://x/x", **{"service_urls": URLS, "transport": "kafka", **given},
        kafka_bootstrap_servers="x:1",
    )  # fmt: skip
    http = httpx.AsyncClient(transport=httpx.MockTransport(handler))
    [one] = await findings(SERVICE, settings, http)
    return one


def told(**fields: str) -> httpx.Response:
    return httpx.Response(200, json={"status": "ok", **fields})


async def test_our_own_neighbour_is_fit() -> None:
    assert (await found(told(service="credit-list", environment="test"))).state is State.FIT


async def test_another_environment_and_another_service_are_refused() -> None:
    for answer, words in (
        (told(service="credit-list", environment="production"), "属于 production 环境"),
        (told(service="funding", environment="test"), "其实是 funding 服务"),
    ):
        one = await found(answer)
        assert (one.check, one.exit_code) == ("belonging.address", 7)
        assert words in one.told
        assert "LIANDONG_SERVICE_URLS" in one.told


async def test_silence_an_older_release_and_a_stranger_are_no_reason_not_to_start() -> None:
    for answer in (
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("slow"),
        told(),
        httpx.Response(502, text="<html>"),
        httpx.Response(200, json=["ok"]),
    ):
        one = await found(answer)
        assert (one.check, one.state, one.exit_code) == ("belonging.address", State.UNKNOWN, 0)


async def test_nobody_is_asked_who_is_not_called() -> None:
    settings = settings_for("probe", "postgresql://x/x", service_urls={"probe": "http://p"})
    assert await findings(SERVICE, settings) == []
