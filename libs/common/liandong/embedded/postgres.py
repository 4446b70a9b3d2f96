"""An embedded PostgreSQL: one server, one folder, reached through a unix socket only."""

import fcntl
import hashlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import psutil

from liandong.embedded.account import Account
from liandong.embedded.binaries import MAJOR, EmbeddedPostgresError, binary, environment
from liandong.embedded.processes import end, ended, find, works_in

__all__ = ["MAJOR", "EmbeddedPostgres", "EmbeddedPostgresError"]

PORT = 5432
"""Only names the socket file; nothing listens on the network."""

_LOG_LIMIT = 16 * 1024 * 1024
_PLAIN_PATH = re.compile(r"[A-Za-z0-9_./~-]{1,80}")
"""Fits a socket's address (about 100 bytes) and needs no quoting in a setting or a URL."""
_START_SECONDS = 60
_STOP_SECONDS = 60

_SETTINGS = """\
# Written anew at every start by liandong.embedded.postgres.
listen_addresses = ''
port = {port}
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
max_connections = 300
shared_buffers = 256MB
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
log_line_prefix = '%m [%p] %q%d '
"""
_TESTS_ONLY = """\
fsync = off
synchronous_commit = off
full_page_writes = off
max_wal_size = 256MB
min_wal_size = 32MB
checkpoint_timeout = 1d
"""


