"""A real Kafka broker for tests and for the demonstration on Kafka.

The first that is there is used: the broker named by ``KAFKA_BOOTSTRAP_SERVERS``, Docker, Java
with Maven. From the command line::

    python -m liandong.testing.kafka start --folder FOLDER --port PORT
"""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from liandong.testing.kafka_docker import DockerKafka, docker_answers, docker_has_kafka
from liandong.testing.kafka_java import KAFKA_VERSION, JavaKafka, java_is_usable
from liandong.testing.kafka_ready import (
    NOTHING_TO_RUN_KAFKA_WITH,
    KafkaUnavailable,
    wait_until_ready,
)
from liandong.testing.shared import shared, tests_folder

__all__ = ["KafkaBroker", "KafkaUnavailable", "kafka_for_tests", "private_broker"]

SERVERS_VARIABLE = "KAFKA_BOOTSTRAP_SERVERS"
_ANSWER_SECONDS = 10


class KafkaBroker(Protocol):
    """One broker. All methods block; inside a test's loop use ``asyncio.to_thread``."""

    @property
    def bootstrap_servers(self) -> str: ...

    @property
    def running(self) -> bool: ...

    def start(self) -> None:
        """Returns when clients can work; ports and data are those of before."""
        ...

    def stop(self, *, abruptly: bool = False) -> None:
        """Returns when the broker is gone; ``abruptly`` is what a power cut does."""
        ...

    def restart(self) -> None: ...

    def discard(self) -> None:
        """Stops the broker and forgets its data and ports."""
        ...


@dataclass(frozen=True)
class GivenKafka:
    """A broker that somebody else runs: used, never stopped."""

    bootstrap_servers: str

    @property
    def running(self) -> bool:
        return wait_until_ready(self.bootstrap_servers, within=_ANSWER_SECONDS)

    def start(self) -> None:
        if not self.running:
            raise KafkaUnavailable(
                f"{SERVERS_VARIABLE} 指定的 Kafka（{self.bootstrap_servers}）没有应答。 "
                f"Kafka at {self.bootstrap_servers}, named by {SERVERS_VARIABLE}, does not answer."
            )

    def stop(self, *, abruptly: bool = False) -> None:
        """Leaves the broker alone."""

    def restart(self) -> None:
        raise KafkaUnavailable(
            f"{SERVERS_VARIABLE} 指定的 Kafka 不由本程序启停。 "
            f"The Kafka named by {SERVERS_VARIABLE} is not ours to restart."
        )

    def discard(self) -> None:
        """Leaves the broker alone."""


def private_broker(folder: Path, *, port: int = 0) -> KafkaBroker:
    """Starts, or joins, a broker of one's own in ``folder``: in Docker, or else with Java.

    Raises :class:`KafkaUnavailable`, which says what to install, when neither is there.
    """
    refused: KafkaUnavailable | None = None
    broker: KafkaBroker = JavaKafka(folder, port=port)
    if not broker.running and docker_has_kafka():
        in_docker = DockerKafka(folder, port=port)
        try:
            in_docker.start()
        except KafkaUnavailable as error:  # a daemon whose ports are not on this machine
            in_docker.discard()
            refused = error
        else:
            return in_docker
    if not java_is_usable():
        raise refused or KafkaUnavailable(NOTHING_TO_RUN_KAFKA_WITH)
    broker.start()
    return broker


def given_broker() -> KafkaBroker | None:
    servers = os.environ.get(SERVERS_VARIABLE)
    return GivenKafka(servers) if servers else None


@contextmanager
def kafka_for_tests() -> Iterator[KafkaBroker]:
    """The broker that all test processes of a user share, stopped by the last that leaves.

    Its data is gone with it. Whoever uses it must neither stop nor restart it.
    """
    given = given_broker()
    if given is not None:
        given.start()
        yield given
        return
    folder = tests_folder(in_memory=False) / f"kafka-{KAFKA_VERSION}"

    def start(alone: bool) -> KafkaBroker:
        if alone:
            leftover = _found(folder / "broker")
            if leftover is not None:
                leftover.discard()
            JavaKafka(folder / "broker").discard()
        return private_broker(folder / "broker")

    with shared(folder, start=start, stop=lambda broker: broker.discard()) as broker:
        yield broker


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m liandong.testing.kafka")
    parser.add_argument("command", choices=["start", "stop", "status"])
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0, help="0: a free one, kept from then on")
    chosen = parser.parse_args(arguments)
    try:
        sys.stdout.write(_obey(chosen.command, chosen.folder, chosen.port) + "\n")
    except KafkaUnavailable as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _obey(command: str, folder: Path, port: int) -> str:
    broker = given_broker() or _found(folder)
    if command == "start":
        if isinstance(broker, GivenKafka):
            broker.start()
            return broker.bootstrap_servers
        return private_broker(folder, port=port).bootstrap_servers
    if broker is None or not broker.running:
        if command == "status":
            raise KafkaUnavailable("Kafka 未运行。 Kafka is not running.")
    elif command == "stop":
        broker.stop()
    else:
        return broker.bootstrap_servers
    return ""


def _found(folder: Path) -> KafkaBroker | None:
    java = JavaKafka(folder)
    if java.running:
        return java
    return DockerKafka(folder) if docker_answers() else None


if __name__ == "__main__":
    sys.exit(main())
