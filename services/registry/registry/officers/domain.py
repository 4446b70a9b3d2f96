"""Whether an officer may act: certificate, district, interests (行政处罚法 arts. 42, 43). Pure."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from liandong.values.districts import subtree_prefix


class Bar(StrEnum):
    """Why an officer may not act in a matter."""

    INACTIVE = "officer-inactive"
    CERTIFICATE_EXPIRED = "certificate-expired"
    OTHER_DISTRICT = "officer-of-other-district"
    INTEREST = "officer-recused"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS: Final = {
    Bar.INACTIVE: "已不在执法岗位",
    Bar.CERTIFICATE_EXPIRED: "行政执法证件已过有效期",
    Bar.OTHER_DISTRICT: "执法区域不包括该组织所在区划",
    Bar.INTEREST: "与该组织有利害关系，应当回避",
}


def bars(
    *,
    is_active: bool,
    certificate_until: date,
    officer_district: str,
    interests: Collection[UUID],
    organization_id: UUID,
    district: str,
    today: date,
) -> list[Bar]:
    """Everything that keeps the officer from the matter on the day."""
    found: list[Bar] = []
    if not is_active:
        found.append(Bar.INACTIVE)
    if today > certificate_until:
        found.append(Bar.CERTIFICATE_EXPIRED)
    if not district.startswith(subtree_prefix(officer_district)):
        found.append(Bar.OTHER_DISTRICT)
    if organization_id in interests:
        found.append(Bar.INTEREST)
    return found
