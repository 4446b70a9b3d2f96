"""Apache Kafka as a Java process of this machine; the jars come from Maven, once."""

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

from liandong.embedded.ports import free_port
from liandong.embedded.processes import end, find, started_at
from liandong.ids import uuid7
from liandong.testing.kafka_ready import KafkaUnavailable, wait_until_ready

KAFKA_VERSION = "4.1.1"
_OLDEST_JAVA = 17
_DOWNLOAD_SECONDS = 600
_START_SECONDS = 60
_STOP_SECONDS = 20
_ATTEMPTS = 3

_POM = f"""\
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>cn.liandong</groupId><artifactId>kafka-for-tests</artifactId><version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId><version>{KAFKA_VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-simple</artifactId><version>1.7.36</version>
    </dependency>
  </dependencies>
</project>
"""
_COPY_JARS = "org.apache.maven.plugins:maven-dependency-plugin:3.6.0:copy-dependencies"
_JVM = (
    "-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto",
    "-Dorg.slf4j.simpleLogger.logFile=System.out", "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
)  # fmt: skip

BROKER_SETTINGS = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "auto.create.topics.enable": "false",
    "num.partitions": "3",
    "default.replication.factor": "1",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "5",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "5",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "group.initial.rebalance.delay.ms": "0",
    "log.retention.hours": "24",
    "log.segment.bytes": "16777216",
    "broker.heartbeat.interval.ms": "500",
    "broker.session.timeout.ms": "4000",
}
"""What every broker for tests is set to, whichever way it is run."""


def java_is_usable() -> bool:
    """Whether Java is new enough and the jars are there or can be fetched with Maven."""
    java = shutil.which("java")
    if java is None:
        return False
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)  # noqa: S603
    found = re.search(r'version "(\d+)', said.stderr + said.stdout)
    if found is None or int(found[1]) < _OLDEST_JAVA:
        return False
    return _jars_folder().is_dir() or shutil.which("mvn") is not None


