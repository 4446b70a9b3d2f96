"""Bulk import of organisations 社会组织批量导入."""

from typing import Annotated, Any

from pydantic import BeforeValidator

from liandong.db.unit_of_work import UnitOfWork
from liandong.imports.kinds import ImportKind, Outcome, RowResult
from registry.organizations import repository, service
from registry.organizations.domain import Kind
from registry.organizations.schemas import ChangeOrganization, RegisterOrganization

_KINDS = {
    "社会团体": Kind.ASSOCIATION,
    "民办非企业单位": Kind.SERVICE_INSTITUTION,
    "社会服务机构": Kind.SERVICE_INSTITUTION,
    "基金会": Kind.FOUNDATION,
    "社区社会组织": Kind.COMMUNITY_GROUP,
    "备案社区社会组织": Kind.COMMUNITY_GROUP,
}
_YES = {"是": True, "否": False, "": False}


def _from(words: dict[str, Any]) -> BeforeValidator:
    return BeforeValidator(lambda value: words.get(value, value))


class OrganizationRow(RegisterOrganization):
    """One row of the sheet: the same rules as a registration at the desk."""

    kind: Annotated[Kind, _from(_KINDS)]
    is_community: Annotated[bool, _from(_YES)] = False
    is_hub: Annotated[bool, _from(_YES)] = False


_CHANGEABLE = ("name", "district", "address", "service_field", "is_hub",
               "legal_representative", "phone")  # fmt: skip


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
    },
    row=OrganizationRow,
    carry_out=carry_out,
)
