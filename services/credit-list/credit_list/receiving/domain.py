"""Batches, rows, and which of our organisations a row is about. Pure."""

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from liandong.problems import Conflict, FieldError, Forbidden, IllegalTransition, Invalid
from liandong.values.districts import subtree_prefix

CANCELLED: Final = "cancelled"
_SHOWN: Final = 100


class SenderKind(StrEnum):
    DEPARTMENT = "department"
    CITY = "city"


class Operation(StrEnum):
    ADD = "add"
    CHANGE = "change"
    DELETE = "delete"


class BatchStatus(StrEnum):
    HELD = "held"
    """An earlier one has not come yet."""
    APPLIED = "applied"


class RowStatus(StrEnum):
    HELD = "held"
    LINKED = "linked"
    UNRESOLVED = "unresolved"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"
    """Its own term is over."""
    DISMISSED = "dismissed"
    DONE = "done"
    """A deletion that was carried out, or that had nothing to delete."""

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS: Final = {
    RowStatus.HELD: "等待前一批",
    RowStatus.LINKED: "已对应",
    RowStatus.UNRESOLVED: "未能对应",
    RowStatus.SUPERSEDED: "已被后一批取代",
    RowStatus.WITHDRAWN: "来源已删除",
    RowStatus.ENDED: "期限届满",
    RowStatus.DISMISSED: "不予对应",
    RowStatus.DONE: "已处理",
}


class Action(StrEnum):
    APPLY = "apply"
    RESOLVE = "resolve"
    DISMISS = "dismiss"
    SUPERSEDE = "supersede"
    WITHDRAW = "withdraw"
    END = "end"
    DELETE = "delete"

    @property
    def label(self) -> str:
        return _ACTIONS[self]


_ACTIONS: Final = {
    Action.APPLY: "登记",
    Action.RESOLVE: "对应组织",
    Action.DISMISS: "不予对应",
    Action.SUPERSEDE: "取代",
    Action.WITHDRAW: "来源删除",
    Action.END: "期限届满",
    Action.DELETE: "删除",
}
STANDING: Final = (RowStatus.LINKED, RowStatus.UNRESOLVED, RowStatus.DISMISSED)
"""What the sender still says."""

TRANSITIONS: Final[Mapping[tuple[RowStatus, Action], RowStatus]] = {
    (RowStatus.HELD, Action.APPLY): RowStatus.UNRESOLVED,
    (RowStatus.HELD, Action.DELETE): RowStatus.DONE,
    (RowStatus.UNRESOLVED, Action.RESOLVE): RowStatus.LINKED,
    (RowStatus.UNRESOLVED, Action.DISMISS): RowStatus.DISMISSED,
    (RowStatus.LINKED, Action.END): RowStatus.ENDED,
    (RowStatus.UNRESOLVED, Action.END): RowStatus.ENDED,
    **{(one, Action.SUPERSEDE): RowStatus.SUPERSEDED for one in STANDING},
    **{(one, Action.WITHDRAW): RowStatus.WITHDRAWN for one in STANDING},
}


class Reason(StrEnum):
    """Why a row could not be resolved."""

    UNKNOWN = "unknown"
    CANCELLED = "cancelled"
    OTHER_DISTRICT = "other-district"
    NAME_DIFFERS = "name-differs"
    SEVERAL = "several"

    @property
    def label(self) -> str:
        return _REASONS[self]


_REASONS: Final = {
    Reason.UNKNOWN: "没有这家社会组织",
    Reason.CANCELLED: "该社会组织已注销",
    Reason.OTHER_DISTRICT: "不属于本区划的社会组织",
    Reason.NAME_DIFFERS: "代码与名称不是同一家",
    Reason.SEVERAL: "有几家社会组织同名",
}


class BatchDiffers(Conflict):
    slug, title = "batch-differs", "同一批次号的内容不同"


class SequenceTaken(Conflict):
    slug, title = "sequence-taken", "该序号已有另一批次"


class OtherSender(Forbidden):
    slug, title = "other-sender", "不是该来源单位的系统"


