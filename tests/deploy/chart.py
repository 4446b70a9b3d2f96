"""Renders the chart with Helm's own engine, which is fetched once on an account, by its hash."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import yaml

CHART = Path(__file__).parents[2] / "deploy/helm/liandong"
EXAMPLES = {file.name.removesuffix("-values.yaml"): file for file in CHART.glob("ci/*-values.yaml")}
Manifest = dict[str, Any]

_LOCK = CHART.parent / "tools.lock"
_FETCH_SECONDS = 600
_RENDER_SECONDS = 60
_WARNING = 2


class Refused(Exception):
    """Helm does not render the chart with these values; the message is what it says."""


def tools() -> Path:
    """The folder of the packages of ``tools.lock``; fails with what pip says without a network."""
    digest = hashlib.sha256(_LOCK.read_bytes()).hexdigest()[:12]
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "liandong"
    folder = root / f"helm-{digest}"
    if folder.is_dir():
        return folder
    root.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=root, prefix=f"{folder.name}-"))
    try:
        pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--require-hashes"]
        subprocess.run(
            [*pip, "--target", str(draft), "-r", str(_LOCK)], check=True, timeout=_FETCH_SECONDS
        )
        if not folder.is_dir():
            draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return folder


def _asked(values: dict[str, Any]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("helm_engine.py"))],
        input=json.dumps({"chart": str(CHART), "values": values}),
        env={**os.environ, "PYTHONPATH": str(tools())},
        capture_output=True,
        text=True,
        check=True,
        timeout=_RENDER_SECONDS,
    )
    return json.loads(done.stdout)


@cache
def _example(file: Path) -> dict[str, Any]:
    return _asked(yaml.safe_load(file.read_text(encoding="utf-8")))


def render(file: Path | None, change: dict[str, Any] | None = None) -> list[Manifest]:
    """All manifests, hooks included, with the values of ``file`` and what ``change`` sets on top.

    Raises :class:`Refused`.
    """
    if file is not None and change is None:
        answer = _example(file)
    else:
        given = yaml.safe_load(file.read_text(encoding="utf-8")) if file else {}
        answer = _asked(_merged(given, change or {}))
    if "refused" in answer:
        raise Refused(answer["refused"])
    return [
        one
        for name, text in sorted(answer["rendered"].items())
        if name.endswith(".yaml")
        for one in yaml.safe_load_all(text)
        if one
    ]


def lint(file: Path) -> list[str]:
    """What Helm's lint finds that is worse than advice."""
    report = _example(file)["lint"]
    return report["errors"] + [
        f"{one['path']}: {one['error']}"
        for one in report["messages"]
        if one["severity"] >= _WARNING
    ]


def _merged(values: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    found = dict(values)
    for name, value in change.items():
        old = found.get(name)
        both = isinstance(value, dict) and isinstance(old, dict)
        found[name] = _merged(old, value) if both else value  # type: ignore[arg-type]
    return found
