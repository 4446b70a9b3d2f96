"""Use cases of grades: propose, correct, publicise, withdraw, confirm."""

from uuid import UUID

from evaluation.grades import lifecycle, repository
from evaluation.grades.domain import Action, Status, advance
from evaluation.grades.eligibility import conclusion_findings, require_eligible
from evaluation.grades.models import Grade, Source
from evaluation.grades.rules import GradeRules
from evaluation.grades.schemas import CorrectGrade, ProposeGrade
from evaluation.learned import repository as learned
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule, two_persons
from liandong.ids import uuid7
from liandong.problems import Conflict, FieldError, Invalid
from liandong.rules.rule_set import RuleSet
from liandong.values.working_days import CalendarMissing, load


class RoundAlreadyGraded(Conflict):
    slug, title = "round-already-graded", "该组织在该评估年度已有确认的等级"


class ProposalOpen(Conflict):
    slug, title = "proposal-open", "该组织已有未办结的拟定等级"


class PublicityNotOver(Conflict):
    slug, title = "publicity-not-over", "公示期未满"


class RequirementsNotMet(Conflict):
    slug, title = "requirements-not-met", "评估结论不符合现行规则"


class WorkingCalendarMissing(Conflict):
    slug, title = "working-calendar-missing", "缺少工作日历"


async def propose(uow: UnitOfWork, body: ProposeGrade) -> Grade:
    """The committee's conclusion is put on record by a clerk."""
    organization = await learned.lock_organization(uow, body.organization_id)
    if organization is None:
        message = "没有这家社会组织，或者登记信息尚未送达评估服务"
        raise Invalid(message, [FieldError("/organization_id", "unknown-organization", message)])
    district_rule(uow.actor, organization.district)
    rule_set = await require_eligible(uow, organization)
    known = await repository.open_proposal(uow.session, organization.organization_id)
    if known is not None:
        raise ProposalOpen(extra={"grade_id": str(known.id)})
    grade = Grade(
        id=uuid7(),
        version=0,
        organization_id=organization.organization_id,
        credit_code=organization.credit_code,
        organization_name=organization.name,
        district=organization.district,
        grade=body.grade,
        awarded_grade=body.grade,
        round=body.round,
        score=body.score,
        **body.committee.model_dump(),
        status=Status.PROPOSED,
        source=Source.DECIDED,
        proposed_by=uow.actor.subject,
        corrected_by=[],
        created_at=uow.now,
        updated_at=uow.now,
    )
    await _require_conclusion(uow, grade, rule_set)
    uow.session.add(grade)
    grade.touch(uow.now)
    _record(uow, grade, "proposed", grade=grade.grade, round=grade.round)
    return grade


async def correct(uow: UnitOfWork, grade_id: UUID, version: int, body: CorrectGrade) -> Grade:
    """Corrects a slip before confirmation; a publicised proposal must be publicised again."""
    organization, grade = await repository.lock(uow, grade_id)
    grade.expect(version)
    district_rule(uow.actor, grade.district)
    status = advance(grade.status, Action.CORRECT)
    rule_set = await require_eligible(uow, organization)
    given = body.model_dump(exclude_unset=True)
    given |= given.pop("committee", {})
    changed = sorted(name for name, value in given.items() if getattr(grade, name) != value)
    if not changed:
        return grade
    for name in changed:
        setattr(grade, name, given[name])
    grade.awarded_grade = grade.grade
    grade.status = status
    grade.publicised_on = grade.publicity_ends_on = None
    grade.corrected_by = sorted({*grade.corrected_by, uow.actor.subject})
    await _require_conclusion(uow, grade, rule_set)
    grade.touch(uow.now)
    _record(uow, grade, "corrected", items=changed)
    return grade


async def publicise(uow: UnitOfWork, grade_id: UUID, version: int) -> Grade:
    """公示: the period counts from the next working day."""
    organization, grade = await repository.lock(uow, grade_id)
    grade.expect(version)
    district_rule(uow.actor, grade.district)
    grade.status = advance(grade.status, Action.PUBLICISE)
    rule_set = await require_eligible(uow, organization)
    grade.publicised_on = uow.today
    try:
        grade.publicity_ends_on = load().add(uow.today, rule_set.parameters.publicity_working_days)
    except CalendarMissing as missing:
        raise WorkingCalendarMissing(str(missing)) from None
    grade.touch(uow.now)
    _record(uow, grade, "publicised", until=grade.publicity_ends_on)
    return grade


async def withdraw(uow: UnitOfWork, grade_id: UUID, version: int, reason: str) -> Grade:
    """Takes a wrong proposal back before confirmation."""
    _, grade = await repository.lock(uow, grade_id)
    grade.expect(version)
    district_rule(uow.actor, grade.district)
    grade.status = advance(grade.status, Action.WITHDRAW)
    grade.end_reason = reason
    grade.ended_on = uow.today
    grade.touch(uow.now)
    _record(uow, grade, "withdrawn", reason=reason)
    return grade


async def confirm(uow: UnitOfWork, grade_id: UUID, version: int) -> Grade:
    """The grade takes effect. Everything is judged again: much may have happened since."""
    organization, grade = await repository.lock(uow, grade_id)
    grade.expect(version)
    district_rule(uow.actor, grade.district)
    advance(grade.status, Action.CONFIRM)
    for author in (grade.proposed_by or "", *grade.corrected_by):
        two_persons(author, uow.actor, "确认该评估等级")
    ends_on = grade.publicity_ends_on
    assert ends_on is not None, "a publicised grade has a last day of publicity"
    if uow.today <= ends_on:
        raise PublicityNotOver(
            f"公示至 {ends_on.isoformat()}，次日起方可确认",
            extra={"publicity_ends_on": ends_on.isoformat()},
        )
    rule_set = await require_eligible(uow, organization)
    await _require_new_round(uow, grade)
    findings = await conclusion_findings(uow, grade, rule_set)
    if findings:
        raise RequirementsNotMet("；".join(one.message for one in findings), findings)
    await lifecycle.take_effect(uow, grade, rule_set, uow.today)
    _record(uow, grade, "confirmed", grade=grade.grade, rule_set=grade.rule_set)
    return grade


async def _require_conclusion(uow: UnitOfWork, grade: Grade, rule_set: RuleSet[GradeRules]) -> None:
    """What a clerk typed must make a valid conclusion at once."""
    if int(grade.round[:4]) > uow.today.year:
        message = "评估年度不能晚于今年"
        raise Invalid(message, [FieldError("/round", "in-the-future", message)])
    await _require_new_round(uow, grade)
    findings = await conclusion_findings(uow, grade, rule_set)
    if findings:
        raise Invalid("；".join(one.message for one in findings), findings)


async def _require_new_round(uow: UnitOfWork, grade: Grade) -> None:
    with uow.session.no_autoflush:
        known = await repository.confirmed_in_round(uow.session, grade.organization_id, grade.round)
    if known is not None:
        raise RoundAlreadyGraded(extra={"grade_id": str(known.id)})


def _record(uow: UnitOfWork, of: Grade, fact: str, **details: object) -> None:
    uow.record(f"grade.{fact}", "grade", of.id, district=of.district, **details)
