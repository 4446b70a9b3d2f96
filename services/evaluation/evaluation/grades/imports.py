"""Bulk import of historical grades 历史评估等级批量导入."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic_core import PydanticCustomError

from evaluation.grades import lifecycle, repository
from evaluation.grades.domain import Status
from evaluation.grades.eligibility import OrganizationNotEligible, legal_findings
from evaluation.grades.models import Grade, Source
from evaluation.grades.rules import GRADES, Level
from evaluation.grades.schemas import Round
from evaluation.grades.service import RoundAlreadyGraded
from evaluation.learned import repository as learned
from evaluation.learned.models import KnownOrganization
from evaluation.reviews import service as reviews
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.actors import Role
from liandong.identity.guards import district_rule
from liandong.ids import uuid7
from liandong.imports.kinds import ImportKind, Outcome, RowResult
from liandong.problems import Conflict, FieldError, Invalid
from liandong.values.credit_code import SocialOrganizationCode

_ENDED = ("cancelled", "revoked")


class LaterGradeKnown(Conflict):
    slug, title = "later-grade-known", "该组织已有公告日期相同或更晚的等级"


def _not_filed(value: Any) -> Any:
    if isinstance(value, str) and value.strip().upper().startswith("BA-"):
        raise PydanticCustomError(
            "no-legal-personality", "这是备案编号：备案的组织没有法人资格，不参加等级评估"
        )
    return value


def _level(value: Any) -> Any:
    """``AAAAA`` and ``5a`` are how sheets write 5A."""
    if not isinstance(value, str):
        return value
    word = value.strip().upper()
    return f"{len(word)}A" if word and set(word) == {"A"} else word


def _year(value: Any) -> Any:
    return value.strip().removesuffix("年") if isinstance(value, str) else value


class GradeRow(BaseModel):
    """One row of the sheet."""

    model_config = ConfigDict(extra="forbid")

    credit_code: Annotated[SocialOrganizationCode, BeforeValidator(_not_filed)]
    grade: Annotated[Level, BeforeValidator(_level)]
    round: Annotated[Round, BeforeValidator(_year)]
    announced_on: date


async def carry_out(row: GradeRow, uow: UnitOfWork) -> RowResult:
    """Puts an announced grade on record under the rules of its announcement."""
    organization = await learned.lock_by_credit_code(uow, row.credit_code)
    if organization is None:
        message = "没有这家社会组织，或者登记信息尚未送达评估服务"
        raise Invalid(message, [FieldError("/credit_code", "unknown-organization", message)])
    district_rule(uow.actor, organization.district)
    known = await repository.confirmed_in_round(
        uow.session, organization.organization_id, row.round
    )
    if known is not None:
        if (known.awarded_grade, known.confirmed_on) == (row.grade, row.announced_on):
            return RowResult(Outcome.UNCHANGED, known.id)
        raise RoundAlreadyGraded(
            f"{row.round} 年度已记录 {known.confirmed_on} 公告的 {known.awarded_grade}"
        )
    await _check(row, organization, uow)
    rule_set = await uow.rules(GRADES, organization.district, row.announced_on)
    grade = Grade(
        id=uuid7(),
        version=0,
        organization_id=organization.organization_id,
        credit_code=row.credit_code,
        organization_name=organization.name,
        district=organization.district,
        grade=row.grade,
        awarded_grade=row.grade,
        round=row.round,
        status=Status.CURRENT,
        source=Source.IMPORTED,
        corrected_by=[],
        created_at=uow.now,
        updated_at=uow.now,
    )
    await lifecycle.take_effect(uow, grade, rule_set, row.announced_on)
    uow.record(
        "grade.imported",
        "grade",
        grade.id,
        district=grade.district,
        grade=grade.grade,
        round=grade.round,
        announced_on=row.announced_on,
        rule_set=grade.rule_set,
    )
    for listing in await learned.listings_for_review(uow.session, grade.organization_id):
        await reviews.open_review(uow, grade, listing.listing_id, listing.trigger)
    return RowResult(Outcome.CREATED, grade.id)


async def _check(row: GradeRow, organization: KnownOrganization, uow: UnitOfWork) -> None:
    legal = legal_findings(organization)
    if legal:
        raise OrganizationNotEligible(legal[0].message, legal)
    if organization.status in _ENDED:
        raise OrganizationNotEligible("组织已注销或已撤销登记")
    if row.announced_on > uow.today:
        raise _wrong_day("公告日期不能晚于今日")
    if row.announced_on < organization.registered_on:
        raise _wrong_day("公告日期不能早于成立登记日期")
    if int(row.round[:4]) > row.announced_on.year:
        message = "评估年度不能晚于公告日期"
        raise Invalid(message, [FieldError("/round", "after-announcement", message)])
    current = await repository.lock_current(uow, organization.organization_id)
    # Older results are imported first: a grade in force is never replaced by an older one.
    if current is not None and (current.confirmed_on or row.announced_on) >= row.announced_on:
        raise LaterGradeKnown(
            f"已有 {current.confirmed_on} 公告的 {current.grade}，历史等级请按公告日期先后导入"
        )


def _wrong_day(message: str) -> Invalid:
    return Invalid(message, [FieldError("/announced_on", "wrong-day", message)])


GRADES_IMPORT = ImportKind(
    name="grades",
    title="历史评估等级",
    columns={
        "统一社会信用代码": "credit_code",
        "评估等级": "grade",
        "评估年度": "round",
        "公告日期": "announced_on",
    },
    row=GradeRow,
    carry_out=carry_out,
    roles=(Role.APPROVER, Role.SYSTEM_ADMIN),
)