class EmbeddedPostgres:
    """The database server whose data, log and socket live in ``folder``.

    ``start`` recovers by itself from whatever an earlier run left behind: a stale pid file, a
    socket, a half-made data folder, a killed server and its orphans. A server that is already
    running in the folder is joined, and ``stop`` stops it whoever started it. All methods block.
    ``durable=False``, for tests, is quicker and may lose what was committed before a crash.
    """

    def __init__(
        self,
        folder: Path,
        *,
        durable: bool,
        port: int = PORT,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        """``settings`` win over the usual ones; ``listen_addresses`` lets it listen at ``port``."""
        self.folder = folder.expanduser().resolve()
        self.data = self.folder / "data"
        self.log = self.folder / "server.log"
        self._durable = durable
        self.port, self._settings = port, settings or {}
        self._socket = _socket_folder(self.folder)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def running(self) -> bool:
        return self._postmaster() is not None

    def url(self, database: str) -> str:
        """What asyncpg takes as it is, and SQLAlchemy with ``postgresql+asyncpg``."""
        other = "" if self.port == PORT else f"&port={self.port}"
        return f"postgresql://postgres@/{quote(database)}?host={self._socket}{other}"

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._locked():
            self._refuse_other_version()
            if self._postmaster() is None:
                self._end_orphans()
                self._make_data()
                self._launch()
            self._read_socket()

    def stop(self) -> None:
        """Ends sessions, writes everything to disk and returns when the server is gone."""
        if not self.folder.is_dir():
            return
        with self._locked():
            server = self._postmaster()
            if server is None:
                return
            if not end(server, by=signal.SIGINT, within=_STOP_SECONDS):
                raise EmbeddedPostgresError(
                    f"数据库在 {_STOP_SECONDS} 秒内未能停止，请查看日志 {self.log}。 "
                    f"PostgreSQL did not stop within {_STOP_SECONDS} s; see the log {self.log}."
                )
            with suppress(OSError):
                self._socket.rmdir()

    def ensure_database(self, name: str) -> None:
        with self._locked():
            known = f"SELECT 1 FROM pg_database WHERE datname = {_literal(name)}"  # noqa: S608
            if self._sql(known) != "1":
                self._sql(f"CREATE DATABASE {_identifier(name)}")

    def drop_database(self, name: str) -> None:
        """Drops the database and ends the sessions in it; no error when there is none."""
        self._sql(f"DROP DATABASE IF EXISTS {_identifier(name)} WITH (FORCE)")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _refuse_other_version(self) -> None:
        try:
            found = (self.data / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            if self.data.exists() and any(self.data.iterdir()):
                raise EmbeddedPostgresError(
                    f"{self.data} 不是 PostgreSQL 数据目录，请移走后重试。 "
                    f"{self.data} is not a PostgreSQL data folder; move it away and try again."
                ) from None
            return
        if found != str(MAJOR):
            raise EmbeddedPostgresError(
                f"数据目录 {self.data} 属于 PostgreSQL {found}，本程序使用 {MAJOR}："
                "请运行 make clean-data 重新开始，或用备份恢复。 "
                f"The data folder belongs to PostgreSQL {found} and this program runs {MAJOR}: "
                "run `make clean-data` to start afresh, or restore a backup."
            )

    def _postmaster(self) -> psutil.Process | None:
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None
        server = find(pid)
        return server if server is not None and works_in(server, str(self.data)) else None

    def _read_socket(self) -> None:
        """A joined server may have been started under another temporary folder than ours."""
        lines = (self.data / "postmaster.pid").read_text().split("\n")
        self._socket = Path(lines[4])

    def _end_orphans(self) -> None:
        """Backends outlive a killed postmaster for a moment, in which no other can start."""
        for process in psutil.process_iter(["name"]):
            if process.info["name"] == "postgres" and works_in(process, str(self.data)):  # noqa: SIM102
                if not ended(process, within=3):
                    end(process, by=signal.SIGKILL, within=3)
        # PostgreSQL clears stale files itself, unless the number in them is taken: by a stranger,
        # or by the corpse of the killed server while nobody has collected it.
        file = self.data / "postmaster.pid"
        if file.exists():
            pid = file.read_text().split("\n", 1)[0]
            if not pid.isdigit() or psutil.pid_exists(int(pid)):
                file.unlink()
        for name in (f".s.PGSQL.{self.port}", f".s.PGSQL.{self.port}.lock"):
            (_socket_folder(self.folder) / name).unlink(missing_ok=True)

    def _make_data(self) -> None:
        """The data folder appears under its name only when it is complete."""
        account = Account.for_folder(self.data)
        if (self.data / "PG_VERSION").exists():
            if account is not None and self.data.stat().st_uid != account.uid:
                account.own(self.data)
            return
        draft = self.folder / "data.draft"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        if account is not None:
            account.own(draft)
        form = ["--locale=C.UTF-8", "--encoding=UTF8", "--auth=trust", "--username=postgres"]
        hurry = [] if self._durable else ["--no-sync"]
        self._run([binary("initdb"), "-D", str(draft), *form, *hurry], account)
        if self.data.exists():
            self.data.rmdir()
        draft.rename(self.data)
        folder = os.open(self.folder, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)

    def _launch(self) -> None:
        account = Account.for_folder(self.data)
        socket = self._socket = _socket_folder(self.folder)
        socket.mkdir(mode=0o700, exist_ok=True)
        _refuse_foreign(socket, account)
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT:
            self.log.unlink()
        self.log.touch()
        settings = self.data / "postgresql.conf"
        text = _SETTINGS.format(socket=socket, port=self.port) + (
            "" if self._durable else _TESTS_ONLY
        )
        text += "".join(f"{name} = '{value}'\n" for name, value in self._settings.items())
        settings.write_text(text, encoding="utf-8")
        if account is not None:
            account.own(socket)
            for file in (self.log, settings):
                os.chown(file, account.uid, account.gid)
        options = ["-D", str(self.data), "-l", str(self.log), "-w", "-t", str(_START_SECONDS)]
        self._run([binary("pg_ctl"), "start", *options], account)

    def _run(self, command: Sequence[str], account: Account | None) -> None:
        reach = (self.folder, Path(command[0]).parent)
        how: dict[str, Any] = {"args": command}
        if account is not None:
            how = account.command(command, reach=reach)
        # Into a file: pg_ctl leaves its output open to the server, which would never end a pipe.
        with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
            done = subprocess.run(
                **how, env=environment(), cwd="/", stdin=subprocess.DEVNULL, stdout=said,
                stderr=subprocess.STDOUT, check=False,
            )  # fmt: skip
            if done.returncode != 0:
                said.seek(0)
                raise EmbeddedPostgresError(
                    f"数据库未能启动，请查看日志 {self.log}。 "
                    f"PostgreSQL did not start; see the log {self.log}.\n{said.read()}"
                )

    def _sql(self, statement: str) -> str:
        quiet = ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
        where = ["-h", str(self._socket), "-p", str(self.port), "-U", "postgres", "-d", "postgres"]
        done = subprocess.run(  # noqa: S603
            [binary("psql"), *quiet, *where, "-c", statement],
            env=environment(), capture_output=True, text=True, encoding="utf-8", check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise EmbeddedPostgresError(
                f"数据库拒绝了管理操作。 PostgreSQL refused: {done.stderr.strip()}"
            )
        return done.stdout.strip()


def _socket_folder(folder: Path) -> Path:
    """In the data's folder, or under the temporary folder where that is too long for a socket."""
    beside = folder / "socket"
    temporary = Path(tempfile.gettempdir())
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    for candidate in (beside, temporary / f"liandong-{digest}"):
        if _PLAIN_PATH.fullmatch(str(candidate)):
            return candidate
    return Path("/tmp", f"liandong-{digest}")  # noqa: S108 - named by a digest, made with mode 0700


def _refuse_foreign(folder: Path, account: Account | None) -> None:
    """In a public temporary folder somebody else may have made the folder first."""
    mine = {os.geteuid()} if account is None else {os.geteuid(), account.uid}
    if folder.is_symlink() or folder.stat().st_uid not in mine:
        raise EmbeddedPostgresError(
            f"文件夹 {folder} 属于其他用户，请删除后重试。 "
            f"The folder {folder} belongs to another user; remove it and try again."
        )


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
