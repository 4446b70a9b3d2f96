"""Development tokens, the folder of an embedded platform, event types, and global options."""

import asyncio
import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from typer.testing import CliRunner

from liandong.cli.embedded import embedded_settings
from liandong.cli.failure import in_front
from liandong.cli.main import app
from liandong.identity.actors import Role
from liandong.identity.development_keys import DevelopmentKeys
from liandong.identity.jwks import StaticJwks
from liandong.identity.tokens import TokenVerifier

from .conftest import Answer, Terminal


def run(*arguments: str) -> Answer:
    result = CliRunner().invoke(app, list(arguments))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Answer(result.exit_code, result.stdout, result.stderr)


@pytest.fixture
def keys(tmp_path: Path, environment: pytest.MonkeyPatch) -> Path:
    del environment
    DevelopmentKeys.load_or_create(tmp_path / "keys")
    return tmp_path / "keys"


def test_a_token_is_one_that_the_services_accept(
    keys: Path, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("LIANDONG_OIDC_ISSUER", "http://issuer.test")
    answer = run(
        *("token", "--role", "clerk", "--role", "approver", "--district", "340100"),
        *("--subject", "li", "--keys", str(keys)),
    )
    signer = DevelopmentKeys.load_or_create(keys, issuer="http://issuer.test")
    verifier = TokenVerifier(signer.issuer, signer.audience, StaticJwks(signer.jwks()), ("ES256",))
    actor = asyncio.run(verifier.verify(answer.out.strip()))
    assert actor.subject == "li"
    assert actor.roles == {Role.CLERK, Role.APPROVER}
    assert actor.district == "340100"


def test_a_program_gets_the_token_with_its_life(keys: Path) -> None:
    answer = run("token", "--role", "auditor", "--minutes", "5", "--keys", str(keys), "--json")
    assert answer.json["expires_in"] == 300
    assert answer.json["access_token"].count(".") == 2


@pytest.mark.parametrize("name", ["LIANDONG_ENVIRONMENT", "LIANDONG_FUNDING_ENVIRONMENT"])
def test_production_gives_no_development_token(
    keys: Path, environment: pytest.MonkeyPatch, name: str
) -> None:
    environment.setenv(name, "production")
    answer = run("token", "--role", "clerk", "--keys", str(keys))
    assert (answer.code, answer.out) == (2, "")
    assert "生产环境" in answer.err


def test_a_token_needs_the_keys_of_an_issuer(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    del environment
    answer = run("token", "--role", "clerk", "--keys", str(tmp_path / "none"))
    assert answer.code == 2
    assert "--keys" in answer.err
    assert not (tmp_path / "none").exists()


def test_a_token_for_the_platform_itself_is_refused(keys: Path) -> None:
    answer = run("token", "--role", "service", "--subject", "system:x", "--keys", str(keys))
    assert answer.code == 2
    assert "subject" in answer.err


def _running(folder: Path, url: str) -> None:
    """A folder as the embedded platform leaves it while it runs."""
    socket = parse_qs(urlsplit(url).query).get("host", ["/nowhere"])[0]
    (folder / "postgres" / "data").mkdir(parents=True)
    (folder / "postgres" / "data" / "postmaster.pid").write_text(
        f"1\n{folder}\n1\n5432\n{socket}\n\n", encoding="utf-8"
    )
    (folder / "keys").mkdir()
    (folder / "keys" / "encryption.key").write_text(
        "embedded-1:QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=\n", encoding="utf-8"
    )
    state = {
        "pid": 1,
        "issuer": "http://127.0.0.1:8080",
        "services": {"registry": "http://127.0.0.1:8081", "credit-list": "http://127.0.0.1:8082"},
        "database": str(folder / "postgres"),
        "processes": {},
    }
    (folder / "platform.json").write_text(json.dumps(state), encoding="utf-8")


def test_the_databases_of_a_running_platform_are_found_in_its_folder(tmp_path: Path) -> None:
    _running(tmp_path, "postgresql://postgres@/x?host=/tmp/socket")
    found = embedded_settings(tmp_path, "credit-list")
    assert found is not None
    assert found["database_url"] == "postgresql://postgres@/credit_list?host=/tmp/socket"
    assert found["service_urls"]["registry"] == "http://127.0.0.1:8081"
    assert embedded_settings(tmp_path, "funding") is None


def test_commands_go_to_the_databases_of_the_folder(
    terminal: Terminal, environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment.delenv("LIANDONG_REGISTRY_DATABASE_URL")
    _running(tmp_path, terminal.url)
    answer = terminal.run("status", "--json", "--platform", str(tmp_path))
    services = {one["service"]: one for one in answer.json["services"]}
    assert set(services) == {"registry", "credit-list"}
    assert not any(one["reachable"] for one in services.values())


def test_a_folder_where_nothing_runs_is_one_sentence(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    del environment
    answer = run("--platform", str(tmp_path), "status")
    assert answer.code == 2
    assert "没有运行着的平台" in answer.err


def test_the_types_of_events_are_listed_with_their_key(environment: pytest.MonkeyPatch) -> None:
    del environment
    events = run("--json", "--service", "registry", "events", "types").json["events"]
    registered = next(one for one in events if one["type"].endswith("organization.registered"))
    assert registered["key"] == "organization_id"
    assert registered["topic"] == "liandong.registry"


def test_global_options_may_stand_behind_the_command() -> None:
    assert in_front(["status", "--json", "--service", "a", "--service=b"]) == [
        *("--json", "--service", "a", "--service=b", "status")
    ]
    assert in_front(["x", "--", "--json"]) == ["x", "--", "--json"]


def test_help_is_in_chinese_and_names_every_command() -> None:
    shown = run("--help").out
    for name in ("status", "dead-letters", "outbox", "feed", "audit", "rules", "token", "events"):
        assert name in shown
    assert "退出码" in shown
