"""What goes over HTTP about hubs."""

from datetime import date
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from liandong.values.text import Text
from registry.organizations.schemas import Day


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class JoinHub(_Closed):
    """加入枢纽型社会组织。"""

    member_id: UUID = Field(description="成员组织")
    joined_on: Day = Field(description="自该日起为成员，不晚于今日")
    is_public_benefit: bool = Field(description="公益性组织")


class LeaveHub(_Closed):
    left_on: Day = Field(description="自该日起不再是成员，不晚于今日")


class CorrectMembership(_Closed):
    """更正误录的成员记录；只填写要更正的。"""

    joined_on: Day | None = None
    left_on: Day | None = None
    is_public_benefit: bool | None = None
    annulled: bool = Field(default=False, description="误录，自始不是成员")
    reason: Text = Field(min_length=2, max_length=500, description="更正的原因与依据")

    @model_validator(mode="after")
    def _something(self) -> Self:
        given = (self.joined_on, self.left_on, self.is_public_benefit)
        if not self.annulled and all(one is None for one in given):
            raise ValueError("没有填写要更正的事项")
        return self


class MembershipRead(BaseModel):
    """一条成员记录。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    hub_id: UUID
    member_id: UUID
    member_name: str = Field(description="加入时的名称")
    joined_on: date
    left_on: date | None = Field(description="自该日起不再是成员")
    is_public_benefit: bool
    left_because: str | None = Field(
        description="left 退出；ended 成员组织终止；hub-ended 枢纽型社会组织终止；corrected 更正"
    )
    annulled_on: date | None


class HubCounts(BaseModel):
    """某一日的成员数。"""

    hub_id: UUID
    version: int = Field(description="成员名册的版本；没有名册的为 0")
    on: date
    members: int = Field(description="成员组织数")
    public_benefit: int = Field(description="其中公益性组织数")
