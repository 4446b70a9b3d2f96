"""The OpenAPI document of a service, from the application itself, without a database."""

import asyncio
from typing import Any

from liandong.definition import ServiceDefinition
from liandong.http.app import create_app
from liandong.runtime import build
from liandong.settings import Settings
from liandong.values.encryption import use_keyring


def openapi_document(definition: ServiceDefinition) -> dict[str, Any]:
    """The document of the whole API, as ``/openapi.json`` serves it."""
    before = use_keyring(None)
    runtime = build(definition, _nowhere(definition.name))
    try:
        return create_app(runtime).openapi()
    finally:
        asyncio.run(runtime.close())
        use_keyring(before)


def _nowhere(service: str) -> Settings:
    """Settings with which nothing can be reached, and nothing is: only the routes are asked for."""
    return Settings.load(
        service,
        environment="test",
        database_url="postgresql://nobody@127.0.0.1:1/nothing",
        transport="feed",
        service_urls={},
        oidc_issuer="http://issuer.invalid",
        otlp_endpoint="",
        rehearsal_clock_file=None,
    )
