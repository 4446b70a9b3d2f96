"""The table in an uploaded file: which row holds the headings, and the rows below it."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from liandong.problems import FieldError, Invalid

MAX_ROWS = 200_000
MAX_COLUMNS = 64
MAX_CELLS = 2_000_000
HEADING_WITHIN = 20
"""The headings stand in one of the first rows; what is above them is a title."""

_DROPPED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200d\u2060\ufeff]")
_SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u3000]")
_MARKS = "*＊"


class Unreadable(Invalid):
    """The file as a whole cannot be imported; the detail says what to change."""

    slug, title = "unreadable-file", "文件无法导入"

    def __init__(self, detail: str, code: str) -> None:
        super().__init__(detail, [FieldError("/file", code, detail)])


@dataclass(frozen=True, slots=True)
class SheetRow:
    """``number`` is the row's number as the spreadsheet shows it; blank cells are left out."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    headings: list[str]
    """Every named column in the order of the sheet; known ones as the kind writes them."""
    rows: list[SheetRow]


def tidy(text: str) -> str:
    """Blanks at both ends and invisible characters removed, odd blanks made plain ones."""
    if text.isascii() and text.isprintable():
        return text.strip()
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _SPACES.sub(" ", _DROPPED.sub("", text)).strip()


def table_of(
    rows: Iterable[Sequence[str]], known: Sequence[str], required: Collection[str]
) -> Table:
    """Finds the headings and takes the rows below them; raises :class:`Unreadable`."""
    names = {_key(heading): heading for heading in known}
    numbered = enumerate(([tidy(cell) for cell in row] for row in rows), start=1)
    first = [row for _, row in zip(range(HEADING_WITHIN), numbered, strict=False)]
    place = heading_place([row for _, row in first], known, required)
    if place is None:
        raise Unreadable(
            f"前 {HEADING_WITHIN} 行中没有找到表头，应含有这些列：{'、'.join(known)}",
            "no-headings",
        )
    headings = [names.get(_key(cell), " ".join(cell.split())) for cell in first[place][1]]
    _check_headings(headings, required)
    columns = [(at, heading) for at, heading in enumerate(headings) if heading]
    found: list[SheetRow] = []
    for part in (first[place + 1 :], numbered):
        for number, row in part:
            if number > MAX_ROWS:
                raise Unreadable(f"表格不得超过 {MAX_ROWS} 行，请分成几个文件", "too-large")
            cells = {name: row[at] for at, name in columns if at < len(row) and row[at]}
            if cells:
                found.append(SheetRow(number, cells))
    if not found:
        raise Unreadable("表头下面没有数据", "no-rows")
    return Table([heading for _, heading in columns], found)


def heading_place(
    rows: Sequence[Sequence[str]], known: Sequence[str], required: Collection[str]
) -> int | None:
    """Index of the first row with half of the known headings, else with all required ones."""
    matches = [known_in(row, known) for row in rows]
    for place, matched in enumerate(matches):
        if matched and len(matched) * 2 >= len(known):
            return place
    for place, matched in enumerate(matches):
        if required and matched.issuperset(required):
            return place
    return None


def known_in(row: Sequence[str], known: Sequence[str]) -> set[str]:
    """Which of the known headings stand in the row."""
    present = {_key(cell) for cell in row}
    return {heading for heading in known if _key(heading) in present}


def _key(heading: str) -> str:
    """Headings are the same without regard to width, blanks and the mark of mandatory columns."""
    folded = unicodedata.normalize("NFKC", heading)
    return "".join(folded.split()).strip(_MARKS).casefold()


def _check_headings(headings: Sequence[str], required: Collection[str]) -> None:
    named = [heading for heading in headings if heading]
    if len(named) > MAX_COLUMNS:
        raise Unreadable(f"表格不得超过 {MAX_COLUMNS} 列", "too-large")
    twice = [heading for heading, times in Counter(named).items() if times > 1]
    if twice:
        raise Unreadable(f"表头中有重复的列：{'、'.join(twice)}", "duplicate-headings")
    missing = [heading for heading in required if heading not in named]
    if missing:
        raise Unreadable(f"表头缺少必需的列：{'、'.join(missing)}", "missing-headings")
