"""双公示 field sets: the Chinese headings of the files, in their order.

The headings are those in use with 信用中国; what stands in no text that was read is recalled.
Columns about the legal representative are part of the set and stay empty: this service holds no
natural person, and a number of an identity document is never handed out.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from credit_list.listings.domain import ListName
from credit_list.records.domain import Sanction
from credit_list.sharing.domain import Content, Line, Subject
from liandong.values.spreadsheets import guarded

Field = Callable[[Content], Any]
KEYS: Final = ("数据主键", "变更序号", "操作", "变更日期")
USCC, REGISTRATION_NUMBER = "1", "6"
"""Types of a counterpart's code: 1 统一社会信用代码, 6 社会组织登记证号."""


def _code_type(content: Content) -> str:
    if content["credit_code"]:
        return USCC
    return REGISTRATION_NUMBER if content["filing_number"] else ""


def _nothing(_: Content) -> str:
    return ""


_COUNTERPART: Final[Mapping[str, Field]] = {
    "行政相对人名称": lambda one: one["name"],
    "行政相对人代码类型": _code_type,
    "行政相对人代码": lambda one: one["credit_code"] or one["filing_number"],
    "法定代表人姓名": _nothing,
    "法定代表人证件类型": _nothing,
    "法定代表人证件号码": _nothing,
}
_SOURCE: Final[Mapping[str, Field]] = {
    "数据来源单位": lambda one: one["authority"],
    "数据来源单位统一社会信用代码": lambda one: one["authority_code"],
    "行政区划代码": lambda one: one["district"],
    "备注": _nothing,
}

LISTING_FIELDS: Final[Mapping[str, Field]] = {
    **_COUNTERPART,
    "名单名称": lambda one: ListName(one["list"]).label,
    "决定文书号": lambda one: one["document_number"],
    "列入情形": lambda one: one["trigger_text"],
    "列入依据": lambda one: one["legal_basis"],
    "列入日期": lambda one: one["listed_on"],
    "决定日期": lambda one: one["decided_on"],
    "最早可移出日期": lambda one: one["exit_not_before"],
    "公示截止日期": lambda one: one["publication_ends_on"],
    "认定机关": lambda one: one["authority"],
    "认定机关统一社会信用代码": lambda one: one["authority_code"],
    "当前状态": lambda one: "有效",
    **_SOURCE,
}

PENALTY_FIELDS: Final[Mapping[str, Field]] = {
    **_COUNTERPART,
    "行政处罚决定书文号": lambda one: one["document_number"],
    "违法行为类型": lambda one: "、".join(one["violations"]),
    "处罚类别": lambda one: "、".join(Sanction(code).label for code in one["sanctions"]),
    "罚款金额（万元）": lambda one: ten_thousands(one["fine_fen"]),
    "处罚生效日期": lambda one: one["effective_on"],
    "公示截止日期": lambda one: one["publication_ends_on"],
    "处罚机关": lambda one: one["authority"],
    "处罚机关统一社会信用代码": lambda one: one["authority_code"],
    "当前状态": lambda one: "有效",
    **_SOURCE,
}

FIELDS: Final[Mapping[Subject, Mapping[str, Field]]] = {
    Subject.LISTING: LISTING_FIELDS,
    Subject.PENALTY: PENALTY_FIELDS,
}


def headings(subject: Subject) -> list[str]:
    return [*KEYS, *FIELDS[subject]]


def cells(line: Line) -> list[str]:
    """A delete marker holds the key and the day, and nothing else."""
    first = [line.key, line.position, line.operation.label, line.day.isoformat()]
    fields = FIELDS[line.subject].values()
    content = line.content
    rest = ["" if content is None else field(content) for field in fields]
    return [guarded(one) for one in [*first, *rest]]


def ten_thousands(fen: int) -> str:
    """分 in 万元, exact: 4_000_000 → 4."""
    return format((Decimal(fen) / 1_000_000).normalize(), "f")
