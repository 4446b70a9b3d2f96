"""``python -m benchmarks.profile ROW``: where the platform's own processes spend their CPU time.

Runs the row with every service under :mod:`benchmarks.sampling` and prints, for each process, the
share of each library and the functions that cost most. ``consumer-projection`` has no process of
its own: there the benchmark itself is sampled. The row's figures are those of a sampled process.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import uvloop
from rich.console import Console

from benchmarks import report, sampling
from benchmarks.rows.catalogue import ROWS
from benchmarks.servers import Stage

_GROUPS = {
    "fastapi": "fastapi/starlette",
    "starlette": "fastapi/starlette",
    "fastapi_offline": "fastapi/starlette",
    "pydantic": "pydantic",
    "pydantic_core": "pydantic",
    "sqlalchemy": "sqlalchemy",
    "asyncpg": "asyncpg",
    "uvicorn": "uvicorn",
    "uvloop": "event loop",
}
_BOTTOM = 0.6
"""A function below which more than this share happens stands in every stack and tells nothing."""
_OURS = ("registry", "evaluation", "credit_list", "supply_demand", "funding")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.profile")
    parser.add_argument("row", choices=list(ROWS))
    parser.add_argument("--scale", type=float, default=0.2)
    parser.add_argument("--top", type=int, default=25, help="functions to print")
    chosen = parser.parse_args(arguments)
    console = Console(width=140)
    with Stage(scale=chosen.scale) as stage:
        stage.sampled = stage.folder / "samples"
        stage.sampled.mkdir()
        if chosen.row == "consumer-projection":
            sampling.start(stage.sampled / "benchmark.json")
        rows = uvloop.run(ROWS[chosen.row](stage))
        if chosen.row == "consumer-projection":
            sampling.stop(stage.sampled / "benchmark.json")
        report.show(console, rows)
        for file in sorted(stage.sampled.glob("*.json")):
            _show(console, file.stem, json.loads(file.read_text()), chosen.top)
    return 0


def _show(console: Console, name: str, found: dict[str, Any], top: int) -> None:
    total = sum(count for _, count in found["libraries"]) or 1
    console.print(f"\n[bold]{name}[/bold]: {found['cpu_seconds']:.1f} s of CPU, {total} samples")
    groups: dict[str, int] = {}
    for library, count in found["libraries"]:
        group = f"our {library}" if library in _OURS else _GROUPS.get(library, library)
        groups[group] = groups.get(group, 0) + count
    for group, count in sorted(groups.items(), key=lambda one: -one[1]):
        if count / total >= 0.002:
            console.print(f"  {count / total:6.1%}  {group}")
    for title, key in (("in the function itself", "self"), ("with what it calls", "all")):
        console.print(f"  -- {title}")
        told = [
            one
            for one in found[key]
            if key == "self" or (_interesting(one[0]) and one[2] < total * _BOTTOM)
        ]
        for file, function, count in told[:top]:
            console.print(f"  {count / total:6.1%}  {_short(file)} {function}", highlight=False)


def _interesting(file: str) -> bool:
    """Not what stands at the bottom of every stack."""
    library = sampling.library_of(file)
    return library not in ("", "event loop", "uvloop", "uvicorn") and "benchmarks" not in file


def _short(file: str) -> str:
    parts = Path(file).parts
    for folder in ("site-packages", "common", "services", "python3.11"):
        if folder in parts:
            return "/".join(parts[parts.index(folder) + 1 :])
    return file


if __name__ == "__main__":
    sys.exit(main())
