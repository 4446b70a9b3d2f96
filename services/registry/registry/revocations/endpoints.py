"""HTTP of revocations."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from liandong.http.dependencies import IfMatch, PersonalReads, Read, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import Approver, Clerk, Official, require
from liandong.identity.guards import district_rule, own_organization
from liandong.problems import NotFound
from registry.revocations import repository, service
from registry.revocations.domain import Status
from registry.revocations.models import Revocation
from registry.revocations.schemas import (
    Decision,
    ProposeRevocation,
    Reason,
    RevocationRead,
    RevocationWhole,
    Statement,
)
from registry.supervision.serving import ServiceProof

router = router_for("/v1/revocations", "撤销登记")

Reader = Annotated[
    Actor, Depends(require(Role.CLERK, Role.APPROVER, Role.AUDITOR, Role.ORGANIZATION))
]
Body = Annotated[Actor, Depends(require(Role.CLERK, Role.ORGANIZATION))]
_OFFICES = (Role.CLERK, Role.APPROVER, Role.AUDITOR)
_STEPS = problems(404, 409, 412, 428)


@router.post("", status_code=201, summary="提出撤销登记", responses=problems(404, 409))
async def propose(
    body: ProposeRevocation, _: Clerk, uow: Write, response: Response
) -> RevocationRead:
    """因欺骗取得登记等不属于行政处罚的事由；属于处罚的按行政处罚办理。"""
    one = await service.propose(uow, body)
    response.headers["Location"] = f"/v1/revocations/{one.id}"
    return _told(one, response)


@router.get("", summary="查询撤销登记")
async def search(
    session: Read,
    actor: Reader,
    paging: Paging,
    status: Annotated[list[Status] | None, Query(max_length=4)] = None,
    organization_id: UUID | None = None,
) -> Page[RevocationRead]:
    """官员查本辖区的，社会组织查已告知本组织的。"""
    within = actor.district if actor.has(*_OFFICES) else None
    if within is None and actor.organization_id is None:
        return Page(items=[])
    query = repository.search(
        within=within,
        organization_id=actor.organization_id,
        statuses=status or (),
        of=organization_id,
    )
    page = await paging.page(session, query, [Revocation.id])
    items = [RevocationRead.of(one) for one in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


@router.get("/{revocation_id}", summary="查询一项撤销登记", responses=problems(404))
async def get(
    revocation_id: UUID, session: Read, actor: Reader, reads: PersonalReads, response: Response
) -> RevocationWhole:
    """社会组织在告知之后可以查看。审计人员所见陈述已脱敏。"""
    one = tagged(response, await repository.get(session, revocation_id))
    read = RevocationWhole.of(one)
    if actor.has(*_OFFICES):
        district_rule(actor, one.district)
        if not actor.has(Role.CLERK, Role.APPROVER):
            return read.without_statements()
        await reads.note("revocation", read.id, read.district)
        return read
    own_organization(actor, one.organization_id)
    if one.notice_served_on is None:
        raise NotFound("没有这项撤销登记")
    return read.for_the_body()


@router.post("/{revocation_id}/serve-notice", summary="送达撤销登记告知书", responses=_STEPS)
async def serve_notice(
    revocation_id: UUID,
    body: ServiceProof,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> RevocationRead:
    """陈述、申辩的期限自送达之日起算。"""
    return _told(await service.serve_notice(uow, revocation_id, version, body), response)


@router.post("/{revocation_id}/state", summary="陈述、申辩", responses=_STEPS)
async def state(
    revocation_id: UUID,
    body: Statement,
    _: Body,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> RevocationRead:
    """由社会组织提交，或者由经办人代为登记。"""
    return _told(await service.state(uow, revocation_id, version, body), response)


@router.post("/{revocation_id}/decide", summary="决定撤销登记", responses=_STEPS)
async def decide(
    revocation_id: UUID,
    body: Decision,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> RevocationRead:
    """由提出人以外的审批人在陈述、申辩期满后决定；当日撤销登记，并开始清算。"""
    return _told(await service.decide(uow, revocation_id, version, body.answer), response)


@router.post("/{revocation_id}/withdraw", summary="撤回", responses=_STEPS)
async def withdraw(
    revocation_id: UUID,
    body: Reason,
    _: Official,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> RevocationRead:
    """由提出人或者审批人撤回；该组织仍在册。"""
    return _told(await service.withdraw(uow, revocation_id, version, body.reason), response)


def _told(one: Revocation, response: Response) -> RevocationRead:
    return RevocationRead.of(tagged(response, one))
