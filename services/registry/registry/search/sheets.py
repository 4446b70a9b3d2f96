"""The register as a table for people: Chinese headings, and cells that are never formulas."""

import csv
import io
from collections.abc import AsyncIterator, Callable, Sequence
from enum import StrEnum
from tempfile import TemporaryFile
from typing import Any, Final

from liandong.clock import china_date
from liandong.values.spreadsheets import guarded
from registry.organizations.domain import Kind, Status
from registry.search.schemas import OrganizationFound

Rows = AsyncIterator[list[list[str]]]


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


_KINDS: Final = {
    Kind.ASSOCIATION: "社会团体",
    Kind.SERVICE_INSTITUTION: "社会服务机构",
    Kind.FOUNDATION: "基金会",
    Kind.COMMUNITY_GROUP: "备案社区社会组织",
}
_LISTS: Final = {"serious": "严重违法失信名单", "abnormal": "活动异常名录", "red": "红名单"}

COLUMNS: Final[dict[str, Callable[[OrganizationFound], Any]]] = {
    "组织类型": lambda one: _KINDS[one.kind],
    "名称": lambda one: one.name,
    "统一社会信用代码": lambda one: one.credit_code,
    "备案编号": lambda one: one.filing_number,
    "状态": lambda one: Status(one.status).label,
    "行政区划代码": lambda one: one.district,
    "住所": lambda one: one.address,
    "业务领域": lambda one: one.service_field,
    "社区社会组织": lambda one: "是" if one.is_community else "否",
    "枢纽型": lambda one: "是" if one.is_hub else "否",
    "慈善组织": lambda one: "是" if one.charity_status else "否",
    "登记日期": lambda one: one.registered_on,
    "证书有效期至": lambda one: one.certificate_until,
    "评估等级": lambda one: one.marks.grade,
    "等级有效期至": lambda one: one.marks.grade_valid_until,
    "名单": lambda one: "、".join(_LISTS[name] for name in one.marks.lists),
    "法定代表人": lambda one: one.legal_representative,
    "联系电话": lambda one: one.phone,
    "最近变动日期": lambda one: china_date(one.updated_at),
}
HEADINGS: Final = list(COLUMNS)
_BLOCK: Final = 64 * 1024


def cells(one: OrganizationFound) -> list[str]:
    return [guarded(value(one)) for value in COLUMNS.values()]


async def as_csv(rows: Rows) -> AsyncIterator[bytes]:
    """With a byte order mark: without it Excel does not read Chinese."""
    yield b"\xef\xbb\xbf" + _lines([HEADINGS])
    async for some in rows:
        yield _lines(some)


def _lines(rows: Sequence[Sequence[str]]) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue().encode()


async def as_xlsx(rows: Rows) -> AsyncIterator[bytes]:
    """Written to a file of no name first, which is gone with whoever asked for it."""
    from openpyxl import Workbook  # noqa: PLC0415 - slow to import

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("社会组织")
    sheet.append(HEADINGS)
    async for some in rows:
        for row in some:
            sheet.append(row)
    with TemporaryFile() as file:
        workbook.save(file)
        file.seek(0)
        while block := file.read(_BLOCK):
            yield block
