"""The issuer's keys: rotation is noticed at once, garbage is not, an outage is survived."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from joserfc.jwk import RSAKey

from liandong.clock import FixedClock
from liandong.identity.development import DevelopmentKeys, StaticJwks
from liandong.identity.jwks import JwksCache, fetch_discovered, fetch_from
from liandong.identity.tokens import TokenVerifier
from liandong.problems import NotAuthenticated, Unavailable


class Issuer:
    """Serves the keys, counts the fetches, can be made unreachable or slow."""

    def __init__(self, keys: DevelopmentKeys) -> None:
        self.keys, self.fetches, self.reachable = keys, 0, True
        self.answer: Any = None
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self) -> Any:
        self.fetches += 1
        await self.gate.wait()
        if not self.reachable:
            raise httpx.ConnectError("unreachable")
        return self.keys.jwks() if self.answer is None else self.answer

    @property
    def newest(self) -> str:
        return self.keys.jwks()["keys"][0]["kid"]


@pytest.fixture
def issuer(keys: DevelopmentKeys) -> Issuer:
    return Issuer(keys)


@pytest.fixture
def cache(issuer: Issuer, clock: FixedClock) -> JwksCache:
    return JwksCache(issuer, clock=clock)


async def test_a_rotated_key_is_fetched_once_and_the_old_one_stays_valid(
    issuer: Issuer, cache: JwksCache, keys: DevelopmentKeys, clock: FixedClock
) -> None:
    verifier = TokenVerifier(keys.issuer, keys.audience, cache, clock=clock)
    before = keys.issue(subject="u-1")
    await verifier.verify(before)
    keys.rotate()
    clock.advance(timedelta(seconds=10))
    after = keys.issue(subject="u-2")
    found = await asyncio.gather(*(verifier.verify(after) for _ in range(20)))
    assert {actor.subject for actor in found} == {"u-2"}
    assert issuer.fetches == 2
    assert (await verifier.verify(before)).subject == "u-1"


async def test_invented_key_ids_do_not_storm_the_issuer(
    issuer: Issuer, cache: JwksCache, keys: DevelopmentKeys, clock: FixedClock
) -> None:
    verifier = TokenVerifier(keys.issuer, keys.audience, cache, clock=clock)
    for second in range(20):
        for number in range(50):
            forged = keys.sign({}, {"kid": f"garbage-{second}-{number}"})
            with pytest.raises(NotAuthenticated):
                await verifier.verify(forged)
        clock.advance(timedelta(seconds=1))
    assert issuer.fetches == 2


async def test_a_key_the_issuer_withdrew_is_gone_after_max_age(
    issuer: Issuer, cache: JwksCache, clock: FixedClock
) -> None:
    old = issuer.newest
    assert await cache.key(old)
    for _ in range(3):
        issuer.keys.rotate()
    clock.advance(timedelta(minutes=9))
    assert await cache.key(old)
    clock.advance(timedelta(minutes=1))
    assert await cache.key(old) is None


async def test_old_keys_serve_while_the_issuer_is_unreachable(
    issuer: Issuer, cache: JwksCache, clock: FixedClock
) -> None:
    assert await cache.key(issuer.newest)
    issuer.reachable = False
    clock.advance(timedelta(hours=5))
    assert await cache.key(issuer.newest)
    assert issuer.fetches == 2
    assert await cache.key("unknown") is None
    assert issuer.fetches == 2


async def test_while_the_issuer_hangs_only_the_first_caller_waits(
    issuer: Issuer, cache: JwksCache, clock: FixedClock
) -> None:
    kid = issuer.newest
    await cache.key(kid)
    issuer.reachable = False
    clock.advance(timedelta(hours=1))
    await cache.key(kid)  # the first attempt fails
    issuer.gate.clear()
    clock.advance(timedelta(minutes=1))
    assert await asyncio.wait_for(cache.key(kid), 1)  # the second is made behind the caller's back
    await asyncio.sleep(0)
    assert issuer.fetches == 3
    issuer.gate.set()
    await cache._refresh.join()


async def test_without_any_keys_the_service_is_unavailable_until_the_issuer_is_there(
    issuer: Issuer, cache: JwksCache, clock: FixedClock
) -> None:
    issuer.reachable = False
    for _ in range(5):
        with pytest.raises(Unavailable) as caught:
            await cache.key(issuer.newest)
    assert caught.value.headers == {"Retry-After": "1"}
    assert issuer.fetches == 1
    issuer.reachable = True
    clock.advance(timedelta(seconds=1))
    assert await cache.key(issuer.newest)


async def test_a_cancelled_caller_does_not_cancel_the_others(
    issuer: Issuer, cache: JwksCache
) -> None:
    issuer.gate.clear()
    first = asyncio.create_task(cache.key(issuer.newest))
    second = asyncio.create_task(cache.key(issuer.newest))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    first.cancel()
    issuer.gate.set()
    assert await second
    assert issuer.fetches == 1
    with pytest.raises(asyncio.CancelledError):
        await first


@pytest.mark.parametrize("answer", [{}, {"keys": []}, {"keys": "x"}, {"keys": [{"kty": "oct"}]}])
async def test_a_useless_key_set_does_not_displace_a_good_one(
    issuer: Issuer, cache: JwksCache, clock: FixedClock, answer: Any
) -> None:
    assert await cache.key(issuer.newest)
    issuer.answer = answer
    clock.advance(timedelta(hours=1))
    assert await cache.key(issuer.newest)


async def test_one_odd_key_does_not_cost_the_others(keys: DevelopmentKeys) -> None:
    good = keys.jwks()["keys"][0]
    odd: list[Any] = [
        "text",
        {"kty": "EC"},
        {"kty": "EC", "crv": "P-999", "x": "AA", "y": "AA", "kid": "curve"},
        {"kty": "AKP", "kid": "post-quantum"},
        {"kty": "oct", "k": "c2VjcmV0", "kid": "shared"},
        {**good, "kid": "encryption", "use": "enc"},
        {"kty": "RSA", "n": "A" * 171, "e": "AQAB", "kid": "short"},
        {"kty": "RSA", "n": 5, "e": "AQAB", "kid": "number"},
    ]
    jwks = StaticJwks({"keys": [*odd, good]})
    assert await jwks.key(good["kid"])
    assert await jwks.key(None)
    for kid in ("curve", "post-quantum", "shared", "encryption", "short", "number"):
        assert await jwks.key(kid) is None


async def test_a_key_without_id_serves_only_while_it_is_alone(keys: DevelopmentKeys) -> None:
    assert await StaticJwks(keys.jwks()).key(None)
    keys.rotate()
    assert await StaticJwks(keys.jwks()).key(None) is None


async def test_an_rsa_key_of_2048_bits_is_used() -> None:
    key = RSAKey.generate_key(2048, {"kid": "rsa"})
    assert await StaticJwks({"keys": [key.as_dict(private=False)]}).key("rsa")


def answering(pages: dict[str, Any]) -> httpx.AsyncClient:
    def answer(request: httpx.Request) -> httpx.Response:
        page = pages.get(str(request.url))
        return httpx.Response(404) if page is None else httpx.Response(200, json=page)

    return httpx.AsyncClient(transport=httpx.MockTransport(answer))


async def test_the_key_set_is_found_by_discovery(keys: DevelopmentKeys) -> None:
    issuer = "https://id.example/realms/minzheng"
    found = issuer + "/.well-known/openid-configuration"
    certificates = "https://id.example/certs"
    pages = {found: {"issuer": issuer, "jwks_uri": certificates}, certificates: keys.jwks()}
    async with answering(pages) as client:
        cache = JwksCache(fetch_discovered(issuer, client))
        assert await cache.key(keys.jwks()["keys"][0]["kid"])


async def test_metadata_that_are_read_elsewhere_still_speak_for_the_issuer(
    keys: DevelopmentKeys,
) -> None:
    issuer, inside = "https://id.example.gov.cn", "http://id/metadata"
    metadata = {"issuer": issuer, "jwks_uri": "http://id/jwks"}
    async with answering({inside: metadata, "http://id/jwks": keys.jwks()}) as client:
        cache = JwksCache(fetch_discovered(issuer, client, metadata_url=inside))
        assert await cache.key(keys.jwks()["keys"][0]["kid"])
    async with answering({inside: {**metadata, "issuer": "http://id"}}) as client:
        with pytest.raises(Unavailable):
            await JwksCache(fetch_discovered(issuer, client, metadata_url=inside)).key("x")


async def test_a_discovery_document_of_another_issuer_is_not_believed() -> None:
    issuer = "https://id.example"
    page = {"issuer": "https://evil.example", "jwks_uri": "https://evil.example/certs"}
    async with answering({issuer + "/.well-known/openid-configuration": page}) as client:
        with pytest.raises(Unavailable):
            await JwksCache(fetch_discovered(issuer, client)).key("x")


async def test_an_error_page_counts_as_unreachable() -> None:
    async with answering({"https://id.example/list": ["x"]}) as client:
        for path in ("certs", "list"):
            with pytest.raises(Unavailable):
                await JwksCache(fetch_from(f"https://id.example/{path}", client)).key("x")
