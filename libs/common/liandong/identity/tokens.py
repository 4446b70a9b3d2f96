"""Access tokens: OIDC JSON Web Tokens, checked completely before anything in them is believed."""

import binascii
import json
import logging
from base64 import urlsafe_b64decode
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Protocol

from joserfc import jwt
from joserfc.errors import (
    BadSignatureError,
    ClaimError,
    ExpiredTokenError,
    JoseError,
    KeyParameterError,
    MissingClaimError,
)
from joserfc.jwk import Key
from joserfc.jws import JWSRegistry

from liandong.clock import Clock, SystemClock
from liandong.identity.actors import Actor
from liandong.identity.claims import actor_of
from liandong.identity.jwks import JwksCache, fetch_discovered
from liandong.identity.reasons import Reason, refused
from liandong.settings import Settings

log = logging.getLogger(__name__)

ASYMMETRIC: Final = frozenset(
    f"{family}{size}" for family in ("RS", "PS", "ES") for size in (256, 384, 512)
) | {"EdDSA", "Ed25519"}
"""All that can ever be allowed: ``none`` signs nothing, and HS* would sign with a published key."""

_MAX_TOKEN_CHARACTERS: Final = 16_384
_CLAIM_REASONS: Final = {
    "iss": Reason.ISSUER,
    "aud": Reason.AUDIENCE,
    "nbf": Reason.NOT_YET_VALID,
    "iat": Reason.ISSUED_IN_FUTURE,
}


_REMEMBERED_TOKENS: Final = 2_000


@dataclass(frozen=True, slots=True)
class _Verified:
    kid: str | None
    key: Key
    claims: dict[str, Any]
    actor: Actor


class KeySource(Protocol):
    async def key(self, kid: str | None) -> Key | None:
        """The published key with this id; None if the issuer has no such key."""
        ...


class _AllowedAlgorithms(JWSRegistry):
    """joserfc warns on every use of "EdDSA" (renamed by RFC 9864); issuers still write it."""

    def get_alg(self, name: str) -> Any:
        if name not in (self.allowed or ()):
            raise refused(Reason.ALGORITHM)
        return self.algorithms[name]


class TokenVerifier:
    """Turns a bearer token into an actor, or refuses it with a stable reason.

    ``clock`` must be the real system clock even in rehearsals: the issuer does not rehearse.
    """

    def __init__(
        self,
        issuer: str,
        audience: str,
        jwks: KeySource,
        algorithms: Collection[str] = ("RS256", "ES256", "EdDSA"),
        clock: Clock | None = None,
        *,
        leeway: timedelta = timedelta(seconds=30),
    ) -> None:
        allowed = ASYMMETRIC.intersection(algorithms)
        if "EdDSA" in allowed:
            allowed |= {"Ed25519"}
        if not allowed:  # an empty list means "the recommended ones" to joserfc, HS256 among them
            raise ValueError("允许的令牌签名算法中没有一个非对称算法")
        if ignored := sorted(set(algorithms) - ASYMMETRIC):
            log.warning("unsafe token algorithms are ignored", extra={"algorithms": ignored})
        self._allowed = allowed
        self._registry = _AllowedAlgorithms(algorithms=allowed, strict_check_header=False)
        self._jwks = jwks
        self._issuer, self._audience = issuer, audience
        self._clock = clock or SystemClock()
        self._leeway = int(leeway.total_seconds())
        self._verified: OrderedDict[str, _Verified] = OrderedDict()

    async def verify(self, token: str) -> Actor:
        """The actor of a valid token.

        Raises NotAuthenticated with ``extra["reason"]`` (see :class:`Reason`) for any other token,
        and Unavailable when the issuer's keys have never been reachable. A token seen before is
        not computed again, but its key must still be published and its times must still hold.
        """
        known = self._verified.get(token)
        if known is not None and await self._jwks.key(known.kid) is known.key:
            if self._clock.now().timestamp() >= known.claims["exp"]:
                self._check(known.claims)
            return known.actor
        header = _header(token)
        if header["alg"] not in self._allowed:
            raise refused(Reason.ALGORITHM)
        key = await self._jwks.key(header.get("kid"))
        if key is None:
            raise refused(Reason.UNKNOWN_KEY)
        claims = self._signed_claims(token, key)
        self._check(claims)
        actor = actor_of(claims)
        self._verified[token] = _Verified(header.get("kid"), key, claims, actor)
        if len(self._verified) > _REMEMBERED_TOKENS:
            self._verified.popitem(last=False)
        return actor

    def _signed_claims(self, token: str, key: Key) -> dict[str, Any]:
        try:
            return jwt.decode(token, key, registry=self._registry).claims
        except BadSignatureError:
            raise refused(Reason.SIGNATURE) from None
        except KeyParameterError:  # a key of another kind than the algorithm the token names
            raise refused(Reason.ALGORITHM) from None
        except (JoseError, ValueError, TypeError, RecursionError):
            raise refused(Reason.MALFORMED) from None

    def _check(self, claims: dict[str, Any]) -> None:
        checks = jwt.JWTClaimsRegistry(
            now=int(self._clock.now().timestamp()),
            leeway=self._leeway,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._audience},
            exp={"essential": True},
        )
        try:
            checks.validate(claims)
        except MissingClaimError as missing:
            absent = missing.claim.split(",")
            raise refused(
                Reason.MISSING_EXPIRY if "exp" in absent else _CLAIM_REASONS[absent[0]]
            ) from None
        except ExpiredTokenError:
            raise refused(Reason.EXPIRED) from None
        except ClaimError as wrong:
            raise refused(_CLAIM_REASONS.get(wrong.claim, Reason.CLAIMS)) from None


def _header(token: str) -> dict[str, Any]:
    """The unverified header: read only to choose the key, believed after the signature holds."""
    if len(token) > _MAX_TOKEN_CHARACTERS or not token.isascii() or token.count(".") != 2:
        raise refused(Reason.MALFORMED)
    encoded = token.partition(".")[0]
    try:
        header = json.loads(urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        raise refused(Reason.MALFORMED) from None
    if not isinstance(header, dict) or not isinstance(header.get("alg"), str):
        raise refused(Reason.MALFORMED)
    if not isinstance(header.get("kid", ""), str):
        raise refused(Reason.MALFORMED)
    if "crit" in header or "b64" in header:  # RFC 7797: never in a JWT; no other extension is known
        raise refused(Reason.MALFORMED)
    return header


def token_verifier(settings: Settings) -> TokenVerifier:
    """The verifier a service's settings describe; the keys are fetched when first needed."""
    source = settings.oidc_jwks_url or fetch_discovered(
        settings.oidc_issuer, metadata_url=settings.oidc_metadata_url
    )
    return TokenVerifier(
        settings.oidc_issuer,
        settings.oidc_audience,
        JwksCache(source),
        settings.oidc_algorithms,
    )
