"""The table in an uploaded file: which row holds the headings, and the rows below it."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from liandong.imports.headings import HEADING_WITHIN, Vocabulary
from liandong.problems import FieldError, Invalid

MAX_ROWS = 200_000
MAX_COLUMNS = 64
MAX_CELLS = 2_000_000

_DROPPED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200d\u2060\ufeff]")
_SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u3000]")


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


def table_of(rows: Iterable[Sequence[str]], vocabulary: Vocabulary) -> Table:
    """Finds the headings and takes the rows below them; raises :class:`Unreadable`."""
    numbered = enumerate(([tidy(cell) for cell in row] for row in rows), start=1)
    first = [row for _, row in zip(range(HEADING_WITHIN), numbered, strict=False)]
    heading = vocabulary.find([row for _, row in first])
    if heading is None:
        raise Unreadable(
            f"前 {HEADING_WITHIN} 行中没有找到表头，应含有这些列：{'、'.join(vocabulary.known)}",
            "no-headings",
        )
    _check_headings([column.heading for column in heading.columns], vocabulary.required)
    found: list[SheetRow] = []
    for part in (first[heading.place + heading.rows :], numbered):
        for number, row in part:
            if number > MAX_ROWS:
                raise Unreadable(f"表格不得超过 {MAX_ROWS} 行，请分成几个文件", "too-large")
            cells = {
                column.heading: cell for column in heading.columns if (cell := column.cell(row))
            }
            if cells:
                found.append(SheetRow(number, cells))
    if not found:
        raise Unreadable("表头下面没有数据", "no-rows")
    return Table([column.heading for column in heading.columns], found)


def _check_headings(named: Sequence[str], required: Collection[str]) -> None:
    if len(named) > MAX_COLUMNS:
        raise Unreadable(f"表格不得超过 {MAX_COLUMNS} 列", "too-large")
    twice = [heading for heading, times in Counter(named).items() if times > 1]
    if twice:
        raise Unreadable(f"表头中有重复的列：{'、'.join(twice)}", "duplicate-headings")
    missing = [heading for heading in required if heading not in named]
    if missing:
        raise Unreadable(f"表头缺少必需的列：{'、'.join(missing)}", "missing-headings")
