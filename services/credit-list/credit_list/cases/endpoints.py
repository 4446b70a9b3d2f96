"""HTTP of cases."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from credit_list.access import (
    OFFICIALS,
    ClerkOrOrganization,
    Reader,
    check_readable,
    readable_part,
)
from credit_list.cases import hearings, joining, notices, repository, service, statements
from credit_list.cases.domain import Status
from credit_list.cases.models import Case
from credit_list.cases.schemas import (
    CaseDetail,
    CaseRead,
    CorrectService,
    DecideCase,
    DocumentRead,
    Documents,
    DraftNotice,
    FailService,
    GiveUpHearing,
    HearingRead,
    HoldHearing,
    JoinedRead,
    JoinTrigger,
    ProposeCase,
    RecordStatement,
    RequestHearing,
    ServeDocument,
    ServiceRead,
    StatementRead,
    StepRead,
    VerifyStatement,
    WithdrawCase,
)
from credit_list.leads import repository as lead_repository
from credit_list.listings.domain import ListName
from liandong.clock import china_date
from liandong.http.dependencies import IfMatch, Read, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor
from liandong.identity.dependencies import Approver, Clerk, Official
from liandong.problems import NotFound

router = router_for("/v1/cases", "列入案件")
_CHANGES = problems(404, 409, 412, 428)


def _shown(case: Case, actor: Actor, today: date | None = None) -> CaseRead:
    read = CaseRead.model_validate(case)
    read.is_overdue = today is not None and case.due_on is not None and case.due_on < today
    return read if actor.has(*OFFICIALS) else read.without_officers()


def _today(request: Request) -> date:
    return china_date(request.app.state.runtime.clock.now())


@router.post("", status_code=201, summary="提出列入", responses=problems(409))
async def propose(body: ProposeCase, actor: Clerk, uow: Write, response: Response) -> CaseRead:
    case = tagged(response, await service.propose(uow, body))
    response.headers["Location"] = f"/v1/cases/{case.id}"
    return _shown(case, actor)


@router.get("", summary="查询列入案件")
async def search(
    session: Read,
    actor: Reader,
    request: Request,
    paging: Paging,
    organization_id: UUID | None = None,
    name: Annotated[ListName | None, Query(alias="list")] = None,
    status: Status | None = None,
    overdue: Annotated[bool, Query(description="只看已逾期的")] = False,
) -> Page[CaseRead]:
    district, only = readable_part(actor, organization_id)
    today = _today(request)
    query = repository.search(
        district=district,
        organization_id=only,
        name=name,
        status=status,
        after_notice=not actor.has(*OFFICIALS),
        overdue_on=today if overdue and actor.has(*OFFICIALS) else None,
    )
    page = await paging.page(session, query, [Case.id], descending=True)
    return Page(
        items=[_shown(one, actor, today) for one in page.items], next_cursor=page.next_cursor
    )


@router.get("/{case_id}", summary="查询一个案件", responses=problems(404))
async def get(
    case_id: UUID, session: Read, actor: Reader, request: Request, response: Response
) -> CaseDetail:
    case = await _readable(session, case_id, actor)
    official = actor.has(*OFFICIALS)
    shown = _shown(tagged(response, case), actor, _today(request))
    detail = CaseDetail.model_validate(shown.model_dump())
    for one in await repository.joined(session, case_id):
        if official or one.told:
            detail.joined.append(JoinedRead.model_validate(one))
    for statement in await repository.statements(session, case_id):
        detail.statements.append(StatementRead.model_validate(statement))
    for hearing in await repository.hearings(session, case_id):
        detail.hearings.append(HearingRead.model_validate(hearing))
    if official:
        detail.facts_withdrawn = await lead_repository.facts_withdrawn(session, case_id)
        for step in await repository.steps(session, case_id):
            detail.steps.append(StepRead.model_validate(step))
    else:
        detail.hearings = [one.model_copy(update={"chair": None}) for one in detail.hearings]
    return detail


@router.get("/{case_id}/documents", summary="查询案件文书", responses=problems(404))
async def documents(case_id: UUID, session: Read, actor: Reader) -> Documents:
    """告知书、补充告知书和决定书的正文与送达；当事组织只能看到已经送达的。"""
    await _readable(session, case_id, actor)
    services = await repository.services(session, case_id)
    shown: Documents = []
    for paper in await repository.documents(session, case_id):
        read = DocumentRead.model_validate(paper)
        read.services = [
            ServiceRead.model_validate(one) for one in services if one.document == paper.number
        ]
        if actor.has(*OFFICIALS):
            shown.append(read)
        elif any(one.served_on is not None for one in read.services):
            shown.append(read.to_organization())
    return shown


async def _readable(session: AsyncSession, case_id: UUID, actor: Actor) -> Case:
    case = await repository.get(session, case_id)
    check_readable(actor, case.district, case.organization_id)
    if not actor.has(*OFFICIALS) and case.notice_served_on is None:
        raise NotFound("没有这个案件")
    return case


@router.post("/{case_id}/join", summary="并案", responses=_CHANGES)
async def join(
    case_id: UUID,
    body: JoinTrigger,
    actor: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> CaseRead:
    return _shown(tagged(response, await joining.join(uow, case_id, version, body)), actor)


@router.post("/{case_id}/notice-draft", summary="拟制告知书", responses=_CHANGES)
async def draft_notice(
    case_id: UUID,
    body: DraftNotice,
    actor: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> CaseRead:
    return _shown(tagged(response, await notices.draft(uow, case_id, version, body)), actor)


@router.post("/{case_id}/notice", summary="登记告知书送达", responses=_CHANGES)
async def serve_notice(
    case_id: UUID,
    body: ServeDocument,
    actor: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> CaseRead:
    return _shown(tagged(response, await notices.serve(uow, case_id, version, body)), actor)


@router.post("/{case_id}/failed-services", summary="登记未能送达", responses=_CHANGES)
async def fail_service(
    case_id: UUID,
    body: FailService,
    actor: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> CaseRead:
    return _shown(tagged(response, await notices.fail(uow, case_id, version, body)), actor)


@router.post("/{case_id}/service-corrections", summary="更正告知书送达登记", responses=_CHANGES)
async def correct_service(
    case_id: UUID,
    body: CorrectService,
    actor: Official,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> CaseRead:
    return _shown(tagged(response, await notices.correct(uow, case_id, version, body)), actor)


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


@router.post("/{case_id}/hearing", summary="申请听证", responses=_CHANGES)
async def request_hearing(
    case_id: UUID,
    body: RequestHearing,
    actor: ClerkOrOrganization,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> CaseRead:
    return _shown(tagged(response, await hearings.request(uow, case_id, version, body)), actor)


@router.post("/{case_id}/hearing/hold", summary="登记听证", responses=_CHANGES)
async def hold_hearing(
    case_id: UUID,
    body: HoldHearing,
    actor: Official,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> CaseRead:
    return _shown(tagged(response, await hearings.hold(uow, case_id, version, body)), actor)


@router.post("/{case_id}/hearing/give-up", summary="放弃听证", responses=_CHANGES)
async def give_up_hearing(
    case_id: UUID,
    body: GiveUpHearing,
    actor: ClerkOrOrganization,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> CaseRead:
    return _shown(tagged(response, await hearings.give_up(uow, case_id, version, body)), actor)


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


@router.post("/{case_id}/decision-service", summary="登记决定书送达", responses=_CHANGES)
async def serve_decision(
    case_id: UUID,
    body: ServeDocument,
    actor: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> CaseRead:
    case = await notices.serve_decision(uow, case_id, version, body)
    return _shown(tagged(response, case), actor)


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
