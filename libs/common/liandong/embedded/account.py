"""Whose rights the database server runs with: PostgreSQL refuses to run as root."""

import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ACCOUNT = "liandong"


@dataclass(frozen=True, slots=True)
class Account:
    """The ordinary account that root lends to the server."""

    uid: int
    gid: int

    @classmethod
    def for_folder(cls, data: Path) -> "Account | None":
        """None for an ordinary user, who runs the server himself.

        Root runs it as the owner of the data folder, so that a folder made by an ordinary user
        stays his; a new folder belongs to the system account ``liandong``, made when missing.
        """
        if os.geteuid() != 0:
            return None
        with suppress(FileNotFoundError):
            owner = data.stat()
            if owner.st_uid != 0:
                return cls(owner.st_uid, owner.st_gid)
        entry = _entry(ACCOUNT) or _made(ACCOUNT) or pwd.getpwnam("nobody")
        return cls(entry.pw_uid, entry.pw_gid)

    def own(self, path: Path) -> None:
        """Gives the folder, and everything in it, to this account."""
        os.chown(path, self.uid, self.gid)
        for folder, folders, files in os.walk(path):
            for name in (*folders, *files):
                os.chown(Path(folder, name), self.uid, self.gid, follow_symlinks=False)

    def _reaches(self, path: Path) -> bool:
        for parent in (path, *path.parents):
            found = parent.stat()
            mine = found.st_uid == self.uid and found.st_mode & stat.S_IXUSR
            if not mine and not found.st_mode & stat.S_IXOTH:
                return False
        return True

    def command(self, command: Sequence[str], *, reach: Sequence[Path]) -> dict[str, Any]:
        """Arguments of ``subprocess.run`` that run the command as this account.

        When a folder on the way is closed to the account (a checkout in /root), no permission on
        disk is changed: the process keeps the one capability that lets it pass.
        """
        if all(self._reaches(path) for path in reach):
            return {"args": command, "user": self.uid, "group": self.gid, "extra_groups": []}
        setpriv = shutil.which("setpriv") or "setpriv"
        rights = ["--inh-caps", "+dac_override", "--ambient-caps", "+dac_override"]
        who = ["--reuid", str(self.uid), "--regid", str(self.gid), "--clear-groups"]
        return {"args": [setpriv, *who, *rights, "--", *command]}


def _entry(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _made(name: str) -> pwd.struct_passwd | None:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is not None:
        command = [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name]
        subprocess.run(command, check=False, capture_output=True)  # noqa: S603
    return _entry(name)
