"""The facts and evidence with which a lead begins a case. Pure."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from credit_list.records.domain import Sanction
from credit_list.records.models import CreditRecord
from credit_list.texts import Codes
from liandong.values.money import format_yuan

LONGEST, MOST_EVIDENCE = 4500, 50
_REGISTRAR: Final = "登记管理机关"


def sentence(record: CreditRecord) -> str:
    """One record in words."""
    parts = [
        f"{record.arose_on.isoformat()}，{record.authority or _REGISTRAR}：{record.kind.label}"
    ]
    if record.year is not None:
        parts.append(f"{record.year}年度")
    if record.document_number is not None:
        parts.append(record.document_number)
    if record.sanctions:
        parts.append("、".join(Sanction(one).label for one in record.sanctions))
    if record.fine_fen:
        parts.append(f"罚款金额{format_yuan(record.fine_fen)}")
    return "，".join(parts) + "。"


def facts(records: Sequence[CreditRecord], abnormal_since: date | None) -> str:
    lines = [sentence(one) for one in records]
    if abnormal_since is not None:
        lines.append(f"自{abnormal_since.isoformat()}起列入活动异常名录。")
    text = "\n".join(lines)
    if len(text) > LONGEST:
        text = text[:LONGEST] + f"……（共{len(records)}条信用记录）"
    return text


def evidence(records: Sequence[CreditRecord], more: Codes) -> Codes:
    """The records themselves, their documents and evidence, and what the officer adds."""
    found = [f"信用记录{one.id}" for one in records]
    found += [one.document_number for one in records if one.document_number is not None]
    found += [piece for one in records for piece in one.evidence]
    return list(dict.fromkeys([*more, *found]))[:MOST_EVIDENCE]
