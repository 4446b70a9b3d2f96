"""HTTP of the history of a record."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Query

from liandong.http.dependencies import PersonalReads, Read
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import require
from liandong.identity.guards import district_rule
from registry.histories import repository, service
from registry.histories.domain import State
from registry.histories.models import OrganizationChange
from registry.histories.schemas import (
    ChangeRead,
    DifferencesRead,
    OriginRead,
    ProvenanceRead,
    RecordRead,
    masked,
)
from registry.organizations.models import Organization
from registry.organizations.schemas import Day

router = router_for("/v1/organizations/{organization_id}", "登记簿沿革")

Reader = Annotated[
    Actor, Depends(require(Role.CLERK, Role.APPROVER, Role.AUDITOR, Role.ORGANIZATION))
]
VersionNumber = Annotated[int, Path(ge=1, le=2**53)]
_MISSING = problems(404)


async def readable(organization_id: UUID, session: Read, actor: Reader) -> Organization:
    """The organisation whose history this reader may see."""
    found = await repository.organization(session, organization_id)
    if not actor.owns(found.id):
        district_rule(actor, found.district)
    return found


Readable = Annotated[Organization, Depends(readable)]


async def _sees_persons(actor: Actor, reads: PersonalReads, organization: Organization) -> bool:
    """The body itself, and officials, whose look is on record; an auditor needs no person."""
    if actor.owns(organization.id):
        return True
    if not actor.has(Role.CLERK, Role.APPROVER):
        return False
    await reads.note("organization", organization.id, organization.district)
    return True


@router.get("/changes", summary="查询历次变动", responses=_MISSING)
async def changes(organization: Readable, session: Read, paging: Paging) -> Page[ChangeRead]:
    """按先后列出；建档本身不列入，为第 1 版。"""
    keys = [OrganizationChange.version]
    page = await paging.page(session, repository.of(organization.id), keys)
    items = [ChangeRead.of(service.change_of(row)) for row in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


@router.get("/versions/{version}", summary="查询某一版本的记载", responses=_MISSING)
async def version(
    organization: Readable,
    version: VersionNumber,
    session: Read,
    actor: Reader,
    reads: PersonalReads,
) -> RecordRead:
    found = await service.at_version(session, organization, version)
    record = await _shown(actor, reads, organization, found.state)
    return RecordRead(organization_id=organization.id, version=version, record=record)


@router.get("/as-of/{day}", summary="查询某一日的记载", responses=_MISSING)
async def as_of(
    organization: Readable,
    day: Day,
    session: Read,
    actor: Reader,
    reads: PersonalReads,
) -> RecordRead:
    """该日终了时登记簿的记载；尚未登记的答复 404。"""
    found = await service.on_day(session, organization, day)
    return RecordRead(
        organization_id=organization.id,
        version=found.number,
        as_of=day,
        is_reconstructed=found.is_reconstructed,
        record=await _shown(actor, reads, organization, found.state),
    )


@router.get("/differences", summary="比较两个版本", responses=_MISSING)
async def differences(
    organization: Readable,
    from_version: Annotated[int, Query(ge=1, le=2**53)],
    to_version: Annotated[int, Query(ge=1, le=2**53)],
    session: Read,
    actor: Reader,
    reads: PersonalReads,
) -> DifferencesRead:
    found = await service.difference(session, organization, from_version, to_version)
    return DifferencesRead.told(
        found,
        with_persons=await _sees_persons(actor, reads, organization),
        organization_id=organization.id,
        from_version=from_version,
        to_version=to_version,
    )


@router.get("/provenance", summary="查询各事项的来源", responses=_MISSING)
async def provenance(
    organization: Readable, session: Read, actor: Reader, reads: PersonalReads
) -> ProvenanceRead:
    state, origins, beginning = await service.provenance(session, organization)
    shown = await _shown(actor, reads, organization, state)
    items = [
        OriginRead(
            item=name,
            value=value,
            since=organization.created_at if change is None else change.at,
            version=1 if change is None else change.version,
            action="registered" if change is None else change.action,
            actor=None if change is None else change.actor,
            application_id=beginning if change is None else change.application_id,
            note="" if change is None else change.note,
        )
        for name, value in shown.items()
        for change in (origins[name],)
    ]
    return ProvenanceRead(
        organization_id=organization.id, version=organization.version, items=items
    )


async def _shown(
    actor: Actor, reads: PersonalReads, organization: Organization, state: State
) -> State:
    return state if await _sees_persons(actor, reads, organization) else masked(state)
