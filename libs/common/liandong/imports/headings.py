"""The headings of a sheet: which row or rows hold them, and which column each one names."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

HEADING_WITHIN: Final = 20
"""The headings stand in one of the first rows; what is above them is a title."""

_MARKS: Final = "*＊"
_NUMBER: Final = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Alias:
    """Another heading of a known column; bare numbers below it are counted in ``unit``."""

    heading: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the sheet under the heading by which the import knows it."""

    at: int
    heading: str
    unit: str = ""

    def cell(self, row: Sequence[str]) -> str:
        """Its cell, with the unit that the heading told; "" beyond the end of the row."""
        text = row[self.at] if self.at < len(row) else ""
        if self.unit and _NUMBER.fullmatch(unicodedata.normalize("NFKC", text)):
            return text + self.unit
        return text


@dataclass(frozen=True, slots=True)
class Heading:
    """Where the headings stand: ``rows`` of them from the one with index ``place``."""

    place: int
    rows: int
    columns: list[Column]


class Vocabulary:
    """The headings an import knows, without regard to width, blanks and the mark of mandatory
    columns."""

    def __init__(
        self,
        known: Sequence[str],
        required: Collection[str] = (),
        aliases: Mapping[str, Alias] | None = None,
    ) -> None:
        self.known = known
        self.required = required
        others = aliases or {}
        self._names = {_key(name): alias for name, alias in others.items()}
        self._names |= {_key(name): Alias(name) for name in known}

    def find(self, rows: Sequence[Sequence[str]]) -> Heading | None:
        """The first row with half of the known headings, else with all required ones.

        Two rows are taken together where the upper one names groups of columns: what stands
        below a group is known by its own name or by both.
        """
        one = [self.columns(row) for row in rows]
        two = [self.columns_of_two(upper, lower) for upper, lower in pairwise(rows)]
        for accepts in (self._is_half, self._is_enough):
            for place, single in enumerate(one):
                if place < len(two) and self._count(two[place]) > max(
                    self._count(single), self._count(one[place + 1])
                ):
                    if accepts(two[place]):
                        return Heading(place, 2, two[place])
                elif accepts(single):
                    return Heading(place, 1, single)
        return None

    def columns(self, row: Sequence[str]) -> list[Column]:
        """Every named column; known ones under the heading as the import writes it."""
        return [self._column(at, cell) for at, cell in enumerate(row) if cell]

    def columns_of_two(self, upper: Sequence[str], lower: Sequence[str]) -> list[Column]:
        """Columns of two rows of headings, merged downwards or, as groups, sideways."""
        found: list[Column] = []
        group = ""
        for at in range(max(len(upper), len(lower))):
            above = upper[at] if at < len(upper) else ""
            below = lower[at] if at < len(lower) else ""
            group = above or (group if below else "")
            names = [f"{group}{below}", below, above] if below else [above]
            if any(names):
                name = next((one for one in names if _key(one) in self._names), names[0])
                found.append(self._column(at, name))
        return found

    def count(self, row: Sequence[str]) -> int:
        """How many of the known headings stand in the row."""
        return self._count(self.columns(row))

    def _column(self, at: int, name: str) -> Column:
        known = self._names.get(_key(name))
        if known is None:
            return Column(at, " ".join(name.split()))
        return Column(at, known.heading, known.unit)

    def _known_in(self, columns: Sequence[Column]) -> set[str]:
        return {column.heading for column in columns}.intersection(self.known)

    def _count(self, columns: Sequence[Column]) -> int:
        return len(self._known_in(columns))

    def _is_half(self, columns: Sequence[Column]) -> bool:
        found = self._count(columns)
        return found > 0 and found * 2 >= len(self.known)

    def _is_enough(self, columns: Sequence[Column]) -> bool:
        return bool(self.required) and self._known_in(columns).issuperset(self.required)


def _key(heading: str) -> str:
    folded = unicodedata.normalize("NFKC", heading)
    return "".join(folded.split()).strip(_MARKS).casefold()
