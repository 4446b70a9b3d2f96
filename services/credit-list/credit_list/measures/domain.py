"""Measures in force and who has obeyed them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from credit_list.periods import add_months


class EndReason(StrEnum):
    """Why a measure is no longer in force."""

    DELISTED = "delisted"
    """随名单移出"""
    TERM = "term"
    """措施期限届满"""
    DROPPED = "dropped"
    """再次列入的决定不再包含该措施"""
    RENEWED = "renewed"
    """再次列入，重新起算: the next row of the same measure goes on."""

    @property
    def lifts(self) -> bool:
        return self is not EndReason.RENEWED


class Obedience(StrEnum):
    """How far the executing service has come."""

    NOT_ASKED = "not_asked"
    """不要求回执"""
    WAITING = "waiting"
    """待执行"""
    LATE = "late"
    """逾期未执行"""
    APPLIED = "applied"
    """已执行"""
    LIFTING = "lifting"
    """待解除"""
    LATE_LIFTING = "late_lifting"
    """逾期未解除"""
    LIFTED = "lifted"
    """已解除"""
    RENEWED = "renewed"
    """再次列入，由后一条继续"""

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS: Final = {
    Obedience.NOT_ASKED: "不要求回执",
    Obedience.WAITING: "待执行",
    Obedience.LATE: "逾期未执行",
    Obedience.APPLIED: "已执行",
    Obedience.LIFTING: "待解除",
    Obedience.LATE_LIFTING: "逾期未解除",
    Obedience.LIFTED: "已解除",
    Obedience.RENEWED: "再次列入，由后一条继续",
}


@dataclass(frozen=True, slots=True)
class Run:
    """One measure of one decision, as far as its state depends on it."""

    code: str
    acknowledge: bool
    apply_by: datetime | None
    ended: EndReason | None = None
    lift_by: datetime | None = None
    applied: bool = False
    lifted: bool = False

    @property
    def in_force(self) -> bool:
        return self.ended is None


def obedience(run: Run, now: datetime) -> Obedience:
    """What is shown of the measure at this instant. A lift that was told ends everything, also
    when the application never was: there is nothing left to wait for."""
    if run.ended is EndReason.RENEWED:
        return Obedience.RENEWED
    if not run.acknowledge:
        return Obedience.NOT_ASKED
    if run.ended is not None:
        if run.lifted:
            return Obedience.LIFTED
        return Obedience.LATE_LIFTING if _past(run.lift_by, now) else Obedience.LIFTING
    if run.applied:
        return Obedience.APPLIED
    return Obedience.LATE if _past(run.apply_by, now) else Obedience.WAITING


def _past(by: datetime | None, now: datetime) -> bool:
    return by is not None and now > by


def last_day(starts_on: date, months: int | None) -> date | None:
    """The last day of a measure's own term; None: as long as the listing."""
    return None if months is None else add_months(starts_on, months)


def is_over(ends_on: date | None, today: date) -> bool:
    """The last day belongs to the term."""
    return ends_on is not None and today > ends_on


def replaced(before: Sequence[str], after: Sequence[str]) -> dict[str, EndReason]:
    """What becomes of the measures in force when a further decision brings others."""
    return {code: EndReason.RENEWED if code in after else EndReason.DROPPED for code in before}
