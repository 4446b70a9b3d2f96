"""docker-compose.yml, the secrets, the first script of the database, proxy and realm agree."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from liandong.identity.actors import Role
from liandong.settings import SERVICES
from tests.deploy.tool import tool

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
CONTAINERS: dict[str, Any] = COMPOSE["services"]
REALM: dict[str, Any] = json.loads((ROOT / "deploy/keycloak/realm.json").read_text("utf-8"))
PROXY = (ROOT / "deploy/nginx/liandong.conf").read_text(encoding="utf-8")
SCRIPT = (ROOT / "deploy/postgres/databases.sql").read_text(encoding="utf-8")
START = (ROOT / "deploy/keycloak/start.sh").read_text(encoding="utf-8")
secrets_tool = tool("compose_secrets")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compose")
    assert secrets_tool.main(folder) == 0
    return folder


def sources(container: dict[str, Any]) -> set[str]:
    return {one if isinstance(one, str) else one["source"] for one in container.get("secrets", ())}


def mounted(container: dict[str, Any]) -> set[str]:
    """The names below /run/secrets that the container finds."""
    return {
        one if isinstance(one, str) else one.get("target", one["source"])
        for one in container.get("secrets", ())
    }


# The secrets


def test_every_secret_is_made_once_and_stays(made: Path) -> None:
    files = {one.name: one.read_bytes() for one in (made / ".secrets").iterdir()}
    settings = (made / ".env").read_bytes()
    assert secrets_tool.main(made) == 0
    assert {one.name: one.read_bytes() for one in (made / ".secrets").iterdir()} == files
    assert (made / ".env").read_bytes() == settings
    demanded = {Path(one["file"]).name for one in COMPOSE["secrets"].values()}
    assert demanded | {"tls_authority.pem"} == files.keys()


@pytest.mark.parametrize("written", ["LIANDONG_PUBLIC_HOST=a.cn", "# none\n", ""])
def test_settings_that_were_written_before_are_kept_and_completed(
    tmp_path: Path, written: str
) -> None:
    """Without a profile nothing would be started."""
    (tmp_path / ".env").write_text(written)
    assert secrets_tool.main(tmp_path) == secrets_tool.main(tmp_path) == 0
    settings = (tmp_path / ".env").read_text()
    host = "a.cn" if written.startswith("LIANDONG") else "localhost"
    assert settings.startswith(written)
    assert [line for line in settings.splitlines() if line and line[0] != "#"] == (
        [f"LIANDONG_PUBLIC_HOST={host}", "COMPOSE_PROFILES=core"]
        if host == "a.cn"
        else ["COMPOSE_PROFILES=core", f"LIANDONG_PUBLIC_HOST={host}"]
    )


def test_secrets_are_for_containers_and_for_nobody_else_on_the_machine(made: Path) -> None:
    assert (made / ".secrets").stat().st_mode & 0o777 == 0o700
    assert {one.stat().st_mode & 0o777 for one in (made / ".secrets").iterdir()} == {0o444}
    assert (made / ".env").stat().st_mode & 0o777 == 0o600


def test_no_secret_is_an_environment_variable_or_a_word_of_the_file() -> None:
    for name, container in CONTAINERS.items():
        told = [
            key for key in container.get("environment", {}) if re.search("PASSWORD|SECRET", key)
        ]
        assert set(told) <= {
            "POSTGRES_PASSWORD_FILE", "LIANDONG_SECRETS_DIR", "GF_SECURITY_ADMIN_PASSWORD__FILE",
        }, name  # fmt: skip
    assert not re.search(
        r"\$\{\w*_(PASSWORD|SECRET|KEY)", (ROOT / "docker-compose.yml").read_text()
    )


def test_an_address_of_a_database_holds_the_password_of_its_role(made: Path) -> None:
    kept = made / ".secrets"
    for name in ("registry", "credit_list"):
        password = (kept / f"{name}_database_password").read_text()
        address = (kept / f"{name}_database_url").read_text()
        assert address == f"postgresql://{name}:{password}@postgres/{name}"
        assert len(password) >= 32


def test_the_certificate_is_for_the_host_and_signed_by_the_authority(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("LIANDONG_PUBLIC_HOST=liandong.example.gov.cn\n")
    assert secrets_tool.main(tmp_path) == 0
    kept = tmp_path / ".secrets"
    asked = ["openssl", "verify", "-CAfile", "tls_authority.pem", "-verify_hostname"]
    for host, expected in (("liandong.example.gov.cn", 0), ("localhost", 0), ("other.cn", 2)):
        done = subprocess.run(
            [*asked, host, "tls_certificate.pem"], cwd=kept, capture_output=True, check=False
        )
        assert done.returncode == expected, host


def test_a_certificate_of_ones_own_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".secrets").mkdir(mode=0o700)
    (tmp_path / ".secrets/tls_certificate.pem").write_text("the bureau's")
    assert secrets_tool.main(tmp_path) == 0
    assert (tmp_path / ".secrets/tls_certificate.pem").read_text() == "the bureau's"
    assert not (tmp_path / ".secrets/tls_authority.pem").exists()


@pytest.mark.parametrize("host", ["https://x", "a b", "-x", ""])
def test_a_host_that_is_none_is_told_in_one_sentence(
    tmp_path: Path, host: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".env").write_text(f"LIANDONG_PUBLIC_HOST={host}\n")
    assert secrets_tool.main(tmp_path) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / ".secrets/tls_key.pem").exists()


def test_without_openssl_it_is_said_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert secrets_tool.main(tmp_path) == 1
    assert "请安装它，或把服务器证书和私钥放到" in capsys.readouterr().err


def test_what_a_container_reads_is_what_it_is_given() -> None:
    assert set(re.findall(r"/run/secrets/(\w+)", SCRIPT)) <= sources(CONTAINERS["postgres"])
    assert set(re.findall(r"read_secret (\w+)", START)) == sources(CONTAINERS["keycloak"])
    assert set(re.findall(r"/run/secrets/(\w+)", PROXY)) == sources(CONTAINERS["proxy"])
    for name, container in CONTAINERS.items():
        assert sources(container) <= COMPOSE["secrets"].keys(), name


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_given_its_own_secrets_and_no_others(service: str) -> None:
    own = service.replace("-", "_")
    container = CONTAINERS[service]
    theirs = sources(container) - {
        "encryption_keys", "receipt_keys", "storage_access_key", "storage_secret_key",
    }  # fmt: skip
    assert theirs == {f"{own}_database_url", f"{own}_client_secret"}
    assert ("liandong_receipt_keys" in mounted(container)) == (service == "credit-list")
    worker = CONTAINERS[f"{service}-worker"]
    assert worker["command"] == [*container["command"][:-1], "worker"]
    assert {**worker, "command": 0} == {**container, "command": 0}
    assert container["environment"]["LIANDONG_PATH_PREFIX"] == f"/{service}"


# What every container is bound by


def test_every_container_has_limits_a_profile_and_no_capabilities() -> None:
    for name, container in CONTAINERS.items():
        assert container["deploy"]["resources"]["limits"].keys() == {"cpus", "memory", "pids"}, name
        assert container["profiles"] in (["core"], ["observability"]), name
        assert container["cap_drop"] == ["ALL"], name
        assert container["security_opt"] == ["no-new-privileges:true"], name
        assert container.get("read_only") or name in ("kafka", "keycloak"), name


def test_what_serves_is_asked_for_its_health_before_others_start() -> None:
    for name, container in CONTAINERS.items():
        for other, how in container.get("depends_on", {}).items():
            step = other in ("migrations", "topics")
            asked = (
                CONTAINERS[other].get("healthcheck") or "liandong:" in CONTAINERS[other]["image"]
            )
            wanted = "service_completed_successfully" if step else "service_healthy"
            assert how["condition"] == wanted or (name, other) == ("grafana", "prometheus")
            assert asked or other == "prometheus"


def test_only_the_proxy_is_published_and_only_on_the_machine_unless_told() -> None:
    assert [name for name, one in CONTAINERS.items() if "ports" in one] == ["proxy"]
    everybody, administrators = CONTAINERS["proxy"]["ports"]
    assert everybody.startswith("${LIANDONG_BIND:-127.0.0.1}:")
    assert administrators.startswith("127.0.0.1:")


def test_the_database_is_in_a_network_of_its_own_without_a_way_out() -> None:
    assert COMPOSE["networks"]["data"] == {"internal": True}
    assert CONTAINERS["postgres"]["networks"] == ["data"]
    assert "data" not in CONTAINERS["proxy"]["networks"]


def test_kafka_keeps_its_data_on_the_volume() -> None:
    kafka = CONTAINERS["kafka"]
    assert kafka["volumes"] == [f"kafka:{kafka['environment']['KAFKA_LOG_DIRS']}"]


def test_the_topics_are_made_as_the_services_expect_them() -> None:
    promised = CONTAINERS["registry"]["environment"]["LIANDONG_KAFKA_PARTITIONS"]
    assert CONTAINERS["topics"]["command"][-2:] == ["--partitions", promised]


def test_the_file_for_backups_keeps_what_the_server_is_told_and_names_what_is_there() -> None:
    backup = yaml.safe_load((ROOT / "deploy/backup/compose.yml").read_text(encoding="utf-8"))
    server = backup["services"]["postgres"]
    before = CONTAINERS["postgres"]["command"]
    assert server["command"][: len(before)] == before
    assert "./deploy/backup:/backup:ro" in server["volumes"]
    assert {volume.partition(":")[0] for volume in server["volumes"]} >= set(backup["volumes"])
    folders = backup["services"]["backups"]
    assert folders["image"] == CONTAINERS["postgres"]["image"]
    assert server["depends_on"]["backups"]["condition"] == "service_completed_successfully"
    assert f"{folders['command'][0]}" in " ".join(server["command"])
    told = " ".join(server["command"])
    named = re.findall(r"/backup/([a-z.]+)", told)
    assert named
    assert all((ROOT / "deploy/backup" / name).is_file() for name in named)


def test_a_rehearsal_is_known_to_everything_that_decides_by_a_clock() -> None:
    overlay = yaml.safe_load((ROOT / "deploy/rehearsal/compose.yml").read_text(encoding="utf-8"))
    told = set(overlay["services"])
    assert told == {*SERVICES, *(f"{name}-worker" for name in SERVICES), "migrations"}
    assert {
        one["environment"]["LIANDONG_REHEARSAL_CLOCK_FILE"] for one in overlay["services"].values()
    } == {"/clock/clock.json"}


# The entrance


def test_the_entrance_leads_to_the_five_services_and_to_nothing_of_their_operators() -> None:
    led = re.search(r"location ~ \^/\(\?<service>([a-z|-]+)\)/", PROXY)
    assert led is not None
    assert led[1].split("|") == list(SERVICES)
    hidden = re.search(r"location ~ (\S*metrics\S*) \{ return 404; \}", PROXY)
    assert hidden is not None
    for path in ("/registry/metrics", "/credit-list/health/ready", "/funding/health/live"):
        assert re.search(hidden[1], path)
    assert not re.search(hidden[1], "/registry/v1/metrics")
    assert PROXY.index(hidden[0]) < PROXY.index(led[0]), "the first expression that fits is taken"


def test_what_the_entrance_answers_itself_is_a_problem_in_chinese() -> None:
    bodies = [json.loads(one) for one in re.findall(r"return \d+ '(\{\"type\".*?\})';", PROXY)]
    assert {one["status"] for one in bodies} == {404, 413, 503}
    for one in bodies:
        assert one["type"].startswith("urn:liandong:problem:")
        assert re.search(r"[\u4e00-\u9fff]", one["title"] + one["detail"])


def test_the_log_of_the_entrance_holds_no_query() -> None:
    shape = re.search(r"log_format entrance.*?;\n", PROXY, re.DOTALL)
    assert shape is not None
    assert not re.search(r"\$(request|request_uri|args|query_string|http_referer)\b", shape[0])


# The realm


def test_the_realm_has_the_roles_of_the_platform_in_its_own_words() -> None:
    told = {one["name"]: one["description"] for one in REALM["roles"]["realm"]}
    assert told == {role.value: role.label for role in Role}


def test_each_service_has_a_client_of_the_secret_that_it_is_given() -> None:
    told = {one["clientId"]: one for one in REALM["clients"]}
    assert set(told) == {CONTAINERS[one]["environment"]["LIANDONG_CLIENT_ID"] for one in SERVICES}
    exported = set(re.findall(r"^(\w+_CLIENT_SECRET)=", START, re.MULTILINE))
    assert {f"${{{name}}}" for name in exported} == {one["secret"] for one in told.values()}
    assert not any(one["directAccessGrantsEnabled"] for one in told.values())
    accounts = {one["serviceAccountClientId"]: one["realmRoles"] for one in REALM["users"]}
    assert accounts == {name: ["service"] for name in told}


def test_nobody_edits_the_own_district_or_organisation() -> None:
    kind = "org.keycloak.userprofile.UserProfileProvider"
    [provider] = REALM["components"][kind]
    profile = json.loads(provider["config"]["kc.user.profile.config"][0])
    edited = {one["name"]: one["permissions"]["edit"] for one in profile["attributes"]}
    assert edited["district"] == edited["organization_id"] == edited["username"] == ["admin"]


def test_the_token_bears_what_the_platform_reads() -> None:
    [scope] = [one for one in REALM["clientScopes"] if one["name"] == "liandong"]
    claims = {one["config"].get("claim.name") for one in scope["protocolMappers"]}
    assert claims >= {"sub", "roles", "district", "organization_id"}
    audiences = {one["config"].get("included.custom.audience") for one in scope["protocolMappers"]}
    assert "liandong" in audiences
    assert REALM["defaultDefaultClientScopes"] == ["liandong"]


def test_the_realm_knows_every_scope_that_a_program_may_need() -> None:
    decisions = "\n".join(
        file.read_text(encoding="utf-8")
        for file in (ROOT / "tests/authorisation/decisions").glob("*.yaml")
    )
    needed = set(re.findall(r"[a-z]+:(?:read|write)\b", decisions))
    assert needed
    assert needed == set(REALM["defaultOptionalClientScopes"])
    assert needed | {"liandong"} == {one["name"] for one in REALM["clientScopes"]}
