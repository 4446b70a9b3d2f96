"""The report of what an import rejected, and how files are given out."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

from fastapi import Response

from liandong.imports.reading import GUARDED

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NUMBER, REASON = "行号", "未导入原因"


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
