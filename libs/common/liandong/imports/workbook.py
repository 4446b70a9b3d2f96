"""XLSX files, made safe before they are read.

The reader of workbooks (calamine) allocates the whole rectangle between a sheet's first and last
cell, and ends the process when it cannot: five kilobytes with one value in the last cell of a
sheet would stop the service. So every part of the file is unpacked here under a limit, its cell
positions are checked, and the reader is given a new archive of what was checked.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from xml.parsers import expat

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from liandong.imports.table import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, Unreadable

MAX_UNPACKED_BYTES = 128 * 1024 * 1024
MAX_PARTS = 2_000

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_POSITION = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})", re.ASCII)
_ROW = re.compile(r"[1-9][0-9]{0,6}", re.ASCII)
_EXACT_DIGITS = 15
"""Excel keeps fifteen digits of a number; what is longer has been rounded already."""


def xlsx_rows(data: bytes) -> Iterator[list[str]]:
    """The rows of the first visible sheet as text, blank ones included, from the sheet's top."""
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(_checked(data)))
        visible = [
            sheet.name
            for sheet in workbook.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
        ]
        if not visible:
            raise Unreadable("工作簿中没有可见的工作表", "no-sheet")
        sheet = workbook.get_sheet_by_name(visible[0])
        # A position before the first cell of the sheet is not left out: row numbers stay true.
        for row in islice(sheet.iter_rows(), MAX_ROWS):
            yield [_text(value) for value in row]
    except CalamineError:
        raise _broken() from None
    except BaseException as error:
        # A panic of the native reader is no Exception, but says no more than "broken file".
        if type(error).__name__ != "PanicException":
            raise
        raise _broken() from None


def _broken() -> Unreadable:
    return Unreadable("文件已损坏，不是完整的 .xlsx 工作簿，请重新保存后再上传", "broken-file")


def _checked(data: bytes) -> bytes:
    """A new archive with the parts that matter, all of them unpacked and looked through."""
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise Unreadable("工作簿设有密码，请取消密码后再上传", "encrypted")
        raise Unreadable("不支持旧版 .xls 格式，请另存为 .xlsx 后再上传", "old-format")
    packed = io.BytesIO()
    left = MAX_UNPACKED_BYTES
    try:
        with (
            zipfile.ZipFile(io.BytesIO(data)) as source,
            zipfile.ZipFile(packed, "w") as target,
        ):
            parts = source.infolist()
            if len(parts) > MAX_PARTS:
                raise _too_large()
            for part in parts:
                if part.flag_bits & 1:
                    raise Unreadable("工作簿设有密码，请取消密码后再上传", "encrypted")
                if not part.filename.lower().endswith((".xml", ".rels")):
                    continue
                with source.open(part) as member:
                    content = member.read(left + 1)
                left -= len(content)
                if left < 0:
                    raise _too_large()
                _Positions().check(content)
                target.writestr(part.filename, content)
    except (
        zipfile.BadZipFile, zlib.error, expat.ExpatError,
        EOFError, OSError, ValueError, LookupError, NotImplementedError, RuntimeError,
    ):  # fmt: skip
        raise _broken() from None
    return packed.getvalue()


def _too_large() -> Unreadable:
    return Unreadable(
        f"表格过大：不得超过 {MAX_ROWS} 行、{MAX_COLUMNS} 列、{MAX_CELLS} 个单元格，"
        "请删除多余内容或分成几个文件",
        "too-large",
    )


class _Positions:
    """Finds the last row and column that hold something, reading a part as the reader does."""

    def __init__(self) -> None:
        self._row = self._column = 0
        self._last_row = self._last_column = 0

    def check(self, content: bytes) -> None:
        # The encoding is forced: under another one the two readers would see two documents.
        parser = expat.ParserCreate("utf-8")
        parser.StartElementHandler = self._start
        parser.StartDoctypeDeclHandler = _no_doctype
        parser.Parse(content, True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "c":
            self._cell(attributes.get("r"))
        elif name in ("v", "is", "f"):
            self._last_row = max(self._last_row, self._row)
            self._last_column = max(self._last_column, self._column)
            if (
                self._last_row > MAX_ROWS
                or self._last_column > MAX_COLUMNS
                or self._last_row * self._last_column > MAX_CELLS
            ):
                raise _too_large()
        elif name == "row":
            given = attributes.get("r")
            if given is not None and not _ROW.fullmatch(given):
                raise _broken()
            self._row = int(given) if given else self._row + 1
            self._column = 0

    def _cell(self, position: str | None) -> None:
        if position is None:
            self._column += 1
            return
        match = _POSITION.fullmatch(position)
        if match is None:
            raise _broken()
        self._row = int(match[2])
        self._column = 0
        for letter in match[1]:
            self._column = self._column * 26 + ord(letter) - ord("A") + 1


def _no_doctype(*_: object) -> None:
    raise _broken()


def _text(value: object) -> str:
    convert = _CONVERSIONS.get(type(value), str)
    return convert(value)


def _number(value: float) -> str:
    if abs(value) >= 10**_EXACT_DIGITS:
        return f"{value:.14E}"  # as Excel shows it, so that it is not mistaken for a code
    return str(int(value)) if value == int(value) else repr(value)


def _duration(value: timedelta) -> str:
    minutes, seconds = divmod(round(value.total_seconds()), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


_CONVERSIONS: dict[type, Callable[..., str]] = {
    str: str,
    bool: lambda value: "true" if value else "false",
    int: str,
    float: _number,
    date: date.isoformat,
    datetime: datetime.isoformat,
    time: time.isoformat,
    timedelta: _duration,
}
