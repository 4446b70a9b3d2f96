"""Processes of services, for tests that kill them: started in a moment, real to the last signal.

They are forked from a server that has imported everything already, and then run what
``python -m <service> <mode>`` runs: settings from the environment, uvicorn, signals, exit code.
A process ends when the test process does, however that ends.
"""

import json
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from multiprocessing import connection
from pathlib import Path
from typing import Any

import httpx

from liandong import process
from liandong.definition import ServiceDefinition
from liandong.embedded import issuer as issuer_process
from liandong.embedded.environment import inherited, issuer_environment, service_environment
from liandong.embedded.ports import free_port
from liandong.identity.actors import Role
from liandong.identity.development_keys import DevelopmentKeys
from liandong.testing.services import ENCRYPTION_KEY, eventually

HOST = "127.0.0.1"
START_SECONDS = 60.0
END_SECONDS = 60.0

_CONTEXT = multiprocessing.get_context("forkserver")
_PRELOADED = ["liandong.testing.processes", "liandong.testing.probe", "liandong.transports.kafka"]

DefinitionFactory = Callable[[], ServiceDefinition]
"""A function at the top of a module: its name is what goes to the new process."""


def preload(*modules: str) -> None:
    """Imported once for all processes; has an effect before the first of them starts."""
    _PRELOADED.extend(name for name in modules if name not in _PRELOADED)


@dataclass
class Child:
    """One process of a service; ``start`` again after its end makes the next one in its place."""

    name: str
    factory: DefinitionFactory | None
    mode: str
    port: int
    environment: dict[str, str]
    log: Path
    patience: float = START_SECONDS
    """Seconds that its start may take."""
    _process: Any = None

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.is_alive()

    def start(self, *, crash_at: str = "") -> None:
        """Returns at once; ``await ready()`` waits until it answers."""
        environment = self.environment | ({"LIANDONG_CRASH_AT": crash_at} if crash_at else {})
        arguments = (self.factory, self.mode, environment, str(self.log))
        _CONTEXT.set_forkserver_preload(_PRELOADED)
        self._process = _CONTEXT.Process(target=_main, args=arguments, daemon=True)
        self._process.start()

    async def ready(self) -> None:
        """Returns when the process answers requests; fails with its log when it ended."""
        async with httpx.AsyncClient(base_url=self.url, timeout=5) as client:

            async def answers() -> bool:
                if not self.running:
                    raise AssertionError(f"{self.name} ended with {self.exit_code}\n{self.told()}")
                try:
                    return (await client.get(self._path)).status_code == 200
                except httpx.HTTPError:
                    return False

            await eventually(answers, self.patience)

    async def died(self, seconds: float = END_SECONDS) -> int:
        """Waits for the end of the process; its exit code, negative for a signal."""

        async def ended() -> bool:
            return not self.running

        await eventually(ended, seconds)
        return self.exit_code

    @property
    def exit_code(self) -> int:
        self._process.join(0)
        return self._process.exitcode

    def kill(self) -> None:
        """What a power cut does; returns when the process is gone."""
        self._process.kill()
        self._process.join(END_SECONDS)

    def terminate(self) -> None:
        """What a rolling deployment does: asks to end; see :meth:`died`."""
        self._process.terminate()

    def pause(self) -> None:
        """Stands still, with its connections open, until :meth:`resume`."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def told(self) -> str:
        """The end of its log."""
        return self.log.read_text(errors="replace")[-4000:] if self.log.exists() else ""

    @property
    def _path(self) -> str:
        return "/health/live" if self.factory else "/jwks.json"


@dataclass
class Processes:
    """The processes of one test. ``close`` ends whatever still runs."""

    folder: Path
    keys: DevelopmentKeys = field(init=False)
    _children: list[Child] = field(default_factory=list)
    _issuer: Child | None = None

    def __post_init__(self) -> None:
        self.keys = DevelopmentKeys.load_or_create(self.folder / "keys")

    def issuer(self, names: Iterable[str]) -> str:
        """Starts the development issuer, with a client for each service; its address."""
        if self._issuer is None:
            port = free_port()
            url = f"http://{HOST}:{port}"
            environment = issuer_environment(
                issuer=url,
                port=port,
                keys=self.folder / "keys",
                secrets_of_clients={f"service-{name}": f"secret-{name}" for name in names},
            )
            log = self.folder / "issuer.log"
            self._issuer = Child("issuer", None, "", port, environment, log)
            self._children.append(self._issuer)
            self._issuer.start()
            self.keys.issuer = url
        return self._issuer.url

    async def issuer_ready(self) -> None:
        if self._issuer is not None:
            await self._issuer.ready()

    def service(
        self,
        factory: DefinitionFactory,
        *,
        database_url: str,
        urls: dict[str, str],
        mode: str = "all",
        port: int = 0,
        **settings: Any,
    ) -> Child:
        """A process of the service, not yet started. ``settings`` by their names in Settings."""
        name = factory().name
        issuer = self._issuer.url if self._issuer else ""
        port = port or free_port()
        others = {
            f"LIANDONG_{key.upper()}": value if isinstance(value, str) else json.dumps(value)
            for key, value in {
                "environment": "test",
                "rate_limit": "1000000/minute",
                "public_rate_limit": "1000000/minute",
                "storage": f"file://{self.folder}/files",
                **settings,
            }.items()
        }
        environment = service_environment(
            name,
            port=port,
            database_url=database_url,
            urls=urls,
            issuer=issuer,
            secret=f"secret-{name}",
            encryption_key=ENCRYPTION_KEY,
            others=others,
        )
        number = len(self._children)
        log = self.folder / f"{number}-{name}-{mode}.log"
        child = Child(f"{name} {mode}", factory, mode, port, environment, log)
        self._children.append(child)
        return child

    def bearer(self, subject: str, *roles: Role | str, **claims: Any) -> dict[str, str]:
        """The Authorization header of somebody with these roles, in district 340100 unless told."""
        token = self.keys.issue(
            subject=subject,
            roles=roles,
            **{"district": "340100", "organization_id": None, **claims},
        )
        return {"Authorization": f"Bearer {token}"}

    def close(self) -> None:
        for child in reversed(self._children):
            if child.running:
                child.kill()


def _main(
    factory: DefinitionFactory | None, mode: str, environment: dict[str, str], log: str
) -> None:
    """The life of the new process."""
    _end_with_the_parent()
    os.environ.clear()
    os.environ.update(inherited() | environment)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(output, 1)
    os.dup2(output, 2)
    sys.exit(process.run(factory(), [mode]) if factory else issuer_process.main())


def _end_with_the_parent() -> None:
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            connection.wait([parent.sentinel])
            os._exit(3)

    threading.Thread(target=watch, daemon=True).start()
