"""The scripts that start the images read variables as the official images do."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tools.offline.plan import FOLDER

IMAGES = FOLDER / "images"
SCRIPTS = [
    FOLDER / "load.sh",
    FOLDER / "env.sh",
    IMAGES / "postgres/docker-entrypoint.sh",
    IMAGES / "kafka/run",
    IMAGES / "kafka/kafka-run-class.sh",
]


def call(script: Path, function: str, *arguments: str, **variables: str) -> tuple[int, str]:
    """Calls one function of a script, alone; its code, and what it said on both outputs."""
    found = re.search(rf"^{function}\(\) \{{.*?^\}}$", script.read_text("utf-8"), re.M | re.S)
    assert found
    more = variables.pop("then", "")
    done = subprocess.run(
        ["bash", "-euc", f'{found[0]}\n{function} "$@"\n{more}', function, *arguments],
        env={"PATH": os.environ["PATH"], **variables},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_script_can_be_read_and_run(script: Path) -> None:
    shell = script.read_text("utf-8").splitlines()[0].removeprefix("#!")
    subprocess.run([shell, "-n", str(script)], check=True)
    assert os.access(script, os.X_OK)


@pytest.mark.parametrize(
    ("variable", "name"),
    [
        ("KAFKA_NODE_ID", "node.id"),
        ("KAFKA_LISTENER_NAME_PARTNERS_SCRAM__SHA", "listener.name.partners.scram_sha"),
        ("KAFKA_LISTENER_NAME_PARTNERS_SCRAM___SHA___512", "listener.name.partners.scram-sha-512"),
        ("KAFKA_LOG_DIRS", "log.dirs"),
    ],
)
def test_a_variable_of_kafka_is_the_setting_that_the_official_image_makes_of_it(
    variable: str, name: str
) -> None:
    assert call(IMAGES / "kafka/run", "property_name", variable) == (0, name)


POSTGRES = IMAGES / "postgres/docker-entrypoint.sh"


def test_a_value_of_postgres_comes_from_the_variable_or_from_the_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("from-file\n")
    then = 'printf "%s" "$POSTGRES_PASSWORD${POSTGRES_PASSWORD_FILE:-}"'
    given = {"POSTGRES_PASSWORD": "given"}
    named = {"POSTGRES_PASSWORD_FILE": str(secret)}
    assert call(POSTGRES, "value_of", "POSTGRES_PASSWORD", then=then, **given) == (0, "given")
    assert call(POSTGRES, "value_of", "POSTGRES_PASSWORD", then=then, **named) == (0, "from-file")
    assert call(POSTGRES, "value_of", "POSTGRES_PASSWORD", "usual", then=then) == (0, "usual")
    code, told = call(POSTGRES, "value_of", "POSTGRES_PASSWORD", **given, **named)
    assert code == 1
    assert "只能设置一个" in told


def test_a_database_without_a_password_is_refused_unless_it_is_told_to_trust() -> None:
    stub = {"BASH_FUNC_value_of%%": '() { export "$1=${!1:-${2:-}}"; }'}
    code, told = call(POSTGRES, "read_settings", **stub)
    assert code == 1
    assert "POSTGRES_PASSWORD_FILE" in told
    assert call(POSTGRES, "read_settings", POSTGRES_HOST_AUTH_METHOD="trust", **stub) == (0, "")
