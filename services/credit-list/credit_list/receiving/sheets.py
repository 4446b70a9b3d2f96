"""A batch that comes as a file: CSV in UTF-8, GBK or GB 18030, or a workbook."""

import hashlib
from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from credit_list.receiving.domain import Operation, check_checksum
from credit_list.receiving.schemas import RowGiven
from liandong.imports.headings import Vocabulary
from liandong.imports.reading import read_table
from liandong.imports.table import SheetRow
from liandong.problems import FieldError, Invalid
from liandong.sentences import sentence

COLUMNS: Final = {
    "序号": "number",
    "操作": "operation",
    "数据主键": "record_key",
    "名单": "kind",
    "组织名称": "name",
    "统一社会信用代码": "credit_code",
    "登记证号": "registration_number",
    "行政区划代码": "district",
    "认定机关": "authority",
    "决定文书号": "document_number",
    "决定日期": "decided_on",
    "截止日期": "ends_on",
}
_HEADINGS: Final = {name: heading for heading, name in COLUMNS.items()}
_REQUIRED: Final = [
    heading for heading, name in COLUMNS.items() if RowGiven.model_fields[name].is_required()
]
_OPERATIONS: Final = {
    "新增": Operation.ADD,
    "变更": Operation.CHANGE,
    "删除": Operation.DELETE,
}
_SHOWN: Final = 100


def read_rows(data: bytes, file_name: str, checksum: str | None) -> list[RowGiven]:
    """Raises Invalid for the file as a whole, naming rows and columns. Takes time: call it in a
    thread."""
    check_checksum(checksum, hashlib.sha256(data).hexdigest())
    table = read_table(data, file_name, Vocabulary(list(COLUMNS), _REQUIRED))
    rows: list[RowGiven] = []
    errors: list[FieldError] = []
    for row in table.rows:
        try:
            rows.append(RowGiven.model_validate(_given(row)))
        except ValidationError as error:
            errors += [_error(row.number, one) for one in error.errors(include_url=False)]
    if errors:
        raise Invalid("有不符合要求的行，没有保存任何内容", errors[:_SHOWN])
    return rows


def _given(row: SheetRow) -> dict[str, object]:
    given: dict[str, object] = {
        name: row.cells[heading] for heading, name in COLUMNS.items() if heading in row.cells
    }
    said = given.get("operation")
    if isinstance(said, str):
        given["operation"] = _OPERATIONS.get(said, said)
    return given


def _error(number: int, error: ErrorDetails) -> FieldError:
    name = str(error["loc"][0]) if error["loc"] else ""
    heading = _HEADINGS.get(name, name)
    told = f"表格第{number}行{heading}：{sentence(error)}"
    return FieldError(f"/file/{number}/{heading}", error["type"].replace("_", "-"), told)
