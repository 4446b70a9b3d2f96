"""The container engine, by its command; Docker, or what LIANDONG_DOCKER names (podman, say)."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tools.offline.commands import run

COMMAND_VARIABLE = "LIANDONG_DOCKER"


def docker(*arguments: str) -> str:
    """Runs the engine's command and gives what it printed; KitError when it fails."""
    command = os.environ.get(COMMAND_VARIABLE, "docker")
    return run(command, *arguments, wrong=f"命令 {command} {' '.join(arguments[:2])} 失败")


def build(
    folder: Path,
    tag: str,
    *,
    arguments: Mapping[str, str],
    network: str = "none",
    options: Sequence[str] = (),
) -> None:
    """Builds with either builder: the Dockerfiles use nothing that only BuildKit knows."""
    given = [f"--build-arg={name}={value}" for name, value in arguments.items()]
    docker("build", "--network", network, *given, *options, "--tag", tag, str(folder))


def inspect(image: str) -> dict[str, Any]:
    return json.loads(docker("image", "inspect", image))[0]


def save(images: Sequence[str], target: Path) -> None:
    """``docker save``: one tar file, in which layers that images share are once."""
    docker("save", "--output", str(target), *images)
