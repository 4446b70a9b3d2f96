"""认证中心: what the issuer says about itself. One that does not answer may come later."""

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from liandong.clock import Clock
from liandong.identity.discovery import TIMEOUT, metadata_address
from liandong.identity.jwks import usable_keys
from liandong.preflight.clocks import compared
from liandong.preflight.findings import Finding, State, fit, refused, unknown
from liandong.settings import Settings


class _Silent(Exception):
    """No answer, or one of a server that is itself in trouble."""


async def findings(
    settings: Settings, clock: Clock, http: httpx.AsyncClient | None = None
) -> list[Finding]:
    """Of the issuer's metadata, its keys and its clock.

    Refused: metadata that name another issuer, none at all where the keys must be found through
    them, a key set without a usable key, a clock that is off. ``clock`` is the system's.
    """
    # The authorities are read only where they are needed: it takes long.
    address = metadata_address(settings.oidc_issuer, settings.oidc_metadata_url)
    secure = "https:" in address + settings.oidc_jwks_url
    async with http or httpx.AsyncClient(verify=secure, timeout=TIMEOUT) as client:
        try:
            return await _asked(settings, clock, client)
        except (_Silent, httpx.HTTPError, httpx.InvalidURL) as error:
            return [
                unknown(
                    "issuer.reachable",
                    f"认证中心 {settings.oidc_issuer} 没有应答，恢复之前令牌无法核验",
                    f"the issuer does not answer ({type(error).__name__})",
                )
            ]


async def _asked(settings: Settings, clock: Clock, client: httpx.AsyncClient) -> list[Finding]:
    address = metadata_address(settings.oidc_issuer, settings.oidc_metadata_url)
    answer = await client.get(address)
    named = _metadata(settings, address, answer)
    found = [named]
    if said := _date(answer):
        most = settings.clock_tolerance_seconds
        found.append(compared("认证中心", "issuer", said, clock.now(), most))
    if named.state is not State.REFUSED:
        keys = settings.oidc_jwks_url or _json(answer).get("jwks_uri")
        found.append(await _keys(str(keys or ""), client))
    return found


def _metadata(settings: Settings, address: str, answer: httpx.Response) -> Finding:
    if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise _Silent
    if answer.status_code != httpx.codes.OK or not _json(answer):
        if settings.oidc_jwks_url:  # then nothing has to be looked up in them
            return fit("issuer.metadata")
        return refused(
            "issuer.metadata",
            f"{address} 没有认证中心的元数据：请改正 "
            + (
                "LIANDONG_OIDC_METADATA_URL"
                if settings.oidc_metadata_url
                else "LIANDONG_OIDC_ISSUER"
            ),
            f"no metadata at the issuer's address ({answer.status_code})",
        )
    named = _json(answer).get("issuer")
    if named != settings.oidc_issuer:
        return refused(
            "issuer.metadata",
            f"认证中心自称 {named}，而 LIANDONG_OIDC_ISSUER 是 {settings.oidc_issuer}："
            "请改为认证中心自称的地址，一字不差",
            f"the metadata name another issuer, {named}",
        )
    return fit("issuer.metadata")


async def _keys(address: str, client: httpx.AsyncClient) -> Finding:
    answer = await client.get(address) if address else None
    if answer is not None and answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise _Silent
    keys = _json(answer).get("keys") if answer is not None else None
    if isinstance(keys, list) and usable_keys({"keys": keys}):
        return fit("issuer.keys")
    return refused(
        "issuer.keys",
        f"认证中心没有公布可用的签名公钥（{address or '未给出地址'}）："
        "请在认证中心启用 RS256、ES256 或 EdDSA 签名密钥，或改正 LIANDONG_OIDC_JWKS_URL",
        "the issuer publishes no usable signing key",
    )


def _json(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _date(answer: httpx.Response) -> datetime | None:
    try:
        return parsedate_to_datetime(answer.headers["date"])
    except (KeyError, ValueError):
        return None
