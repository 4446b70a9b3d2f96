"""What goes over HTTP about credit grades."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from credit_list.grading.domain import Grade, Level
from credit_list.grading.models import CreditGrade


class FactRead(BaseModel):
    """一项事实。"""

    id: UUID = Field(description="信用记录、列入记录或者评估等级的编号")
    kind: str
    kind_text: str
    day: date = Field(description="计算起始之日")
    result: str | None = Field(description="结论或者评估等级")
    counts_until: date | None = Field(description="计算的最后一日；为空的，在该事实存续期间计算")


class ItemRead(BaseModel):
    """一个评分项：分值、理由和所依据的每项事实。"""

    code: str
    category: str
    text: str
    legal_basis: str
    points: int = Field(description="本项计分（已按上限计算）")
    each: int = Field(description="每项事实的分值")
    cap: int = Field(description="本项上限")
    explanation: str
    facts: list[FactRead]


class LimitRead(BaseModel):
    """限制等级的条件。"""

    code: str
    text: str
    legal_basis: str
    at_most: Grade = Field(description="等级不高于")
    facts: list[FactRead]


class GradeSummary(BaseModel):
    """一家组织的信用等级。"""

    model_config = ConfigDict(from_attributes=True)

    organization_id: UUID
    version: int
    district: str
    grade: Grade
    score: int
    supervision_level: Level
    supervision_text: str = ""
    sampling_weight: str = Field(description="抽查权重代码")
    checks_per_year: int = Field(description="每年检查次数")
    evaluated_on: date
    since: date = Field(description="现有结果形成之日")
    ended_on: date | None = Field(description="注销后不再评价之日")
    rule_set: str
    updated_at: datetime

    @classmethod
    def of(cls, known: CreditGrade) -> Self:
        made = cls.model_validate(known)
        return made.model_copy(update={"supervision_text": known.supervision_level.label})


class GradeRead(GradeSummary):
    """信用等级及逐项说明。对某项有异议的，向该信用记录提出异议（``/v1/records/{id}/objections``）。"""

    explanation: str
    items: list[ItemRead]
    limits: list[LimitRead]


class PeriodRead(BaseModel):
    """一段时间内的评价结果。"""

    model_config = ConfigDict(from_attributes=True)

    number: int
    since: date
    ended_on: date | None = Field(description="为新的结果所替代之日")
    grade: Grade
    score: int
    supervision_level: Level
    explanation: str
    items: list[ItemRead]
    limits: list[LimitRead]
    rule_set: str


class GradeCount(BaseModel):
    """一个区划的等级分布；只含登记在本级的组织。"""

    district: str
    total: int
    by_grade: dict[Grade, int]
    average_score: float | None = Field(description="平均分，保留一位小数；没有组织的为空")


class Statistics(BaseModel):
    district: str
    total: GradeCount
    by_district: list[GradeCount]
