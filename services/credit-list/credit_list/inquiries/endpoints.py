"""HTTP of public inquiries."""

from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response

from credit_list.checks.domain import LONGEST, Sort, Subject, read
from credit_list.inquiries import repository
from credit_list.inquiries.schemas import InquiryAnswer, PublishedListing
from liandong.db.reads import ReadPool
from liandong.http.dependencies import DistrictFilter, Lists
from liandong.http.routing import router_for
from liandong.identity.dependencies import OptionalActor
from liandong.problems import FieldError, Invalid
from liandong.values.districts import subtree_prefix
from liandong.values.text import Text

router = router_for("/v1/public/inquiries", "公众查询")


async def _limited(request: Request, actor: OptionalActor) -> None:
    await request.app.state.inquiries.check(request)


@router.get("", summary="查询一个组织公示中的列入（公众）", dependencies=[Depends(_limited)])
async def inquire(
    lists: Lists,
    response: Response,
    code: Annotated[str, Query(max_length=LONGEST, description="统一社会信用代码或备案编号")] = "",
    name: Annotated[
        Text, Query(max_length=200, description="组织全称，须同时填写区划；不支持部分名称")
    ] = "",
    district: DistrictFilter = "",
) -> InquiryAnswer:
    response.headers["Cache-Control"] = "no-store"
    rows = await _found(lists.pool, lists.today, code, name, district)
    return InquiryAnswer(
        as_of=lists.today, published=[PublishedListing.model_validate(row) for row in rows]
    )


async def _found(
    pool: ReadPool, today: date, code: str, name: str, district: str
) -> list[dict[str, Any]]:
    if bool(code) == bool(name) or (name and not district):
        told = "请填写代码，或者填写组织全称和行政区划，二者择一"
        raise Invalid(told, [FieldError("/query/code", "code-or-name", told)])
    if name:
        return await repository.by_name(pool, name, subtree_prefix(district), today)
    subject: Subject = read(code)
    if subject.sort is None or subject.sort is Sort.ORGANIZATION:
        told = "应为社会组织的统一社会信用代码或备案编号，请核对"
        raise Invalid(told, [FieldError("/query/code", subject.fault or "credit-code", told)])
    return await repository.by_code(pool, subject.sort, subject.code, today)
