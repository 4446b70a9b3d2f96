"""Other services' events, with only the fields read here."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from liandong.events.contract import Event
from liandong.measures.events import DelistedNews, ListedNews, MeasureEndedNews


class GradeEvent(Event):
    """``grade`` is the grade after the event."""

    subject_field: ClassVar[str] = "grade_id"

    grade_id: UUID
    organization_id: UUID
    grade: str


class GradeConfirmed(GradeEvent):
    type: ClassVar[str] = "cn.liandong.evaluation.grade.confirmed"

    valid_from: date
    valid_until: date


class GradeAdjusted(GradeEvent):
    type: ClassVar[str] = "cn.liandong.evaluation.grade.adjusted"


class GradeCancelled(GradeEvent):
    type: ClassVar[str] = "cn.liandong.evaluation.grade.cancelled"


class GradeExpired(GradeEvent):
    type: ClassVar[str] = "cn.liandong.evaluation.grade.expired"


class OrganizationListed(ListedNews):
    type: ClassVar[str] = "cn.liandong.credit-list.organization.listed"

    list: str
    listed_on: date


class OrganizationDelisted(DelistedNews):
    type: ClassVar[str] = "cn.liandong.credit-list.organization.delisted"

    list: str
    delisted_on: date


class CreditGradeChanged(Event):
    """信用等级 with the supervision that it brings."""

    type: ClassVar[str] = "cn.liandong.credit-list.credit-grade.changed"
    subject_field: ClassVar[str] = "credit_grade_id"

    credit_grade_id: UUID
    organization_id: UUID
    grade: str
    score: int
    supervision_level: str
    sampling_weight: str
    checks_per_year: int
    evaluated_on: date


class MeasureEnded(MeasureEndedNews):
    type: ClassVar[str] = "cn.liandong.credit-list.measure.ended"


ListingEvent = OrganizationListed | OrganizationDelisted

EVENTS: tuple[type[GradeEvent | ListingEvent | CreditGradeChanged | MeasureEnded], ...] = (
    GradeConfirmed,
    GradeAdjusted,
    GradeCancelled,
    GradeExpired,
    OrganizationListed,
    OrganizationDelisted,
    CreditGradeChanged,
    MeasureEnded,
)
