"""What credit-list publishes about leads: codes and ids only."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.contract import Event


class LeadFacts(Event):
    """A lead as it stands after the event. It lists nobody and is no case."""

    subject_field: ClassVar[str] = "lead_id"

    lead_id: UUID
    organization_id: UUID
    district: str
    list: str = Field(description="serious、abnormal")
    trigger: str = Field(description="列入情形代码")
    status: str = Field(description="proposed、taken、dismissed、void")
    rule_set: str


class LeadOpened(LeadFacts):
    """发现列入线索."""

    type: ClassVar[str] = "cn.liandong.credit-list.lead.opened"


class LeadTaken(LeadFacts):
    """转为列入案件."""

    type: ClassVar[str] = "cn.liandong.credit-list.lead.taken"
    case_id: UUID


class LeadDismissed(LeadFacts):
    """不予采纳."""

    type: ClassVar[str] = "cn.liandong.credit-list.lead.dismissed"


class LeadVoid(LeadFacts):
    """失效: its facts no longer hold."""

    type: ClassVar[str] = "cn.liandong.credit-list.lead.void"


EVENTS = (LeadOpened, LeadTaken, LeadDismissed, LeadVoid)
