"""The texts of the papers of a case, made from what the case holds. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from credit_list.cases.domain import NoticeMethod, Outcome

NOBODY: Final = "（未填写）"


@dataclass(frozen=True, slots=True)
class Point:
    """One trigger with what it rests on."""

    trigger_text: str
    legal_basis: str
    facts: str
    evidence: Sequence[str]


@dataclass(frozen=True, slots=True)
class Party:
    name: str
    code: str | None
    """统一社会信用代码, or the filing number."""


@dataclass(frozen=True, slots=True)
class Notice:
    number: str
    made_on: date
    list_label: str
    party: Party
    points: Sequence[Point]
    discretion: str | None
    window_days: int
    hearing_basis: str | None
    """The basis on which a hearing may be asked for; None: there is none."""
    remedy: str
    supplement: bool


@dataclass(frozen=True, slots=True)
class Told:
    method: NoticeMethod
    served_on: date
    proof: str


@dataclass(frozen=True, slots=True)
class Said:
    received_on: date
    content: str
    findings: str | None


@dataclass(frozen=True, slots=True)
class Heard:
    held_on: date | None
    record: str | None
    opinion: str | None


@dataclass(frozen=True, slots=True)
class Decision:
    number: str
    made_on: date
    list_label: str
    party: Party
    points: Sequence[Point]
    discretion: str | None
    told: Sequence[Told]
    window_ends_on: date | None
    said: Sequence[Said]
    heard: Sequence[Heard]
    discussion: str | None
    outcome: Outcome
    reasons: str
    exit_not_before: date | None
    publication_ends_on: date | None
    remedy: str


def notice(paper: Notice) -> str:
    title = "补充告知书" if paper.supplement else "告知书"
    lines = [
        f"拟列入{paper.list_label}{title}",
        paper.number,
        f"{_party(paper.party)}：",
        f"经查，你单位存在下列情形，本机关拟将你单位列入{paper.list_label}。",
        *_points(paper.points),
        *_discretion(paper.discretion),
        f"自收到本告知书之日起{paper.window_days}个工作日内（送达次日起算），你单位有权向本机关"
        "陈述、申辩，并提交证据；期满未提出的，视为无异议。",
    ]
    if paper.hearing_basis is not None:
        lines.append(f"你单位可以在上述期限内申请听证（依据：{paper.hearing_basis}）。")
    lines += [f"作出列入决定的，救济途径为：{paper.remedy}。", day(paper.made_on)]
    return "\n".join(lines)


def decision(paper: Decision) -> str:
    listed = paper.outcome is Outcome.LIST
    act = "列入" if listed else "不予列入"
    lines = [
        f"{act}{paper.list_label}决定书",
        paper.number,
        f"{_party(paper.party)}：",
        *_points(paper.points),
        *_discretion(paper.discretion),
        *[_told(one) for one in paper.told],
        *_defence(paper),
        *[_heard(one) for one in paper.heard],
    ]
    if paper.discussion is not None:
        lines.append(f"本案经集体讨论（{paper.discussion}）。")
    lines += [f"理由：{paper.reasons}", f"本机关决定：{act}{paper.list_label}。"]
    if listed:
        lines += _terms(paper)
        lines.append(f"{paper.remedy}。")
    lines.append(day(paper.made_on))
    return "\n".join(lines)


def day(one: date) -> str:
    return f"{one.year}年{one.month}月{one.day}日"


def _party(party: Party) -> str:
    return f"{party.name}（{party.code}）" if party.code else party.name


def _points(points: Sequence[Point]) -> list[str]:
    lines: list[str] = []
    for number, one in enumerate(points, start=1):
        lines += [
            f"情形{number}：{one.trigger_text}",
            f"事实：{one.facts}",
            f"证据：{'、'.join(one.evidence) or NOBODY}",
            f"依据：{one.legal_basis}",
        ]
    return lines


def _discretion(words: str | None) -> list[str]:
    return [] if words is None else [f"裁量：{words}"]


def _told(told: Told) -> str:
    how = f"{told.method.label}送达，{told.proof}"
    return f"告知：告知书于{day(told.served_on)}送达（{how}）。"


def _defence(paper: Decision) -> list[str]:
    if not paper.said:
        ends = f"至{day(paper.window_ends_on)}" if paper.window_ends_on is not None else ""
        return [f"陈述申辩：期限{ends}届满，你单位未陈述、申辩。"]
    lines: list[str] = []
    for one in paper.said:
        lines.append(f"陈述申辩（{day(one.received_on)}收到）：{one.content}")
        lines.append(f"核实情况：{one.findings or '尚未核实'}")
    return lines


def _heard(heard: Heard) -> str:
    if heard.held_on is None:
        return "听证：你单位申请听证后放弃。"
    opinion = f"；听证意见：{heard.opinion}" if heard.opinion else ""
    return f"听证：{day(heard.held_on)}举行（笔录{heard.record}）{opinion}。"


def _terms(paper: Decision) -> list[str]:
    lines: list[str] = []
    if paper.exit_not_before is not None:
        lines.append(f"最早可以移出或者修复的日期：{day(paper.exit_not_before)}。")
    if paper.publication_ends_on is not None:
        lines.append(f"向社会公示，公示至{day(paper.publication_ends_on)}止。")
    else:
        lines.append("列入期间向社会公示。")
    return lines
