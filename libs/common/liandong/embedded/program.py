"""One process of the platform: a Python module with an address, a log and an end."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from liandong.embedded.ports import HOST

_LOG_LIMIT = 16 * 1024 * 1024
_ANSWER_SECONDS = 3
_LINE = 500


@dataclass
class Program:
    """``python -m <module> <arguments>``, apart from the terminal so that Ctrl-C is ours alone."""

    name: str
    arguments: Sequence[str]
    """Module and arguments."""
    environment: Mapping[str, str] = field(repr=False)
    log: Path
    port: int = 0
    path: str = "/health/ready"
    _process: subprocess.Popen[bytes] | None = None
    _said_from: int = 0

    @property
    def command(self) -> list[str]:
        """What stands behind the interpreter. ``-P``: nothing in the working folder is imported."""
        return ["-P", "-m", *self.arguments]

    @property
    def pid(self) -> int:
        """Of the running process, or of the last one."""
        assert self._process is not None, f"{self.name} was never started"
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        return self._process.poll() if self._process else None

    def start(self, settings: Mapping[str, str] | None = None) -> None:
        """Starts the process; ``settings`` are added to its environment this time only."""
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".old.log"))
        with self.log.open("ab") as log:
            self._said_from = log.seek(0, os.SEEK_END)
            self._process = subprocess.Popen(  # noqa: S603 - our own modules
                [sys.executable, *self.command],
                cwd=self.log.parent,
                env={**self.environment, **(settings or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def is_ready(self) -> bool:
        """Its health page answers 200."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=_ANSWER_SECONDS)
        try:
            connection.request("GET", self.path)
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def terminate(self) -> None:
        """Asks the process to end in good order."""
        if self.running:
            os.kill(self.pid, signal.SIGTERM)

    def hurry(self) -> None:
        """After :meth:`terminate`: uvicorn no longer waits for open connections."""
        if self.running:
            os.kill(self.pid, signal.SIGINT)

    def kill(self) -> None:
        """Ends the process, and whatever it started, at once."""
        if self.running:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            self.join(time.monotonic() + _ANSWER_SECONDS)

    def join(self, until: float) -> bool:
        """Waits for the end until the moment of the monotonic clock; whether it came."""
        if self._process is None:
            return True
        try:
            self._process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            return False
        return True

    def said(self) -> str:
        """What the process has written since it was started."""
        with self.log.open("rb") as log:
            log.seek(self._said_from)
            return log.read().decode(errors="replace")

    def last_lines(self, count: int = 12) -> str:
        lines = [line for line in self.said().splitlines() if line.strip()]
        return "\n".join(f"    {_shortened(line)}" for line in lines[-count:])


def _shortened(line: str) -> str:
    """The end of a long line matters most: there a traceback names the error."""
    return line if len(line) <= _LINE else f"{line[: _LINE // 5]} …… {line[-_LINE:]}"
