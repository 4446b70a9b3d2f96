"""HTTP of cases."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from credit_list.access import (
    OFFICIALS,
    ClerkOrOrganization,
    Reader,
    check_readable,
    readable_part,
)
from credit_list.cases import repository, service, statements
from credit_list.cases.domain import Status
from credit_list.cases.models import Case
from credit_list.cases.schemas import (
    CaseDetail,
    CaseRead,
    DecideCase,
    ProposeCase,
    RecordStatement,
    ServeNotice,
    StatementRead,
    StepRead,
    VerifyStatement,
    WithdrawCase,
)
from credit_list.listings.domain import ListName
from liandong.http.dependencies import IfMatch, Read, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor
from liandong.identity.dependencies import Approver, Clerk, Official
from liandong.problems import NotFound

router = router_for("/v1/cases", "列入案件")
_CHANGES = problems(404, 409, 412, 428)


def _shown(case: Case, actor: Actor) -> CaseRead:
    read = CaseRead.model_validate(case)
    return read if actor.has(*OFFICIALS) else read.without_officers()


@router.post("", status_code=201, summary="提出列入", responses=problems(409))
async def propose(body: ProposeCase, actor: Clerk, uow: Write, response: Response) -> CaseRead:
    case = tagged(response, await service.propose(uow, body))
    response.headers["Location"] = f"/v1/cases/{case.id}"
    return _shown(case, actor)


@router.get("", summary="查询列入案件")
async def search(
    session: Read,
    actor: Reader,
    paging: Paging,
    organization_id: UUID | None = None,
    name: Annotated[ListName | None, Query(alias="list")] = None,
    status: Status | None = None,
) -> Page[CaseRead]:
    district, only = readable_part(actor, organization_id)
    query = repository.search(
        district=district,
        organization_id=only,
        name=name,
        status=status,
        after_notice=not actor.has(*OFFICIALS),
    )
    page = await paging.page(session, query, [Case.id], descending=True)
    return Page(items=[_shown(one, actor) for one in page.items], next_cursor=page.next_cursor)


@router.get("/{case_id}", summary="查询一个案件", responses=problems(404))
async def get(case_id: UUID, session: Read, actor: Reader, response: Response) -> CaseDetail:
    case = await repository.get(session, case_id)
    check_readable(actor, case.district, case.organization_id)
    official = actor.has(*OFFICIALS)
    if not official and case.notice_served_on is None:
        raise NotFound("没有这个案件")
    detail = CaseDetail.model_validate(_shown(tagged(response, case), actor).model_dump())
    detail.statements = [
        StatementRead.model_validate(one) for one in await repository.statements(session, case_id)
    ]
    if official:
        detail.steps = [
            StepRead.model_validate(one) for one in await repository.steps(session, case_id)
        ]
    return detail


@router.post("/{case_id}/notice", summary="登记告知书送达", responses=_CHANGES)
async def serve_notice(
    case_id: UUID,
    body: ServeNotice,
    actor: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> CaseRead:
    return _shown(tagged(response, await service.serve_notice(uow, case_id, version, body)), actor)


@router.post("/{case_id}/statements", summary="提交或登记陈述申辩", responses=_CHANGES)
async def record_statement(
    case_id: UUID,
    body: RecordStatement,
    actor: ClerkOrOrganization,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> CaseRead:
    case = await statements.record_statement(uow, case_id, version, body)
    return _shown(tagged(response, case), actor)


@router.post("/{case_id}/verify", summary="核实陈述申辩", responses=_CHANGES)
async def verify_statement(
    case_id: UUID,
    body: VerifyStatement,
    actor: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> CaseRead:
    case = await statements.verify_statement(uow, case_id, version, body.findings)
    return _shown(tagged(response, case), actor)


@router.post("/{case_id}/decide", summary="作出决定", responses=_CHANGES)
async def decide(
    case_id: UUID,
    body: DecideCase,
    actor: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> CaseRead:
    return _shown(tagged(response, await service.decide(uow, case_id, version, body)), actor)


@router.post("/{case_id}/withdraw", summary="撤回", responses=_CHANGES)
async def withdraw(
    case_id: UUID,
    body: WithdrawCase,
    actor: Official,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> CaseRead:
    case = await service.withdraw(uow, case_id, version, body.reason)
    return _shown(tagged(response, case), actor)