class NotOurs(Conflict):
    slug, title = "organization-not-eligible", "不能对应到这家社会组织"


@dataclass(frozen=True, slots=True)
class Known:
    """One of our organisations."""

    organization_id: UUID
    name: str
    credit_code: str | None
    filing_number: str | None
    district: str
    status: str


@dataclass(frozen=True, slots=True)
class Named:
    """An organisation as the sender names it."""

    name: str
    credit_code: str | None = None
    registration_number: str | None = None
    district: str | None = None


def advance(status: RowStatus, action: Action) -> RowStatus:
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise IllegalTransition(
            f"该行{status.label}，不能办理“{action.label}”",
            extra={"current_status": status.value, "action": action.value},
        ) from None


def is_over(ends_on: date | None, today: date) -> bool:
    """The last day counts."""
    return ends_on is not None and ends_on < today


def plain_name(name: str) -> str:
    """Without regard to width and blanks."""
    return "".join(unicodedata.normalize("NFKC", name).split())


def match(named: Named, known: Sequence[Known], area: str) -> tuple[UUID | None, Reason | None]:
    """The organisation, or why there is none: nobody is taken for another.

    ``known`` are those with the same code, number or name. A code or number outweighs the name,
    but must not contradict it; a name alone must be the only one within ``area``.
    """
    numbered = [one for one in known if _same_number(named, one)]
    found = numbered or [one for one in known if plain_name(one.name) == plain_name(named.name)]
    if not numbered and (named.credit_code or named.registration_number):
        found = []  # a number that nobody bears is no proof that the name is meant
    if named.district and not numbered:
        found = [one for one in found if one.district.startswith(subtree_prefix(named.district))]
    if not found:
        return None, Reason.UNKNOWN
    within = [one for one in found if one.district.startswith(subtree_prefix(area))]
    if not within:
        return None, Reason.OTHER_DISTRICT
    standing = [one for one in within if one.status != CANCELLED]
    if not standing:
        return None, Reason.CANCELLED
    if len(standing) > 1:
        return None, Reason.SEVERAL
    if plain_name(standing[0].name) != plain_name(named.name):
        return None, Reason.NAME_DIFFERS
    return standing[0].organization_id, None


def _same_number(named: Named, one: Known) -> bool:
    if named.credit_code and one.credit_code:
        return named.credit_code == one.credit_code
    return bool(named.registration_number) and named.registration_number == one.filing_number


def check_whole(numbers: Sequence[int], total: int) -> None:
    """Raises Invalid, naming what is missing: half a batch is not taken."""
    given = set(numbers)
    missing = [number for number in range(1, total + 1) if number not in given]
    extra = [number for number in numbers if not 1 <= number <= total]
    if len(given) < len(numbers):
        told = "行号重复，请核对"
        raise Invalid(told, [FieldError("/rows", "repeated-numbers", told)])
    if missing or extra:
        shown = "、".join(str(number) for number in missing[:20])
        told = f"申报{total}行，收到{len(numbers)}行"
        told += f"，缺少第{shown}行{'等' if len(missing) > 20 else ''}" if missing else ""
        raise Invalid(
            f"批次不完整：{told}，没有保存任何内容",
            [FieldError("/rows", "incomplete-batch", told)],
            extra={"announced": total, "received": len(numbers), "missing": missing[:_SHOWN]},
        )


def check_checksum(given: str | None, found: str) -> None:
    if given is not None and given.lower() != found:
        told = "校验值与内容不符，请重新发送"
        raise Invalid(told, [FieldError("/checksum", "checksum-mismatch", told)])


def rows_checksum(rows: Sequence[tuple[int, str, str]]) -> str:
    """Of number, operation and key of every row, one a line."""
    lines = "\n".join(f"{number},{operation},{key}" for number, operation, key in rows)
    return hashlib.sha256(lines.encode()).hexdigest()


def fingerprint(content: Any) -> str:
    """Equal for equal content, however it was sent."""
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(plain.encode()).hexdigest()
