"""An issuer that is wrong stops the start; one that is away does not."""

from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from liandong.clock import FixedClock
from liandong.preflight.issuer import findings
from liandong.testing.services import KEYS, START, settings_for

ISSUER = "https://id.example.gov.cn"
METADATA = {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/jwks"}
BOTH = {"/.well-known/openid-configuration": METADATA, "/jwks": KEYS.jwks()}


async def found(documents: dict[str, Any], late: int = 0, status: int = 200, **given: str):
    """What is found of an issuer that publishes these documents, its clock so many seconds late."""

    def answer(request: httpx.Request) -> httpx.Response:
        document = documents.get(request.url.path)
        date = format_datetime(START - timedelta(seconds=late), usegmt=True)
        code = status if document is not None else 404
        return httpx.Response(code, json=document, headers={"date": date})

    settings = settings_for("probe", "postgresql://x/x", oidc_issuer=ISSUER, **given)
    client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    found = await findings(settings, FixedClock(START), client)
    return {one.check: one for one in found}


async def test_a_fit_issuer_is_found_fit() -> None:
    told = await found(BOTH, late=59)
    assert set(told) == {"issuer.metadata", "issuer.keys", "clock.issuer"}
    assert not any(one.exit_code for one in told.values())


@pytest.mark.parametrize(
    ("documents", "check", "says"),
    [
        ({**BOTH, "/.well-known/openid-configuration": {**METADATA, "issuer": "https://other"}},
         "issuer.metadata", "自称 https://other"),
        ({"/jwks": KEYS.jwks()}, "issuer.metadata", "请改正 LIANDONG_OIDC_ISSUER"),
        ({**BOTH, "/jwks": {"keys": []}}, "issuer.keys", "没有公布可用的签名公钥"),
        ({**BOTH, "/jwks": {"keys": [{"kty": "oct", "k": "AA"}]}}, "issuer.keys", "签名公钥"),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_said(documents: dict[str, Any], check: str, says: str) -> None:
    told = await found(documents)
    assert told[check].exit_code == 5
    assert says in told[check].told


async def test_where_the_keys_are_known_no_metadata_are_needed_but_must_not_lie() -> None:
    jwks = {"oidc_jwks_url": f"{ISSUER}/jwks"}
    assert not any(one.exit_code for one in (await found({"/jwks": KEYS.jwks()}, **jwks)).values())
    lying = {**BOTH, "/.well-known/openid-configuration": {"issuer": "https://other"}}
    assert (await found(lying, **jwks))["issuer.metadata"].exit_code == 5


async def test_metadata_are_read_where_they_can_be_reached_and_name_the_issuer() -> None:
    inside = {"oidc_metadata_url": "http://id/inside"}
    away = {"/inside": {"issuer": ISSUER, "jwks_uri": "http://id/jwks"}, "/jwks": KEYS.jwks()}
    assert not any(one.exit_code for one in (await found(away, **inside)).values())
    told = (await found({**away, "/inside": {"issuer": "http://id"}}, **inside))["issuer.metadata"]
    assert told.exit_code == 5
    assert f"LIANDONG_OIDC_ISSUER 是 {ISSUER}" in told.told
    told = (await found(BOTH, **inside))["issuer.metadata"]
    assert "请改正 LIANDONG_OIDC_METADATA_URL" in told.told


async def test_an_issuer_in_trouble_may_come_later() -> None:
    told = await found(BOTH, status=503)
    assert list(told) == ["issuer.reachable"]
    assert told["issuer.reachable"].exit_code == 0
    away = settings_for("probe", "postgresql://x/x", oidc_issuer="http://127.0.0.1:1")
    [one] = await findings(away, FixedClock(START))
    assert (one.check, one.exit_code) == ("issuer.reachable", 0)


async def test_a_clock_that_is_off_is_refused_with_both_sides_named() -> None:
    told = await found(BOTH, late=61)
    assert told["clock.issuer"].exit_code == 6
    assert "本机时钟比认证中心的时钟快 61 秒" in told["clock.issuer"].told
