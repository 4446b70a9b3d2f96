"""docker-compose.yml, .env and the first script of the database speak of the same things."""

import importlib.util
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")


def test_env_holds_every_value_that_compose_demands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = importlib.util.spec_from_file_location("compose_env", ROOT / "tools/compose_env.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    env = tmp_path / ".env"
    monkeypatch.setattr(tool, "TARGET", env)
    tool.main()
    written = env.read_text()
    tool.main()
    assert env.read_text() == written
    assert env.stat().st_mode & 0o777 == 0o600
    names = {line.partition("=")[0] for line in written.splitlines()}
    assert set(re.findall(r"\$\{(\w+):\?", COMPOSE)) == names


def test_the_database_is_given_the_passwords_that_its_script_reads() -> None:
    script = (ROOT / "deploy/postgres/databases.sql").read_text(encoding="utf-8")
    given = yaml.safe_load(COMPOSE)["services"]["postgres"]["environment"]
    assert set(re.findall(r"\\getenv \w+ (\w+)", script)) <= set(given)


def test_the_file_for_backups_keeps_what_the_server_is_told_and_names_what_is_there() -> None:
    backup = yaml.safe_load((ROOT / "deploy/backup/compose.yml").read_text(encoding="utf-8"))
    server = backup["services"]["postgres"]
    before = yaml.safe_load(COMPOSE)["services"]["postgres"]["command"]
    assert server["command"][: len(before)] == before
    assert "./deploy/backup:/backup:ro" in server["volumes"]
    assert {volume.partition(":")[0] for volume in server["volumes"]} >= set(backup["volumes"])
    told = " ".join(server["command"])
    named = re.findall(r"/backup/([a-z.]+)", told)
    assert named
    assert all((ROOT / "deploy/backup" / name).is_file() for name in named)


def test_kafka_keeps_its_data_on_the_volume() -> None:
    kafka = yaml.safe_load(COMPOSE)["services"]["kafka"]
    assert kafka["volumes"] == [f"kafka:{kafka['environment']['KAFKA_LOG_DIRS']}"]
