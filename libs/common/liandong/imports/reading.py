"""From the bytes of an uploaded file to its table."""

import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import PurePosixPath

from liandong.imports.headings import HEADING_WITHIN, Vocabulary
from liandong.imports.table import MAX_CELLS, Table, Unreadable, table_of, tidy
from liandong.imports.workbook import xlsx_rows

DELIMITERS = (",", ";", "\t")
GUARDED = ("=", "+", "-", "@", "\t", "\r")
"""With one of these a spreadsheet begins a formula; reports put an apostrophe before it."""

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_ZIP = b"PK\x03\x04"


def read_table(data: bytes, file_name: str, vocabulary: Vocabulary) -> Table:
    """Reads a CSV or XLSX file whose columns are headed as the vocabulary says.

    Raises :class:`Unreadable` (422, in Chinese) whatever is wrong with the file. Takes seconds
    for a large file: call it in a thread.
    """
    if not data:
        raise Unreadable("文件是空的", "empty-file")
    extension = PurePosixPath(file_name.lower()).suffix
    if extension == ".xlsx":
        return table_of(xlsx_rows(data), vocabulary)
    if extension == ".csv":
        if data.startswith(_ZIP):
            raise Unreadable("扩展名是 .csv，内容却是 Excel 工作簿", "wrong-extension")
        return table_of(_csv_rows(_decoded(data), vocabulary), vocabulary)
    raise Unreadable("只能导入 .csv 或 .xlsx 文件", "wrong-extension")


def _decoded(data: bytes) -> str:
    """Text in UTF-8 or GB 18030; UTF-16 only with its mark, as Excel writes it."""
    encodings = ("utf-16",) if data.startswith(_UTF_16) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Unreadable("无法识别文件的文字编码，请另存为 UTF-8 编码的 CSV 后再上传", "encoding")


def _csv_rows(text: str, vocabulary: Vocabulary) -> Iterator[list[str]]:
    delimiter = max(DELIMITERS, key=lambda one: _known_headings(text, one, vocabulary))
    if text.count(delimiter) > MAX_CELLS:
        raise Unreadable(f"表格不得超过 {MAX_CELLS} 个单元格，请分成几个文件", "too-large")
    number = 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            number += 1
            yield [_unguarded(cell) for cell in row]
    except csv.Error:
        raise Unreadable(
            f"第 {number + 1} 行起内容不符合 CSV 格式，请检查引号是否成对", "broken-file"
        ) from None


def _known_headings(text: str, delimiter: str, vocabulary: Vocabulary) -> int:
    """How many headings the best of the first lines shows when cut at ``delimiter``."""
    lines = list(islice(io.StringIO(text), HEADING_WITHIN))
    rows = csv.reader((line for line in lines if len(line) < 100_000), delimiter=delimiter)
    try:
        return max((vocabulary.count([tidy(cell) for cell in row]) for row in rows), default=0)
    except csv.Error:
        return 0


def _unguarded(cell: str) -> str:
    """Takes away the apostrophe of a report that was mended and is imported again."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(GUARDED) else cell
