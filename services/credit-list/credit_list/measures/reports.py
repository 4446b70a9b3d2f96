"""措施回执 of the executing services, re-declared with the fields that are read here."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from liandong.events.contract import Event


class Report(Event):
    subject_field: ClassVar[str] = "listing_id"

    listing_id: UUID
    organization_id: UUID
    measure: str
    listing_version: int
    affected: int
    affected_kind: str = ""


class Applied(Report):
    applied_on: date


class Lifted(Report):
    lifted_on: date


class AppliedByRegistry(Applied):
    type: ClassVar[str] = "cn.liandong.registry.measure.applied"


class AppliedByEvaluation(Applied):
    type: ClassVar[str] = "cn.liandong.evaluation.measure.applied"


class AppliedBySupplyDemand(Applied):
    type: ClassVar[str] = "cn.liandong.supply-demand.measure.applied"


class AppliedByFunding(Applied):
    type: ClassVar[str] = "cn.liandong.funding.measure.applied"


class LiftedByRegistry(Lifted):
    type: ClassVar[str] = "cn.liandong.registry.measure.lifted"


class LiftedByEvaluation(Lifted):
    type: ClassVar[str] = "cn.liandong.evaluation.measure.lifted"


class LiftedBySupplyDemand(Lifted):
    type: ClassVar[str] = "cn.liandong.supply-demand.measure.lifted"


class LiftedByFunding(Lifted):
    type: ClassVar[str] = "cn.liandong.funding.measure.lifted"


APPLIED: tuple[type[Applied], ...] = (
    AppliedByRegistry,
    AppliedByEvaluation,
    AppliedBySupplyDemand,
    AppliedByFunding,
)
LIFTED: tuple[type[Lifted], ...] = (
    LiftedByRegistry,
    LiftedByEvaluation,
    LiftedBySupplyDemand,
    LiftedByFunding,
)
