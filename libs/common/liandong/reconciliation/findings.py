"""What a reconciliation finds, and what is to be done about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import asyncpg


class Kind(StrEnum):
    NOT_IN_TOPIC = "not-in-topic"
    """The feed has it, the topic does not, although it keeps messages for so long."""
    UNKNOWN_TO_SOURCE = "unknown-to-source"
    """The topic or a group has it; its service has forgotten it."""
    NOT_HANDLED = "not-handled"
    """The group has read past it, and neither handled it nor set it aside."""
    VERSION_AHEAD = "version-ahead"
    """The group knows a later version of an aggregate than its service ever told."""
    VERSION_REUSED = "version-reused"
    """Two events bear the same version of one aggregate: readers heed the first alone."""
    CURSOR_AHEAD = "cursor-ahead"
    """The group has read the feed beyond its end."""
    NOT_LEARNT = "not-learnt"
    """The owner says it, the group has handled what was told of it, and does not keep it."""
    LEARNT_OTHERWISE = "learnt-otherwise"
    """Owner and group keep different facts of it."""
    LEARNT_ONLY = "learnt-only"
    """The group keeps it, the owner does not say it."""


TITLES: Mapping[Kind, str] = {
    Kind.NOT_IN_TOPIC: "事件流中有、Kafka 主题中没有",
    Kind.UNKNOWN_TO_SOURCE: "他处已有、来源服务已不知道",
    Kind.NOT_HANDLED: "消费组已读过、却没有处理",
    Kind.VERSION_AHEAD: "消费组所知版本高于来源所发",
    Kind.VERSION_REUSED: "同一版本号用了两次",
    Kind.CURSOR_AHEAD: "消费组的位置超出事件流末尾",
    Kind.NOT_LEARNT: "所有者有、消费组的副本中没有",
    Kind.LEARNT_OTHERWISE: "消费组的副本与所有者不一致",
    Kind.LEARNT_ONLY: "消费组的副本中有、所有者没有",
}

_AGAIN = (
    "加 --repair 由消费组按来源服务的最后一个事件重新记入（已有的效果不会重复）；"
    "之后仍列出的，须人工核对两个服务中的这一对象。"
)
ADVICE: Mapping[Kind, str] = {
    Kind.NOT_IN_TOPIC: "加 --repair 以原编号重新发布；已处理过的消费方按编号去重。",
    Kind.UNKNOWN_TO_SOURCE: (
        "来源数据库缺少这些已经发布的事实（恢复到了较早的时间点，或故障切换丢失了最后的提交）："
        "停止该服务，执行 liandong recover，再由经办人按清单逐项核对、重新办理；不能自动补回。"
    ),
    Kind.NOT_HANDLED: (
        "加 --repair 由处理程序补办（收件箱保证不重复）；已有更新版本的不再生效，须人工核对。"
    ),
    Kind.VERSION_AHEAD: (
        "来源服务被恢复过：停止该服务，执行 liandong recover，使以后的版本号高于各方所知。"
    ),
    Kind.VERSION_REUSED: (
        "来源服务恢复后未执行 liandong recover 就投入了运行：停止该服务并执行之，"
        "再对所列对象各办理一次更正，使各方得到最新状态。"
    ),
    Kind.CURSOR_AHEAD: (
        "来源服务被恢复过：停止该服务，执行 liandong recover，事件流由新的位置继续。"
    ),
    Kind.NOT_LEARNT: _AGAIN,
    Kind.LEARNT_OTHERWISE: _AGAIN,
    Kind.LEARNT_ONLY: _AGAIN,
}


@dataclass
class Finding:
    """So many differences of one kind between a source and its topic, or a source and a group.

    ``accepted``: they are older than the source's present incarnation, and whoever began it was
    shown them; they are told, and count for nothing. ``examples`` carry no payload.
    """

    kind: Kind
    source: str
    group: str | None = None
    count: int = 0
    accepted: bool = False
    examples: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def add(self, rows: Sequence[asyncpg.Record | Mapping[str, Any]], show: int) -> None:
        self.count += len(rows)
        room = max(show - len(self.examples), 0)
        self.examples += [dict(row) for row in rows[:room]]

    def as_dict(self) -> dict[str, Any]:
        return {
            "kind": self.kind.value,
            "source": self.source,
            "group": self.group,
            "count": self.count,
            "accepted": self.accepted,
            "examples": self.examples,
            "advice": None if self.accepted else ADVICE[self.kind],
        }


@dataclass
class Pair:
    """A source and a group that reads it. ``pending``: not yet read, which is no difference."""

    source: str
    group: str
    events: int = 0
    pending: int = 0
    findings: list[Finding] = field(default_factory=list[Finding])

    def as_dict(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "group": self.group,
            "events": self.events,
            "pending": self.pending,
            "findings": [one.as_dict() for one in self.findings],
        }


def open_ones(findings: Sequence[Finding]) -> list[Finding]:
    """Those that somebody must do something about."""
    return [one for one in findings if one.count and not one.accepted]
