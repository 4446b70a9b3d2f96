"""The decisions as a page for people: ``docs/authorisation.md``."""

from collections.abc import Mapping
from pathlib import Path

from fastapi import FastAPI

from tests.authorisation.routes import routes_of
from tests.authorisation.table import (
    IMPORTS,
    SHARED,
    Decision,
    Refusal,
    decided,
    route_of,
)

PAGE = Path(__file__).parents[2] / "docs" / "authorisation.md"

_HEAD = """\
# 权限表

每个接口由谁办理、受哪条区划与组织限制。本页由 `tests/authorisation/decisions` 中的决定生成
（`python -m tests.authorisation`），测试按这些决定以每一种角色、本区划与其他区划、本组织与其他组织
逐一调用每个接口；没有决定的新接口通不过测试。

- 谁可以：“公众”不需要令牌；“持令牌者”为任何角色。未列出的角色一律不得办理。
- 区划：“本区划”指事项所属区划在办理人管辖区划之内（含上级），同级、下级和未注明区划的都不行。
- 本组织：“本组织”指令牌中的组织即事项所属的组织。
- 拒绝方式：除另有注明外为 403；“404”不告知其存在；“不显示”指答复中没有这些内容。
- 两人：提出、更正或审批在先的人不得办理这一步。
"""
_COLUMNS = ("接口", "说明", "谁可以", "区划", "组织", "两人", "备注")
_REFUSALS: dict[Refusal, str] = {"403": "", "404": "（其他：404）", "filtered": "（其他：不显示）"}


def rendered(applications: Mapping[str, FastAPI]) -> str:
    """The page as the decisions and the endpoints' summaries make it."""
    parts, common = [_HEAD], dict[str, str]()
    for service, app in applications.items():
        titles = {
            key: getattr(route, "summary", None) or "" for key, (route, _) in routes_of(app).items()
        }
        parts.append(_section(app.title, decided(service), titles))
        common |= titles
    parts.append(_section("各服务共有：批量导入", decided(IMPORTS), common))
    parts.append(_section("各服务共有：事件流、规则与运行", decided(SHARED), common))
    return "\n".join(parts)


def _section(title: str, decisions: dict[str, Decision], titles: dict[str, str]) -> str:
    lines = [f"## {title}", "", _row(*_COLUMNS), _row(*("---" for _ in _COLUMNS))]
    lines += [_line(key, decision, titles) for key, decision in decisions.items()]
    return "\n".join(lines) + "\n"


def _line(key: str, decision: Decision, titles: dict[str, str]) -> str:
    route = route_of(key)
    facet = key.removeprefix(route).strip(" ()")
    summary = decision.title or titles.get(route, "")
    notes = (decision.reason, decision.note, decision.untested_because)
    return _row(
        f"`{route}`",
        f"{summary}：{facet}" if facet else summary,
        _who(decision),
        _district(decision),
        _organization(decision),
        "是" if decision.two_persons else "",
        "；".join(note for note in notes if note),
    )


def _who(decision: Decision) -> str:
    if decision.roles == "public":
        return "公众"
    if decision.roles == "any-token":
        return "持令牌者"
    named = [
        role.label + "".join(f"（`{scope}`）" for scope in decision.scopes.get(role, ()))
        for role in decision.named
    ]
    refused = _REFUSALS[decision.refused]
    return "、".join(named) + refused


def _district(decision: Decision) -> str:
    if decision.district == "none":
        return "不限"
    said = "本区划" + _REFUSALS[decision.other]
    everywhere = "、".join(role.label for role in decision.everywhere)
    unbound = "、".join(role.label for role in decision.unbound)
    said += f"；令牌未注明区划的{everywhere}不限" if everywhere else ""
    return said + (f"；{unbound}不限" if unbound else "")


def _organization(decision: Decision) -> str:
    return "本组织" + _REFUSALS[decision.other_organization] if decision.organization else ""


def _row(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"
