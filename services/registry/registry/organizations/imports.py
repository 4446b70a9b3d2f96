"""Bulk import of organisations 社会组织批量导入."""

from typing import Annotated, Any

from pydantic import BeforeValidator

from liandong.db.unit_of_work import UnitOfWork
from liandong.imports.cells import SheetDay, count_in, day_in, fen_in
from liandong.imports.kinds import ImportKind, Outcome, RowResult
from liandong.values.money import Fen
from registry.organizations import repository, service
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

_KINDS = {
    "社会团体": Kind.ASSOCIATION,
    "民办非企业单位": Kind.SERVICE_INSTITUTION,
    "社会服务机构": Kind.SERVICE_INSTITUTION,
    "基金会": Kind.FOUNDATION,
    "社区社会组织": Kind.COMMUNITY_GROUP,
    "备案社区社会组织": Kind.COMMUNITY_GROUP,
}
_DIRECT = {
    "行业协会商会类": DirectClass.TRADE,
    "行业协会商会": DirectClass.TRADE,
    "科技类": DirectClass.SCIENCE,
    "公益慈善类": DirectClass.CHARITY,
    "城乡社区服务类": DirectClass.COMMUNITY,
}
_NATURES = {
    "服务性": Nature.SERVICE,
    "公益性": Nature.CHARITY,
    "互助性": Nature.MUTUAL_AID,
}
_CLASSES = {
    "生活服务类": CommunityClass.LIFE_SERVICE,
    "公益慈善类": CommunityClass.CHARITY,
    "文体活动类": CommunityClass.CULTURE_SPORTS,
    "专业调处类": CommunityClass.MEDIATION,
}
_MANAGEMENTS = {
    "街道（乡镇）管理": Management.STREET,
    "街道管理": Management.STREET,
    "乡镇管理": Management.STREET,
    "社区指导": Management.COMMUNITY,
    "村（居）委会指导": Management.COMMUNITY,
}
_CHARITIES = {
    "登记": CharityStatus.REGISTERED,
    "认定": CharityStatus.RECOGNISED,
    "否": None,
}
_PARTIES = {
    "未建立": PartyOrganization.NONE,
    "无": PartyOrganization.NONE,
    "单独建立": PartyOrganization.OWN,
    "联合建立": PartyOrganization.JOINT,
    "选派党建工作指导员": PartyOrganization.INSTRUCTOR,
    "派指导员": PartyOrganization.INSTRUCTOR,
}
_YES = {"是": True, "否": False, "": False}


def _from(words: dict[str, Any]) -> BeforeValidator:
    return BeforeValidator(lambda value: words.get(value, value))


_Day = Annotated[Day | None, BeforeValidator(day_in)]
_Number = Annotated[Count, BeforeValidator(count_in)]


class OrganizationRow(RegisterOrganization):
    """One row of the sheet: the same rules as a registration at the desk."""

    kind: Annotated[Kind, _from(_KINDS)]
    is_community: Annotated[bool, _from(_YES)] = False
    is_hub: Annotated[bool, _from(_YES)] = False
    is_rural: Annotated[bool, _from(_YES)] = False
    registered_on: SheetDay
    funds_fen: Annotated[Fen, BeforeValidator(fen_in)] = 0
    direct_class: Annotated[DirectClass | None, _from(_DIRECT)] = None
    nature: Annotated[Nature | None, _from(_NATURES)] = None
    community_class: Annotated[CommunityClass | None, _from(_CLASSES)] = None
    management: Annotated[Management | None, _from(_MANAGEMENTS)] = None
    charity_status: Annotated[CharityStatus | None, _from(_CHARITIES)] = None
    party_organization: Annotated[PartyOrganization | None, _from(_PARTIES)] = None
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


_CHANGEABLE = tuple(
    name for name in ChangeOrganization.model_fields if name in RegisterOrganization.model_fields
)


async def carry_out(row: OrganizationRow, uow: UnitOfWork) -> RowResult:
    """Registers the organisation, or changes what differs in the one on record."""
    known = await repository.find_numbers(
        uow.session, credit_code=row.credit_code, filing_number=row.filing_number
    )
    if known is None:
        body = RegisterOrganization.model_construct(**row.model_dump())
        organization = await service.register(uow, body)
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
)
