"""变更登记: the form of a change of registered items."""

from collections.abc import Iterator
from typing import Any, ClassVar, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from liandong.problems import FieldError
from liandong.values.masking import mask_mobile, mask_name
from liandong.values.money import Fen
from liandong.values.text import Text
from registry.applications.content_base import MatterContent
from registry.applications.domain import Matter
from registry.organizations.domain import DirectClass


class ChangedItems(BaseModel):
    """要变更的登记事项；只填写变更的。"""

    model_config = ConfigDict(extra="forbid")

    name_reservation_id: UUID | None = Field(default=None, description="新名称的预留")
    address: Text | None = Field(default=None, min_length=2, max_length=300)
    purpose: Text | None = Field(default=None, min_length=2, max_length=1000)
    business_scope: Text | None = Field(default=None, min_length=2, max_length=2000)
    activity_area: Text | None = Field(default=None, min_length=2, max_length=200)
    funds_fen: Fen | None = None
    supervisor: Text | None = Field(default=None, max_length=100)
    direct_class: DirectClass | None = None
    legal_representative: Text | None = Field(default=None, min_length=2, max_length=100)
    phone: Text | None = Field(default=None, min_length=2, max_length=30)

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.given():
            raise ValueError("没有填写要变更的事项")
        if self.direct_class is not None and self.supervisor:
            raise ValueError("直接登记的不填业务主管单位")
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
        names = {"name_reservation_id": "name", "direct_class": "supervisor"}
        return sorted({names.get(item, item) for item in self.changes.given()})

    def missing(self) -> Iterator[FieldError]:
        if not self.reason:
            yield FieldError("/reason", "missing", "未填写变更的原因")

    def masked(self) -> Self:
        given = self.changes
        masked = given.model_copy(
            update={
                "legal_representative": given.legal_representative
                and mask_name(given.legal_representative),
                "phone": given.phone and mask_mobile(given.phone),
            }
        )
        return self.model_copy(update={"changes": masked})
