"""Kafka Connect with Debezium as a Java process, for tests and measurements of CDC.

The jars are those of ``deploy/debezium/pom.xml``, our transformation included, made with Maven once
for each state of that folder. The database is an embedded PostgreSQL with ``wal_level = logical``.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from liandong.cdc.connector import ENVIRONMENT, configuration, name_of
from liandong.embedded.ports import free_port
from liandong.embedded.postgres import EmbeddedPostgres
from liandong.testing.kafka_ready import KafkaUnavailable

SOURCE = Path(__file__).parents[4] / "deploy" / "debezium"
_BUILD_SECONDS = 600
_START_SECONDS = 90
_PAUSE_SECONDS = 0.1
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.0:copy-dependencies"
_JVM = (
    "-Xms128m", "-Xmx768m", "-XX:+UseSerialGC", "-Xshare:auto",
    "-Dorg.slf4j.simpleLogger.showDateTime=true", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.log.org.reflections=error",
)  # fmt: skip
_STARTS_SOON = "-XX:TieredStopAtLevel=1"
WORKER = {
    "key.converter": "org.apache.kafka.connect.storage.StringConverter",
    "value.converter": "org.apache.kafka.connect.storage.StringConverter",
    "offset.flush.interval.ms": "1000",
    "config.storage.replication.factor": "1",
    "offset.storage.replication.factor": "1",
    "offset.storage.partitions": "1",
    "status.storage.replication.factor": "1",
    "status.storage.partitions": "1",
    "config.providers": "env",
    "config.providers.env.class": "org.apache.kafka.common.config.provider.EnvVarConfigProvider",
    "plugin.discovery": "service_load",
    "topic.creation.enable": "false",
    # A worker that was killed is missed soon.
    "session.timeout.ms": "6000",
    "heartbeat.interval.ms": "1000",
    "scheduled.rebalance.max.delay.ms": "0",
}
"""A worker for tests: as deploy/debezium/worker.properties, with one copy of everything."""


def connect_jars() -> Path:
    """The folder of the jars. Raises :class:`KafkaUnavailable` when they cannot be made."""
    files = sorted(one for one in (SOURCE / "src").rglob("*") if one.is_file())
    digest = hashlib.sha256()
    for file in (SOURCE / "pom.xml", *files):
        digest.update(file.read_bytes())
    cache = os.environ.get("XDG_CACHE_HOME")
    root = (Path(cache) if cache else Path.home() / ".cache") / "liandong"
    folder = root / f"connect-{digest.hexdigest()[:12]}"
    if folder.is_dir():
        return folder
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root) as draft:
        shutil.copytree(SOURCE / "src", Path(draft, "src"))
        shutil.copy(SOURCE / "pom.xml", draft)
        jars = Path(draft, "jars")
        asked = [shutil.which("mvn") or "mvn", "-q", "-B", "-f", str(Path(draft, "pom.xml"))]
        done = subprocess.run(  # noqa: S603
            [*asked, "package", _COPY, "-DincludeScope=runtime", f"-DoutputDirectory={jars}"],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_BUILD_SECONDS,
            check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise KafkaUnavailable(
                "Maven 未能备好 Debezium，请检查网络或 Maven 镜像设置。 "
                f"Maven could not make Debezium ready.\n{done.stdout[-2000:]}"
            )
        for jar in Path(draft, "target").glob("*.jar"):
            shutil.move(jar, jars)
        if not folder.exists():  # another process may have been quicker
            jars.rename(folder)
    return folder


def logical_postgres(folder: Path, *, durable: bool = False) -> EmbeddedPostgres:
    """A server from whose log changes can be read; a connector reaches it at its ``port``."""
    settings = {
        "wal_level": "logical",
        "listen_addresses": "127.0.0.1",
        "max_slot_wal_keep_size": "1GB",
    }
    return EmbeddedPostgres(folder, durable=durable, port=free_port(), settings=settings)


class ConnectWorker:
    """One worker of Kafka Connect on 127.0.0.1. All methods block.

    ``lasting``: it starts more slowly and then works as quickly as it can, for measurements.
    """

    def __init__(
        self, folder: Path, bootstrap: str, environment: Mapping[str, str], *, lasting: bool = False
    ) -> None:
        self._folder, self._environment = folder, environment
        self._jvm = _JVM if lasting else (*_JVM, _STARTS_SOON)
        self._port = free_port()
        name = folder.name
        self._settings = WORKER | {
            "bootstrap.servers": bootstrap,
            "group.id": f"connect-{name}",
            "config.storage.topic": f"connect-{name}-configs",
            "offset.storage.topic": f"connect-{name}-offsets",
            "status.storage.topic": f"connect-{name}-status",
            "listeners": f"http://127.0.0.1:{self._port}",
        }
        self.log = folder / "connect.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{self._port}", timeout=30)

    def __enter__(self) -> "ConnectWorker":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._http.close()

    def start(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        file = self._folder / "worker.properties"
        file.write_text("".join(f"{name}={value}\n" for name, value in self._settings.items()))
        jars = connect_jars()
        told = [shutil.which("java") or "java", *self._jvm, "-cp", f"{jars}/*"]
        told += ["org.apache.kafka.connect.cli.ConnectDistributed", str(file)]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603
                told, cwd=self._folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={"PATH": os.environ.get("PATH", ""), **self._environment},
            )  # fmt: skip
        self._wait(self._answers, "Kafka Connect does not answer")

    def stop(self, *, abruptly: bool = False) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill() if abruptly else process.terminate()
            process.wait(timeout=60)

    def put(self, name: str, told: Mapping[str, str]) -> None:
        """Makes or changes a connector; returns when its task runs."""
        self._ask("PUT", f"/connectors/{name}/config", json=dict(told))
        self._wait(lambda: self.state(name) == "RUNNING", f"{name} does not run")

    def state(self, name: str) -> str:
        """Of the task: RUNNING, FAILED, …; empty while there is none."""
        answer = self._http.get(f"/connectors/{name}/status")
        tasks = answer.json().get("tasks", []) if answer.status_code == 200 else []
        return tasks[0]["state"] if tasks else ""

    def halt(self, name: str) -> None:
        """Stops a connector; its place in the log stays."""
        self._ask("PUT", f"/connectors/{name}/stop")
        self._wait(lambda: self.state(name) == "", f"{name} does not stop")

    def remove(self, name: str) -> None:
        self._ask("DELETE", f"/connectors/{name}")
        self._wait(lambda: self.state(name) == "", f"{name} does not stop")

    def _ask(self, method: str, path: str, **given: Any) -> None:
        def asked() -> bool:
            answer = self._http.request(method, path, **given)
            if answer.status_code == 409:  # the workers are sharing out their work
                return False
            answer.raise_for_status()
            return True

        self._wait(asked, f"{method} {path} is refused")

    def _answers(self) -> bool:
        try:
            return self._http.get("/connectors").status_code == 200
        except httpx.TransportError:
            return False

    def _wait(self, condition: Any, complaint: str) -> None:
        until = time.monotonic() + _START_SECONDS
        while not condition():
            gone = self._process is None or self._process.poll() is not None
            if gone or time.monotonic() > until:
                told = self.log.read_text(errors="replace")[-3000:]
                raise KafkaUnavailable(f"Kafka Connect：{complaint}\n{told}")
            time.sleep(_PAUSE_SECONDS)


def access(service: str, port: int, database: str, *, user: str = "postgres") -> dict[str, str]:
    """The environment in which a Connect worker finds the service's database."""
    variable = f"{ENVIRONMENT}_{service.replace('-', '_').upper()}"
    found = {"HOST": "127.0.0.1", "PORT": str(port), "USER": user, "PASSWORD": "none",
             "DATABASE": database, "SSLMODE": "disable"}  # fmt: skip
    return {f"{variable}_{name}": value for name, value in found.items()}


def register(worker: ConnectWorker, service: str, prefix: str) -> str:
    """Puts the service's own connector to work; its name."""
    name = name_of(service, prefix)
    worker.put(name, configuration(service, prefix))
    return name
