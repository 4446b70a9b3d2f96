"""The platform in containers as a stage: a Compose project of its own, on ports of its own."""

import asyncio
import json
import os
import shutil
import ssl
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import httpx

from liandong.clock import RehearsalClock
from liandong.settings import SERVICES
from liandong.testing.insisting import Insisting
from story.accounts import Accounts
from story.stage import StoryFailed

ROOT: Final = Path(__file__).parent.parent
PROJECT: Final = "liandong-story"
FILES: Final = ("docker-compose.yml", "deploy/rehearsal/compose.yml")
PORT: Final = 9443
ADMIN_PORT: Final = 9444
STEPS: Final = ("migrations", "topics")


def authority() -> ssl.SSLContext:
    """Trusts the authority that signed the certificate of the entrance."""
    return ssl.create_default_context(cafile=ROOT / ".secrets" / "tls_authority.pem")


@dataclass
class Containers:
    """Starts the containers with empty volumes, and removes both at the end.

    ``insisting``: requests are repeated, each command with one key, until they are answered, as a
    caller must whose server may die. Raises StoryFailed with Docker's last words.
    """

    insisting: bool = False
    keep: bool = False
    build: bool = True
    """False: the image of the services is there, from an offline kit say."""
    started_in: float = 0.0
    clients: dict[str, httpx.AsyncClient] = field(default_factory=dict)

    def __enter__(self) -> "Containers":
        if shutil.which("docker") is None:
            raise StoryFailed("没有找到 docker：请安装 Docker 与 Compose 2 插件")
        folder = ROOT / "build" / "rehearsal"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "clock.json").unlink(missing_ok=True)
        self.clock = RehearsalClock(folder / "clock.json")
        self.compose("down", "--volumes", "--remove-orphans")
        if self.build:
            self.compose("build", "migrations")
        started = time.perf_counter()
        try:
            self.compose("up", "--no-build", "--detach", "--wait", "--wait-timeout", "420")
        except BaseException:  # an interrupt too leaves nothing behind
            self._end()
            raise
        self.started_in = time.perf_counter() - started
        trust = authority()
        self.accounts = Accounts(
            f"https://localhost:{PORT}",
            f"https://localhost:{ADMIN_PORT}",
            (ROOT / ".secrets" / "keycloak_admin_password").read_text().strip(),
            httpx.Client(verify=trust, timeout=30, trust_env=False),
        )
        wire = httpx.AsyncHTTPTransport(verify=trust)
        for name in SERVICES:
            transport = Insisting(wire=wire, seconds=240) if self.insisting else wire
            self.clients[name] = httpx.AsyncClient(
                base_url=f"https://localhost:{PORT}/{name}", transport=transport, timeout=60
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self.keep:
            self._end()

    def _end(self) -> None:
        self.compose("down", "--volumes", "--remove-orphans")

    # The stage

    def client(self, service: str) -> httpx.AsyncClient:
        return self.clients[service]

    def token(
        self, subject: str, role: str, district: str | None, organization_id: str | None
    ) -> str:
        return self.accounts.token(subject, role, district, organization_id)

    def set_clock(self, at: datetime) -> None:
        self.clock.set(at)

    async def pause(self) -> None:
        await asyncio.sleep(0.02)

    async def close(self) -> None:
        for client in self.clients.values():
            await client.aclose()

    # What Docker knows and does

    def compose(self, *arguments: str) -> str:
        """What ``docker compose …`` printed, of this project."""
        files = [part for file in FILES for part in ("--file", file)]
        return self.docker("compose", "--project-name", PROJECT, *files, *arguments)

    def docker(self, *arguments: str) -> str:
        done = subprocess.run(  # noqa: S603 - arguments of this module's own
            ["docker", *arguments],  # noqa: S607 - wherever it is installed
            cwd=ROOT, env=self._environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            told = "\n".join((done.stdout + done.stderr).strip().splitlines()[-20:])
            raise StoryFailed(f"docker {' '.join(arguments)}：{told}")
        return done.stdout

    def _environment(self) -> Mapping[str, str]:
        return {
            **os.environ,
            "COMPOSE_PROFILES": "core",
            "LIANDONG_PUBLIC_HOST": "localhost",
            "LIANDONG_PORT": str(PORT),
            "LIANDONG_ADMIN_PORT": str(ADMIN_PORT),
        }

    def running(self) -> dict[str, dict[str, Any]]:
        """Of each service of the project (the steps have ended): what ``inspect`` tells."""
        ids = self.compose("ps", "--quiet").split()
        found = json.loads(self.docker("inspect", *ids)) if ids else []
        name = "com.docker.compose.service"
        return {one["Config"]["Labels"][name]: one for one in found}

    def memory(self) -> dict[str, float]:
        """MB that each container's processes hold, page cache left out."""
        known = {one["Id"][:12]: service for service, one in self.running().items()}
        lines = self.docker("stats", "--no-stream", "--format", "{{.ID}} {{.MemUsage}}", *known)
        told = (line.split() for line in lines.splitlines())
        return {known[words[0]]: _megabytes(words[1]) for words in told}


def _megabytes(text: str) -> float:
    for unit, factor in (("KiB", 1 / 1024), ("MiB", 1.0), ("GiB", 1024.0)):
        if text.endswith(unit):
            return float(text.removesuffix(unit)) * factor * 1.048576
    return 0.0
