"""``platform.json``: what runs, so that the next start can clear what a killed one left behind."""

import fcntl
import json
import os
import signal
import time
from contextlib import suppress
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import psutil

from liandong.embedded.errors import PlatformError
from liandong.embedded.processes import end, ended, find, started_at
from liandong.embedded.program import Program

STATE = "platform.json"
LOCK = ".platform.lock"
_CLOSE = 2
"""Seconds by which the start times that the system tells of one process may differ."""


class PlatformLock:
    """Held by the one process that runs the platform of a folder; the kernel frees it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: TextIOWrapper | None = None
        self._owner = 0

    @property
    def held(self) -> bool:
        return self._file is not None and self._owner == os.getpid()

    def take(self) -> None:
        file = (self._folder / LOCK).open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            pid = file.read().strip() or "?"
            file.close()
            raise PlatformError(
                f"{self._folder} 中的平台正在运行（进程 {pid}）：请先在它的窗口按 Ctrl-C 停止，"
                f"或执行 kill {pid}。 A platform is already running in {self._folder} (process "
                f"{pid}): stop it with Ctrl-C in its window, or by kill {pid}."
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        self._file, self._owner = file, os.getpid()

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


class StateFile:
    """Processes and addresses, no secrets. Only the holder of the lock may use it."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / STATE
        self._state: dict[str, Any] = {}

    def begin(self, **addresses: object) -> None:
        self._state = {
            "pid": os.getpid(),
            "started_at": datetime.now(UTC).isoformat(timespec="seconds"),
            **addresses,
            "processes": {},
        }
        self._write()

    def add(self, program: Program) -> None:
        """Notes the program's present process."""
        with suppress(psutil.NoSuchProcess):
            self._state["processes"][program.name] = {
                "pid": program.pid,
                "started": started_at(program.pid),
                "command": program.command,
            }
            self._write()

    def remove(self) -> None:
        self.file.unlink(missing_ok=True)

    def end_leftovers(self, *, grace_seconds: float) -> list[str]:
        """Ends the processes of an earlier run that was killed; their names.

        A process is ended only if number, start time and command line are those noted.
        """
        left = {name: process for name, process in self._noted() if process is not None}
        for process in left.values():
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGTERM)
        until = time.monotonic() + grace_seconds
        for process in left.values():
            if not ended(process, within=max(0.1, until - time.monotonic())):
                end(process, by=signal.SIGKILL, within=5)
        return list(left)

    def _noted(self) -> list[tuple[str, psutil.Process | None]]:
        try:
            noted = json.loads(self.file.read_text(encoding="utf-8"))["processes"]
            return [
                (name, _same(int(one["pid"]), float(one["started"]), list(one["command"])))
                for name, one in noted.items()
            ]
        except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
            return []  # a torn file tells nothing that could be relied on

    def _write(self) -> None:
        draft = self.file.with_suffix(".draft")
        text = json.dumps(self._state, ensure_ascii=False, indent=2)
        draft.write_text(text + "\n", encoding="utf-8")
        draft.replace(self.file)


def _same(pid: int, started: float, command: list[str]) -> psutil.Process | None:
    try:
        process = find(pid)
        if process is None or abs(process.create_time() - started) > _CLOSE:
            return None
        return process if process.cmdline()[1:] == command else None
    except psutil.Error:
        return None
