"""Starts every image once, as Compose would, and waits until it does its work (冒烟测试)."""

import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from tools.offline.engine import docker
from tools.offline.errors import KitError

_SECONDS = 420
_LOCKED = ("--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL",  # noqa: S108
           "--security-opt", "no-new-privileges:true")  # fmt: skip
_HTTP = (
    "exec 3<>/dev/tcp/127.0.0.1/{port};"
    " printf 'GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3; grep -q -m1 ' 200 ' <&3"
)
_TOPICS = "/opt/kafka/bin/kafka-topics.sh --bootstrap-server localhost:9092"


@dataclass(frozen=True)
class Trial:
    """``options`` and ``command`` of the start; ``answer`` is run inside until it succeeds."""

    answer: Sequence[str]
    options: Sequence[str] = ()
    command: Sequence[str] = ()


def _http(port: int, path: str) -> list[str]:
    return ["bash", "-c", _HTTP.format(port=port, path=path)]


TRIALS: dict[str, Trial] = {
    "postgres": Trial(
        ["sh", "-c", "PGPASSWORD=trial psql -h 127.0.0.1 -U postgres -Atc 'select 1'"],
        ("--env", "POSTGRES_PASSWORD=trial",
         "--env", "POSTGRES_INITDB_ARGS=--locale=C.UTF-8 --encoding=UTF8"),
        ("postgres", "-c", "max_connections=300"),
    ),
    "kafka": Trial(
        ["bash", "-c",
         f"{_TOPICS} --create --if-not-exists --topic trial --partitions 3 && "
         f"{_TOPICS} --list | grep -qx trial"],
        ("--env", "KAFKA_NODE_ID=1", "--env", "KAFKA_PROCESS_ROLES=broker,controller",
         "--env", "KAFKA_LISTENERS=PLAINTEXT://:9092,CONTROLLER://:9093",
         "--env", "KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://localhost:9092",
         "--env", "KAFKA_CONTROLLER_LISTENER_NAMES=CONTROLLER",
         "--env", "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
         "--env", "KAFKA_CONTROLLER_QUORUM_VOTERS=1@localhost:9093",
         "--env", "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR=1",
         "--env", "KAFKA_HEAP_OPTS=-Xmx512M", "--env", "KAFKA_LOG_DIRS=/var/lib/kafka/data"),
    ),
    "nginx": Trial(_http(8080, "/"), _LOCKED),
    "keycloak": Trial(
        _http(9000, "/health/ready"),
        ("--env", "KC_HEALTH_ENABLED=true", "--env", "KC_BOOTSTRAP_ADMIN_USERNAME=admin",
         "--env", "KC_BOOTSTRAP_ADMIN_PASSWORD=trial"),
        ("start-dev",),
    ),
    "prometheus": Trial(_http(9090, "/-/ready")),
    "liandong": Trial(["python", "-m", "registry", "--help"], _LOCKED, ("sleep", "60")),
}  # fmt: skip


def try_image(name: str, image: str, *, tell: Callable[[str], object]) -> float:
    """Seconds from the start until the answer; KitError, with the end of its log, without one."""
    trial = TRIALS[name]
    container = f"liandong-kit-trial-{name}-{secrets.token_hex(4)}"
    began = time.monotonic()
    try:
        docker("run", "--detach", "--name", container, *trial.options, image,
               *trial.command)  # fmt: skip
        while not _answers(container, trial.answer):
            running = docker("inspect", "--format", "{{.State.Running}}", container).strip()
            if running != "true" or time.monotonic() - began > _SECONDS:
                log = docker("logs", "--tail", "30", container)
                raise KitError(f"镜像 {image} 启动后没有应答，请查看日志：{log}")
            time.sleep(0.5)
        took = time.monotonic() - began
        uid = docker("exec", container, "id", "-u").strip()
        if uid == "0":
            raise KitError(f"镜像 {image} 以 root 运行，请在其 Dockerfile 中设置 USER")
        tell(f"{image}：{took:.1f} 秒后应答，用户 {uid}\n")
        return took
    finally:
        with suppress(KitError):
            docker("rm", "--force", "--volumes", container)


def _answers(container: str, answer: Sequence[str]) -> bool:
    try:
        docker("exec", container, *answer)
    except KitError:
        return False
    return True
