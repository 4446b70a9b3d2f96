"""``python -m benchmarks [--only NAME] [--scale 1.0] [--json build/bench.json] [--strict]``."""

import argparse
import sys
import time
from pathlib import Path

import uvloop
from rich.console import Console

from benchmarks import report
from benchmarks.processes import ROOT
from benchmarks.rows.catalogue import ROWS
from benchmarks.servers import Stage
from liandong.embedded.interruptions import end_by_exception


def main(arguments: list[str] | None = None) -> int:
    """0 when everything could be measured; with ``--strict`` 1 when a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--only", action="append", choices=list(ROWS), help="repeatable")
    parser.add_argument("--scale", type=float, default=1.0, help="0.1: a tenth of the work")
    parser.add_argument("--json", type=Path, default=ROOT / "build" / "bench.json")
    parser.add_argument("--strict", action="store_true", help="a missed goal is a failure")
    chosen = parser.parse_args(arguments)
    console = Console(stderr=False, width=None if sys.stdout.isatty() else 140)
    rows: list[report.Row] = []
    undo = end_by_exception()
    try:
        with Stage(scale=chosen.scale) as stage:
            for name in chosen.only or ROWS:
                began = time.monotonic()
                found = uvloop.run(ROWS[name](stage))
                rows += found
                met = (
                    "" if all(row.met is not False for row in found) else "  [red]goal missed[/red]"
                )
                console.print(f"{name}: {time.monotonic() - began:.0f} s{met}")
                report.write(rows, chosen.json)
    finally:
        undo()
        report.show(console, rows)
    return 1 if chosen.strict and any(row.met is False for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
