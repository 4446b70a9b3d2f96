"""The container engine, by its command; Docker, or what LIANDONG_DOCKER names (podman, say)."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tools.offline.errors import KitError

COMMAND_VARIABLE = "LIANDONG_DOCKER"


def docker(*arguments: str, environment: Mapping[str, str] | None = None) -> str:
    """Runs the engine's command and gives what it printed; KitError when it fails."""
    command = os.environ.get(COMMAND_VARIABLE, "docker")
    found = shutil.which(command)
    if found is None:
        raise KitError(f"找不到命令 {command}；请安装 Docker，或用 {COMMAND_VARIABLE} 指定")
    done = subprocess.run(  # noqa: S603
        [found, *arguments],
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        told = (done.stdout + done.stderr).strip()[-2000:]
        raise KitError(f"命令 {command} {' '.join(arguments[:3])} 失败：{told}")
    return done.stdout


def build(folder: Path, tag: str, *, arguments: Mapping[str, str], network: str = "none") -> None:
    """Builds with either builder: the Dockerfiles use nothing that only BuildKit knows."""
    given = [part for name, value in arguments.items() for part in ("--build-arg", f"{name}={value}")]
    docker("build", "--network", network, *given, "--tag", tag, str(folder))


def inspect(image: str) -> dict[str, Any]:
    return json.loads(docker("image", "inspect", image))[0]


def exists(image: str) -> bool:
    try:
        inspect(image)
    except KitError:
        return False
    return True


def save(images: Sequence[str], target: Path) -> None:
    docker("save", "--output", str(target), *images)
