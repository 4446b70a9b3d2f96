"""变更登记: the form of a change of registered items."""

from collections.abc import Iterator
from typing import Any, ClassVar, Final, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from liandong.problems import FieldError
from liandong.values.id_number import IdNumber
from liandong.values.masking import mask_id_number, mask_mobile, mask_name
from liandong.values.money import Fen
from liandong.values.text import Text
from registry.applications.content_base import MatterContent
from registry.applications.domain import Matter
from registry.organizations.domain import DirectClass

_ITEMS: Final = {
    "name_reservation_id": "name",
    "direct_class": "supervisor",
    "representative_id_number": "legal_representative",
}
"""Registered items that are not called as the field is."""


class ChangedItems(BaseModel):
    """要变更的登记事项；只填写变更的。"""

    model_config = ConfigDict(extra="forbid")

    name_reservation_id: UUID | None = Field(default=None, description="新名称的预留")
    address: Text | None = Field(default=None, min_length=2, max_length=300)
    purpose: Text | None = Field(default=None, min_length=2, max_length=1000)
    business_scope: Text | None = Field(default=None, min_length=2, max_length=2000)
    activity_area: Text | None = Field(default=None, min_length=2, max_length=200)
    funds_fen: Fen | None = None
    service_field: Text | None = Field(default=None, min_length=2, max_length=100)
    supervisor: Text | None = Field(
        default=None, min_length=2, max_length=100, description="新的业务主管单位"
    )
    direct_class: DirectClass | None = Field(default=None, description="改为直接登记的类别")
    registering_authority: Text | None = Field(
        default=None, max_length=100, description="登记机关；改为民政部门的填写空文本"
    )
    supervising_authority: Text | None = Field(
        default=None, max_length=100, description="监督管理机关；改为登记机关的填写空文本"
    )
    legal_representative: Text | None = Field(
        default=None, min_length=2, max_length=100, description="新任法定代表人"
    )
    representative_id_number: IdNumber | None = Field(
        default=None, description="新任法定代表人的身份证号码"
    )
    phone: Text | None = Field(default=None, min_length=2, max_length=30)

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.given():
            raise ValueError("没有填写要变更的事项")
        if self.direct_class is not None and self.supervisor:
            raise ValueError("直接登记的不填业务主管单位")
        if self.representative_id_number and not self.legal_representative:
            raise ValueError("没有变更法定代表人的，不填其身份证号码")
        return self

    def given(self) -> dict[str, Any]:
        return self.model_dump(exclude_none=True)


class Change(MatterContent):
    """变更登记。"""

    personal: ClassVar[frozenset[str]] = frozenset({"changes"})

    matter: Literal[Matter.CHANGE]
    organization_id: UUID
    changes: ChangedItems
    reason: Text = Field(default="", max_length=500, description="变更的原因")

    def items(self) -> list[str]:
        return sorted({_ITEMS.get(name, name) for name in self.changes.given()})

    def missing(self) -> Iterator[FieldError]:
        if not self.reason:
            yield FieldError("/reason", "missing", "未填写变更的原因")
        if self.changes.legal_representative and not self.changes.representative_id_number:
            told = "未填写新任法定代表人的身份证号码"
            yield FieldError("/changes/representative_id_number", "missing", told)

    def masked(self) -> Self:
        given = self.changes
        masked = given.model_copy(
            update={
                "legal_representative": given.legal_representative
                and mask_name(given.legal_representative),
                "representative_id_number": given.representative_id_number
                and mask_id_number(given.representative_id_number),
                "phone": given.phone and mask_mobile(given.phone),
            }
        )
        return self.model_copy(update={"changes": masked})
