"""Accounts of the people of a rehearsal at the identity provider of the containers (Keycloak)."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from story.stage import StoryFailed

CLIENT: Final = "liandong-rehearsal"
_MARGIN: Final = 60.0
"""Seconds before its end in which a token is no longer used."""
_PATIENCE: Final = 180.0
"""Seconds for which a provider that does not answer is asked again."""


@dataclass
class Accounts:
    """Makes an account when somebody first appears, and signs in for that person.

    ``public`` is the entrance, ``admin`` the one for administrators. Passwords are random and live
    as long as this object. The client that takes passwords exists in rehearsals only.
    """

    public: str
    admin: str
    admin_password: str
    http: httpx.Client
    seconds: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep
    _passwords: dict[str, str] = field(default_factory=dict)
    _tokens: dict[str, tuple[str, float]] = field(default_factory=dict)

    def token(
        self, subject: str, role: str, district: str | None, organization_id: str | None
    ) -> str:
        """An access token that holds for another minute at least."""
        if subject not in self._passwords:
            self._make(subject, role, district, organization_id)
        token, until = self._tokens.get(subject, ("", 0.0))
        if self.seconds() > until - _MARGIN:
            found = self._signed_in("liandong", CLIENT, subject, self._passwords[subject])
            token = found["access_token"]
            self._tokens[subject] = token, self.seconds() + found["expires_in"]
        return token

    def _make(
        self, subject: str, role: str, district: str | None, organization_id: str | None
    ) -> None:
        if not self._passwords:
            self._ask("POST", "/clients", json=_client())
        password = secrets.token_urlsafe(18)
        attributes = {"district": district, "organization_id": organization_id}
        account = {
            "username": subject,
            "firstName": "演练",
            "lastName": "人员",
            "email": f"{subject}@example.gov.cn",
            "enabled": True,
            "attributes": {name: [value] for name, value in attributes.items() if value},
            "credentials": [{"type": "password", "value": password, "temporary": False}],
        }
        made = self._ask("POST", "/users", json=account)
        address = made.headers["Location"].rpartition("/users/")[2]
        known = self._ask("GET", f"/roles/{role}").json()
        self._ask("POST", f"/users/{address}/role-mappings/realm", json=[known])
        self._passwords[subject] = password

    def _ask(self, method: str, path: str, **given: Any) -> httpx.Response:
        token = self._signed_in("master", "admin-cli", "admin", self.admin_password)
        return self._answered(
            method,
            f"{self.admin}/admin/realms/liandong{path}",
            headers={"Authorization": f"Bearer {token['access_token']}"},
            **given,
        )

    def _signed_in(self, realm: str, client: str, account: str, password: str) -> dict[str, Any]:
        base = self.admin if realm == "master" else self.public
        form = {
            "grant_type": "password",
            "client_id": client,
            "username": account,
            "password": password,
        }
        url = f"{base}/realms/{realm}/protocol/openid-connect/token"
        return self._answered("POST", url, data=form).json()

    def _answered(self, method: str, url: str, **given: Any) -> httpx.Response:
        """The answer, waited for while the provider or the proxy before it is away."""
        until = self.seconds() + _PATIENCE
        while self.seconds() < until:
            try:
                answer = self.http.request(method, url, **given)
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                return _expected(answer)
            self.pause(0.2)
        raise StoryFailed(f"{url}: no answer within {_PATIENCE:.0f} s")


def _client() -> dict[str, Any]:
    return {
        "clientId": CLIENT,
        "publicClient": True,
        "directAccessGrantsEnabled": True,
        "standardFlowEnabled": False,
        "fullScopeAllowed": True,
        "defaultClientScopes": ["liandong"],
    }


def _expected(answer: httpx.Response) -> httpx.Response:
    if not answer.is_success:
        where = answer.request.url.path
        raise StoryFailed(f"{where}: {answer.status_code} {answer.text[:400]}")
    return answer
