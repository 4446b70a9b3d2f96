"""Fairs 对接会 and the matches made at them: states, and the score with its reasons. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import Field

from liandong.rules.rule_set import Parameters, RuleSubject
from supply_demand.fields import Grade, overlap
from supply_demand.states import Labelled, follow


class FairStatus(Labelled):
    PLANNED = "planned", "筹备中"
    OPEN = "open", "进行中"
    CLOSED = "closed", "已结束"
    CANCELLED = "cancelled", "已取消"


class FairAction(Labelled):
    EDIT = "edit", "修改"
    OPEN = "open", "开始"
    CLOSE = "close", "结束"
    CANCEL = "cancel", "取消"
    MATCH = "match", "登记意向"


FAIR_TRANSITIONS: Final[Mapping[tuple[FairStatus, FairAction], FairStatus]] = {
    (FairStatus.PLANNED, FairAction.EDIT): FairStatus.PLANNED,
    (FairStatus.PLANNED, FairAction.OPEN): FairStatus.OPEN,
    (FairStatus.PLANNED, FairAction.CANCEL): FairStatus.CANCELLED,
    (FairStatus.OPEN, FairAction.EDIT): FairStatus.OPEN,
    (FairStatus.OPEN, FairAction.MATCH): FairStatus.OPEN,
    (FairStatus.OPEN, FairAction.CLOSE): FairStatus.CLOSED,
}


class MatchStatus(Labelled):
    INTENDED = "intended", "有意向"
    CONFIRMED = "confirmed", "已确认"
    RELEASED = "released", "已解除"


class MatchAction(Labelled):
    CONFIRM = "confirm", "确认"
    RELEASE = "release", "解除"


MATCH_TRANSITIONS: Final[Mapping[tuple[MatchStatus, MatchAction], MatchStatus]] = {
    (MatchStatus.INTENDED, MatchAction.CONFIRM): MatchStatus.CONFIRMED,
    (MatchStatus.INTENDED, MatchAction.RELEASE): MatchStatus.RELEASED,
    (MatchStatus.CONFIRMED, MatchAction.RELEASE): MatchStatus.RELEASED,
}


def advance_fair(status: FairStatus, action: FairAction) -> FairStatus:
    return follow(FAIR_TRANSITIONS, status, action)


def advance_match(status: MatchStatus, action: MatchAction) -> MatchStatus:
    return follow(MATCH_TRANSITIONS, status, action)


class MatchingParameters(Parameters):
    """Weights of the score."""

    class_equal: int = Field(ge=0, le=1000, description="服务类别相同")
    district_overlap: int = Field(ge=0, le=1000, description="服务区域覆盖")
    grade_points: dict[str, int] = Field(description="评估等级的分值")
    red_list: int = Field(ge=0, le=1000, description="列入红名单")


MATCHING: Final = RuleSubject("supply-demand.matching", MatchingParameters, "对接评分")


@dataclass(frozen=True, slots=True)
class Pair:
    """What of a demand, an offer and its organisation the score looks at."""

    wanted_class: str
    offered_class: str
    wanted_district: str
    served_districts: Sequence[str]
    grade: Grade | None
    on_red_list: bool


@dataclass(frozen=True, slots=True)
class Reason:
    code: str
    title: str
    points: int
    fact: str


def score(pair: Pair, weights: MatchingParameters) -> tuple[int, list[Reason]]:
    """The score and every reason for it, also those that gave nothing."""
    equal = pair.wanted_class == pair.offered_class
    served = [one for one in pair.served_districts if overlap(pair.wanted_district, one)]
    grade = "无" if pair.grade is None else pair.grade.label
    reasons = [
        Reason(
            "class-equal",
            "服务类别",
            weights.class_equal if equal else 0,
            "服务类别相同" if equal else "服务类别不同",
        ),
        Reason(
            "district-overlap",
            "服务区域",
            weights.district_overlap if served else 0,
            f"服务区域覆盖：{'、'.join(served)}" if served else "服务区域不覆盖需求所在地",
        ),
        Reason(
            "grade",
            "评估等级",
            0 if pair.grade is None else weights.grade_points.get(pair.grade.value, 0),
            f"评估等级：{grade}",
        ),
        Reason(
            "standing",
            "信用状况",
            weights.red_list if pair.on_red_list else 0,
            "列入红名单" if pair.on_red_list else "未列入红名单",
        ),
    ]
    return sum(reason.points for reason in reasons), reasons
