"""Only a complete, current token of the right issuer makes an actor."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

from liandong.clock import FixedClock
from liandong.identity.development import DevelopmentKeys, StaticJwks
from liandong.identity.reasons import Reason
from liandong.identity.tokens import TokenVerifier
from liandong.problems import NotAuthenticated


async def reason_of(verifier: TokenVerifier, token: str) -> str:
    with pytest.raises(NotAuthenticated) as caught:
        await verifier.verify(token)
    assert caught.value.headers["WWW-Authenticate"].startswith("Bearer")
    assert caught.value.detail
    return caught.value.extra["reason"]


def encoded(part: Any) -> str:
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


async def test_a_good_token_gives_its_actor(verifier: TokenVerifier, keys: DevelopmentKeys) -> None:
    actor = await verifier.verify(keys.issue(subject="u-1", roles=["clerk"], district="340100"))
    assert (actor.subject, actor.district, actor.is_machine) == ("u-1", "340100", False)


@pytest.mark.parametrize(
    ("claim", "value", "reason"),
    [
        ("iss", "https://other.example", Reason.ISSUER),
        ("iss", None, Reason.ISSUER),
        ("iss", 7, Reason.ISSUER),
        ("aud", "another-api", Reason.AUDIENCE),
        ("aud", ["another-api", "account"], Reason.AUDIENCE),
        ("aud", [], Reason.AUDIENCE),
        ("aud", None, Reason.AUDIENCE),
        ("aud", {"liandong": True}, Reason.AUDIENCE),
        ("exp", None, Reason.MISSING_EXPIRY),
        ("exp", 0, Reason.EXPIRED),
        ("exp", "tomorrow", Reason.CLAIMS),
        ("exp", float("nan"), Reason.CLAIMS),
        ("exp", True, Reason.CLAIMS),
        ("nbf", 4_000_000_000, Reason.NOT_YET_VALID),
        ("iat", 4_000_000_000, Reason.ISSUED_IN_FUTURE),
    ],
)
async def test_a_wrong_standard_claim_is_refused_with_its_reason(
    verifier: TokenVerifier, keys: DevelopmentKeys, claim: str, value: object, reason: Reason
) -> None:
    claims = keys.standard_claims() | {"sub": "u-1", claim: value}
    present = {name: value for name, value in claims.items() if value is not None}
    assert await reason_of(verifier, keys.sign(present)) == reason


async def test_the_audience_may_be_one_of_several(
    verifier: TokenVerifier, keys: DevelopmentKeys
) -> None:
    claims = keys.standard_claims() | {"sub": "u-1", "aud": ["account", "liandong"]}
    assert (await verifier.verify(keys.sign(claims))).subject == "u-1"


async def test_a_token_expires_after_the_leeway(
    verifier: TokenVerifier, keys: DevelopmentKeys, clock: FixedClock
) -> None:
    token = keys.issue(subject="u-1", ttl=timedelta(minutes=5))
    clock.advance(timedelta(minutes=5, seconds=29))
    assert (await verifier.verify(token)).subject == "u-1"
    clock.advance(timedelta(seconds=1))
    assert await reason_of(verifier, token) == Reason.EXPIRED


async def test_a_token_without_a_signature_is_refused(
    verifier: TokenVerifier, keys: DevelopmentKeys
) -> None:
    claims = encoded(keys.standard_claims() | {"sub": "u-1"})
    for name in ("none", "None", "NONE"):
        assert await reason_of(verifier, f"{encoded({'alg': name})}.{claims}.") == Reason.ALGORITHM


@pytest.mark.parametrize("form", ["pem", "der", "jwk"])
async def test_the_public_key_cannot_serve_as_an_hmac_secret(
    keys: DevelopmentKeys, clock: FixedClock, form: str
) -> None:
    """Even where an administrator put HS256 and none on the list."""
    public = keys.jwks()["keys"][0]
    verifier = TokenVerifier(
        keys.issuer, keys.audience, StaticJwks(keys.jwks()), ("ES256", "HS256", "none"), clock
    )
    key = ECKey.import_key(public)
    secret = {"pem": key.as_pem(), "der": key.as_der(), "jwk": json.dumps(public).encode()}[form]
    head = encoded({"alg": "HS256", "kid": public["kid"]})
    signed = f"{head}.{encoded(keys.standard_claims() | {'sub': 'u-1'})}"
    mac = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
    assert await reason_of(verifier, f"{signed}.{encoded(mac)}") == Reason.ALGORITHM


def test_a_list_without_any_safe_algorithm_is_refused_at_start() -> None:
    for listed in ((), ("HS256",), ("none",)):
        with pytest.raises(ValueError, match="非对称"):
            TokenVerifier("i", "a", StaticJwks({"keys": []}), listed)


async def test_an_algorithm_that_is_not_listed_is_refused(
    keys: DevelopmentKeys, clock: FixedClock
) -> None:
    verifier = TokenVerifier(keys.issuer, "liandong", StaticJwks(keys.jwks()), ("RS256",), clock)
    assert await reason_of(verifier, keys.issue(subject="u-1")) == Reason.ALGORITHM


async def test_a_key_of_another_kind_than_the_algorithm_is_refused(
    verifier: TokenVerifier, keys: DevelopmentKeys
) -> None:
    rsa = RSAKey.generate_key(2048)
    kid = keys.jwks()["keys"][0]["kid"]
    token = jwt.encode({"alg": "RS256", "kid": kid}, keys.standard_claims(), rsa)
    assert await reason_of(verifier, token) == Reason.ALGORITHM


async def test_a_signature_by_someone_else_is_refused(
    verifier: TokenVerifier, keys: DevelopmentKeys
) -> None:
    stranger = DevelopmentKeys.in_memory()
    claims = keys.standard_claims() | {"sub": "u-1"}
    token = stranger.sign(claims, {"kid": keys.jwks()["keys"][0]["kid"]})
    assert await reason_of(verifier, token) == Reason.SIGNATURE
    assert await reason_of(verifier, stranger.sign(claims)) == Reason.UNKNOWN_KEY


async def test_changed_claims_break_the_signature(
    verifier: TokenVerifier, keys: DevelopmentKeys
) -> None:
    head, _, signature = keys.issue(subject="u-1").split(".")
    claims = keys.standard_claims() | {"sub": "u-1", "roles": ["approver"]}
    changed = f"{head}.{encoded(claims)}.{signature}"
    assert await reason_of(verifier, changed) == Reason.SIGNATURE


@pytest.mark.parametrize(
    "token",
    [
        "",
        "not-a-token",
        "a.b",
        "a.b.c",
        "a.b.c.d.e",
        "令牌.令牌.令牌",
        "x" * 20_000 + "..",
        encoded([1]) + ".e30.x",
        encoded("alg") + ".e30.x",
        encoded({"alg": ["ES256"]}) + ".e30.x",
        encoded({"alg": "ES256", "kid": {"a": 1}}) + ".e30.x",
        encoded({"alg": "ES256", "crit": ["b64"], "b64": False}) + ".e30.x",
        encoded(b"[" * 5_000) + ".e30.x",
    ],
)
async def test_what_is_not_a_token_is_malformed(verifier: TokenVerifier, token: str) -> None:
    assert await reason_of(verifier, token) == Reason.MALFORMED


async def test_a_signed_payload_that_is_no_object_is_malformed(
    verifier: TokenVerifier, keys: DevelopmentKeys
) -> None:
    key = ECKey.import_key(keys._keys[0])
    for payload in (b"[]", b"\xff", b"1"):
        token = jws.serialize_compact({"alg": "ES256", "kid": key.kid}, payload, key)
        assert await reason_of(verifier, token) == Reason.MALFORMED


@pytest.mark.parametrize("name", ["EdDSA", "Ed25519"])
async def test_both_names_of_ed25519_are_understood(
    keys: DevelopmentKeys, clock: FixedClock, name: str
) -> None:
    key = OKPKey.generate_key("Ed25519", {"use": "sig"}, auto_kid=True)
    jwks = StaticJwks({"keys": [key.as_dict(private=False)]})
    verifier = TokenVerifier(keys.issuer, keys.audience, jwks, ("EdDSA",), clock)
    claims = keys.standard_claims() | {"sub": "u-1"}
    payload = f"{encoded({'alg': name, 'kid': key.kid})}.{encoded(claims)}"
    signature = key.raw_value.sign(payload.encode())  # type: ignore[union-attr]
    assert (await verifier.verify(f"{payload}.{encoded(signature)}")).subject == "u-1"
