"""What the rows are measured on: a durable PostgreSQL, a Kafka broker, an issuer, real processes.

Everything lives in one folder, is started when a row first asks for it, and is stopped by
:meth:`Stage.close` in whatever way the run ends.
"""

import asyncio
import json
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from shutil import rmtree
from typing import Any

from benchmarks.processes import (
    HOST,
    READY_SECONDS,
    ROOT,
    SAMPLER,
    connect,
    run_module,
    running,
)
from liandong.embedded import environment
from liandong.embedded.interruptions import held
from liandong.embedded.ports import free_port
from liandong.embedded.postgres import EmbeddedPostgres
from liandong.embedded.program import Program
from liandong.identity.development_keys import DevelopmentKeys
from liandong.settings import SERVICES
from liandong.transports.topics import ensure_topics, topic_names

_UNLIMITED = "1000000000/minute"


@dataclass
class Stage:
    """``scale`` shrinks every count and every time; 1 is the real thing."""

    scale: float = 1.0
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="liandong-bench-")))
    sampled: Path | None = None
    """A folder: the services run under the sampler and leave what it found there."""
    _open: ExitStack = field(default_factory=ExitStack)
    _templates: set[tuple[Path, str]] = field(default_factory=set[tuple[Path, str]])
    _number: int = 0
    kept: dict[str, Any] = field(default_factory=dict)
    """What one row has made and others use as well, by name."""

    def __enter__(self) -> "Stage":
        self.folder.chmod(0o755)  # root's database server runs as another account
        self._open.callback(rmtree, self.folder, ignore_errors=True)
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        with held():
            self._open.close()

    def count(self, full: int, *, least: int = 1) -> int:
        return max(least, round(full * self.scale))

    def seconds(self, full: float, *, least: float = 0.3) -> float:
        return max(least, full * self.scale)

    @property
    def rounds(self) -> int:
        return 3 if self.scale >= 0.5 else 2 if self.scale >= 0.05 else 1

    @cached_property
    def postgres(self) -> EmbeddedPostgres:
        server = EmbeddedPostgres(self.folder / "postgres", durable=True)
        self._open.callback(server.stop)
        server.start()
        return server

    @cached_property
    def kafka(self) -> str:
        """The address of a broker of our own, with the platform's topics."""
        from liandong.testing.kafka import private_broker  # noqa: PLC0415 - slow, few rows need it

        folder = self.folder / "kafka"
        with held():
            broker = private_broker(folder)
            self._open.callback(broker.discard)
        return broker.bootstrap_servers

    @cached_property
    def keys(self) -> DevelopmentKeys:
        """The development issuer's keys; the issuer runs from now on."""
        keys, port = self.folder / "keys", free_port()
        issuer = f"http://{HOST}:{port}"
        found = DevelopmentKeys.load_or_create(keys, issuer=issuer)
        clients = {environment.client_id(name): "benchmark" for name in SERVICES}
        told = environment.issuer_environment(
            issuer=issuer, port=port, keys=keys, secrets_of_clients=clients
        )
        module = ["liandong.embedded.issuer"]
        program = Program("issuer", module, told, self._log("issuer"), port, path="/jwks.json")
        self._open.enter_context(running(program))
        return found

    def bearer(self, subject: str, *roles: str, district: str = "340100") -> str:
        return "Bearer " + self.keys.issue(
            subject=subject, roles=roles, district=district, ttl=timedelta(hours=6)
        )

    async def topics(self, prefix: str = "", *, partitions: int = 6) -> str:
        """Makes the platform's topics behind ``prefix``; gives the broker's address."""
        bootstrap = await asyncio.to_thread(lambda: self.kafka)
        await ensure_topics(bootstrap, topic_names(SERVICES, prefix), partitions)
        return bootstrap

    async def database(self, service: str, server: EmbeddedPostgres | None = None) -> str:
        """The address of a fresh database with the service's tables; on the usual server unless
        another is given."""
        server = server or self.postgres
        package = service.replace("-", "_")
        template = f"{package}_template"
        if (server.folder, package) not in self._templates:
            server.ensure_database(template)
            await self._migrate(package, server.url(template))
            self._templates.add((server.folder, package))
        self._number += 1
        name = f"{package}_{self._number}"
        admin = await connect(server.url("postgres"))
        try:
            await admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        finally:
            await admin.close()
        return server.url(name)

    async def _migrate(self, package: str, url: str) -> None:
        module = ["liandong.embedded.migrations", json.dumps({package: url})]
        program = Program("migrations", module, environment.inherited(), self._log("migrations"))
        program.start()
        try:
            await asyncio.to_thread(program.join, time.monotonic() + READY_SECONDS)
            if program.exit_code != 0:
                raise RuntimeError(f"migrating {package} failed:\n{program.last_lines()}")
        finally:
            program.kill()

    def platform(self, urls: Mapping[str, str], **settings: str) -> dict[str, Program]:
        """Services that know one another, each whole in a process of its own."""
        ports = {name: free_port() for name in urls}
        addresses = {name: f"http://{HOST}:{port}" for name, port in ports.items()}
        told = {"LIANDONG_SERVICE_URLS": json.dumps(addresses), **settings}
        return {
            name: self.service(name, "all", url, port=ports[name], **told)
            for name, url in urls.items()
        }

    def service(self, name: str, mode: str, url: str, *, port: int = 0, **settings: str) -> Program:
        """A service as it runs in production, in a process of its own; see ``running``."""
        port = port or free_port()
        told = environment.service_environment(
            name,
            port=port,
            database_url=url,
            urls={},
            issuer=self.keys.issuer,
            secret="benchmark",
            encryption_key=self._encryption_key,
            others={
                "LIANDONG_RATE_LIMIT": _UNLIMITED,
                "LIANDONG_PUBLIC_RATE_LIMIT": _UNLIMITED,
                "PYTHONPATH": str(ROOT),
                **settings,
            },
        )
        module = [name.replace("-", "_"), mode]
        if self.sampled is not None:
            samples = str(self.sampled / f"{name}-{port}.json")
            module = [SAMPLER, samples, *module]
        return Program(f"{name}-{mode}", module, told, self._log(f"{name}-{mode}"), port)

    def floor(self, module: str, *arguments: str, settings: Mapping[str, str]) -> Program:
        """A floor's server; it listens on ``FLOOR_PORT``."""
        port = free_port()
        told = environment.inherited() | {"PYTHONPATH": str(ROOT), "FLOOR_PORT": str(port)}
        name = "-".join(("floor", *arguments))
        return Program(name, [module, *arguments], told | settings, self._log(name), port)

    async def tool(self, module: str, *arguments: str) -> Any:
        """Runs one of our modules in a process of its own; what it printed, as JSON."""
        return json.loads(await run_module(module, *arguments))

    @cached_property
    def _encryption_key(self) -> str:
        return environment.encryption_key(self.folder / "keys", data_exists=False)

    def _log(self, name: str) -> Path:
        folder = self.folder / "logs"
        folder.mkdir(exist_ok=True)
        return folder / f"{name}.log"
