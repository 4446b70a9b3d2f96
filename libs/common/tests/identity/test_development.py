import stat
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from liandong.clock import FixedClock, SystemClock
from liandong.identity.actors import Role
from liandong.identity.client import ServiceTokens, service_tokens
from liandong.identity.development import DevelopmentClient, DevelopmentKeys, StaticJwks, create_app
from liandong.identity.jwks import JwksCache, fetch_discovered
from liandong.identity.tokens import TokenVerifier, token_verifier
from liandong.settings import Settings

CLIENTS = {"funding": DevelopmentClient("a+b%c", scopes=("credit:read", "events:read"))}


@pytest.fixture
async def http(keys: DevelopmentKeys) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(environment="test", keys=keys, clients=CLIENTS)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url=keys.issuer
    ) as client:
        yield client


@pytest.mark.parametrize("environment", ["production", "Production", "prod", ""])
def test_it_refuses_to_exist_in_production(tmp_path: Path, environment: str) -> None:
    with pytest.raises(RuntimeError, match="不得在"):
        create_app(environment=environment, keys=tmp_path / "keys")
    assert not (tmp_path / "keys").exists()


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    folder = tmp_path / "identity" / "keys"
    first = DevelopmentKeys.load_or_create(folder)
    assert DevelopmentKeys.load_or_create(folder).jwks() == first.jwks()
    files = list(folder.iterdir())
    assert len(files) == 1
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600


def test_rotation_is_kept_and_the_old_private_key_is_not(tmp_path: Path) -> None:
    keys = DevelopmentKeys.load_or_create(tmp_path)
    first = keys.jwks()["keys"][0]
    keys.rotate()
    again = DevelopmentKeys.load_or_create(tmp_path)
    assert again.jwks() == keys.jwks()
    assert again.jwks()["keys"][1] == first
    file = next(tmp_path.iterdir())
    assert file.read_text().count('"d"') == 1
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for _ in range(5):
        keys.rotate()
    assert len(keys.jwks()["keys"]) == 3


def test_no_private_part_is_published(keys: DevelopmentKeys) -> None:
    assert set(keys.jwks()["keys"][0]) == {"kty", "crv", "x", "y", "kid", "use", "alg"}


async def test_a_service_gets_its_own_token_and_it_verifies_by_discovery(
    http: httpx.AsyncClient, keys: DevelopmentKeys, clock: FixedClock
) -> None:
    tokens = ServiceTokens(f"{keys.issuer}/token", "funding", SecretStr("a+b%c"), clock, http=http)
    cache = JwksCache(fetch_discovered(keys.issuer, http))
    header = (await tokens.authorization())["Authorization"]
    verifier = TokenVerifier(keys.issuer, keys.audience, cache, clock=clock)
    actor = await verifier.verify(header.removeprefix("Bearer "))
    assert actor.subject == actor.name == "funding"
    assert actor.roles == {Role.SERVICE}
    assert actor.scopes == {"credit:read", "events:read"}
    assert actor.is_machine


async def test_http_basic_is_understood_plain_and_encoded(http: httpx.AsyncClient) -> None:
    for secret in ("a+b%c", "a%2Bb%25c"):
        answer = await http.post(
            "/token",
            data={"grant_type": "client_credentials", "scope": "events:read"},
            auth=("funding", secret),
        )
        assert answer.status_code == 200
        assert answer.json()["scope"] == "events:read"
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_secret": ""}, 401, "invalid_client"),
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"scope": "everything"}, 400, "invalid_scope"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
async def test_who_is_not_registered_gets_no_service_token(
    http: httpx.AsyncClient, form: dict[str, str], status: int, error: str
) -> None:
    good = {
        "grant_type": "client_credentials",
        "client_id": "funding",
        "client_secret": "a+b%c",
    }
    answer = await http.post("/token", data=good | form)
    assert (answer.status_code, answer.json()) == (status, {"error": error})


async def test_a_malformed_basic_header_is_no_client(http: httpx.AsyncClient) -> None:
    for header in ("Basic !!!", "Basic /w==", "Bearer x", "Basic Zg=="):
        answer = await http.post(
            "/token",
            data={"grant_type": "client_credentials"},
            headers={"Authorization": header},
        )
        assert answer.status_code == 401


async def test_anyone_can_be_given_a_token(
    http: httpx.AsyncClient, verifier: TokenVerifier
) -> None:
    body = {
        "subject": "demo-clerk",
        "roles": ["clerk"],
        "district": "340100",
        "organization_id": "0197c0de-0000-7000-8000-000000000001",
        "scopes": ["events:read"],
        "ttl_seconds": 60,
    }
    answer = await http.post("/development/token", json=body)
    assert answer.json()["expires_in"] == 60
    actor = await verifier.verify(answer.json()["access_token"])
    assert actor.has(Role.CLERK)
    assert actor.district == "340100"
    assert str(actor.organization_id) == body["organization_id"]
    assert not actor.is_machine


@pytest.mark.parametrize(
    "wrong",
    [
        {"roles": ["king"]},
        {"subject": ""},
        {"subject": "system:registry"},
        {"district": "3401"},
        {"ttl_seconds": 0},
        {"colour": "red"},
    ],
)
async def test_a_token_for_nobody_is_not_made(
    http: httpx.AsyncClient, wrong: dict[str, object]
) -> None:
    answer = await http.post("/development/token", json={"subject": "demo"} | wrong)
    assert answer.status_code == 422


def test_a_role_the_platform_does_not_know_is_an_error(keys: DevelopmentKeys) -> None:
    with pytest.raises(ValueError):
        keys.issue(subject="u-1", roles=["king"])


async def test_settings_describe_verifier_and_client() -> None:
    keys = DevelopmentKeys.in_memory(clock=SystemClock())
    settings = Settings(
        service="funding", database_url="postgresql://x", oidc_issuer=keys.issuer, client_id="f"
    )
    verifier = token_verifier(settings)
    verifier._jwks = StaticJwks(keys.jwks())
    assert (await verifier.verify(keys.issue(subject="u-1"))).subject == "u-1"
    assert isinstance(service_tokens(settings), ServiceTokens)


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(DevelopmentKeys.load_or_create, [tmp_path] * 8))
    assert len({keys.jwks()["keys"][0]["kid"] for keys in made}) == 1
    assert len(list(tmp_path.iterdir())) == 1
