"""``python -m <service> api|worker|all|migrate``: one service as a process."""

import argparse
import os
import signal
import socket
import sys
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
from liandong.rules.book import InvalidRuleSet
from liandong.runtime import Runtime, build
from liandong.settings import Settings
from liandong.storage.base import UnfitStorage
from liandong.transports.access import UnfitAccess
from liandong.values.encryption import InvalidKey

log = structlog.get_logger(__name__)

MINIMUM_PYTHON = (3, 11)
GRACE_SECONDS = 15


class CannotStart(RuntimeError):
    """Says in one sentence what to change."""


class Server(uvicorn.Server):
    """When it has started, it tells the garbage collector what is there to stay.

    When it ends, it lets the readers of the feed go before it waits for open requests: otherwise
    services that are stopped together would hold one another by their long polls.
    """

    def __init__(self, config: uvicorn.Config, runtime: Runtime) -> None:
        super().__init__(config)
        self._runtime = runtime

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        leave_alone_what_is_started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._runtime.feed_tail.release()
        await super().shutdown(sockets)


def run(definition: ServiceDefinition, arguments: list[str] | None = None) -> int:
    """Runs the service as told on the command line; the exit code, 0 when it was asked to end."""
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
        return 2
    return 0


def _settings(service: str) -> Settings:
    try:
        settings = Settings.load(service)
    except ValidationError as error:
        told = "；".join(
            f"LIANDONG_{str(one['loc'][0]).upper()}：{one['msg']}" if one["loc"] else one["msg"]
            for one in error.errors()
        )
        raise CannotStart(f"配置有误：{told}") from None
    try:
        armed = arm()
    except ValueError as error:
        raise CannotStart(f"LIANDONG_CRASH_AT 的值无效：{error}") from None
    if settings.environment == "production" and armed:
        raise CannotStart("生产环境不得设置 LIANDONG_CRASH_AT")
    if settings.environment == "production" and not settings.encryption_keys:
        raise CannotStart("生产环境必须设置 LIANDONG_ENCRYPTION_KEYS")
    return settings


def _migrate(definition: ServiceDefinition, settings: Settings, mode: str, message: str) -> None:
    from liandong.db import migrations  # noqa: PLC0415 - alembic would slow every start

    if mode == "migrate":
        migrations.migrate(definition, settings.database_url)
    else:
        migrations.new_revision(definition, settings.database_url, message)


def _serve(definition: ServiceDefinition, settings: Settings, mode: str) -> int:
    _assert_port_free(settings.host, settings.port)
    if settings.environment == "production" and definition.keeps_files and not settings.storage:
        raise CannotStart("生产环境必须设置 LIANDONG_STORAGE（附件的存储位置）")
    if settings.environment == "production" and definition.receipts and not settings.receipt_keys:
        raise CannotStart("生产环境必须设置 LIANDONG_RECEIPT_KEYS（查询回执的签名密钥）")
    if settings.otlp_endpoint:
        from liandong import tracing  # noqa: PLC0415 - the exporter would slow every start

        tracing.configure(settings)
    runtime = build(definition, settings)
    app = create_app(runtime, api=mode in ("api", "all"), worker=mode in ("worker", "all"))
    server = Server(server_config(app, settings), runtime)
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
        timeout_graceful_shutdown=GRACE_SECONDS,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
    )


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
