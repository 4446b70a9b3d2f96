"""What in a report an officer should look at: warnings, each with its article. Pure.

A warning never becomes a conclusion by itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from liandong.values.money import format_yuan
from registry.inspections.report import Finance, FoundationFinance, Report
from registry.inspections.rules import InspectionRules, Share, Spending

_FORM: Final = "年度报告填报要求"


@dataclass(frozen=True, slots=True)
class Warned:
    """``pointer`` into the report."""

    pointer: str
    code: str
    message: str
    basis: str


def warnings(
    report: Report, year: int, rules: InspectionRules, certificate_until: date | None
) -> list[Warned]:
    found = [
        *_conduct(report),
        *_formalities(report, year, certificate_until),
        *_personnel(report, year),
        *_finance(report.finance),
        *_foundation(report, rules.spending),
    ]
    if report.activities is not None:
        found += [
            Warned(f"/activities/held/{at}/held_on", "other-year", "活动日期不在报告年度内", _FORM)
            for at, one in enumerate(report.activities.held)
            if one.held_on.year != year
        ]
    return found


def _conduct(report: Report) -> Iterator[Warned]:
    one = report.compliance
    if one is None:
        return
    if not one.obeyed_law or not one.acted_by_articles:
        told = "报告本年度有违反法律法规、国家政策或者章程的情况"
        yield Warned("/compliance", "breach-reported", told, "《社会团体登记管理条例》第二十八条")
    if one.penalties or one.criticisms:
        told = f"本年度受到行政处罚 {one.penalties} 次、通报批评 {one.criticisms} 次"
        yield Warned("/compliance/penalties", "penalised", told, "年度检查结论标准")


def _formalities(report: Report, year: int, certificate_until: date | None) -> Iterator[Warned]:
    basis = "《社会团体登记管理条例》第十八条"
    one = report.formalities
    if one is not None and not (one.changes_registered and one.articles_approved):
        told = "有未办理变更登记或者章程核准的事项"
        yield Warned("/formalities", "change-not-registered", told, basis)
    if one is not None and not one.certificate_held:
        told = "登记证书或者印章未由本组织保管"
        yield Warned("/formalities/certificate_held", "certificate-lent", told, "年度检查结论标准")
    if certificate_until is not None and certificate_until <= date(year, 12, 31):
        told = f"登记证书已于 {certificate_until.isoformat()} 到期"
        yield Warned("/formalities", "certificate-expired", told, "登记证书管理规定")


def _personnel(report: Report, year: int) -> Iterator[Warned]:
    one = report.personnel
    if one is None:
        return
    if one.meetings_held < one.meetings_required:
        told = f"章程规定召开 {one.meetings_required} 次会议，实际召开 {one.meetings_held} 次"
        yield Warned("/personnel/meetings_held", "meetings-not-held", told, "章程")
    if one.council_term_ends_on is not None and one.council_term_ends_on <= date(year, 12, 31):
        told = f"任期已于 {one.council_term_ends_on.isoformat()} 届满"
        yield Warned("/personnel/council_term_ends_on", "election-late", told, "章程")
    if one.branch_fees_fen:
        told = f"向分支机构收取费用 {format_yuan(one.branch_fees_fen)}"
        basis = "《社会团体登记管理条例》、国务院关于分支机构管理的规定"
        yield Warned("/personnel/branch_fees_fen", "branch-fees", told, basis)


def _finance(one: Finance | None) -> Iterator[Warned]:
    basis = "民间非营利组织会计制度"
    if one is None:
        return
    if one.assets_fen - one.liabilities_fen != one.net_assets_fen:
        told = "资产减去负债不等于净资产"
        yield Warned("/finance/net_assets_fen", "balance-unequal", told, basis)
    if one.opening_net_assets_fen + one.income_fen - one.expense_fen != one.net_assets_fen:
        told = "年初净资产加收入减支出不等于年末净资产"
        yield Warned("/finance/net_assets_fen", "change-unequal", told, basis)
    if one.net_assets_fen < 0:
        yield Warned("/finance/net_assets_fen", "insolvent", "年末净资产为负数", basis)


def _foundation(report: Report, rules: Spending) -> Iterator[Warned]:
    one = report.foundation
    if one is None:
        return
    yield from _spending(one, rules)
    finance = report.finance
    if finance is None:
        return
    if not rules.management_cost.kept(one.management_cost_fen, finance.expense_fen):
        told = f"工资福利和行政办公支出超过当年总支出的 {rules.management_cost.percent}%"
        basis = rules.management_cost.basis
        yield Warned("/foundation/management_cost_fen", "management-cost", told, basis)
    if one.donations_fen > finance.income_fen:
        told = "接受捐赠多于总收入"
        yield Warned("/foundation/donations_fen", "donations-unequal", told, _FORM)
    if one.public_benefit_spending_fen + one.management_cost_fen > finance.expense_fen:
        told = "公益事业支出与管理费用之和多于总支出"
        pointer = "/foundation/public_benefit_spending_fen"
        yield Warned(pointer, "spending-unequal", told, _FORM)


def _spending(one: FoundationFinance, rules: Spending) -> Iterator[Warned]:
    if one.raises_in_public:
        share, whole, of = rules.public_of_last_income, one.last_income_fen, "上一年总收入"
    else:
        share, whole, of = rules.other_of_last_balance, one.last_balance_fen, "上一年基金余额"
    if not share.reached(one.public_benefit_spending_fen, whole):
        least = format_yuan(_least(share, whole))
        told = f"公益事业支出低于{of}的 {share.percent}%，至少应为 {least}"
        pointer = "/foundation/public_benefit_spending_fen"
        yield Warned(pointer, "public-benefit-spending", told, share.basis)


def _least(share: Share, whole: int) -> int:
    return -(-whole * share.percent // 100)
