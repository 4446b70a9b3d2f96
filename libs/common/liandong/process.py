"""``python -m <service> api|worker|all|migrate``: one service as a process."""

import argparse
import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import Sequence
from functools import partial
from types import FrameType
from typing import Any

import structlog
import uvicorn
from pydantic import ValidationError

from liandong import logs
from liandong.collector import leave_alone_what_is_started
from liandong.db.engine import UnfitDatabase
from liandong.definition import ServiceDefinition
from liandong.faults import arm
from liandong.http.app import create_app
from liandong.preflight import configuration
from liandong.preflight.database import before_migrating
from liandong.preflight.findings import Finding, first_refused
from liandong.preflight.run import admitted_by_broker, inspect, tell
from liandong.rules.book import InvalidRuleSet
from liandong.runtime import Runtime, build
from liandong.sentences import sentence
from liandong.settings import Settings
from liandong.storage.base import UnfitStorage
from liandong.transports.access import UnfitAccess
from liandong.values.encryption import InvalidKey

log = structlog.get_logger(__name__)

MINIMUM_PYTHON = (3, 11)
GRACE_SECONDS = 15
"""What requests that are open at the end have left."""
KEEP_ALIVE_SECONDS = 75
"""How long an idle connection stays open: longer than proxies keep theirs (nginx: 60). Who closes
first must be the one who sends, or a request meets a connection that is being closed."""


class CannotStart(RuntimeError):
    """Says in one sentence what to change; ``exit_code`` tells what it is about."""

    def __init__(self, told: str, exit_code: int = 2) -> None:
        super().__init__(told)
        self.exit_code = exit_code


class Server(uvicorn.Server):
    """When it has started, it tells the garbage collector what is there to stay.

    Asked to end by SIGTERM it drains: for ``drain_seconds`` it is not ready but answers, every
    answer closes its connection, and only then is the door closed; a second signal, or SIGINT, ends
    it at once. When it ends, it lets the readers of the feed go before it waits for open requests:
    otherwise services that are stopped together would hold one another by their long polls.
    """

    def __init__(
        self, config: uvicorn.Config, runtime: Runtime, drain_seconds: float = 0.0
    ) -> None:
        super().__init__(config)
        self._runtime = runtime
        self._drain_seconds = drain_seconds
        self._ends_at = 0.0

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        drains = sig == signal.SIGTERM and self._drain_seconds > 0 and self.started
        if not drains or self._runtime.draining or self._runtime.worker_died:
            super().handle_exit(sig, frame)
            return
        self._runtime.draining = True
        self._ends_at = time.monotonic() + self._drain_seconds
        closing = (b"connection", b"close")
        # From the first uvicorn makes new headers every second; the second it sends till then.
        self.config.encoded_headers.append(closing)
        self.server_state.default_headers = [*self.server_state.default_headers, closing]

    async def on_tick(self, counter: int) -> bool:
        if self._runtime.draining and time.monotonic() >= self._ends_at:
            self.should_exit = True
        return await super().on_tick(counter)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        leave_alone_what_is_started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._runtime.feed_tail.release()
        await super().shutdown(sockets)


def run(definition: ServiceDefinition, arguments: list[str] | None = None) -> int:
    """Runs the service as told on the command line; the exit code, 0 when it was asked to end.

    2 to 7: it could not start, and standard error says in one sentence what to change; see
    ``liandong.preflight.findings.EXIT_CODES``. 1: it ended by itself, and may be started again.
    """
    parser = argparse.ArgumentParser(prog=f"python -m {definition.package}")
    parser.add_argument("mode", choices=["api", "worker", "all", "migrate", "new-migration"])
    parser.add_argument("message", nargs="?", default="")
    given = parser.parse_args(arguments)
    logs.configure(definition.name)
    try:
        settings = _settings(definition.name)
        if given.mode in ("api", "worker", "all"):
            return _serve(definition, settings, given.mode)
        _migrate(definition, settings, given.mode, given.message)
    except (
        CannotStart, UnfitAccess, UnfitDatabase, UnfitStorage, InvalidRuleSet, InvalidKey,
        ConnectionError, OSError,
    ) as error:  # fmt: skip
        sys.stderr.write(f"{definition.title}无法启动：{error}\n")
        return error.exit_code if isinstance(error, CannotStart) else 2
    return 0


def _settings(service: str) -> Settings:
    try:
        settings = Settings.load(service)
    except ValidationError as error:
        told = "；".join(
            f"LIANDONG_{str(one['loc'][0]).upper()}：{sentence(one)}"
            if one["loc"]
            else sentence(one)
            for one in error.errors()
        )
        raise CannotStart(f"配置有误：{told}") from None
    try:
        armed = arm()
    except ValueError as error:
        raise CannotStart(f"LIANDONG_CRASH_AT 的值无效：{error}") from None
    if settings.environment == "production" and armed:
        raise CannotStart("生产环境不得设置 LIANDONG_CRASH_AT")
    return settings


def _migrate(definition: ServiceDefinition, settings: Settings, mode: str, message: str) -> None:
    from liandong.db import migrations  # noqa: PLC0415 - alembic would slow every start

    if mode == "migrate":
        found = asyncio.run(before_migrating(definition, settings))
        _refuse([one for one in found if one.check != "database.schema"])
        if newer := next((one for one in found if one.check == "database.schema-newer"), None):
            sys.stdout.write(f"{newer.told}，无需迁移\n")  # of a release that was taken back
            return
        migrations.migrate(definition, settings.database_url)
    else:
        migrations.new_revision(definition, settings.database_url, message)


def _serve(definition: ServiceDefinition, settings: Settings, mode: str) -> int:
    _assert_port_free(settings.host, settings.port)
    _refuse(configuration.findings(definition, settings))
    if settings.otlp_endpoint:
        from liandong.tracing import export  # noqa: PLC0415 - the exporter would slow every start

        export.configure(settings)
    runtime = build(definition, settings)
    around = asyncio.run(inspect(definition, settings, take=True))
    _refuse(around.findings)
    if around.broker_is_silent:
        runtime.admission = partial(admitted_by_broker, definition, settings, around.database)
    app = create_app(runtime, api=mode in ("api", "all"), worker=mode in ("worker", "all"))
    drain_seconds = settings.drain_seconds if mode != "worker" else 0.0
    server = Server(server_config(app, settings), runtime, drain_seconds)
    # After its end uvicorn raises the signals again, for whoever handled them before.
    signal.signal(signal.SIGTERM, server.handle_exit)
    signal.signal(signal.SIGINT, server.handle_exit)
    server.run()
    if not server.started:
        raise CannotStart("启动未完成，原因见上方日志")
    return 1 if runtime.worker_died else 0


def server_config(app: Any, settings: Settings) -> uvicorn.Config:
    """Nobody but a trusted proxy is believed who the caller is."""
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_config=None,
        lifespan="on",
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
    )


def _refuse(findings: Sequence[Finding]) -> None:
    """Raises :class:`CannotStart` with what is refused, if anything is; the log has it all."""
    tell(findings)
    if first := first_refused(findings):
        told = "；".join(one.told for one in findings if one.exit_code)
        raise CannotStart(told, first.exit_code)


def _assert_port_free(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotStart(
                f"端口 {host}:{port} 已被占用（{os.strerror(error.errno or 0)}），"
                "请停止占用它的程序，或改用其他端口"
            ) from None