class JavaKafka:
    """A broker whose data, log and state live in ``folder``; any process may stop it.

    ``start`` joins a broker that already runs in the folder. The ports are chosen at the first
    start and kept, so that clients find the same broker and its data after ``restart``.
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int = 0,
        listeners: Mapping[str, int] | None = None,
        settings: Mapping[str, str] | None = None,
        format_arguments: Sequence[str] = (),
        joins: "JavaKafka | None" = None,
        node: int = 1,
    ) -> None:
        """``listeners``: further ones, name and port; ``settings`` win over the usual ones;
        ``format_arguments`` make the first accounts (``--add-scram``). ``joins``: a further broker,
        the ``node``-th, of the cluster of that one, which has to run and stays the controller."""
        self._listeners, self._settings = listeners or {}, settings or {}
        self._format = format_arguments
        self._joins, self._node = joins, node
        self._folder = folder.expanduser().resolve()
        self._state = self._folder / "state.json"
        self._wanted_port = port
        self.log = self._folder / "broker.log"

    @property
    def bootstrap_servers(self) -> str:
        return f"127.0.0.1:{self._read()['port']}"

    @property
    def running(self) -> bool:
        return self._process() is not None

    def start(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        if self.running and self._ready():
            return
        for _ in range(_ATTEMPTS):
            new = not self._state.exists()
            if new:
                shutil.rmtree(self._folder / "data", ignore_errors=True)
                self.log.unlink(missing_ok=True)
                self._write(self._choose_ports())
            self._launch()
            if self._ready():
                return
            self.stop(abruptly=True)
            if new:
                self._state.unlink()  # somebody may have taken a port in the meantime
        raise KafkaUnavailable(
            f"Kafka 未能启动，请查看日志 {self.log}。 Kafka did not start; see the log {self.log}."
        )

    def stop(self, *, abruptly: bool = False) -> None:
        """Returns when the process is gone; ``abruptly`` kills it, as a power cut would."""
        process = self._process()
        if process is None:
            return
        if abruptly or not end(process, by=signal.SIGTERM, within=_STOP_SECONDS):
            end(process, by=signal.SIGKILL, within=_STOP_SECONDS)

    def restart(self) -> None:
        self.stop()
        self.start()

    def discard(self) -> None:
        """Stops the broker and forgets its data and ports; the log stays."""
        self.stop(abruptly=True)
        self._state.unlink(missing_ok=True)
        shutil.rmtree(self._folder / "data", ignore_errors=True)

    def _process(self) -> psutil.Process | None:
        state = self._read()
        return find(state["pid"], state["started"]) if "pid" in state else None

    def _ready(self) -> bool:
        within, alive = _START_SECONDS, lambda: self.running
        return wait_until_ready(self.bootstrap_servers, within=within, alive=alive)

    def _choose_ports(self) -> dict[str, Any]:
        port, controller_port = self._wanted_port or free_port(), free_port()
        cluster = urlsafe_b64encode(uuid7().bytes).decode().rstrip("=")
        found = {"port": port, "controller_port": controller_port, "cluster": cluster}
        if self._joins is not None:
            found |= {name: self._joins._read()[name] for name in ("controller_port", "cluster")}
        return found

    def _launch(self) -> None:
        state = self._read()
        data, file = self._folder / "data", self._folder / "server.properties"
        broker, controller = f"127.0.0.1:{state['port']}", f"127.0.0.1:{state['controller_port']}"
        more = "".join(f",{name}://127.0.0.1:{port}" for name, port in self._listeners.items())
        settings = BROKER_SETTINGS | {
            "listeners": f"PLAINTEXT://{broker},CONTROLLER://{controller}{more}",
            "advertised.listeners": f"PLAINTEXT://{broker}{more}",
            "controller.quorum.voters": f"1@{controller}",
            "log.dirs": str(data),
            **self._settings,
        }
        if self._joins is not None:
            settings |= {"process.roles": "broker", "node.id": str(self._node)}
            settings["listeners"] = f"PLAINTEXT://{broker}"
        lines = [f"{name}={value}\n" for name, value in settings.items()]
        file.write_text("".join(lines), encoding="utf-8")
        java = [shutil.which("java") or "java", *_JVM, "-cp", f"{jars()}/*"]
        if not (data / "meta.properties").exists():
            form = ["kafka.tools.StorageTool", "format", "-t", state["cluster"], "-c", str(file)]
            form += self._format
            with self.log.open("a") as log:
                subprocess.run([*java, *form], stdout=log, stderr=log, check=True, cwd="/")  # noqa: S603
        # Through a shell, so that it is nobody's child and outlives the process that started it.
        shell = ["/bin/sh", "-c", '"$@" >>"$0" 2>&1 </dev/null & echo $!', str(self.log)]
        launched = subprocess.run(  # noqa: S603
            [*shell, *java, "kafka.Kafka", str(file)],
            cwd="/", stdout=subprocess.PIPE, text=True, check=True, start_new_session=True,
        )  # fmt: skip
        pid = int(launched.stdout)
        self._write(state | {"pid": pid, "started": started_at(pid)})

    def _read(self) -> dict[str, Any]:
        try:
            return json.loads(self._state.read_text())
        except FileNotFoundError:
            return {}

    def _write(self, state: dict[str, Any]) -> None:
        draft = self._state.with_suffix(".draft")
        draft.write_text(json.dumps(state))
        draft.replace(self._state)


def jars() -> Path:
    """The folder of Kafka's jars, fetched with Maven the first time on this account."""
    folder = _jars_folder()
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f"{folder.name}-"))
    try:
        (draft / "pom.xml").write_text(_POM)
        maven = [shutil.which("mvn") or "mvn", "-q", "-B", "-f", str(draft / "pom.xml")]
        done = subprocess.run(  # noqa: S603
            [*maven, _COPY_JARS, "-DincludeScope=runtime", f"-DoutputDirectory={draft}"],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_DOWNLOAD_SECONDS,
            check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise KafkaUnavailable(
                "Maven 未能下载 Kafka，请检查网络或 Maven 镜像设置。 Maven could not fetch Kafka; "
                f"check the network or the mirror in Maven's settings.\n{done.stdout[-2000:]}"
            )
        if not folder.is_dir():
            draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return folder


def _jars_folder() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME")
    root = Path(cache) if cache else Path.home() / ".cache"
    return root / "liandong" / f"kafka-{KAFKA_VERSION}"
