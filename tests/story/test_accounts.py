"""The accounts of a rehearsal, on a provider that answers as Keycloak does."""

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from story.accounts import CLIENT, Accounts
from story.stage import StoryFailed

LIFE = 300


@dataclass
class Provider:
    """What was asked of it, and how often it stays silent first."""

    now: float = 0.0
    away: int = 0
    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter[str])

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.away:
            self.away -= 1
            if self.away % 2:
                raise httpx.ConnectError("no provider", request=request)
            return httpx.Response(503)
        path = request.url.path.removeprefix("/admin/realms/liandong")
        self.asked[f"{request.method} {path}"] += 1
        if path.endswith("/token"):
            return self._signed_in(request)
        if path == "/users":
            account = json.loads(request.content)
            self.users[account["username"]] = account
            return httpx.Response(201, headers={"Location": f"https://id/users/{len(self.users)}"})
        if path.startswith("/roles/"):
            return httpx.Response(200, json={"name": path.removeprefix("/roles/")})
        return httpx.Response(201)

    def _signed_in(self, request: httpx.Request) -> httpx.Response:
        form = {name: one[0] for name, one in parse_qs(request.content.decode()).items()}
        self.asked[f"sign in {form['username']}"] += 1
        if form["client_id"] == CLIENT:
            known = self.users[form["username"]]["credentials"][0]["value"]
            if form["password"] != known:
                return httpx.Response(401, json={"error": "invalid_grant"})
        token = f"{form['username']} at {self.now:.0f}"
        return httpx.Response(200, json={"access_token": token, "expires_in": LIFE})

    def pause(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def accounts(provider: Provider) -> Accounts:
    http = httpx.Client(transport=httpx.MockTransport(provider))
    now, pause = (lambda: provider.now), provider.pause
    return Accounts("https://id", "https://id", "secret", http, now, pause)


def test_an_account_is_made_when_somebody_first_appears(
    accounts: Accounts, provider: Provider
) -> None:
    assert accounts.token("clerk-wang", "clerk", "340100", None) == "clerk-wang at 0"
    made = provider.users["clerk-wang"]
    assert made["attributes"] == {"district": ["340100"]}
    assert provider.asked["POST /users/1/role-mappings/realm"] == 1
    accounts.token("org-1", "organization", "340103", "an-id")
    assert provider.users["org-1"]["attributes"]["organization_id"] == ["an-id"]
    assert provider.asked["POST /clients"] == 1


def test_a_token_is_used_until_a_minute_before_its_end(
    accounts: Accounts, provider: Provider
) -> None:
    for at, expected in ((0, 0), (LIFE - 60, 0), (LIFE - 59, LIFE - 59)):
        provider.now = at
        token = accounts.token("clerk-wang", "clerk", "340100", None)
        assert token == f"clerk-wang at {expected}"
    assert provider.asked["sign in clerk-wang"] == 2
    assert provider.asked["POST /users"] == 1


def test_a_provider_that_was_killed_is_waited_for(accounts: Accounts, provider: Provider) -> None:
    provider.away = 7
    assert accounts.token("clerk-wang", "clerk", None, None).startswith("clerk-wang at ")


def test_one_that_stays_away_ends_the_story(accounts: Accounts, provider: Provider) -> None:
    provider.away = 1_000_000
    with pytest.raises(StoryFailed, match="no answer within"):
        accounts.token("clerk-wang", "clerk", None, None)


def test_a_refusal_is_told_and_not_repeated(accounts: Accounts, provider: Provider) -> None:
    accounts.token("clerk-wang", "clerk", None, None)
    provider.users["clerk-wang"]["credentials"][0]["value"] = "another"
    provider.now = LIFE
    with pytest.raises(StoryFailed, match="401"):
        accounts.token("clerk-wang", "clerk", None, None)
    assert provider.asked["sign in clerk-wang"] == 2
