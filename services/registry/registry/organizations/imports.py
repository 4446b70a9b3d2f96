"""Bulk import of organisations 社会组织批量导入."""

import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationInfo, model_validator

from liandong.db.unit_of_work import UnitOfWork
from liandong.imports.cells import SheetDay, count_in, day_in, fen_in
from liandong.imports.kinds import ImportKind, Outcome, RowResult
from liandong.values import credit_code, filing_number
from liandong.values.districts import ROOT, DistrictCode, districts
from liandong.values.money import Fen
from liandong.values.text import Text
from registry.organizations import ledgers, registering, repository, service
from registry.organizations.bulk import register_many
from registry.organizations.domain import (
    CharityStatus,
    CommunityClass,
    DirectClass,
    Kind,
    Management,
    Nature,
    PartyOrganization,
)
from registry.organizations.schemas import (
    ChangeOrganization,
    Count,
    Day,
    RegisterOrganization,
)


def _from(words: Mapping[str, Any]) -> BeforeValidator:
    return BeforeValidator(lambda value: words.get(value, value))


def _district_in(value: Any, info: ValidationInfo) -> Any:
    """A code in any width, or the name of the submitter's own district or of one below it."""
    if not isinstance(value, str):
        return value
    text = unicodedata.normalize("NFKC", value).strip()
    if text.isdigit():
        return text
    own = _own_district(info)
    if not own:
        return text
    near = (districts().get(own), *districts().children(own))
    return next((one.code for one in near if one.name == text), text)


def _own_district(info: ValidationInfo) -> str:
    """The submitter's, if it is in charge of less than the whole country."""
    own = (info.context or {}).get("district", ROOT)
    return own if own != ROOT and districts().is_known(own) else ""


def _narrow(value: Any) -> Any:
    return unicodedata.normalize("NFKC", value) if isinstance(value, str) else value


_Day = Annotated[Day | None, BeforeValidator(day_in)]
_Number = Annotated[Count, BeforeValidator(count_in)]


class OrganizationRow(RegisterOrganization):
    """One row of the sheet: the same rules as a registration at the desk."""

    kind: Annotated[Kind, _from(ledgers.KINDS)]
    district: Annotated[DistrictCode, BeforeValidator(_district_in)]
    phone: Annotated[Text, BeforeValidator(_narrow)] = Field(default="", max_length=30)
    is_community: Annotated[bool, _from(ledgers.YES)] = False
    is_hub: Annotated[bool, _from(ledgers.YES)] = False
    is_rural: Annotated[bool, _from(ledgers.YES)] = False
    registered_on: SheetDay
    funds_fen: Annotated[Fen, BeforeValidator(fen_in)] = 0
    direct_class: Annotated[DirectClass | None, _from(ledgers.DIRECT)] = None
    nature: Annotated[Nature | None, _from(ledgers.NATURES)] = None
    community_class: Annotated[CommunityClass | None, _from(ledgers.CLASSES)] = None
    management: Annotated[Management | None, _from(ledgers.MANAGEMENTS)] = None
    charity_status: Annotated[CharityStatus | None, _from(ledgers.CHARITIES)] = None
    party_organization: Annotated[PartyOrganization | None, _from(ledgers.PARTIES)] = None
    certificate_from: _Day = None
    certificate_until: _Day = None
    charity_since: _Day = None
    raises_in_public_since: _Day = None
    term_from: _Day = None
    term_until: _Day = None
    party_members: _Number = 0
    individual_members: _Number = 0
    unit_members: _Number = 0
    full_time_staff: _Number = 0

    @model_validator(mode="before")
    @classmethod
    def _found_out(cls, given: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
        """What ledgers leave out since its number tells it, or whose ledger it is."""
        code, number = given.get("credit_code"), given.get("filing_number")
        found: dict[str, Any] = {}
        if code:
            found["kind"] = credit_code.kind(credit_code.normalize(code))
        elif number:
            found |= {"kind": Kind.COMMUNITY_GROUP, "is_community": True}
            with suppress(filing_number.InvalidFilingNumber):
                found["district"] = filing_number.parse(number).region
        found.setdefault("district", _own_district(info))
        return {name: value for name, value in found.items() if value} | given


_CHANGEABLE = tuple(
    name for name in ChangeOrganization.model_fields if name in RegisterOrganization.model_fields
)


async def carry_out(row: OrganizationRow, uow: UnitOfWork) -> RowResult:
    """Registers the organisation, or changes what differs in the one on record."""
    known = await repository.find_numbers(
        uow.session, credit_code=row.credit_code, filing_number=row.filing_number
    )
    if known is None:
        organization = await registering.register(uow, row)
        return RowResult(Outcome.CREATED, organization.id)
    different = {
        name: value
        for name in _CHANGEABLE
        if (value := getattr(row, name)) != getattr(known, name) and name in row.model_fields_set
    }
    if not different:
        return RowResult(Outcome.UNCHANGED, known.id)
    await service.change(uow, known.id, known.version, ChangeOrganization(**different))
    return RowResult(Outcome.CHANGED, known.id)


async def carry_out_many(
    rows: Sequence[OrganizationRow], uow: UnitOfWork
) -> list[RowResult | None]:
    """Registers those that are new; the others are looked at one by one."""
    return [
        None if made is None else RowResult(Outcome.CREATED, made.id)
        for made in await register_many(uow, rows)
    ]


ORGANIZATIONS = ImportKind(
    name="organizations",
    title="社会组织",
    columns={
        "组织类型": "kind",
        "名称": "name",
        "统一社会信用代码": "credit_code",
        "备案编号": "filing_number",
        "行政区划代码": "district",
        "住所": "address",
        "业务领域": "service_field",
        "社区社会组织": "is_community",
        "枢纽型": "is_hub",
        "登记日期": "registered_on",
        "法定代表人": "legal_representative",
        "联系电话": "phone",
        "宗旨": "purpose",
        "业务范围": "business_scope",
        "活动地域": "activity_area",
        "注册资金（元）": "funds_fen",
        "业务主管单位": "supervisor",
        "直接登记类别": "direct_class",
        "登记机关": "registering_authority",
        "监督管理机关": "supervising_authority",
        "证书有效期自": "certificate_from",
        "证书有效期至": "certificate_until",
        "届期自": "term_from",
        "届期至": "term_until",
        "组织性质": "nature",
        "社区社会组织类别": "community_class",
        "备案管理类别": "management",
        "农村社区": "is_rural",
        "慈善组织": "charity_status",
        "成为慈善组织日期": "charity_since",
        "公开募捐资格日期": "raises_in_public_since",
        "党组织": "party_organization",
        "党员人数": "party_members",
        "个人会员数": "individual_members",
        "单位会员数": "unit_members",
        "专职工作人员数": "full_time_staff",
        "网址": "website",
    },
    row=OrganizationRow,
    carry_out=carry_out,
    carry_out_many=carry_out_many,
    aliases=ledgers.ALIASES,
    derived=("kind", "district"),
    identities=(("credit_code",), ("filing_number",), ("name", "district")),
)
