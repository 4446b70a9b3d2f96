"""The token with which one service calls another (OAuth 2.0 client credentials)."""

import logging
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Final

import httpx
from pydantic import SecretStr

from liandong.clock import Clock, SystemClock
from liandong.identity.discovery import TIMEOUT, discover
from liandong.identity.flights import SingleFlight
from liandong.problems import Unavailable
from liandong.settings import Settings

log = logging.getLogger(__name__)

TokenUrl = str | Callable[[], Awaitable[str]]

_MARGIN: Final = timedelta(seconds=60)
_PAUSE_AFTER_FAILURE: Final = timedelta(seconds=1)
_DEFAULT_LIFE: Final = 60
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


class ServiceTokens:
    """This service's own access token, fetched when first needed and renewed before it expires.

    Callers that need a new one at the same moment share one request. While the issuer is
    unreachable the present token is used to its end; after that, and after a failure for the next
    second, callers get Unavailable at once. ``clock`` must be the real system clock.
    """

    def __init__(
        self,
        token_url: TokenUrl,
        client_id: str,
        client_secret: SecretStr | str,
        clock: Clock | None = None,
        *,
        scopes: tuple[str, ...] = (),
        http: httpx.AsyncClient | None = None,
    ) -> None:
        secret = client_secret if isinstance(client_secret, SecretStr) else SecretStr(client_secret)
        self._token_url = token_url
        self._client_id, self._secret = client_id, secret
        self._clock = clock or SystemClock()
        self._scopes, self._http = scopes, http
        self._token = ""
        self._renew_at = self._expires_at = _LONG_AGO
        self._failed_at = _LONG_AGO
        self._renewal = SingleFlight(self._renew)

    async def authorization(self) -> dict[str, str]:
        """The Authorization header of a call to another service; Unavailable if there is none."""
        now = self._clock.now()
        if now >= self._renew_at and not now - self._failed_at < _PAUSE_AFTER_FAILURE:
            await self._renewal.join()
        if not self._token or self._clock.now() >= self._expires_at:
            raise Unavailable("认证中心暂时无法访问，请稍后再试", headers={"Retry-After": "1"})
        return {"Authorization": f"Bearer {self._token}"}

    def discard(self) -> None:
        """Forget the token: the called service answered 401 although it had not expired."""
        self._token = ""
        self._renew_at = self._expires_at = _LONG_AGO

    async def _renew(self) -> None:
        asked_at = self._clock.now()
        try:
            token, life = await self._request()
        except Exception as error:  # the address, the network, the issuer: all mean "no new token"
            self._failed_at = asked_at
            log.warning("service token not obtained", extra={"error": type(error).__name__})
            return
        self._token = token
        self._expires_at = asked_at + life
        self._renew_at = self._expires_at - min(_MARGIN, life / 4)

    async def _request(self) -> tuple[str, timedelta]:
        url = self._token_url if isinstance(self._token_url, str) else await self._token_url()
        form = {
            "grant_type": "client_credentials",
            "client_id": self._client_id,
            "client_secret": self._secret.get_secret_value(),
        }
        if self._scopes:
            form["scope"] = " ".join(self._scopes)
        async with AsyncExitStack() as stack:
            http = self._http or await stack.enter_async_context(httpx.AsyncClient())
            answer = await http.post(url, data=form, timeout=TIMEOUT)
        answer.raise_for_status()
        body = answer.json()
        token = body["access_token"]
        if not isinstance(token, str) or not token:
            raise ValueError("no access token in the answer")
        return token, timedelta(seconds=float(body.get("expires_in", _DEFAULT_LIFE)))


def service_tokens(settings: Settings) -> ServiceTokens:
    """The tokens a service's settings describe; without a token url the issuer is asked for it."""

    async def discovered() -> str:
        metadata_url = settings.oidc_metadata_url
        found = await discover(settings.oidc_issuer, metadata_url=metadata_url)
        return found["token_endpoint"]

    return ServiceTokens(
        settings.oidc_token_url or discovered, settings.client_id, settings.client_secret
    )
