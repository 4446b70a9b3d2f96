"""The files an import gives: an empty template, and the report of what was rejected."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

from fastapi import Response
from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from liandong.imports.kinds import ImportKind
from liandong.imports.reading import GUARDED
from liandong.imports.rows import required_headings

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NUMBER, REASON = "行号", "未导入原因"
_TITLE_LENGTH = 31
_NOT_IN_TITLES = str.maketrans("", "", r"[]:*?/\'")


def template(kind: ImportKind) -> bytes:
    """An empty workbook with the kind's headings; mandatory ones are marked.

    The cells are text, so that codes keep their zeros and long numbers their digits.
    """
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = kind.title.translate(_NOT_IN_TITLES)[:_TITLE_LENGTH] or "导入"
    required = required_headings(kind)
    for place, heading in enumerate(kind.columns, start=1):
        cell = sheet.cell(1, place, f"{heading}*" if heading in required else heading)
        cell.font = Font(bold=True)
        if heading in required:
            cell.fill = PatternFill("solid", fgColor="FFF2CC")
        column = sheet.column_dimensions[get_column_letter(place)]
        column.width = max(12, len(heading) * 2 + 4)
        column.number_format = "@"
    sheet.freeze_panes = "A2"
    _explain(workbook, kind, required)
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def _explain(workbook: Workbook, kind: ImportKind, required: Sequence[str]) -> None:
    notes = workbook.create_sheet("填写说明")
    notes.append(["列名", "是否必填", "说明"])
    for heading, name in kind.columns.items():
        field = kind.row.model_fields[name]
        description = field.description or field.title or ""
        notes.append([heading, "必填" if heading in required else "选填", description])


def report(
    headings: Sequence[str], rows: Iterable[tuple[int, str | None, Mapping[str, str]]]
) -> bytes:
    """Rejected rows with their reason, as a CSV that can be mended and imported again."""
    columns = [heading for heading in headings if heading not in (NUMBER, REASON)]
    content = io.StringIO()
    writer = csv.writer(content)
    writer.writerow([NUMBER, REASON, *map(guarded, columns)])
    for number, reason, cells in rows:
        values = [reason or "", *(cells.get(heading, "") for heading in columns)]
        writer.writerow([number, *map(guarded, values)])
    return content.getvalue().encode("utf-8-sig")


def guarded(cell: str) -> str:
    """A cell that a spreadsheet will not take for a formula."""
    return f"'{cell}" if cell.startswith(GUARDED) else cell


def download(content: bytes, media_type: str, file_name: str) -> Response:
    disposition = f"attachment; filename*=UTF-8''{quote(file_name)}"
    return Response(content, media_type=media_type, headers={"Content-Disposition": disposition})
