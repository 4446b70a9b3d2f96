"""Use cases of periodic reports and appraisals."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from liandong.db.errors import ConstraintViolated, violated_constraint
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.actors import Actor, Role
from liandong.identity.guards import district_rule, own_organization
from liandong.ids import uuid7
from liandong.problems import Conflict, FieldError, Invalid
from liandong.rules.rule_set import RuleSet
from registry.duties import repository
from registry.duties.domain import ReportStatus, Span, weighted
from registry.duties.events import AppraisalRecorded, CommunityReportSubmitted
from registry.duties.models import Appraisal, CommunityReport
from registry.duties.rules import DUTIES, DutyRules
from registry.duties.schemas import CorrectAppraisal, NewAppraisal, RecordAppraisal, SubmitReport
from registry.organizations.domain import Kind
from registry.organizations.models import Organization


class NotFiledHere(Conflict):
    slug, title = "not-filed-here", "只有备案的社区社会组织有此义务"


class ReportedAlready(Conflict):
    slug, title = "reported-already", "该期已经报告"


class AppraisedAlready(Conflict):
    slug, title = "appraised-already", "该年度已经评议；有误的请更正"


async def submit(uow: UnitOfWork, body: SubmitReport) -> CommunityReport:
    """A report after the last day is taken and called late."""
    organization = await _filed(uow, body.organization_id)
    reporters_rule(uow.actor, organization.id, organization.district)
    rule_set: RuleSet[DutyRules] = await uow.rules(DUTIES, organization.district, body.day)
    rules = rule_set.parameters.reports
    span = Span.containing(body.day, rules.months)
    if span.start > uow.today:
        raise _wrong("/day", "in-the-future", "报告期尚未开始")
    report = await repository.report_of(uow, organization.id, span.start)
    if report is not None and report.status is not ReportStatus.MISSED:
        raise ReportedAlready(extra={"report_id": str(report.id)})
    if report is None:
        report = CommunityReport(
            id=uuid7(),
            version=0,
            organization_id=organization.id,
            district=organization.district,
            period_from=span.start,
            period_until=span.end,
            due_on=span.end + timedelta(days=rules.due_days),
            answer="",
            rule_set=rule_set.reference,
            created_at=uow.now,
            updated_at=uow.now,
        )
        uow.session.add(report)
    for name in ("summary", "activities", "income_fen", "spent_fen"):
        setattr(report, name, getattr(body, name))
    report.submitted_on = uow.today
    late = uow.today > report.due_on
    report.status = ReportStatus.LATE if late else ReportStatus.SUBMITTED
    await _unique(uow, "uq_community_report_organization_period", ReportedAlready)
    uow.publish(CommunityReportSubmitted(**report.facts()), of=report)
    _record(uow, "community-report.submitted", report)
    return report


async def answer(uow: UnitOfWork, report_id: UUID, version: int, text: str) -> CommunityReport:
    """两委 on what was told; may be said anew."""
    report = await repository.lock_report(uow, report_id)
    report.expect(version)
    district_rule(uow.actor, report.district)
    report.answer, report.answered_by = text, uow.actor.subject
    report.touch(uow.now)
    _record(uow, "community-report.answered", report)
    return report


async def appraise(uow: UnitOfWork, body: NewAppraisal) -> Appraisal:
    """Once for a body and year."""
    organization = await _filed(uow, body.organization_id)
    district_rule(uow.actor, organization.district)
    if body.year > uow.today.year:
        raise _wrong("/year", "in-the-future", "不能晚于本年")
    made = Appraisal(
        id=uuid7(),
        version=0,
        organization_id=organization.id,
        district=organization.district,
        year=body.year,
        correction="",
        created_at=uow.now,
        updated_at=uow.now,
    )
    await _judge(uow, made, body)
    uow.session.add(made)
    await _unique(uow, "uq_appraisal_organization_year", AppraisedAlready)
    uow.publish(AppraisalRecorded(**made.facts()), of=made)
    _record(uow, "appraisal.recorded", made, level=made.level)
    return made


async def correct(
    uow: UnitOfWork, appraisal_id: UUID, version: int, body: CorrectAppraisal
) -> Appraisal:
    """更正: what was counted wrongly; the level follows."""
    appraisal = await repository.lock_appraisal(uow, appraisal_id)
    appraisal.expect(version)
    district_rule(uow.actor, appraisal.district)
    before = (appraisal.residents_score, appraisal.residents, appraisal.committees_score)
    await _judge(uow, appraisal, body)
    appraisal.correction = body.reason
    uow.publish(AppraisalRecorded(**appraisal.facts()), of=appraisal)
    _record(uow, "appraisal.corrected", appraisal, level=appraisal.level, before=list(before))
    return appraisal


def reporters_rule(actor: Actor, organization_id: UUID, district: str) -> None:
    """The organisation for itself; officials and the committee of its place for it."""
    if actor.owns(organization_id):
        return
    if not actor.has(Role.CLERK, Role.COMMUNITY):
        own_organization(actor, organization_id)
    district_rule(actor, district)


async def _judge(uow: UnitOfWork, appraisal: Appraisal, body: RecordAppraisal) -> None:
    rule_set: RuleSet[DutyRules] = await uow.rules(DUTIES, appraisal.district)
    rules = rule_set.parameters.appraisals
    if body.residents < rules.residents_least:
        told = f"参加评议的居民应不少于{rules.residents_least}人（{rules.basis}）"
        raise _wrong("/residents", "too-few-residents", told)
    score = weighted(body.residents_score, body.committees_score, rules.residents_percent)
    level = rules.level(score)
    for name in ("residents_score", "residents", "committees_score", "comment"):
        setattr(appraisal, name, getattr(body, name))
    appraisal.score_hundredths, appraisal.level = score, level.code
    appraisal.level_title, appraisal.rule_set = level.title, rule_set.reference
    appraisal.recorded_by = uow.actor.subject


async def _filed(uow: UnitOfWork, organization_id: UUID) -> Organization:
    """Also one that has ended: it may still have to tell of the time before."""
    found = await uow.session.get(Organization, organization_id)
    if found is None:
        raise _wrong("/organization_id", "unknown-organization", "没有这家社会组织")
    if found.kind is not Kind.COMMUNITY_GROUP:
        raise NotFiledHere()
    return found


async def _unique(uow: UnitOfWork, constraint: str, refusal: type[Conflict]) -> None:
    """Of two at once the second is refused."""
    try:
        await uow.session.flush()
    except ConstraintViolated as error:
        if violated_constraint(error) == constraint:
            raise refusal() from None
        raise


def _wrong(pointer: str, code: str, message: str) -> Invalid:
    return Invalid(message, [FieldError(pointer, code, message)])


def _record(uow: UnitOfWork, fact: str, about: Any, **details: object) -> None:
    uow.record(fact, fact.partition(".")[0], about.id, district=about.district, **details)
