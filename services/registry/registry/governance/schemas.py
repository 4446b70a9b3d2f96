"""What goes over HTTP about governance."""

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from liandong.values.id_number import IdNumber
from liandong.values.masking import mask_id_number, mask_name
from liandong.values.text import Text
from registry.applications.conditions import Post
from registry.applications.establishment import OfficerEntry
from registry.governance.domain import Election, Ending
from registry.organizations.schemas import Day


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


Exceptions = Annotated[
    Text,
    Field(default="", max_length=500, description="经批准的例外情形及批准文号；没有的不填"),
]


class ElectionFiling(_Closed):
    """换届结果备案：新一届的全部任职人员。法定代表人变更的，另行申请变更登记。"""

    number: int = Field(ge=1, le=1000, description="第几届")
    elected_on: Day = Field(description="选举日期")
    term_from: Day = Field(description="届期自")
    term_until: Day = Field(description="届期至")
    audited: bool = Field(default=False, description="换届前已进行财务审计")
    officers: list[OfficerEntry] = Field(min_length=1, max_length=500)
    legal_representative: int | None = Field(
        default=None, ge=1, le=500, description="法定代表人在名单中的序号，从1起"
    )
    exceptions: Exceptions

    @model_validator(mode="after")
    def _numbers(self) -> Self:
        numbers = [n for one in self.officers for n in one.related_to]
        if self.legal_representative is not None:
            numbers.append(self.legal_representative)
        if any(number > len(self.officers) for number in numbers):
            raise ValueError("名单中没有所填序号的人员")
        held = [(one.id_number, one.post) for one in self.officers]
        if len(held) != len(set(held)):
            raise ValueError("同一人员的同一职务填写了两次")
        return self

    def election(self) -> Election:
        return Election(self.number, self.elected_on, self.term_from, self.term_until)


class Extension(_Closed):
    """延期换届。"""

    until: Day = Field(description="延期至")
    reason: Text = Field(min_length=2, max_length=500, description="延期的原因与批准情况")


class TemporaryCertificate(_Closed):
    """发给临时证书。"""

    starts_on: Day = Field(description="证书有效期自")
    reason: Text = Field(min_length=2, max_length=500, description="事由")


class NewPost(_Closed):
    """增补任职人员。"""

    name: Text = Field(min_length=2, max_length=100)
    id_number: IdNumber
    post: Post
    starts_on: Day = Field(description="任职自")
    is_official: bool = Field(default=False, description="现职公务员")
    is_paid: bool = Field(default=False, description="领取报酬")
    related_to: list[UUID] = Field(
        default_factory=list, max_length=50, description="近亲属现任职务的编号"
    )
    exceptions: Exceptions


class CorrectedPost(_Closed):
    """更正填错的任职记录，按更正后的内容填写。"""

    name: Text = Field(min_length=2, max_length=100)
    id_number: IdNumber
    starts_on: Day
    is_official: bool = False
    is_paid: bool = False
    reason: Text = Field(min_length=2, max_length=500, description="更正的原因")


class PostEnding(_Closed):
    """不再任职。"""

    ended_on: Day = Field(description="任职的最后一日")
    ending: Literal[Ending.RESIGNED, Ending.REMOVED, Ending.DECEASED, Ending.OTHER]


class TermRead(BaseModel):
    """一届。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    organization_id: UUID
    number: int
    elected_on: date
    starts_on: date
    ends_on: date
    extended_until: date | None
    filed_on: date
    is_late: bool = Field(description="逾期备案")
    audited: bool
    exceptions: str
    found: list[str] = Field(description="不符合的条件；均经批准")
    temporary_certificate_from: date | None
    rule_set: str


class PostRead(BaseModel):
    """一项任职。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    organization_id: UUID
    term_id: UUID | None
    post: Post
    name: str
    id_number: str
    is_representative: bool
    is_official: bool
    is_paid: bool
    starts_on: date
    ended_on: date | None
    ending: Ending | None

    def masked(self) -> "PostRead":
        return self.model_copy(
            update={"name": mask_name(self.name), "id_number": mask_id_number(self.id_number)}
        )
