"""What an issuer says about itself (OpenID Connect Discovery 1.0)."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Any, Final

import httpx

TIMEOUT: Final = httpx.Timeout(3.0)
"""An issuer that does not answer within three seconds is treated as unreachable."""


async def get_json(url: str, client: httpx.AsyncClient | None = None) -> Mapping[str, Any]:
    """The JSON object at ``url``; raises httpx.HTTPError or ValueError when there is none."""
    async with AsyncExitStack() as stack:
        http = client or await stack.enter_async_context(httpx.AsyncClient())
        response = await http.get(url, timeout=TIMEOUT, headers={"Accept": "application/json"})
    response.raise_for_status()
    body = response.json()
    if not isinstance(body, dict):
        raise ValueError("not a JSON object")
    return body


def metadata_address(issuer: str, metadata_url: str = "") -> str:
    """Where the issuer's metadata are read: below its own address unless another one is set."""
    return metadata_url or issuer.rstrip("/") + "/.well-known/openid-configuration"


async def discover(
    issuer: str, client: httpx.AsyncClient | None = None, *, metadata_url: str = ""
) -> Mapping[str, Any]:
    """The issuer's metadata; ValueError when the document speaks for another issuer."""
    metadata = await get_json(metadata_address(issuer, metadata_url), client)
    if metadata.get("issuer") != issuer:
        raise ValueError("the discovery document names another issuer")
    return metadata
