"""An earlier revision of this repository, checked out beside it, and its processes."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from liandong.embedded.environment import inherited
from liandong.settings import SERVICES
from liandong.testing.processes import Child

_START_SECONDS = 300.0
"""Nothing is imported beforehand, as it is for the processes of tests."""
ROOT = Path(__file__).parents[2]


class NoRelease(RuntimeError):
    """The revision cannot be had; the message is Chinese and English."""


@dataclass(frozen=True)
class Release:
    """``folder`` holds the revision's tree."""

    commit: str
    folder: Path
    started: list[Child] = field(default_factory=list)

    @property
    def same_libraries(self) -> bool:
        """Whether it wants the libraries that are installed; it runs with those in any case."""
        lock = "requirements.lock"
        return (self.folder / lock).read_bytes() == (ROOT / lock).read_bytes()

    @property
    def environment(self) -> dict[str, str]:
        """Its packages win over those of this tree, which are installed."""
        folders = [self.folder / "libs/common", *(self.folder / "services" / s for s in SERVICES)]
        return {
            "PYTHONPATH": os.pathsep.join(map(str, folders)),
            "PYTHONSAFEPATH": "1",
            "PYTHONDONTWRITEBYTECODE": "",  # a dozen processes would compile all modules anew
        }

    def of(self, child: Child) -> Child:
        """The same process, of this release."""
        given = {name: getattr(child, name) for name in ("name", "factory", "mode", "port", "log")}
        found = _Released(
            **given, environment=child.environment, patience=_START_SECONDS, release=self
        )
        self.started.append(found)
        return found

    def migrate(self, child: Child) -> None:
        """Runs ``migrate`` of the release on the database of the process."""
        package = _package(child)
        done = subprocess.run(
            [sys.executable, "-m", package, "migrate"],
            env=inherited() | child.environment | self.environment,
            capture_output=True, text=True, check=False, cwd="/",
        )  # fmt: skip
        if done.returncode:
            raise NoRelease(f"{self.commit} 的 {package} 未能建立表结构：{done.stderr[-2000:]}")


@dataclass
class _Released(Child):
    """Nobody's child ends with its parent: see :func:`checked_out`."""

    release: Release | None = None

    def start(self, *, crash_at: str = "") -> None:
        assert self.release is not None
        environment = inherited() | self.environment | self.release.environment
        environment |= {"LIANDONG_CRASH_AT": crash_at} if crash_at else {}
        with self.log.open("ab") as log:
            self._process = _Process(
                subprocess.Popen(
                    [sys.executable, "-m", _package(self), self.mode],
                    env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/",
                )
            )  # fmt: skip


@dataclass
class _Process:
    """A process as :class:`Child` knows them."""

    inner: subprocess.Popen[bytes]

    @property
    def pid(self) -> int:
        return self.inner.pid

    @property
    def exitcode(self) -> int | None:
        return self.inner.poll()

    def is_alive(self) -> bool:
        return self.inner.poll() is None

    def join(self, timeout: float) -> None:
        if timeout:
            self.inner.wait(timeout)

    def kill(self) -> None:
        self.inner.kill()

    def terminate(self) -> None:
        self.inner.terminate()


def _package(child: Child) -> str:
    return child.name.split()[0].replace("-", "_")


@contextmanager
def checked_out(commit: str, folder: Path) -> Iterator[Release]:
    """The revision in a work tree of its own; that and its processes are gone afterwards. Raises
    NoRelease."""
    found = _git("rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}")
    if found.returncode:
        raise NoRelease(
            f"没有提交 {commit}：请给出存在的提交；浅克隆请先执行 git fetch --unshallow。 There is "
            f"no commit {commit}: name one that exists, or fetch the whole history."
        )
    name = found.stdout.strip()[:12]
    made = _git("worktree", "add", "--detach", str(folder), name)
    if made.returncode:
        raise NoRelease(f"未能检出 {name}：{made.stderr}")
    release = Release(name, folder)
    try:
        yield release
    finally:
        for one in release.started:
            if one.running:
                one.kill()
        _git("worktree", "remove", "--force", str(folder))


def _git(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command: list[Any] = ["git", "-C", str(ROOT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)
