"""Prometheus itself, of the Debian package, in a folder and on a port of the test's own."""

import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from liandong.embedded.ports import HOST, free_port

_CHECK_SECONDS = 60
_END_SECONDS = 20


def program(name: str) -> str:
    """``prometheus`` or ``promtool``; the test fails with what to install when it is missing."""
    found = shutil.which(name)
    if found is None:
        pytest.fail(
            f"没有 {name}：请执行 apt-get install --no-install-recommends prometheus",
            pytrace=False,
        )
    return found


def promtool(*arguments: str | Path) -> str:
    """What promtool says; AssertionError with it when it is not content."""
    done = subprocess.run(
        [program("promtool"), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=_CHECK_SECONDS,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def running(
    folder: Path, targets: Mapping[str, str], rules: Sequence[Path]
) -> Iterator[httpx.Client]:
    """Scrapes each service's process at ``host:port`` every second; a client of its API."""
    port = free_port()
    labelled = [
        {"targets": [address], "labels": {"service": service, "component": "all"}}
        for service, address in targets.items()
    ]
    told = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(file) for file in rules],
        "scrape_configs": [
            {"job_name": "liandong", "honor_labels": True, "static_configs": labelled}
        ],
    }
    configuration = folder / "prometheus.yml"
    configuration.write_text(yaml.safe_dump(told), encoding="utf-8")
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(
            [
                program("prometheus"),
                f"--config.file={configuration}",
                f"--storage.tsdb.path={folder / 'data'}",
                f"--web.listen-address={HOST}:{port}",
                "--log.level=warn",
            ],
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder,
        )
    try:
        with httpx.Client(
            base_url=f"http://{HOST}:{port}/api/v1", timeout=30, trust_env=False
        ) as client:
            yield client
    finally:
        process.terminate()
        try:
            process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(_END_SECONDS)


def answers(client: httpx.Client) -> bool:
    """Whether Prometheus serves queries yet."""
    try:
        return client.get("/status/runtimeinfo").status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def query(client: httpx.Client, expr: str) -> list[dict[str, Any]]:
    """The series of an instant query; AssertionError with what Prometheus says against it."""
    answer = client.post("/query", data={"query": expr}).json()
    assert answer["status"] == "success", f"{expr}: {answer}"
    return answer["data"]["result"]
