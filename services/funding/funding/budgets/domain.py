"""Budget lines: the ceiling and the proposals to change it. Pure."""

from liandong.problems import Conflict
from liandong.values.money import format_yuan


class BudgetExceeded(Conflict):
    slug, title = "budget-exceeded", "超出预算"


class BudgetBelowCommitments(Conflict):
    slug, title = "budget-below-commitments", "预算不能低于已占用的金额"


class BudgetLineExists(Conflict):
    slug, title = "budget-line-exists", "该区划、项目、年度的预算已经存在"


class NothingProposed(Conflict):
    slug, title = "nothing-proposed", "没有待审批的预算"


class SourceInUse(Conflict):
    slug, title = "funding-source-in-use", "预算已有占用，不能更改资金来源"


def ensure_fits(amount_fen: int, committed_fen: int, new_fen: int) -> None:
    """``committed + new ≤ amount``; otherwise raises BudgetExceeded."""
    left = amount_fen - committed_fen
    if new_fen > left:
        raise BudgetExceeded(
            f"预算余额 {format_yuan(left)}，需要 {format_yuan(new_fen)}",
            extra={"available_fen": left, "needed_fen": new_fen},
        )


def ensure_covers(amount_fen: int, committed_fen: int) -> None:
    """A changed ceiling must cover what is committed; otherwise BudgetBelowCommitments."""
    if amount_fen < committed_fen:
        raise BudgetBelowCommitments(
            f"已占用 {format_yuan(committed_fen)}", extra={"committed_fen": committed_fen}
        )
