"""HTTP of hubs."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from liandong.http.dependencies import IfMatch, Inquiry, Read, Write
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import Clerk, require
from registry.hubs import repository, service
from registry.hubs.models import HubMembership
from registry.hubs.schemas import (
    CorrectMembership,
    HubCounts,
    JoinHub,
    LeaveHub,
    MembershipRead,
)
from registry.organizations.schemas import QueryDay

hubs = router_for("/v1/hubs", "枢纽型社会组织")
memberships = router_for("/v1/hub-memberships", "枢纽型社会组织")
of_organization = router_for("/v1/organizations", "枢纽型社会组织")

HubOrClerk = Annotated[Actor, Depends(require(Role.CLERK, Role.ORGANIZATION))]
On = Annotated[QueryDay | None, Query(description="所查的日期；不填列出历来的全部记录")]
_CHANGES = problems(404, 409, 412, 428)


@hubs.post(
    "/{hub_id}/memberships",
    status_code=201,
    summary="加入枢纽型社会组织",
    responses=problems(404, 409),
)
async def join(
    hub_id: UUID, body: JoinHub, _: HubOrClerk, uow: Write, response: Response
) -> MembershipRead:
    made = await service.join(uow, hub_id, body)
    response.headers["Location"] = f"/v1/hub-memberships/{made.id}"
    return await _told(uow, made, response)


@hubs.get("/{hub_id}/memberships", summary="查询成员名册")
async def members(
    hub_id: UUID,
    session: Read,
    paging: Paging,
    on: On = None,
    is_public_benefit: bool | None = None,
) -> Page[MembershipRead]:
    """某一日的成员，或者历来的全部成员；成员名册公开。"""
    query = repository.of_hub(hub_id, on, public_benefit=is_public_benefit)
    page = await paging.page(session, query, [HubMembership.id])
    items = [MembershipRead.model_validate(one) for one in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


@hubs.get("/{hub_id}/counts", summary="查询某一日的成员数", responses=problems(404))
async def counts(
    hub_id: UUID,
    uow: Inquiry,
    on: Annotated[QueryDay | None, Query(description="所查的日期；不填为今日")] = None,
) -> HubCounts:
    day = on or uow.today
    found, version = await service.counts_on(uow.session, hub_id, day)
    return HubCounts(
        hub_id=hub_id,
        version=version,
        on=day,
        members=found.members,
        public_benefit=found.public_benefit,
    )


@of_organization.get("/{organization_id}/hub-memberships", summary="查询所加入的枢纽型社会组织")
async def memberships_of(
    organization_id: UUID, session: Read, paging: Paging, on: On = None
) -> Page[MembershipRead]:
    page = await paging.page(session, repository.of_member(organization_id, on), [HubMembership.id])
    items = [MembershipRead.model_validate(one) for one in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


@memberships.get("/{membership_id}", summary="查询一条成员记录", responses=problems(404))
async def get(membership_id: UUID, uow: Inquiry, response: Response) -> MembershipRead:
    """ETag 为该枢纽型社会组织成员名册的版本。"""
    return await _told(uow, await repository.membership(uow.session, membership_id), response)


@memberships.post("/{membership_id}/leave", summary="退出枢纽型社会组织", responses=_CHANGES)
async def leave(
    membership_id: UUID,
    body: LeaveHub,
    _: HubOrClerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> MembershipRead:
    """由枢纽型社会组织、成员组织或者其所在地的经办人办理。"""
    done = await service.leave(uow, membership_id, version, body.left_on)
    return await _told(uow, done, response)


@memberships.post("/{membership_id}/correct", summary="更正成员记录", responses=_CHANGES)
async def correct(
    membership_id: UUID,
    body: CorrectMembership,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> MembershipRead:
    done = await service.correct(uow, membership_id, version, body)
    return await _told(uow, done, response)


async def _told(uow: Inquiry, membership: HubMembership, response: Response) -> MembershipRead:
    roll = await repository.roll_of(uow.session, membership.hub_id)
    response.headers["ETag"] = f'"v{0 if roll is None else roll.version}"'
    return MembershipRead.model_validate(membership)
