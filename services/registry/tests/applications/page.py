"""What each matter needs, as a page for people: ``docs/integration/matters.md``, written from the
rule set by ``python -m services.registry.tests.applications.page``."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from liandong.rules.rule_set import Certainty
from liandong.values.money import format_yuan
from liandong.values.periods import Period, Unit
from registry.applications.condition_rules import Conditions
from registry.applications.domain import Matter
from registry.applications.requirements import Requirements, Sourced
from registry.applications.rules import Document, Procedure, When
from registry.organizations.domain import Kind
from services.registry.tests.shipped import APPLICATION_RULES as RULES

PAGE: Final = Path(__file__).parents[4] / "docs" / "integration" / "matters.md"
_HEAD: Final = """\
# 登记事项一览

每一事项的材料、期限、条件与依据。本页由随平台发布的规则集 `registry.applications` 生成
（`python -m services.registry.tests.applications.page`），测试核对两者一致；各地另行规定的，以
`GET /v1/rule-sets` 查到的为准。办理的步骤见 applications.md。

材料的“何时”：不注明的每件都要；“双重管理”只要有业务主管单位的组织，“变更某项”只在申请涉及该项时。
"""
KINDS: Final = {
    Kind.ASSOCIATION: "社会团体",
    Kind.SERVICE_INSTITUTION: "社会服务机构",
    Kind.FOUNDATION: "基金会",
}
_UNITS: Final = {
    Unit.DAYS: "日",
    Unit.WORKING_DAYS: "个工作日",
    Unit.MONTHS: "个月",
    Unit.YEARS: "年",
}
_WHEN: Final = {When.ALWAYS: "", When.DUAL: "双重管理", When.DIRECT: "直接登记"}
_SURE: Final = {
    Certainty.VERIFIED: "已核对",
    Certainty.REPORTED: "据地方材料",
    Certainty.RECALLED: "凭记忆，待核对",
    Certainty.CHOSEN: "平台默认值",
}
LABELS: Final = {
    "members": "会员数",
    "national_funds_fen": "资金（全国性）",
    "local_funds_fen": "资金（地方性）",
    "national_public_funds_fen": "资金（全国性，面向公众募捐）",
    "local_public_funds_fen": "资金（地方性，面向公众募捐）",
    "council": "理事人数",
    "supervisors": "监事人数",
    "full_time_staff": "专职工作人员",
    "paid_councillors": "领取报酬的理事",
    "related_councillors": "有近亲属关系的理事",
    "related_councillors_public": "有近亲属关系的理事（面向公众募捐）",
    "separate_supervisors": "理事及其近亲属不得任监事",
    "separate_head": "理事长（会长）与秘书长不得由同一人兼任",
    "officials_in_posts": "现职公务员不得任负责人",
    "several_bodies": "法定代表人不得同时任其他组织的法定代表人",
}


def rendered() -> str:
    parts = [_HEAD]
    for matter in Matter:
        found = {kind: RULES.procedure(kind, matter) for kind in KINDS}
        parts.append("\n".join(_matter(matter, {k: p for k, p in found.items() if p})))
    return "\n".join(parts)


def _matter(matter: Matter, found: dict[Kind, Procedure]) -> Iterator[str]:
    yield f"## {matter.label} `{matter.value}`\n"
    yield from _table(
        ("组织类型", "决定期限", "可延长", "公告"), map(_period, found, found.values())
    )
    yield ""
    yield from _table(("代码", "材料", "何时", "依据"), _documents(list(found.values())))
    conditions = [row for one in found.items() for row in _conditions(matter, *one)]
    if conditions:
        yield ""
        yield from _table(("组织类型", "条件", "要求", "依据"), _merged(conditions))
    yield ""


def _period(kind: Kind, procedure: Procedure) -> tuple[str, ...]:
    clocks, items = procedure.clocks, procedure.announced
    more = clocks.extension
    told = "" if more is None else f"{more.days} 日，经{more.approved_by}批准（{_source(more)}）"
    announced = "全部" if "*" in items else "、".join(f"`{one}`" for one in items)
    return KINDS[kind], _length(clocks.decision.period), told, announced


def _documents(found: Sequence[Procedure]) -> Iterator[tuple[str, ...]]:
    """One row for each document; the articles of all the types that ask for it."""
    rows: dict[tuple[str, str, str], list[str]] = {}
    for document in (one for procedure in found for one in procedure.documents):
        bases = rows.setdefault((f"`{document.code}`", document.title, _when(document)), [])
        if document.basis not in bases:
            bases.append(document.basis)
    for row, bases in rows.items():
        yield *row, "、".join(bases)


def _when(document: Document) -> str:
    told = [_WHEN[document.when]]
    if document.items:
        told.append("变更" + "、".join(f"`{one}`" for one in document.items))
    return "，".join(one for one in told if one)


def _conditions(matter: Matter, kind: Kind, procedure: Procedure) -> Iterator[tuple[str, ...]]:
    body: Conditions | None = None
    if matter is Matter.ESTABLISHMENT:
        body = RULES.conditions[kind]
    elif procedure.requires is not None:
        yield from ((KINDS[kind], *row) for row in _required(procedure.requires))
        body = procedure.requires.body
    for name, label in LABELS.items():
        rule = None if body is None else getattr(body, name)
        if rule is not None:
            yield KINDS[kind], label, _demand(name, rule), rule.basis


def _required(rules: Requirements) -> Iterator[tuple[str, str, str]]:
    if rules.charity_for is not None:
        demand = f"满 {rules.charity_for.months} 个月"
        yield "登记或者认定为慈善组织", demand, _source(rules.charity_for)
    if rules.unlisted is not None:
        lists = {"abnormal": "活动异常名录", "serious": "严重违法失信名单"}
        demand = "不在" + "、".join(lists[one] for one in rules.unlisted.lists)
        yield "名录", demand, _source(rules.unlisted)
    if rules.unpunished is not None:
        demand = f"申请前 {rules.unpunished.months} 个月内没有"
        yield "行政处罚", demand, _source(rules.unpunished)
    if rules.grade is not None:
        yield "评估等级", f"不低于 {rules.grade.grade}", _source(rules.grade)
    for one in rules.declared:
        yield f"承诺 `{one.code}`", one.title, _source(one)


def _demand(name: str, rule: Any) -> str:
    if name == "members":
        return f"个人 {rule.individuals}、单位 {rule.units} 或者混合 {rule.mixed} 以上"
    if name.endswith("_fen"):
        return f"不少于 {format_yuan(rule.least)}"
    if hasattr(rule, "most"):
        return f"{rule.least} 至 {rule.most}"
    if hasattr(rule, "least"):
        return f"不少于 {rule.least}"
    if hasattr(rule, "numerator"):
        return f"不超过 {rule.denominator} 分之 {rule.numerator}" if rule.numerator else "不得有"
    kinds = getattr(rule, "kinds", ())
    return "、".join(KINDS[one] for one in kinds)


def _merged(rows: Sequence[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """What is the same for several types is told once."""
    kinds: dict[tuple[str, ...], list[str]] = {}
    for kind, *rest in rows:
        kinds.setdefault(tuple(rest), []).append(kind)
    for rest, of in kinds.items():
        yield "各类" if len(of) == len(KINDS) else "、".join(of), *rest


def _length(period: Period) -> str:
    return f"{period.length} {_UNITS[period.unit]}"


def _source(rule: Sourced) -> str:
    return f"{rule.basis}；{_SURE[rule.status]}"


def _table(head: Sequence[str], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


if __name__ == "__main__":
    PAGE.write_text(rendered(), encoding="utf-8")
