"""The issuer's published signing keys (JSON Web Key Set, RFC 7517), cached and refreshed."""

import logging
import math
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx
from joserfc.jwk import JWKRegistry, Key

from liandong.clock import Clock, SystemClock
from liandong.identity.discovery import discover, get_json
from liandong.identity.flights import SingleFlight
from liandong.problems import Unavailable

log = logging.getLogger(__name__)

Fetch = Callable[[], Awaitable[Mapping[str, Any]]]

_NEVER: Final = datetime.min.replace(tzinfo=UTC)
_RETRY_WHILE_EMPTY: Final = timedelta(seconds=1)
_SHORTEST_RSA: Final = math.ceil(2048 / 6)
"""Characters of a 2048-bit modulus in base64; shorter keys can be broken and are passed over."""


class StaticJwks:
    """A key set that never changes: for tests and for issuers whose keys are deployed as a file."""

    def __init__(self, jwks: Mapping[str, Any]) -> None:
        self._keys = usable_keys(jwks)

    async def key(self, kid: str | None) -> Key | None:
        return find_key(self._keys, kid)


class JwksCache:
    """The issuer's keys by id.

    * A set older than ``max_age`` is refreshed before it is used; while the issuer cannot be
      reached the old keys stay valid, and only the first attempt makes a caller wait.
    * An id that is not in the set makes it refresh at once (the issuer may have rotated its keys),
      yet never sooner than ``min_refresh_interval`` after the attempt before, so that invented ids
      cannot be used to flood the issuer.
    * Callers that need a refresh at the same moment share one.
    """

    def __init__(
        self,
        source: str | Fetch,
        *,
        max_age: timedelta = timedelta(minutes=10),
        min_refresh_interval: timedelta = timedelta(seconds=10),
        clock: Clock | None = None,
    ) -> None:
        """``source`` is the address of the key set or a function that fetches it."""
        self._fetch = fetch_from(source) if isinstance(source, str) else source
        self._max_age = max_age
        self._min_refresh_interval = min_refresh_interval
        self._clock = clock or SystemClock()
        self._keys: list[Key] = []
        self._fetched_at = self._tried_at = _NEVER
        self._refresh = SingleFlight(self._fetch_keys)

    async def key(self, kid: str | None) -> Key | None:
        """The key with this id, None if there is no such key.

        Without an id: the only key of the set, if it has only one. Raises Unavailable when no key
        set was ever fetched.
        """
        found = find_key(self._keys, kid)
        if found is None:
            if self._refresh.under_way or self._may_try():
                await self._refresh.join()
        elif self._older(self._fetched_at, self._max_age) and self._may_try():
            failing = self._tried_at > self._fetched_at
            self._refresh.start()
            if not failing:
                await self._refresh.join()
        if not self._keys:
            raise Unavailable("认证中心暂时无法访问，请稍后再试", headers={"Retry-After": "1"})
        return find_key(self._keys, kid)

    def _may_try(self) -> bool:
        wait = self._min_refresh_interval if self._keys else _RETRY_WHILE_EMPTY
        return self._older(self._tried_at, min(wait, self._min_refresh_interval))

    def _older(self, at: datetime, age: timedelta) -> bool:
        """Also true of an instant in the future: the system clock was set back."""
        return not timedelta() <= self._clock.now() - at < age

    async def _fetch_keys(self) -> None:
        self._tried_at = self._clock.now()
        try:
            keys = usable_keys(await self._fetch())
        except Exception as error:  # whatever went wrong, the keys we have are still good
            log.warning("signing keys not fetched", extra={"error": type(error).__name__})
            return
        if not keys:
            log.warning("signing key set holds no usable key")
            return
        self._keys = keys
        self._fetched_at = self._tried_at


def usable_keys(jwks: Mapping[str, Any]) -> list[Key]:
    """The public signature keys of the set; what this platform cannot use is passed over."""
    keys: list[Key] = []
    for data in jwks["keys"]:
        if not isinstance(data, dict) or not _for_signatures(data):
            continue
        try:
            key = JWKRegistry.import_key(data)
            key.ensure_kid()
        except Exception as error:  # one odd key must not cost the others
            log.info("signing key passed over", extra={"error": type(error).__name__})
            continue
        keys.append(key)
    return keys


def _for_signatures(data: dict[str, Any]) -> bool:
    if data.get("kty") == "RSA" and len(str(data.get("n", ""))) < _SHORTEST_RSA:
        return False
    return data.get("kty") in ("RSA", "EC", "OKP") and data.get("use", "sig") == "sig"


def find_key(keys: list[Key], kid: str | None) -> Key | None:
    if kid is None:
        return keys[0] if len(keys) == 1 else None
    return next((key for key in keys if key.kid == kid), None)


def fetch_from(url: str, client: httpx.AsyncClient | None = None) -> Fetch:
    """Fetches the key set at ``url``."""

    async def fetch() -> Mapping[str, Any]:
        return await get_json(url, client)

    return fetch


def fetch_discovered(
    issuer: str, client: httpx.AsyncClient | None = None, *, metadata_url: str = ""
) -> Fetch:
    """Asks the issuer each time where its key set is, then fetches it from there."""

    async def fetch() -> Mapping[str, Any]:
        metadata = await discover(issuer, client, metadata_url=metadata_url)
        return await get_json(metadata["jwks_uri"], client)

    return fetch
