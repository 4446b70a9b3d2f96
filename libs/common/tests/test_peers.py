"""The confirming question: what is no usable answer in time is no answer."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from liandong.http import peers
from liandong.http.peers import Peers, PeerUnavailable
from liandong.testing.services import KeysOnly


async def asked(*parts: bytes, then: bool = False) -> dict[str, object]:
    """The answer comes in these parts; with ``then`` it never ends."""

    async def body() -> AsyncIterator[bytes]:
        for part in parts:
            yield part
        if then:
            await asyncio.Event().wait()

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=body())

    async with httpx.AsyncClient(
        transport=httpx.MockTransport(answer), base_url="http://credit-list.test"
    ) as client:
        tokens = KeysOnly("funding")
        return await Peers({"credit-list": client}, tokens).ask("credit-list", "/")  # type: ignore[arg-type]


async def test_an_answer_in_parts_is_read_whole() -> None:
    assert await asked(b'{"known": ', b"true}") == {"known": True}


async def test_an_answer_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "ANSWER_SECONDS", 0.01)
    with pytest.raises(PeerUnavailable):
        await asked(b'{"known": ', then=True)


@pytest.mark.parametrize("body", [b"[" * 50_000, b" " * 200_000 + b"{}", b"{", b"[]", b"\xff"])
async def test_what_cannot_be_read_is_no_answer(body: bytes) -> None:
    with pytest.raises(PeerUnavailable):
        await asked(body)
