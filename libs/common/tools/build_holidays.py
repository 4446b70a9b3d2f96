"""Builds ``liandong/values/data/holidays.csv`` from the installed ``chinesecalendar`` package.

Usage: ``python build_holidays.py <holidays.csv>``

Run it again when the State Council has published the arrangement of the coming year (usually in
November) and the package has been released with it.
"""

import csv
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from chinese_calendar import Holiday
from chinese_calendar.constants import holidays, workdays

CHINESE: dict[str, str] = {h.value: h.chinese for h in Holiday}  # pyright: ignore


def rows() -> Iterator[tuple[date, str, str]]:
    for day, name in holidays.items():
        yield day, "holiday", CHINESE[name]
    for day, name in workdays.items():
        yield day, "makeup_workday", CHINESE[name]


def main(target: str) -> None:
    with Path(target).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("day", "kind", "name"))
        writer.writerows(sorted(rows()))


if __name__ == "__main__":
    main(*sys.argv[1:])
