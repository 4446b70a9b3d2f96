"""备案条件: what a body must be to be filed; each failure names its basis. Pure."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from liandong.problems import FieldError
from liandong.values.districts import subtree_prefix
from registry.filings.rules import FORM_ITEMS, Ban, FilingRules, When


@dataclass(frozen=True, slots=True)
class Candidate:
    """A body that wants to be filed, as far as the conditions ask."""

    district: str
    members: int
    """Individuals and units together."""
    is_green: bool
    is_internal_group: bool
    is_for_profit: bool
    charges_for_services: bool
    """Or needs a licence for what it does."""
    filled: Collection[str]
    """Items of the form that hold something."""
    documents: Collection[str]


def findings(body: Candidate, rules: FilingRules) -> list[FieldError]:
    """Every condition that is not fulfilled."""
    return [*_members(body, rules), *_bans(body, rules), *_demands(body, rules)]


def is_within_street(district: str) -> bool:
    """Whether the code names a street or something inside one."""
    return len(subtree_prefix(district)) >= 9


def _members(body: Candidate, rules: FilingRules) -> Iterator[FieldError]:
    rule = rules.members
    least = rule.green_least if body.is_green else rule.least
    if body.members < least:
        told = f"会员应不少于{least}个，现为{body.members}个（{rule.basis}）"
        yield FieldError("/individual_members", "too-few-members", told)


def _bans(body: Candidate, rules: FilingRules) -> Iterator[FieldError]:
    checks: tuple[tuple[Ban | None, bool, str, str, str], ...] = (
        (
            rules.within_street,
            not is_within_street(body.district),
            "/district",
            "not-in-a-street",
            "备案的组织应在一个街道（乡镇）或者社区（村）之内，填写9位或12位区划代码",
        ),
        (
            rules.internal_group,
            body.is_internal_group,
            "/is_internal_group",
            "internal-group",
            "村（居）民委员会、业主委员会和营利组织的内部组织不予备案",
        ),
        (rules.for_profit, body.is_for_profit, "/is_for_profit", "for-profit", "营利组织不予备案"),
        (
            rules.charges_for_services,
            body.charges_for_services,
            "/charges_for_services",
            "must-register",
            "需要办理许可或者收费服务的组织应当申请登记",
        ),
    )
    for rule, fails, pointer, code, told in checks:
        if rule is not None and fails:
            yield FieldError(pointer, code, f"{told}（{rule.basis}）")


def _demands(body: Candidate, rules: FilingRules) -> Iterator[FieldError]:
    for one in rules.demands:
        if body.is_green and one.when is When.ORDINARY:
            continue
        in_form = one.code in FORM_ITEMS
        if one.code in (body.filled if in_form else body.documents):
            continue
        pointer = f"/{one.code}" if in_form else "/documents"
        verb = "未填写" if in_form else "缺少"
        yield FieldError(pointer, one.code, f"{verb}{one.title}（{one.basis}）")
