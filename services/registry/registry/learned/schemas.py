"""What officials are shown of what other services told."""

from datetime import date

from pydantic import BaseModel, Field


class SupervisionRead(BaseModel):
    """监管等级及其对抽查的作用；信用等级由信用名单服务评定。"""

    credit_grade: str | None = Field(description="信用等级；尚未获知的为空")
    credit_score: int | None = Field(
        description="评定该等级时的得分；同一等级内此后的变化见信用名单服务"
    )
    supervision_level: str | None = Field(
        description="relaxed 简化、standard 常规、strengthened 加强、key 重点"
    )
    sampling_weight: str | None = Field(description="抽查权重代码")
    checks_per_year: int | None = Field(description="每年检查次数")
    graded_on: date | None
    tickets: int = Field(description="按现行规则在双随机抽查中的权重；1为不加权或者最低")
    basis: str = Field(description="权重的依据")
    rule_set: str
