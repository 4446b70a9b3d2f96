"""HTTP of grades."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import ColumnElement, or_

from evaluation.grades import repository, service
from evaluation.grades.domain import CONFIRMED, PUBLIC, Status
from evaluation.grades.models import Grade
from evaluation.grades.rules import Level
from evaluation.grades.schemas import (
    ROUND_PATTERN,
    CorrectGrade,
    GradeRead,
    GradeSummary,
    LevelCount,
    ProposeGrade,
    WithdrawGrade,
)
from liandong.http.dependencies import DistrictFilter, IfMatch, Read, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import Approver, Clerk, OptionalActor
from liandong.problems import NotFound
from liandong.values.districts import subtree_prefix

router = router_for("/v1/grades", "评估等级")
of_organization = router_for("/v1/organizations", "评估等级")

_CHANGES = problems(404, 409, 412, 428)
_OFFICIALS = (Role.CLERK, Role.APPROVER, Role.AUDITOR)

RoundFilter = Annotated[
    str, Query(pattern=f"{ROUND_PATTERN}|^$", description="评估年度，例如 2018")
]
StatusFilter = Annotated[list[Status] | None, Query(max_length=len(Status))]


def _official(actor: Actor, district: str) -> bool:
    return actor.has(*_OFFICIALS) and actor.may_act_in(district)


def _shown(grade: Grade, actor: Actor) -> GradeRead:
    return GradeRead.of(grade, official=_official(actor, grade.district))


@router.post("", status_code=201, summary="拟定等级", responses=problems(409))
async def propose(body: ProposeGrade, actor: Clerk, uow: Write, response: Response) -> GradeRead:
    grade = tagged(response, await service.propose(uow, body))
    response.headers["Location"] = f"/v1/grades/{grade.id}"
    return _shown(grade, actor)


@router.get("", summary="检索评估等级")
async def search(
    session: Read,
    actor: OptionalActor,
    paging: Paging,
    organization_id: UUID | None = None,
    grade: Level | None = None,
    round_: Annotated[RoundFilter, Query(alias="round")] = "",
    district: DistrictFilter = "",
    status: StatusFilter = None,
) -> Page[GradeRead]:
    """公众可见公示中的和已确认的等级；拟定、撤回的只对本辖区主管部门显示。"""
    query = repository.search(
        statuses=status or tuple(Status),
        organization_id=organization_id,
        grade=grade,
        round_=round_,
        district=district,
    )
    visible: list[ColumnElement[bool]] = [Grade.status.in_(PUBLIC)]
    if actor.has(*_OFFICIALS) and actor.district is not None:
        visible.append(Grade.district.startswith(subtree_prefix(actor.district)))
    page = await paging.page(session, query.where(or_(*visible)), [Grade.id])
    return Page(items=[_shown(one, actor) for one in page.items], next_cursor=page.next_cursor)


@router.get("/summary", summary="各等级数量")
async def summary(
    session: Read,
    _: OptionalActor,
    round_: Annotated[RoundFilter, Query(alias="round")] = "",
    district: DistrictFilter = "",
    status: StatusFilter = None,
) -> GradeSummary:
    """默认只计有效的等级；status 可选已确认的各状态。"""
    statuses: Sequence[Status] = [one for one in status or (Status.CURRENT,) if one in CONFIRMED]
    counts = await repository.counts(session, statuses=statuses, round_=round_, district=district)
    return GradeSummary(
        round=round_,
        district=district,
        total=sum(counts.values()),
        counts=[LevelCount(grade=grade, count=count) for grade, count in counts.items()],
    )


@router.get("/{grade_id}", summary="查询评估等级", responses=problems(404))
async def get(grade_id: UUID, session: Read, actor: OptionalActor, response: Response) -> GradeRead:
    grade = await repository.get(session, grade_id)
    if grade.status not in PUBLIC and not _official(actor, grade.district):
        raise NotFound(repository.NOT_FOUND)
    return _shown(tagged(response, grade), actor)


@router.patch("/{grade_id}", summary="更正拟定等级", responses=_CHANGES)
async def correct(
    grade_id: UUID,
    body: CorrectGrade,
    actor: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> GradeRead:
    return _shown(tagged(response, await service.correct(uow, grade_id, version, body)), actor)


@router.post("/{grade_id}/publicise", summary="公示拟定等级", responses=_CHANGES)
async def publicise(
    grade_id: UUID, actor: Clerk, uow: Write, version: IfMatch, response: Response
) -> GradeRead:
    return _shown(tagged(response, await service.publicise(uow, grade_id, version)), actor)


@router.post("/{grade_id}/withdraw", summary="撤回拟定等级", responses=_CHANGES)
async def withdraw(
    grade_id: UUID,
    body: WithdrawGrade,
    actor: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> GradeRead:
    grade = await service.withdraw(uow, grade_id, version, body.reason)
    return _shown(tagged(response, grade), actor)


@router.post("/{grade_id}/confirm", summary="确认评估等级", responses=_CHANGES)
async def confirm(
    grade_id: UUID, actor: Approver, uow: Write, version: IfMatch, response: Response
) -> GradeRead:
    return _shown(tagged(response, await service.confirm(uow, grade_id, version)), actor)


@of_organization.get(
    "/{organization_id}/grade", summary="社会组织的有效等级", responses=problems(404)
)
async def current(
    organization_id: UUID, session: Read, actor: OptionalActor, response: Response
) -> GradeRead:
    return _shown(tagged(response, await repository.current(session, organization_id)), actor)
