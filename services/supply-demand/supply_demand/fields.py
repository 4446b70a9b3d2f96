"""Fields that several capabilities take over HTTP."""

from datetime import date
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from liandong.values.districts import districts
from liandong.values.text import Text
from supply_demand.states import Labelled

Title = Annotated[Text, Field(min_length=2, max_length=200, description="名称")]
Description = Annotated[Text, Field(max_length=4000, description="说明")]
Code = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[a-z][a-z0-9_-]*$")]

LAST_DAY: Final = date(2999, 12, 31)
"""Later days are slips of the keyboard."""


class OrganizationKind(Labelled):
    """Legal type of an organisation, as the registry tells it."""

    ASSOCIATION = "association", "社会团体"
    SERVICE_INSTITUTION = "service_institution", "社会服务机构"
    FOUNDATION = "foundation", "基金会"
    COMMUNITY_GROUP = "community_group", "备案的社区社会组织"


class Grade(Labelled):
    """评估等级, lowest first."""

    A1 = "1A", "1A"
    A2 = "2A", "2A"
    A3 = "3A", "3A"
    A4 = "4A", "4A"
    A5 = "5A", "5A"

    @property
    def rank(self) -> int:
        return int(self.value[0])


class Body(BaseModel):
    """What a request carries: an unknown field is a slip and is refused."""

    model_config = ConfigDict(extra="forbid")


class WithReason(Body):
    """须说明理由的操作。"""

    reason: Text = Field(min_length=2, max_length=500, description="理由")


def overlap(one: str, other: str) -> bool:
    """One of the two districts lies in the other, or they are the same."""
    tree = districts()
    return tree.is_within(one, other) or tree.is_within(other, one)
