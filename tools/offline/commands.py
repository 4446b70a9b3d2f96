"""Programs of the building machine, run without an input of their own."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tools.offline.errors import KitError

_END = 1500  # of what a program said before it failed


def run(
    program: str,
    *arguments: str,
    wrong: str,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> str:
    """What the program printed; KitError, ``wrong`` and the end of what it said, when it fails."""
    found = shutil.which(program)
    if found is None:
        raise KitError(f"本机没有命令 {program}，请先安装")
    done = subprocess.run(  # noqa: S603
        [found, *arguments],
        env={**os.environ, **(environment or {})},
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise KitError(f"{wrong}：{(done.stdout + done.stderr).strip()[-_END:]}")
    return done.stdout
