"""An issuer for everywhere but production: development, tests, the demonstration, staging."""

import binascii
import secrets
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import unquote_plus
from uuid import UUID

from fastapi import FastAPI, Form, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, field_validator

from liandong.identity.actors import SYSTEM_PREFIX, Role
from liandong.identity.development_keys import (
    ALGORITHM,
    AUDIENCE,
    DEVELOPMENT_ISSUER,
    DevelopmentKeys,
)
from liandong.identity.jwks import StaticJwks

__all__ = [
    "AUDIENCE",
    "DEVELOPMENT_ISSUER",
    "DevelopmentClient",
    "DevelopmentKeys",
    "StaticJwks",
    "create_app",
]

_PERMITTED: Final = ("development", "test", "staging")
_SERVICE_TOKEN_LIFE: Final = timedelta(minutes=15)
_NO_STORE: Final = {"Cache-Control": "no-store"}


@dataclass(frozen=True)
class DevelopmentClient:
    """A program that may ask for tokens of its own."""

    secret: str = field(repr=False)
    scopes: tuple[str, ...] = ()
    roles: tuple[Role, ...] = (Role.SERVICE,)


class TokenFor(BaseModel):
    """Whom a development token speaks for."""

    model_config = ConfigDict(extra="forbid")

    subject: str = Field(min_length=1, max_length=255)
    name: str = ""
    roles: tuple[Role, ...] = ()
    district: str | None = Field(None, pattern=r"^[0-9]{6}([0-9]{3}){0,2}$")
    organization_id: UUID | None = None
    scopes: tuple[str, ...] = ()
    ttl_seconds: int = Field(3600, ge=1, le=7 * 86_400)

    @field_validator("subject")
    @classmethod
    def _not_the_platform_itself(cls, subject: str) -> str:
        if subject.startswith(SYSTEM_PREFIX):
            raise ValueError(f"{SYSTEM_PREFIX} 开头的主体是平台自身，不得签发令牌")
        return subject


class TokenAnswer(BaseModel):
    access_token: str
    token_type: str = "Bearer"  # noqa: S105 - the type's name, no secret
    expires_in: int
    scope: str = ""


def create_app(
    *,
    environment: str,
    keys: DevelopmentKeys | Path,
    issuer: str = DEVELOPMENT_ISSUER,
    audience: str = AUDIENCE,
    clients: Mapping[str, DevelopmentClient] | None = None,
) -> FastAPI:
    """The issuer as an application; ``keys`` may be the folder in which to keep them.

    ``issuer`` and ``audience`` count only with a folder: ready-made keys know their own.
    It signs tokens for whoever asks, so it refuses (RuntimeError) to exist in production.
    """
    if environment not in _PERMITTED:
        raise RuntimeError(
            f"开发用认证服务会为任何人签发令牌，不得在 {environment} 环境启动："
            "请改用正式的 OIDC 认证中心"
        )
    if isinstance(keys, Path):
        keys = DevelopmentKeys.load_or_create(keys, issuer=issuer, audience=audience)
    app = FastAPI(title="联动开发用认证服务", docs_url=None, redoc_url=None)
    _publish_metadata(app, keys)
    _give_tokens(app, keys, clients or {})
    return app


def _publish_metadata(app: FastAPI, keys: DevelopmentKeys) -> None:
    base = keys.issuer.rstrip("/")

    @app.get("/.well-known/openid-configuration")
    async def configuration() -> dict[str, Any]:
        return {
            "issuer": keys.issuer,
            "jwks_uri": f"{base}/jwks.json",
            "token_endpoint": f"{base}/token",
            "grant_types_supported": ["client_credentials"],
            "response_types_supported": ["token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        }

    @app.get("/jwks.json")
    async def jwks() -> dict[str, Any]:
        return keys.jwks()


def _give_tokens(
    app: FastAPI, keys: DevelopmentKeys, clients: Mapping[str, DevelopmentClient]
) -> None:
    @app.post("/token", response_model=TokenAnswer)
    async def client_credentials(
        request: Request,
        grant_type: Annotated[str, Form()] = "",
        client_id: Annotated[str, Form()] = "",
        client_secret: Annotated[str, Form()] = "",
        scope: Annotated[str, Form()] = "",
    ) -> JSONResponse:
        """RFC 6749 section 4.4: a token for a registered program, with its own scopes."""
        if grant_type != "client_credentials":
            return _oauth_error(400, "unsupported_grant_type")
        header = request.headers.get("authorization", "")
        given = _basic(header) if header else [(client_id, client_secret)]
        name = next((pair[0] for pair in given if _known(clients, *pair)), None)
        if name is None:
            return _oauth_error(401, "invalid_client", {"WWW-Authenticate": "Basic"})
        client = clients[name]
        scopes = tuple(scope.split()) or client.scopes
        if not set(scopes) <= set(client.scopes):
            return _oauth_error(400, "invalid_scope")
        token = keys.issue(
            subject=name,
            client_id=name,
            roles=client.roles,
            scopes=scopes,
            ttl=_SERVICE_TOKEN_LIFE,
        )
        return _answer(token, _SERVICE_TOKEN_LIFE, scopes)

    @app.post("/development/token", response_model=TokenAnswer)
    async def token_for_anyone(body: TokenFor) -> JSONResponse:
        ttl = timedelta(seconds=body.ttl_seconds)
        token = keys.issue(**body.model_dump(exclude={"ttl_seconds"}), ttl=ttl)
        return _answer(token, ttl, body.scopes)


def _known(clients: Mapping[str, DevelopmentClient], name: str, secret: str) -> bool:
    client = clients.get(name)
    expected = client.secret if client else secrets.token_hex()
    return secrets.compare_digest(secret.encode(), expected.encode()) and client is not None


def _basic(header: str) -> list[tuple[str, str]]:
    """The readings of HTTP Basic: as it stands, and form-encoded as RFC 6749 2.3.1 demands."""
    scheme, _, encoded = header.partition(" ")
    try:
        name, colon, secret = b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return []
    if scheme.lower() != "basic" or not colon:
        return []
    return [(name, secret), (unquote_plus(name), unquote_plus(secret))]


def _answer(token: str, ttl: timedelta, scopes: tuple[str, ...]) -> JSONResponse:
    body = TokenAnswer(
        access_token=token, expires_in=int(ttl.total_seconds()), scope=" ".join(scopes)
    )
    return JSONResponse(body.model_dump(), headers=_NO_STORE)


def _oauth_error(status: int, error: str, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"error": error}, status, headers={**_NO_STORE, **(headers or {})})
