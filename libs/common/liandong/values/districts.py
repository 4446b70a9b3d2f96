"""行政区划 (GB/T 2260, GB/T 10114): codes of 6, 9 or 12 digits, with names and former validity.

Province ``340000``, city ``340100``, county ``340103``, street ``340103001``, community
``340103001001``; the root ``100000`` stands for the whole country. Only 6-digit divisions ship
with the package (``data/README.md``); of longer codes the county must be known.
"""

import csv
import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Final, NamedTuple, Self

from pydantic import AfterValidator, WithJsonSchema

from liandong.values.validation import explained

ROOT: Final = "100000"
PATTERN: Final = r"^(?:[0-9]{6}|[0-9]{9}|[0-9]{12})$"
_CODE: Final = re.compile(PATTERN, re.ASCII)
_HEADINGS: Final = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")
"""Names of the statistical list that are no part of an address."""


class UnknownDistrict(ValueError):
    """No such division, or not on that day; ``str()`` is a Chinese sentence."""


class District(NamedTuple):
    """One division under one name; both days belong to the period, None means open."""

    code: str
    name: str
    valid_from: date | None = None
    valid_to: date | None = None

    def is_valid(self, on: date) -> bool:
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on <= self.valid_to
        )


def subtree_prefix(code: str) -> str:
    """The string with which every code of the subtree begins; ``""`` for the root.

    For ``LIKE prefix || '%'`` and ``str.startswith``. The level is read from the trailing zeros:
    ``340000`` → ``34``, ``340100`` → ``3401``, ``340103000000`` → ``340103``,
    ``340103001000`` → ``340103001``. Raises UnknownDistrict for what is not a code.
    """
    if not _CODE.fullmatch(code):
        raise UnknownDistrict("行政区划代码应为6位、9位或12位数字")
    for short in (9, 6):
        if len(code) > short and code.endswith("000"):
            code = code[:short]
    if len(code) > 6:
        return code
    if code == ROOT:
        return ""
    if code.endswith("0000"):
        return code[:2]
    return code[:4] if code.endswith("00") else code


class DistrictTree:
    """All divisions, present and former. Immutable; share one through :func:`districts`."""

    def __init__(self, rows: Iterable[District]) -> None:
        self._periods: dict[str, list[District]] = {}
        for row in rows:
            self._periods.setdefault(row.code, []).append(row)

    @classmethod
    def load(cls) -> Self:
        """The divisions shipped with the package; use :func:`districts` to read them once."""
        source = files("liandong.values").joinpath("data/districts.csv")
        lines = csv.reader(source.read_text(encoding="utf-8").splitlines()[1:])
        return cls(
            District(
                code,
                name,
                date.fromisoformat(start) if start else None,
                date.fromisoformat(end) if end else None,
            )
            for code, name, start, end in lines
        )

    def is_known(self, code: str) -> bool:
        """Whether the code is well formed and its 6-digit division existed at any time."""
        return bool(_CODE.fullmatch(code)) and code[:6] in self._periods

    def check(self, code: str) -> str:
        """The code itself when :meth:`is_known`; otherwise raises UnknownDistrict."""
        subtree_prefix(code)
        if code[:6] not in self._periods:
            raise UnknownDistrict(f"没有代码为{code[:6]}的行政区划")
        return code

    def get(self, code: str, on: date | None = None) -> District:
        """The division as it was on a day; without a day, as it is now or was last.

        A 9- or 12-digit code gives its county, since no names below the county are shipped.
        Raises UnknownDistrict when the code is unknown or was not in force on that day.
        """
        periods = self._periods[self.check(code)[:6]]
        if on is None:
            return periods[-1]
        for period in reversed(periods):
            if period.is_valid(on):
                return period
        raise UnknownDistrict(f"行政区划{code[:6]}在{on.isoformat()}不存在")

    def name(self, code: str, on: date | None = None) -> str:
        """The name of :meth:`get`, for example ``庐阳区``."""
        return self.get(code, on).name

    def full_name(self, code: str, on: date | None = None) -> str:
        """Province, city and county in one, for example ``安徽省合肥市庐阳区``.

        Headings such as 市辖区 are left out; the root is 全国. A higher division without a name on
        that day is left out too. Raises UnknownDistrict as :meth:`get` does.
        """
        return "".join(reversed(self.names_up(code, on)))

    def names_up(self, code: str, on: date | None = None) -> tuple[str, ...]:
        """The names that make up :meth:`full_name`, nearest first: 庐阳区, 合肥市, 安徽省."""
        own = self.get(code, on)
        names = [] if own.name in _HEADINGS else [own.name]
        for above in self.ancestors(own.code)[1:-1]:
            periods = self._periods.get(above, [])
            fitting = [p for p in periods if on is None or p.is_valid(on)]
            if fitting and fitting[-1].name not in (*_HEADINGS, *names):
                names.append(fitting[-1].name)
        return tuple(names)

    def all_names(self) -> frozenset[str]:
        """Every name that a division has or had, without headings such as 市辖区."""
        names = {one.name for periods in self._periods.values() for one in periods}
        return frozenset(names.difference(_HEADINGS))

    def ancestors(self, code: str) -> tuple[str, ...]:
        """The code itself and what it lies in, nearest first, ending in ``100000``.

        ``340103001001`` → itself, ``340103001``, ``340103``, ``340100``, ``340000``, ``100000``.
        Raises UnknownDistrict when the 6-digit division is unknown.
        """
        prefix = subtree_prefix(self.check(code))
        above = [prefix[:size] for size in (12, 9) if len(prefix) >= size]
        above += [prefix[:size].ljust(6, "0") for size in (6, 4, 2) if len(prefix) >= size]
        return tuple(dict.fromkeys((code, *above, ROOT)))

    def is_within(self, code: str, area: str) -> bool:
        """Whether ``code`` lies in ``area`` or is the same; compares digits, looks nothing up.

        Raises UnknownDistrict only when ``area`` is not a code at all.
        """
        return code.startswith(subtree_prefix(area))

    def children(self, code: str, on: date | None = None) -> tuple[District, ...]:
        """The divisions directly below, by code, valid on the day; without a day, those of now.

        "Now" are the divisions that have not ended. Below a county there are none.
        Raises UnknownDistrict when ``code`` is unknown.
        """
        prefix = subtree_prefix(self.check(code))
        found: list[District] = []
        if len(prefix) > 4:
            return ()
        size = len(prefix) + 2
        for child, periods in self._periods.items():
            if (
                not child.startswith(prefix)
                or child in (code, ROOT)
                or subtree_prefix(child) != child[:size]
            ):
                continue
            if on is None:
                fitting = [p for p in periods if p.valid_to is None]
            else:
                fitting = [p for p in periods if p.is_valid(on)]
            found += fitting[-1:]
        return tuple(sorted(found))


@lru_cache(maxsize=1)
def districts() -> DistrictTree:
    """The shipped divisions, read once per process."""
    return DistrictTree.load()


def _known(text: str) -> str:
    return districts().check(text)


DistrictCode = Annotated[
    str,
    AfterValidator(explained(_known, "district-code")),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": PATTERN,
            "description": "行政区划代码：6位（县及以上）、9位（街镇）或12位（社区、村）",
            "examples": ["340103"],
        }
    ),
]
"""A code whose county is known now or was at any time."""
