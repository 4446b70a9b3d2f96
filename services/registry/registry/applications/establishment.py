"""成立登记: the form of a body that is to be."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal, Self
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import BaseModel, ConfigDict, Field, model_validator

from liandong.problems import FieldError
from liandong.values.districts import DistrictCode
from liandong.values.id_number import IdNumber
from liandong.values.masking import mask_id_number, mask_mobile, mask_name
from liandong.values.money import Fen
from liandong.values.text import Text
from registry.applications.conditions import Founding, Officer, Post
from registry.applications.content_base import MatterContent
from registry.applications.domain import EVERY_ITEM, Matter
from registry.organizations.domain import DirectClass, Kind

MANY = 1_000_000_000


class OfficerEntry(BaseModel):
    """拟任职务的一名人员；兼任多职的，一职一行。"""

    model_config = ConfigDict(extra="forbid")

    name: Text = Field(min_length=2, max_length=100)
    id_number: IdNumber
    post: Post
    is_official: bool = Field(default=False, description="现职公务员")
    is_paid: bool = Field(default=False, description="领取报酬")
    related_to: list[Annotated[int, Field(ge=1, le=1000)]] = Field(
        default_factory=list, max_length=50, description="近亲属在本名单中的序号，从1起"
    )

    @property
    def person_id(self) -> UUID:
        """The same for the same person. To be compared here, neither kept nor shown: the number
        can be guessed from it."""
        return uuid5(NAMESPACE_URL, self.id_number)

    def masked(self) -> Self:
        return self.model_copy(
            update={"name": mask_name(self.name), "id_number": mask_id_number(self.id_number)}
        )


class Establishment(MatterContent):
    """成立登记。双重管理的填写业务主管单位，直接登记的填写类别。"""

    personal: ClassVar[frozenset[str]] = frozenset({"officers", "phone"})

    matter: Literal[Matter.ESTABLISHMENT]
    kind: Literal[Kind.ASSOCIATION, Kind.SERVICE_INSTITUTION, Kind.FOUNDATION]
    district: DistrictCode = Field(description="登记管理机关所在区划")
    name_reservation_id: UUID | None = Field(default=None, description="名称预留")
    grows_out_of: UUID | None = Field(
        default=None, description="备案的社区社会组织升级为登记的，填写该备案组织"
    )
    direct_class: DirectClass | None = Field(default=None, description="直接登记的类别")
    supervisor: Text = Field(default="", max_length=100, description="业务主管单位")
    address: Text = Field(default="", max_length=300, description="住所")
    purpose: Text = Field(default="", max_length=1000, description="宗旨")
    business_scope: Text = Field(default="", max_length=2000, description="业务范围")
    activity_area: Text = Field(default="", max_length=200, description="活动地域")
    service_field: Text = Field(default="", max_length=100, description="业务领域")
    is_community: bool = Field(default=False, description="社区社会组织")
    is_hub: bool = Field(default=False, description="枢纽型社会组织")
    raises_in_public: bool = Field(default=False, description="面向公众募捐的基金会")
    funds_fen: Fen = 0
    individual_members: int = Field(default=0, ge=0, le=MANY)
    unit_members: int = Field(default=0, ge=0, le=MANY)
    full_time_staff: int = Field(default=0, ge=0, le=MANY)
    officers: list[OfficerEntry] = Field(default_factory=list, max_length=500)
    legal_representative: int | None = Field(
        default=None, ge=1, le=500, description="法定代表人在拟任职务名单中的序号，从1起"
    )
    representative_elsewhere: bool = Field(
        default=False, description="法定代表人同时担任其他社会组织的法定代表人"
    )
    phone: Text = Field(default="", max_length=30, description="联系电话")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.direct_class is not None and self.supervisor:
            raise ValueError("直接登记的不填业务主管单位")
        numbers = [n for one in self.officers for n in one.related_to]
        if self.legal_representative is not None:
            numbers.append(self.legal_representative)
        if any(number > len(self.officers) for number in numbers):
            raise ValueError("名单中没有所填序号的人员")
        return self

    def items(self) -> list[str]:
        return [EVERY_ITEM]

    def missing(self) -> Iterator[FieldError]:
        told = {
            "address": "住所",
            "purpose": "宗旨",
            "business_scope": "业务范围",
            "name_reservation_id": "预留的名称",
            "officers": "拟任职务名单",
            "legal_representative": "拟任法定代表人",
        }
        for name, label in told.items():
            if not getattr(self, name):
                yield FieldError(f"/{name}", "missing", f"未填写{label}")
        if self.direct_class is None and not self.supervisor:
            yield FieldError("/supervisor", "missing", "未填写业务主管单位或直接登记的类别")

    def founding(self) -> Founding:
        """What the conditions ask of the body that is to be."""
        persons = [one.person_id for one in self.officers]
        return Founding(
            is_national=self.district == "100000",
            raises_in_public=self.raises_in_public,
            funds_fen=self.funds_fen,
            individual_members=self.individual_members,
            unit_members=self.unit_members,
            full_time_staff=self.full_time_staff,
            officers=[
                Officer(
                    person_id=one.person_id,
                    post=one.post,
                    is_official=one.is_official,
                    is_paid=one.is_paid,
                    related_to=tuple(persons[number - 1] for number in one.related_to),
                )
                for one in self.officers
            ],
            representative_elsewhere=self.representative_elsewhere,
        )

    def representative(self) -> OfficerEntry | None:
        """拟任法定代表人"""
        at = self.legal_representative
        return None if at is None else self.officers[at - 1]

    def masked(self) -> Self:
        officers = [one.masked() for one in self.officers]
        return self.model_copy(update={"officers": officers, "phone": mask_mobile(self.phone)})
