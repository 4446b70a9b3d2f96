"""What the registry publishes about filings. Payloads carry no personal data and no free text."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.contract import Event


class FilingFacts(Event):
    """The state of a filing after the event."""

    subject_field: ClassVar[str] = "filing_id"

    filing_id: UUID
    status: str = Field(
        description="submitted、opined、reviewed、returned、filed、refused、withdrawn"
    )
    district: str = Field(description="街道（乡镇）或社区（村）的区划代码")
    organization_name: str
    organization_id: UUID | None = Field(default=None, description="备案后的组织")
    management: str = Field(description="street 街道（乡镇）管理；community 村（居）委会指导")
    community_class: str
    nature: str
    is_green: bool = Field(description="绿色通道")
    is_hub: bool


class FilingSubmitted(FilingFacts):
    """提交或重新提交."""

    type: ClassVar[str] = "cn.liandong.registry.filing.submitted"
    due_on: date = Field(description="村（居）委会应提出意见的最后一日")


class FilingOpined(FilingFacts):
    """村（居）委会提出意见."""

    type: ClassVar[str] = "cn.liandong.registry.filing.opined"
    recommended: bool
    due_on: date = Field(description="下一步应办结的最后一日")


class FilingReviewed(FilingFacts):
    """街道（乡镇）审核."""

    type: ClassVar[str] = "cn.liandong.registry.filing.reviewed"
    agreed: bool
    due_on: date = Field(description="应作出决定的最后一日")


class FilingReturned(FilingFacts):
    """退回补充."""

    type: ClassVar[str] = "cn.liandong.registry.filing.returned"


class FilingFiled(FilingFacts):
    """准予备案: the organisation is on the register under this number."""

    type: ClassVar[str] = "cn.liandong.registry.filing.filed"
    filing_number: str
    filed_on: date


class FilingRefused(FilingFacts):
    """不予备案, with reasons."""

    type: ClassVar[str] = "cn.liandong.registry.filing.refused"


class FilingWithdrawn(FilingFacts):
    """撤回."""

    type: ClassVar[str] = "cn.liandong.registry.filing.withdrawn"


class FilingReminded(FilingFacts):
    """The time of the present step runs out, or has."""

    type: ClassVar[str] = "cn.liandong.registry.filing.reminded"
    notice: str = Field(description="due-soon 临近到期；overdue 已超期")
    due_on: date


class FilingListConfirmed(Event):
    """年度备案名单已确认: the street's list of a year is with the county."""

    subject_field: ClassVar[str] = "filing_list_id"
    type: ClassVar[str] = "cn.liandong.registry.filing-list.confirmed"

    filing_list_id: UUID
    district: str
    year: int
    filed: int = Field(description="当年备案的组织数")
    ended: int = Field(description="当年注销或撤销的组织数")
    living: int = Field(description="年末存续的组织数")


EVENTS = (
    FilingSubmitted,
    FilingOpined,
    FilingReviewed,
    FilingReturned,
    FilingFiled,
    FilingRefused,
    FilingWithdrawn,
    FilingReminded,
    FilingListConfirmed,
)
