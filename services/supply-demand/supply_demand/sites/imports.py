"""Bulk import of sites 服务站点批量导入."""

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field

from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.actors import Role
from liandong.imports.kinds import ImportKind, Outcome, RowResult
from liandong.values.credit_code import SocialOrganizationCode
from liandong.values.districts import DistrictCode
from supply_demand.fields import Body, Title
from supply_demand.learned import repository as learned
from supply_demand.sites import repository, service
from supply_demand.sites.domain import Kind, Status
from supply_demand.sites.models import Site
from supply_demand.sites.schemas import Address, ChangeSite, RecognizeSite, SiteCode

_KINDS = {kind.label: kind for kind in Kind}


class SiteRow(Body):
    """One row of the sheet."""

    code: SiteCode
    kind: Annotated[Kind, BeforeValidator(lambda value: _KINDS.get(value, value))]
    name: Title
    district: DistrictCode
    credit_code: SocialOrganizationCode = Field(description="运营单位统一社会信用代码")
    address: Address = ""
    recognized_on: date


async def carry_out(row: SiteRow, uow: UnitOfWork) -> RowResult:
    """Recognises the site, or corrects name and address of the one with the same number."""
    operator = await learned.by_credit_code(uow.session, row.credit_code)
    if operator is None:
        raise service.OperatorNotFit(f"没有统一社会信用代码为 {row.credit_code} 的运营单位")
    known = await repository.by_code(uow.session, row.code)
    if known is None:
        body = RecognizeSite(
            **row.model_dump(exclude={"credit_code"}), organization_id=operator.organization_id
        )
        site = await service.recognize(uow, body)
        return RowResult(Outcome.CREATED, site.id)
    _same_site(known, row, operator.organization_id == known.organization_id)
    changes = {
        name: value
        for name in ("name", "address")
        if name in row.model_fields_set and (value := getattr(row, name)) != getattr(known, name)
    }
    if not changes:
        return RowResult(Outcome.UNCHANGED, known.id)
    await service.change(uow, known.id, known.version, ChangeSite(**changes))
    return RowResult(Outcome.CHANGED, known.id)


def _same_site(known: Site, row: SiteRow, same_operator: bool) -> None:
    """What decides about money is never changed by an import."""
    different = [
        title
        for title, same in (
            ("站点类型", known.kind == row.kind),
            ("行政区划代码", known.district == row.district),
            ("运营单位", same_operator),
            ("认定日期", known.recognized_on == row.recognized_on),
        )
        if not same
    ]
    if different:
        raise service.CodeTaken(
            f"站点编号 {row.code} 已认定，{'、'.join(different)}与原认定不同；"
            "有误的应撤销后另行认定"
        )
    if known.status is Status.WITHDRAWN:
        raise service.CodeTaken(f"站点编号 {row.code} 的认定已撤销，不能再次使用")


SITE_IMPORT = ImportKind(
    name="sites",
    title="服务站点认定",
    columns={
        "站点编号": "code",
        "站点类型": "kind",
        "站点名称": "name",
        "行政区划代码": "district",
        "运营单位统一社会信用代码": "credit_code",
        "地址": "address",
        "认定日期": "recognized_on",
    },
    row=SiteRow,
    carry_out=carry_out,
    roles=(Role.APPROVER,),
)
