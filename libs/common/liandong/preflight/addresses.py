"""其他服务的地址: that those behind LIANDONG_SERVICE_URLS are who they should be, and ours.

Asked is what every service tells of itself at ``/health/live``. One that does not answer, or is of
a release that tells nothing, may come later: then nothing is known and nothing is refused.
"""

import asyncio
from collections.abc import Iterator
from typing import Any, Final

import httpx

from liandong.definition import ServiceDefinition
from liandong.preflight.configuration import services_asked
from liandong.preflight.findings import Finding, fit, refused, unknown
from liandong.settings import Settings

_SECONDS: Final = 3.0


async def findings(
    definition: ServiceDefinition, settings: Settings, http: httpx.AsyncClient | None = None
) -> list[Finding]:
    """One for each service that this one calls by HTTP."""
    names = sorted(
        (services_asked(definition, settings) - {definition.name}) & set(settings.service_urls)
    )
    if not names:
        return []
    # The authorities are read only where they are needed: it takes long.
    secure = any(settings.service_urls[name].startswith("https:") for name in names)
    async with http or httpx.AsyncClient(verify=secure, timeout=_SECONDS) as client:
        return list(await asyncio.gather(*(_of(settings, name, client) for name in names)))


async def _of(settings: Settings, name: str, client: httpx.AsyncClient) -> Finding:
    url = settings.service_urls[name].rstrip("/")
    try:
        told: Any = (await client.get(f"{url}/health/live")).json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        return _silent(name, url, type(error).__name__)
    if not isinstance(told, dict) or not {"service", "environment"} <= told.keys():
        return _silent(name, url, "tells nothing of itself")
    wrong = next(_wrong(settings, name, url, told), None)
    return wrong or fit("belonging.address")


def _wrong(settings: Settings, name: str, url: str, told: dict[str, Any]) -> Iterator[Finding]:
    if told["service"] != name:
        yield refused(
            "belonging.address",
            f"LIANDONG_SERVICE_URLS 中 {name} 的地址 {url} 其实是 {told['service']} 服务：请改正",
            f"the address of {name} leads to {told['service']}",
        )
    if told["environment"] != settings.environment:
        yield refused(
            "belonging.address",
            f"LIANDONG_SERVICE_URLS 中 {name} 的地址 {url} 属于 {told['environment']} 环境，而 "
            f"LIANDONG_ENVIRONMENT 是 {settings.environment}：请改正其一",
            f"{name} at its address belongs to the environment {told['environment']}",
        )


def _silent(name: str, url: str, why: str) -> Finding:
    return unknown(
        "belonging.address",
        f"{name} 服务（{url}）没有应答，未能核对它属于哪个环境",
        f"{name} does not tell whose it is ({why})",
    )
