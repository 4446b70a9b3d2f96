"""Service sites 服务站点: kinds, states, transitions. Pure."""

from collections.abc import Mapping
from typing import Final

from pydantic import Field, model_validator

from liandong.rules.rule_set import Parameters, RuleSubject
from supply_demand.states import Labelled, follow


class Kind(Labelled):
    CALL_CENTER = "call_center", "呼叫中心"
    SERVICE_CENTER = "service_center", "社会服务中心"
    SERVICE_STATION = "service_station", "社会服务站"


class Status(Labelled):
    RECOGNIZED = "recognized", "已认定"
    WITHDRAWN = "withdrawn", "已撤销认定"


class Action(Labelled):
    EDIT = "edit", "修改"
    WITHDRAW = "withdraw", "撤销认定"


TRANSITIONS: Final[Mapping[tuple[Status, Action], Status]] = {
    (Status.RECOGNIZED, Action.EDIT): Status.RECOGNIZED,
    (Status.RECOGNIZED, Action.WITHDRAW): Status.WITHDRAWN,
}


def advance(status: Status, action: Action) -> Status:
    return follow(TRANSITIONS, status, action)


class SiteParameters(Parameters):
    kinds: dict[str, str] = Field(min_length=1, description="可认定的站点类型：代码到名称")

    @model_validator(mode="after")
    def _known(self) -> "SiteParameters":
        unknown = set(self.kinds) - {kind.value for kind in Kind}
        if unknown:
            raise ValueError(f"没有这些站点类型：{'、'.join(sorted(unknown))}")
        return self


SITES: Final = RuleSubject("supply-demand.sites", SiteParameters, "服务站点认定")
