"""``python -m liandong.capacity page|record``: the page's tables, and the figures behind them.

``page FILE`` makes the tables of the file anew; ``record BENCH.JSON`` takes over what
``make bench ONLY=capacity`` printed, with the machine and the day. What operators use is
``liandong capacity``.
"""

import argparse
import json
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

from liandong.capacity.figures import assumptions, measured, record
from liandong.capacity.model import Model
from liandong.capacity.page import rewrite, tables


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m liandong.capacity")
    parser.add_argument("command", choices=["page", "record"])
    parser.add_argument("file", type=Path)
    parser.add_argument("--told", default="", help="what else matters: scale, other work")
    chosen = parser.parse_args(arguments)
    if chosen.command == "record":
        machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
        source = f"make bench, {datetime.now(UTC):%Y-%m-%d}, {machine}"
        told = f"{source}, {chosen.told}" if chosen.told else source
        record(json.loads(chosen.file.read_text()), told)
    else:
        assumed, found = assumptions(), measured()
        rewrite(chosen.file, tables(Model(assumed, found), assumed, found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
