"""HTTP of checks. The answers are written by hand, in the form that the receipt proves."""

from typing import Annotated

from fastapi import Path, Query, Request, Response

from credit_list.asking import Asker
from credit_list.checks import service
from credit_list.checks.domain import LONGEST, Purpose, by_form, read
from credit_list.checks.schemas import CheckMany, CheckRead
from credit_list.checks.service import Question
from credit_list.history.domain import check_day
from liandong.db.reads import ReadPool
from liandong.http.dependencies import Read
from liandong.http.routing import router_for
from liandong.identity.actors import Actor
from liandong.problems import FieldError, Invalid
from liandong.runtime import Runtime
from liandong.values.days import IsoDay

router = router_for("/v1/checks", "信用核查")

_FAULTS = {
    "length": "统一社会信用代码应为 18 位",
    "alphabet": "含有统一社会信用代码不使用的字符",
    "check-digit": "统一社会信用代码第 18 位校验码不正确",
    "organisation-code-check": "统一社会信用代码第 17 位（组织机构代码校验码）不正确",
    "filing-number": "备案编号不正确",
    "organization-id": "组织编号不正确",
}


@router.get("/{code}", summary="核查一个组织的信用状况", response_model=CheckRead)
async def check(
    code: Annotated[
        str, Path(max_length=LONGEST, description="统一社会信用代码、备案编号或组织编号")
    ],
    purpose: Annotated[Purpose, Query(description="核查用途")],
    actor: Asker,
    request: Request,
    day: Annotated[IsoDay | None, Query(description="查询某日日终的状况；不填为现在")] = None,
) -> Response:
    runtime: Runtime = request.app.state.runtime
    subject = read(code)
    if subject.fault in _FAULTS:
        told = _FAULTS[subject.fault]
        raise Invalid(told, [FieldError("/path/code", subject.fault, told)])
    if day is not None:
        check_day(day, runtime.clock.now(), "/query/day")
    question = Question([subject], purpose, day)
    return await _answered(runtime, runtime.reads, question, actor, request)


@router.post("", summary="批量核查信用状况", response_model=CheckRead)
async def check_many(body: CheckMany, actor: Asker, session: Read, request: Request) -> Response:
    runtime: Runtime = request.app.state.runtime
    if body.day is not None:
        check_day(body.day, runtime.clock.now(), "/day")
    await service.check_number(runtime, session, len(body.codes))
    await session.close()  # what follows has connections of its own
    subjects = [by_form(one) for one in body.codes]
    question = Question(subjects, body.purpose, body.day)
    return await _answered(runtime, runtime.lists, question, actor, request)


async def _answered(
    runtime: Runtime, pool: ReadPool, question: Question, actor: Actor, request: Request
) -> Response:
    request_id = request.scope.get("liandong.request_id", "")
    content = await service.answer(runtime, pool, question, actor, request_id)
    headers = {"Cache-Control": "no-store"}
    return Response(content, headers=headers, media_type="application/json")
