"""The empty workbook of an import."""

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from liandong.imports.kinds import ImportKind

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
    required = kind.required
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
