"""When a broker answers, and what is said when there can be none."""

import asyncio
import logging
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError

_PAUSE_SECONDS = 0.1

NOTHING_TO_RUN_KAFKA_WITH = (
    "没有可用的 Kafka：请设置 KAFKA_BOOTSTRAP_SERVERS，或启动 Docker，或安装 Java 17 与 Maven。 "
    "No Kafka can be run: set KAFKA_BOOTSTRAP_SERVERS, start Docker, or install Java 17 and Maven."
)


class KafkaUnavailable(RuntimeError):
    """No broker can be had; the message says in Chinese and English what to do."""


def wait_until_ready(
    bootstrap_servers: str, *, within: float, alive: Callable[[], bool] = lambda: True
) -> bool:
    """Waits until the broker lists itself; False when it ended or took longer than ``within``."""
    until = time.monotonic() + within
    while time.monotonic() < until and alive():
        if _listens(bootstrap_servers) and _lists_a_broker(bootstrap_servers):
            return alive()
        time.sleep(_PAUSE_SECONDS)
    return False


def _listens(bootstrap_servers: str) -> bool:
    host, _, port = bootstrap_servers.split(",", maxsplit=1)[0].rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=1).close()
    except OSError:
        return False
    return True


def _lists_a_broker(bootstrap_servers: str) -> bool:
    async def ask() -> bool:
        client = AIOKafkaClient(bootstrap_servers=bootstrap_servers, request_timeout_ms=2000)
        try:
            await client.bootstrap()
            return bool(client.cluster.brokers())
        except (KafkaError, OSError):
            return False
        finally:
            await client.close()

    noisy = logging.getLogger("aiokafka")
    before = noisy.disabled
    noisy.disabled = True
    try:
        with ThreadPoolExecutor(1) as thread:  # the caller's thread may have a loop already
            return thread.submit(asyncio.run, ask()).result()
    finally:
        noisy.disabled = before
