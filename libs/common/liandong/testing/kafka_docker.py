"""Apache Kafka in a container of the local Docker daemon."""

import hashlib
import os
import socket
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from liandong.embedded.ports import free_port
from liandong.testing.kafka_java import BROKER_SETTINGS, KAFKA_VERSION
from liandong.testing.kafka_ready import KafkaUnavailable, wait_until_ready

IMAGE = f"apache/kafka:{KAFKA_VERSION}"
_ANSWER_SECONDS = 3
_PULL_SECONDS = 90
_START_SECONDS = 60
_STOP_SECONDS = 20
_INSIDE = "9092/tcp"


def docker_answers() -> bool:
    if not _socket_is_open():  # the library takes long to find out, and leaves sockets unclosed
        return False
    try:
        with _docker() as client:
            return bool(client.ping())
    except Exception:
        return False


def docker_has_kafka() -> bool:
    """Whether a daemon answers and the image is there or can be pulled within a short time."""
    if not docker_answers():
        return False
    try:
        with _docker() as client:
            if client.images.list(IMAGE):
                return True
            until = time.monotonic() + _PULL_SECONDS
            for step in client.api.pull(*IMAGE.split(":"), stream=True, decode=True):
                if "error" in step or time.monotonic() > until:
                    return False
            return bool(client.images.list(IMAGE))
    except Exception:  # no daemon, no rights, no registry, no library: all mean "not with Docker"
        return False


class DockerKafka:
    """A broker in a container named after ``folder``; any process may stop it.

    It keeps its port and its data when it is stopped, until it is discarded.
    """

    def __init__(self, folder: Path, *, port: int = 0) -> None:
        digest = hashlib.sha256(os.fsencode(folder.expanduser().resolve())).hexdigest()[:12]
        self._name = f"liandong-kafka-{digest}"
        self._wanted_port = port

    @property
    def bootstrap_servers(self) -> str:
        with _docker() as client:
            bound = client.containers.get(self._name).attrs["HostConfig"]["PortBindings"][_INSIDE]
            return f"127.0.0.1:{bound[0]['HostPort']}"

    @property
    def running(self) -> bool:
        with _docker() as client:
            found = self._containers(client)
            return bool(found) and found[0].status == "running"

    def start(self) -> None:
        with _docker() as client:
            found = self._containers(client)
            if found:
                found[0].start()
        if not found:
            self._create()
        if not wait_until_ready(
            self.bootstrap_servers, within=_START_SECONDS, alive=lambda: self.running
        ):
            raise KafkaUnavailable(
                f"Kafka 容器未能启动，请运行 docker logs {self._name} 查看日志。 "
                f"The Kafka container did not start; see `docker logs {self._name}`."
            )

    def stop(self, *, abruptly: bool = False) -> None:
        with _docker() as client:
            for container in self._containers(client):
                if container.status != "running":
                    continue
                if abruptly:
                    container.kill()
                else:
                    container.stop(timeout=_STOP_SECONDS)

    def restart(self) -> None:
        self.stop()
        self.start()

    def discard(self) -> None:
        with _docker() as client:
            for container in self._containers(client):
                container.remove(force=True, v=True)

    def _containers(self, client: Any) -> list[Any]:
        return client.containers.list(all=True, filters={"name": f"^/{self._name}$"})

    def _create(self) -> None:
        from testcontainers.core.config import testcontainers_config  # noqa: PLC0415
        from testcontainers.core.container import DockerContainer  # noqa: PLC0415

        port = self._wanted_port or free_port()
        settings = BROKER_SETTINGS | {
            "listeners": "PLAINTEXT://:9092,CONTROLLER://:9093",
            "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port}",
            "controller.quorum.voters": "1@localhost:9093",
        }
        variables = {
            f"KAFKA_{name.upper().replace('.', '_')}": value for name, value in settings.items()
        }
        # The broker is shared by processes and outlives this one; testcontainers would reap it.
        testcontainers_config.ryuk_disabled = True
        container = DockerContainer(IMAGE).with_name(self._name).with_envs(**variables)
        container.ports[_INSIDE] = ("127.0.0.1", port)  # pyright: ignore[reportArgumentType]
        container.start()
        container.get_docker_client().client.close()


def _socket_is_open() -> bool:
    host = urlsplit(os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock")
    try:
        if host.scheme == "unix":
            with socket.socket(socket.AF_UNIX) as unix:
                unix.connect(host.path)
        elif host.scheme in {"tcp", "http", "https"}:
            address = (host.hostname, host.port or 2375)
            socket.create_connection(address, timeout=_ANSWER_SECONDS).close()
    except OSError:
        return False
    return True


@contextmanager
def _docker() -> Iterator[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import docker  # noqa: PLC0415 - only in the development environment
    client = docker.from_env(timeout=_ANSWER_SECONDS + _STOP_SECONDS)
    try:
        yield client
    finally:
        client.close()
