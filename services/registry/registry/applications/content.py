"""What is applied for, matter by matter, as it goes over HTTP and is kept with the application.

A draft may be incomplete: what is missing is told as a list, once, when it has been submitted.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, ClassVar, Literal, Self
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import BaseModel, ConfigDict, Field, model_validator

from liandong.problems import FieldError
from liandong.values.districts import DistrictCode
from liandong.values.id_number import IdNumber
from liandong.values.masking import mask_id_number, mask_mobile, mask_name
from liandong.values.money import Fen
from liandong.values.text import Text
from registry.applications.conditions import Founding, Officer, Post
from registry.applications.domain import EVERY_ITEM, Ground, Matter
from registry.organizations.domain import DirectClass, Kind
from registry.organizations.schemas import LAST_DAY

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


class _Content(BaseModel, ABC):
    model_config = ConfigDict(extra="forbid")

    personal: ClassVar[frozenset[str]] = frozenset()
    """Fields that are kept encrypted."""

    consented_on: Annotated[date | None, Field(le=LAST_DAY)] = Field(
        default=None, description="业务主管单位审查同意的日期；直接登记的不填"
    )

    @abstractmethod
    def items(self) -> list[str]:
        """Registered items that the matter touches."""

    def missing(self) -> Iterator[FieldError]:
        """What the form itself lacks."""
        yield from ()

    def masked(self) -> Self:
        return self

    def kept(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """What is kept openly and what is kept encrypted."""
        every = self.model_dump(mode="json", exclude_unset=True)
        private = {name: every.pop(name) for name in sorted(self.personal & every.keys())}
        return every, private


class Establishment(_Content):
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


class Change(_Content):
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


class Articles(_Content):
    """章程核准。"""

    matter: Literal[Matter.ARTICLES]
    organization_id: UUID
    adopted_on: date | None = Field(default=None, description="会员（代表）大会或理事会通过的日期")
    summary: Text = Field(default="", max_length=2000, description="修改的主要内容")

    def items(self) -> list[str]:
        return ["articles"]

    def missing(self) -> Iterator[FieldError]:
        if self.adopted_on is None:
            yield FieldError("/adopted_on", "missing", "未填写通过的日期")
        if not self.summary:
            yield FieldError("/summary", "missing", "未填写修改的主要内容")


class Renewal(_Content):
    """换发证书。"""

    matter: Literal[Matter.RENEWAL]
    organization_id: UUID
    reason: Literal["expiry", "re-election", "lost", "damaged"] = Field(
        description="expiry 有效期届满；re-election 换届；lost 遗失；damaged 损毁"
    )

    def items(self) -> list[str]:
        return ["certificate"]


class Cancellation(_Content):
    """注销登记。"""

    matter: Literal[Matter.CANCELLATION]
    organization_id: UUID
    ground: Ground
    successor_ids: list[UUID] = Field(
        default_factory=list,
        max_length=50,
        description="分立、合并后承继的组织；一家为合并，多家为分立",
    )
    liquidation_ended_on: date | None = Field(default=None, description="清算结束的日期")
    reason: Text = Field(default="", max_length=500, description="说明")

    @model_validator(mode="after")
    def _successors(self) -> Self:
        if self.successor_ids and self.ground is not Ground.MERGER_OR_DIVISION:
            raise ValueError("只有因分立、合并注销的填写承继的组织")
        if len(self.successor_ids) != len({*self.successor_ids}):
            raise ValueError("承继的组织填写了两次")
        if self.organization_id in self.successor_ids:
            raise ValueError("承继的组织不能是注销的组织自身")
        return self

    def items(self) -> list[str]:
        return [EVERY_ITEM]

    def missing(self) -> Iterator[FieldError]:
        if self.ground is Ground.MERGER_OR_DIVISION and not self.successor_ids:
            yield FieldError("/successor_ids", "missing", "未填写承继的组织")
        if self.liquidation_ended_on is None:
            yield FieldError("/liquidation_ended_on", "missing", "未填写清算结束的日期")


Content = Annotated[
    Establishment | Change | Articles | Renewal | Cancellation, Field(discriminator="matter")
]
