"""The whole platform on one machine: database, issuer and services as processes of one folder."""

import asyncio
import atexit
import json
import secrets
import shutil
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Literal, Self
from uuid import UUID

from liandong.clock import RehearsalClock
from liandong.embedded import environment
from liandong.embedded.errors import PlatformError
from liandong.embedded.failures import failed, newer_database, refuse_production
from liandong.embedded.interruptions import end_by_exception, held
from liandong.embedded.ports import HOST, Ports
from liandong.embedded.postgres import EmbeddedPostgres, EmbeddedPostgresError
from liandong.embedded.program import Program
from liandong.embedded.state import PlatformLock, StateFile
from liandong.identity.actors import Role
from liandong.identity.development_keys import DevelopmentKeys
from liandong.settings import SERVICES
from liandong.transports.topics import (
    UnfitTopic,
    ensure_topics,
    state_topic_names,
    topic_names,
)

MIGRATE_SECONDS = 300
READY_SECONDS = 180
PATIENCE_SECONDS = 3
"""After this time connections that are still open are dropped."""
GRACE_SECONDS = 20
TOKEN_LIFE = timedelta(hours=12)

_ISSUER = "issuer"
_NEWER_DATABASE = 3
"""Exit code of ``liandong.embedded.migrations``, which is too slow to import here."""


