"""HTTP of organisations."""

from typing import Any
from uuid import UUID

from fastapi import Response

from liandong.http.dependencies import (
    IfMatch,
    Lookups,
    SingleReads,
    Write,
    tagged,
)
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import Approver, Clerk, Official
from liandong.values.credit_code import CreditCode
from liandong.values.filing_number import FilingNumber
from registry.organizations import ending, registering, repository, service
from registry.organizations.models import Organization
from registry.organizations.schemas import (
    ChangeOrganization,
    CorrectOrganization,
    EndOrganization,
    OrganizationRead,
    RegisterOrganization,
)

router = router_for("/v1/organizations", "社会组织")

_SEES_PERSONS = (Role.CLERK, Role.APPROVER)


def _shown(organization: Organization, actor: Actor) -> OrganizationRead:
    return _as_seen_by(actor, OrganizationRead.model_validate(organization))


def _as_seen_by(actor: Actor, read: OrganizationRead) -> OrganizationRead:
    """Persons are shown to officials of the district and to the organisation itself."""
    shown = _is_official_of(actor, read.district) or actor.owns(read.id)
    return read if shown else read.masked()


def _is_official_of(actor: Actor, district: str) -> bool:
    return actor.has(*_SEES_PERSONS) and actor.may_act_in(district)


async def _read(row: dict[str, Any], reads: SingleReads, response: Response) -> OrganizationRead:
    """One organisation as this reader may see it; an official's look at persons is on record."""
    read = OrganizationRead.model_validate(row)
    if _is_official_of(reads.actor, read.district):
        await reads.note("organization", read.id, read.district)
    return _as_seen_by(reads.actor, tagged(response, read))


@router.post("", status_code=201, summary="成立登记或备案", responses=problems(404, 409))
async def register(
    body: RegisterOrganization, actor: Clerk, uow: Write, response: Response
) -> OrganizationRead:
    organization = tagged(response, await registering.register(uow, body))
    response.headers["Location"] = f"/v1/organizations/{organization.id}"
    return _shown(organization, actor)


@router.get("/by-credit-code/{code}", summary="按统一社会信用代码查询", responses=problems(404))
async def by_credit_code(code: CreditCode, reads: Lookups, response: Response) -> OrganizationRead:
    return await _read(await repository.by_credit_code(reads, code), reads, response)


@router.get("/by-filing-number/{number}", summary="按备案编号查询", responses=problems(404))
async def by_filing_number(
    number: FilingNumber, reads: Lookups, response: Response
) -> OrganizationRead:
    return await _read(await repository.by_filing_number(reads, number), reads, response)


@router.get("/{organization_id}", summary="查询社会组织", responses=problems(404))
async def get(organization_id: UUID, reads: Lookups, response: Response) -> OrganizationRead:
    return await _read(await repository.get(reads, organization_id), reads, response)


_CHANGES = problems(404, 409, 412, 428)


@router.patch("/{organization_id}", summary="变更登记", responses=_CHANGES)
async def change(
    organization_id: UUID,
    body: ChangeOrganization,
    actor: Official,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> OrganizationRead:
    return _shown(
        tagged(response, await service.change(uow, organization_id, version, body)), actor
    )


@router.post("/{organization_id}/correct", summary="更正登记", responses=_CHANGES)
async def correct(
    organization_id: UUID,
    body: CorrectOrganization,
    actor: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> OrganizationRead:
    """更正登记时填错的代码、编号和日期；已注销、已撤销的也可以更正。"""
    organization = await service.correct(uow, organization_id, version, body)
    return _shown(tagged(response, organization), actor)


@router.post("/{organization_id}/resume", summary="恢复活动", responses=_CHANGES)
async def resume(
    organization_id: UUID, actor: Approver, uow: Write, version: IfMatch, response: Response
) -> OrganizationRead:
    return _shown(tagged(response, await ending.resume(uow, organization_id, version)), actor)


@router.post("/{organization_id}/cancel", summary="注销登记", responses=_CHANGES)
async def cancel(
    organization_id: UUID,
    body: EndOrganization,
    actor: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> OrganizationRead:
    """有未办结的申请、处罚案件、整改、撤销登记，或者清算尚未结束的，不能直接注销。"""
    organization = await ending.cancel_at_the_desk(uow, organization_id, version, body.reason)
    return _shown(tagged(response, organization), actor)
