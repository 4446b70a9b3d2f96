"""What goes over HTTP about finding organisations."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from registry.learned.domain import Grade, ListName
from registry.learned.models import OrganizationMark
from registry.organizations.models import Organization
from registry.organizations.schemas import OrganizationRead


class MarksRead(BaseModel):
    """其他业务对该组织的认定：评估等级与名单。"""

    model_config = ConfigDict(from_attributes=True)

    grade: Grade | None = Field(default=None, description="有效期内的评估等级")
    grade_valid_until: date | None = Field(default=None, description="等级有效期至")
    lists: list[ListName] = Field(default_factory=list, description="现在列入的名单")

    @classmethod
    def of(cls, mark: OrganizationMark | None, today: date) -> "MarksRead":
        if mark is None:
            return cls()
        over = mark.grade_valid_until is not None and mark.grade_valid_until < today
        return cls(
            grade=None if over or mark.grade is None else Grade(mark.grade),
            grade_valid_until=None if over else mark.grade_valid_until,
            lists=[name for name in ListName if getattr(mark, f"is_{name.value}")],
        )


class OrganizationFound(OrganizationRead):
    """检索结果中的一家社会组织，除依职权导出外一律脱敏。"""

    marks: MarksRead = Field(description="评估等级与名单")

    @classmethod
    def of(
        cls,
        organization: Organization,
        mark: OrganizationMark | None,
        today: date,
        *,
        masked: bool = True,
    ) -> "OrganizationFound":
        read = OrganizationRead.model_validate(organization)
        if masked:
            read = read.masked()
        return cls(**dict(read), marks=MarksRead.of(mark, today))