class EmbeddedPlatform:
    """``with EmbeddedPlatform(folder) as platform:`` runs until the block ends, however it ends.

    Everything is kept in ``folder``, so that the next start finds the data of before; what a
    killed run left running is ended first. ``settings`` are ``LIANDONG_…`` variables for every
    service; ``fresh`` starts on empty databases and at the real time. Raises
    :class:`PlatformError`, which says what to do. All methods block.
    """

    def __init__(
        self,
        folder: Path,
        ports: Ports | None = None,
        transport: Literal["feed", "kafka"] = "feed",
        kafka_bootstrap: str = "",
        rehearsal: bool = True,
        durable: bool = True,
        *,
        services: Sequence[str] = SERVICES,
        topic_prefix: str = "",
        settings: Mapping[str, str] | None = None,
        fresh: bool = False,
    ) -> None:
        refuse_production()
        if transport == "kafka" and not kafka_bootstrap:
            raise PlatformError(
                "以 Kafka 为传输时须给出其地址（kafka_bootstrap）。 "
                "The transport Kafka needs the broker's address (kafka_bootstrap)."
            )
        self.folder = folder.expanduser().resolve()
        self.ports = ports or Ports.from_environment()
        self.services = tuple(services)
        self.urls = {name: f"http://{HOST}:{self.ports.services[name]}" for name in self.services}
        self.issuer = f"http://{HOST}:{self.ports.issuer}"
        self.postgres = EmbeddedPostgres(self.folder / "postgres", durable=durable)
        self._kafka, self._topic_prefix = kafka_bootstrap, topic_prefix
        self._fresh = fresh
        self._clock = RehearsalClock(self.folder / "clock.json") if rehearsal else None
        self._settings = {
            **({"LIANDONG_REHEARSAL_CLOCK_FILE": f"{self.folder}/clock.json"} if rehearsal else {}),
            "LIANDONG_TRANSPORT": transport,
            "LIANDONG_KAFKA_BOOTSTRAP_SERVERS": kafka_bootstrap,
            "LIANDONG_TOPIC_PREFIX": topic_prefix,
            "LIANDONG_STORAGE": (self.folder / "files").as_uri(),
            **(settings or {}),
        }
        self._keys: DevelopmentKeys | None = None
        self._programs: dict[str, Program] = {}
        self._lock, self._state = PlatformLock(self.folder), StateFile(self.folder)
        self._undo_signals = lambda: None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def clock(self) -> RehearsalClock:
        """The clock that all services share; setting it moves them all."""
        if self._clock is None:
            raise RuntimeError("the platform was started without a rehearsal clock")
        return self._clock

    def process(self, service: str) -> Program:
        """The service's process; see also :meth:`restart`."""
        return self._programs[service]

    def token(
        self,
        *,
        subject: str,
        roles: Iterable[Role | str] = (),
        district: str | None = None,
        organization_id: UUID | str | None = None,
        scopes: Iterable[str] = (),
        name: str = "",
        ttl: timedelta = TOKEN_LIFE,
    ) -> str:
        """An access token for anyone, as the development issuer would give it."""
        assert self._keys is not None, "the platform is not started"
        return self._keys.issue(
            subject=subject, roles=roles, district=district, organization_id=organization_id,
            scopes=scopes, name=name, ttl=ttl,
        )  # fmt: skip

    def start(self) -> None:
        """Returns when every service is ready; otherwise nothing is left running."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock.take()
        try:
            self._undo_signals = end_by_exception()
            atexit.register(self.stop)
            self._state.end_leftovers(grace_seconds=GRACE_SECONDS)
            self._state.begin(
                issuer=self.issuer, services=self.urls, database=str(self.postgres.folder)
            )
            self.ports.refuse_taken(self.services)
            self._wind_clock()
            self._start_programs()
        except EmbeddedPostgresError as error:
            self.stop()
            raise PlatformError(str(error)) from error
        except BaseException:
            self.stop()
            raise

    def _wind_clock(self) -> None:
        """A rehearsal's clock begins with the real time, or goes on; no other platform has one."""
        if self._clock is None:
            (self.folder / "clock.json").unlink(missing_ok=True)
        elif self._clock.course() is None:
            self._clock.set(self._clock.now())

    def stop(self) -> None:
        """Ends the services in good order, at the latest by force, and the database after them."""
        if not self._lock.held:
            return
        with held():
            try:
                self._end([one for name, one in self._programs.items() if name != _ISSUER])
                self._end(list(self._programs.values()))
                self.postgres.stop()
                self._state.remove()
            finally:
                self._lock.release()
                self._undo_signals()
                atexit.unregister(self.stop)

    def restart(self, service: str, settings: Mapping[str, str] | None = None) -> None:
        """Starts a service anew, with more settings if given; returns when it is ready."""
        program = self._programs[service]
        self._end([program])
        self._run(program, settings)
        self._wait_ready([program])

    def dead(self) -> list[Program]:
        """Processes that ended although nobody asked them to."""
        return [program for program in self._programs.values() if not program.running]

    def _start_programs(self) -> None:
        (self.folder / "logs").mkdir(mode=0o700, exist_ok=True)
        keys = self.folder / "keys"
        data_exists = (self.postgres.data / "PG_VERSION").exists()
        key = environment.encryption_key(keys, data_exists=data_exists)
        self._keys = DevelopmentKeys.load_or_create(keys, issuer=self.issuer)
        clients = {name: secrets.token_urlsafe(32) for name in self.services}
        self._programs = {_ISSUER: self._issuer(clients, keys)}
        self._run(self._programs[_ISSUER])
        with held():
            self.postgres.start()
        if self._fresh:
            (self.folder / "clock.json").unlink(missing_ok=True)
            shutil.rmtree(self.folder / "files", ignore_errors=True)
        for name in self.services:
            if self._fresh:
                self.postgres.drop_database(_package(name))
            self.postgres.ensure_database(_package(name))
            self._programs[name] = self._service(name, clients[name], key)
        if self._settings["LIANDONG_TRANSPORT"] == "kafka":
            self._make_topics()
        if self.services:
            self._migrate()
        for name in self.services:
            self._run(self._programs[name])
        self._wait_ready(list(self._programs.values()))

    def _issuer(self, clients: Mapping[str, str], keys: Path) -> Program:
        told = environment.issuer_environment(
            issuer=self.issuer,
            port=self.ports.issuer,
            keys=keys,
            secrets_of_clients={environment.client_id(name): clients[name] for name in clients},
        )
        module = ["liandong.embedded.issuer"]
        return Program(
            _ISSUER, module, told, self._log(_ISSUER), self.ports.issuer, path="/jwks.json"
        )

    def _service(self, name: str, secret: str, key: str) -> Program:
        told = environment.service_environment(
            name,
            port=self.ports.services[name],
            database_url=self.postgres.url(_package(name)),
            urls=self.urls,
            issuer=self.issuer,
            secret=secret,
            encryption_key=key,
            others=self._settings,
        )
        port = self.ports.services[name]
        return Program(name, [_package(name), "all"], told, self._log(name), port)

    def _log(self, name: str) -> Path:
        return self.folder / "logs" / f"{name}.log"

    def _run(self, program: Program, settings: Mapping[str, str] | None = None) -> None:
        with held():
            program.start(settings)
            self._state.add(program)

    def _make_topics(self) -> None:
        # Also of services that are left out.
        names = topic_names(SERVICES, self._topic_prefix)
        names += state_topic_names(SERVICES, self._topic_prefix)
        try:
            with ThreadPoolExecutor(1) as thread:  # the caller's thread may have a loop already
                thread.submit(asyncio.run, ensure_topics(self._kafka, names)).result()
        except (UnfitTopic, ConnectionError) as error:
            raise PlatformError(str(error)) from error

    def _migrate(self) -> None:
        """Brings all databases to the code's version."""
        urls = {_package(name): self.postgres.url(_package(name)) for name in self.services}
        module = ["liandong.embedded.migrations", json.dumps(urls)]
        one = Program("migrations", module, environment.inherited(), self._log("migrations"))
        try:
            self._run(one)
            if not one.join(time.monotonic() + MIGRATE_SECONDS):
                raise failed(one, "数据库结构升级超时", "took too long")
            if one.exit_code == _NEWER_DATABASE:
                raise newer_database(one)
            if one.exit_code:
                raise failed(one, "数据库结构升级失败", "failed")
        finally:
            self._end([one])

    def _wait_ready(self, programs: Sequence[Program]) -> None:
        until = time.monotonic() + READY_SECONDS
        waiting = list(programs)
        while waiting:
            for one in list(waiting):
                ready = one.is_ready()
                if not one.running:
                    code = one.exit_code
                    raise failed(one, f"未能启动（退出代码 {code}）", f"ended with code {code}")
                if ready:
                    waiting.remove(one)
            if waiting and time.monotonic() > until:
                raise failed(
                    waiting[0],
                    f"在 {READY_SECONDS} 秒内未就绪",
                    f"was not ready within {READY_SECONDS} s",
                )
            time.sleep(0.05)

    def _end(self, programs: Sequence[Program]) -> None:
        with held():
            for one in programs:
                with suppress(ProcessLookupError):
                    one.terminate()
            asked = time.monotonic()
            late = [one for one in programs if not one.join(asked + PATIENCE_SECONDS)]
            for one in late:
                one.hurry()
            for one in late:
                if not one.join(asked + GRACE_SECONDS):
                    one.kill()


def _package(service: str) -> str:
    return service.replace("-", "_")
