import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from liandong.clock import FixedClock
from liandong.identity.client import ServiceTokens
from liandong.problems import Unavailable


class Issuer:
    def __init__(self) -> None:
        self.asked: list[str] = []
        self.reachable = True
        self.answer: Any = None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.content.decode())
        if not self.reachable:
            raise httpx.ConnectTimeout("no answer", request=request)
        if self.answer is not None:
            return self.answer
        body = {"access_token": f"token-{len(self.asked)}", "expires_in": 600}
        return httpx.Response(200, json=body)


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
def tokens(issuer: Issuer, clock: FixedClock) -> ServiceTokens:
    http = httpx.AsyncClient(transport=httpx.MockTransport(issuer))
    return ServiceTokens(
        "https://id.example/token", "funding", "s&cret", clock, scopes=("a", "b"), http=http
    )


async def test_one_token_serves_until_shortly_before_it_expires(
    tokens: ServiceTokens, issuer: Issuer, clock: FixedClock
) -> None:
    headers = await asyncio.gather(*(tokens.authorization() for _ in range(10)))
    assert all(header == {"Authorization": "Bearer token-1"} for header in headers)
    clock.advance(timedelta(seconds=539))
    assert await tokens.authorization() == {"Authorization": "Bearer token-1"}
    clock.advance(timedelta(seconds=1))
    assert await tokens.authorization() == {"Authorization": "Bearer token-2"}
    assert len(issuer.asked) == 2
    assert issuer.asked[0] == (
        "grant_type=client_credentials&client_id=funding&client_secret=s%26cret&scope=a+b"
    )


async def test_while_the_issuer_is_silent_the_token_is_used_to_its_end(
    tokens: ServiceTokens, issuer: Issuer, clock: FixedClock
) -> None:
    await tokens.authorization()
    issuer.reachable = False
    clock.advance(timedelta(seconds=599))
    assert await tokens.authorization() == {"Authorization": "Bearer token-1"}
    clock.advance(timedelta(seconds=1))
    with pytest.raises(Unavailable):
        await tokens.authorization()
    issuer.reachable = True
    clock.advance(timedelta(seconds=1))
    assert await tokens.authorization() == {"Authorization": "Bearer token-4"}


async def test_a_silent_issuer_is_asked_once_a_second(
    tokens: ServiceTokens, issuer: Issuer, clock: FixedClock
) -> None:
    issuer.reachable = False
    for _ in range(5):
        with pytest.raises(Unavailable):
            await tokens.authorization()
    assert len(issuer.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(401, json={"error": "invalid_client"}),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json={"token": "x"}),
        httpx.Response(200, json={"access_token": ""}),
        httpx.Response(200, json={"access_token": "x", "expires_in": "soon"}),
        httpx.Response(200, json=["x"]),
    ],
)
async def test_a_useless_answer_is_no_token(
    tokens: ServiceTokens, issuer: Issuer, answer: httpx.Response
) -> None:
    issuer.answer = answer
    with pytest.raises(Unavailable):
        await tokens.authorization()


async def test_a_refused_token_can_be_discarded(tokens: ServiceTokens) -> None:
    await tokens.authorization()
    tokens.discard()
    assert await tokens.authorization() == {"Authorization": "Bearer token-2"}
