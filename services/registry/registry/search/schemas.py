"""What goes over HTTP about finding organisations."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from pydantic import BaseModel, Field

from liandong.values.masking import mask_mobile, mask_name
from registry.learned.domain import Grade, ListName
from registry.organizations.schemas import OrganizationRead


class MarksRead(BaseModel):
    """其他业务对该组织的认定：评估等级与名单。"""

    grade: Grade | None = Field(default=None, description="有效期内的评估等级")
    grade_valid_until: date | None = Field(default=None, description="等级有效期至")
    lists: list[ListName] = Field(default_factory=list, description="现在列入的名单")

    @staticmethod
    def told(row: Mapping[str, Any], today: date) -> dict[str, Any]:
        """Of a row that has the items of the projection, all empty where nobody told anything."""
        until = row["grade_valid_until"]
        over = until is not None and until < today
        return {
            "grade": None if over else row["grade"],
            "grade_valid_until": None if over else until,
            "lists": [name for name, listed in LISTED.items() if row[listed]],
        }


LISTED: Final = {name: f"is_{name.value}" for name in ListName}
"""The item of the projection that says that an organisation is on a list."""


class OrganizationFound(OrganizationRead):
    """检索结果中的一家社会组织，除依职权导出外一律脱敏。"""

    marks: MarksRead = Field(description="评估等级与名单")

    @staticmethod
    def told(row: dict[str, Any], today: date, *, masked: bool = True) -> dict[str, Any]:
        """What is made into one of these, all of a page at once. Changes ``row``."""
        row["marks"] = MarksRead.told(row, today)
        if masked:
            row["legal_representative"] = mask_name(row["legal_representative"])
            row["phone"] = mask_mobile(row["phone"])
        return row
