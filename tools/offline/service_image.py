"""The image of the five services, from the repository's own Dockerfile."""

import os
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime

from tools.offline import engine
from tools.offline.commands import run
from tools.offline.plan import ROOT, Plan

SOURCE_VARIABLE = "LIANDONG_SOURCE_URL"
"""Where the sources are published; the label is left out where nobody says so."""


def about() -> dict[str, str]:
    """version, revision and time (UTC, of the commit) of what is checked out.

    The revision ends in ``-modified`` when what is checked out is not what was committed.
    """
    modified = "-modified" if _git("status", "--porcelain") else ""
    project = tomllib.loads((ROOT / "libs/common/pyproject.toml").read_text(encoding="utf-8"))
    return {
        "version": project["project"]["version"],
        "revision": _git("rev-parse", "HEAD") + modified,
        "created": datetime.fromtimestamp(int(_git("log", "-1", "--format=%ct")), UTC).isoformat(),
    }


def build(plan: Plan, tag: str, told: Mapping[str, str], *, cache: bool = True) -> None:
    """Builds and tags; ``told`` is what ``about`` gave. The network is the building machine's, for
    the packages of the lock."""
    arguments = {
        "BASE": plan["python"].tag,
        "BUILD_BASE": plan["build"].tag,
        "SOURCE_DATE_EPOCH": str(int(datetime.fromisoformat(told["created"]).timestamp())),
        **{name.upper(): value for name, value in told.items()},
    }
    source = os.environ.get(SOURCE_VARIABLE)
    options = [f"--label=org.opencontainers.image.source={source}"] if source else []
    if not cache:
        options.append("--no-cache")
    engine.build(ROOT, tag, arguments=arguments, network="host", options=options)


def _git(*arguments: str) -> str:
    return run("git", *arguments, wrong="无法读取 Git 提交", folder=ROOT).strip()
