"""One server for all test processes of a user: xdist workers, reruns, runs in other windows."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

Server = TypeVar("Server")

_ENOUGH_MEMORY = 2 * 1024**3


def tests_folder(*, in_memory: bool) -> Path:
    """The folder of this user's test servers, which outlives a run so that the next is quicker.

    ``in_memory`` asks for the memory file system where there is one with room: copying a template
    database there takes 20 ms instead of 400.
    """
    root = Path(tempfile.gettempdir())
    memory = Path("/dev/shm")  # noqa: S108 - only below a folder checked to be ours
    if in_memory and memory.is_dir() and shutil.disk_usage(memory).free >= _ENOUGH_MEMORY:
        root = memory
    folder = root / f"liandong-tests-{os.geteuid()}"
    # Root's servers run as an ordinary account, which must be able to pass.
    folder.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        raise RuntimeError(
            f"文件夹 {folder} 属于其他用户，请删除后重试。 "
            f"The folder {folder} belongs to another user; remove it and try again."
        )
    return folder


@contextmanager
def shared(
    folder: Path, *, start: Callable[[bool], Server], stop: Callable[[Server], None]
) -> Iterator[Server]:
    """``start`` starts or joins the server of ``folder``; the last one to leave calls ``stop``.

    ``start`` is told whether nobody else uses the server. One process at a time is in ``start``
    or ``stop``. The locks belong to the processes, so one that was killed holds nothing back.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "gate.lock").open("w") as gate, (folder / "users.lock").open("w") as users:
        fcntl.flock(gate, fcntl.LOCK_EX)
        alone = _alone(users.fileno())
        fcntl.flock(users, fcntl.LOCK_SH)
        server = start(alone)
        fcntl.flock(gate, fcntl.LOCK_UN)
        try:
            yield server
        finally:
            fcntl.flock(gate, fcntl.LOCK_EX)
            fcntl.flock(users, fcntl.LOCK_UN)
            if _alone(users.fileno()):
                stop(server)


def _alone(users: int) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
