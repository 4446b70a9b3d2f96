"""What the registry publishes about checks and audits: conclusions, never a record as such."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.contract import Event


class CheckFacts(Event):
    """A check that was concluded."""

    subject_field: ClassVar[str] = "check_id"

    check_id: UUID
    organization_id: UUID
    district: str
    form: str = Field(description="sample 双随机抽查；special 专项检查；audit 第三方审计")
    matter: str = Field(description="finance、work_safety、service_quality、general")
    plan_id: UUID | None = Field(default=None, description="抽查计划")
    result: str = Field(description="no_problem、rectify、case、unreachable")
    codes: list[str] = Field(description="所发现问题的代码")
    worst: str | None = Field(default=None, description="最重的程度：minor、ordinary、serious")
    concluded_on: date


class CheckConcluded(CheckFacts):
    """作出检查结论."""

    type: ClassVar[str] = "cn.liandong.registry.check.concluded"


class CheckPublished(CheckFacts):
    """检查结果公示."""

    type: ClassVar[str] = "cn.liandong.registry.check.published"
    published_on: date


class AuditReported(CheckFacts):
    """审计报告 was accepted with the conclusion."""

    type: ClassVar[str] = "cn.liandong.registry.audit.reported"
    reported_on: date


class CheckReminded(CheckFacts):
    """The result is to be published, or should have been."""

    type: ClassVar[str] = "cn.liandong.registry.check.reminded"
    notice: str = Field(description="due-soon 临近到期；overdue 超过期限")
    due_on: date


EVENTS = (CheckConcluded, CheckPublished, AuditReported, CheckReminded)
