"""Use cases of checks: planned, recorded, concluded, published."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule, two_persons
from liandong.ids import uuid7
from liandong.problems import Conflict, FieldError, Invalid
from registry.checks import repository, timing
from registry.checks.domain import Action, Form, Result, Severity, Status, Topic, advance, fits
from registry.checks.events import AuditReported, CheckConcluded, CheckPublished
from registry.checks.models import CheckTask
from registry.checks.rules import CHECKS, CheckRules
from registry.checks.schemas import Finding, Inspectors, PlanCheck, RecordCheck
from registry.officers import service as officers
from registry.officers.models import Officer
from registry.organizations import repository as organizations
from registry.organizations.domain import LIVING
from registry.organizations.models import Organization
from registry.yearly_checks import service as yearly_checks

_SEVERITIES = tuple(Severity)


class OrganizationEnded(Conflict):
    slug, title = "organization-ended", "该组织已注销或者被撤销"


class ResultDoesNotFit(Conflict):
    slug, title = "result-does-not-fit", "检查结论与检查记录不符"


async def plan(uow: UnitOfWork, body: PlanCheck) -> CheckTask:
    """A special check with two officers, or an audit by a firm under contract."""
    organization = await organizations.lock(uow, body.organization_id)
    district_rule(uow.actor, organization.district)
    if organization.status not in LIVING:
        raise OrganizationEnded()
    rule_set = await uow.rules(CHECKS, organization.district[:6])
    check = new_task(uow, organization, body.form, body.topic, body.planned_on)
    check.auditor, check.engagement = body.auditor, body.engagement
    check.rule_set = rule_set.reference
    if body.form is not Form.AUDIT or body.inspectors:
        await _assign(uow, check, body.inspectors, rule_set.parameters)
    uow.session.add(check)
    check.touch(uow.now)
    _record(uow, check, "planned", form=check.form, topic=check.topic)
    return check


def new_task(
    uow: UnitOfWork, organization: Organization, form: Form, topic: Topic, planned_on: date
) -> CheckTask:
    return CheckTask(
        id=uuid7(),
        version=0,
        organization_id=organization.id,
        organization_name=organization.name,
        district=organization.district,
        authority=organization.district[:6],
        form=form,
        topic=topic,
        status=Status.PLANNED,
        planned_on=planned_on,
        inspectors=[],
        handlers=[],
        auditor="",
        engagement="",
        report_number="",
        record="",
        findings=[],
        reason="",
        rule_set="",
        created_at=uow.now,
        updated_at=uow.now,
    )


def assign(check: CheckTask, chosen: Sequence[Officer]) -> None:
    check.inspectors = [
        {"officer_id": str(one.id), "certificate_number": one.certificate_number} for one in chosen
    ]
    check.handlers = sorted({*check.handlers, *(one.subject for one in chosen)})


async def reassign(uow: UnitOfWork, check_id: UUID, version: int, body: Inspectors) -> CheckTask:
    """调整检查人员, for example because one must keep away (回避)."""
    check = await _step(uow, check_id, version, Action.REASSIGN)
    await _assign(uow, check, body.inspectors, await timing.rules_of(uow, check))
    check.touch(uow.now)
    _record(uow, check, "reassigned")
    return check


async def record(uow: UnitOfWork, check_id: UUID, version: int, body: RecordCheck) -> CheckTask:
    """检查记录: every finding by its code; the list says how serious it is at least."""
    check = await _step(uow, check_id, version, Action.RECORD)
    if body.checked_on > uow.today:
        raise _wrong("/checked_on", "in-the-future", "不能晚于今日")
    rule_set = await uow.rules(CHECKS, check.authority, body.checked_on)
    rules: CheckRules = rule_set.parameters
    _demand_report(uow, check, body)
    _refuse_findings(check, body, rules)
    check.checked_on, check.was_reached = body.checked_on, body.was_reached
    check.record, check.rule_set = body.record, rule_set.reference
    check.report_number, check.reported_on = body.report_number, body.reported_on
    check.findings = [_kept(one, rules) for one in body.findings]
    check.handlers = sorted({*check.handlers, uow.actor.subject})
    check.touch(uow.now)
    _record(uow, check, "recorded", codes=[one.code for one in body.findings])
    return check


async def give_back(uow: UnitOfWork, check_id: UUID, version: int, reason: str) -> CheckTask:
    """退回重新检查."""
    check = await _step(uow, check_id, version, Action.RETURN)
    check.reason = reason
    check.touch(uow.now)
    _record(uow, check, "returned", reason=reason)
    return check


async def conclude(uow: UnitOfWork, check_id: UUID, version: int, result: Result) -> CheckTask:
    """作出结论: by somebody who did not check; it must follow from what was found."""
    check = await _step(uow, check_id, version, Action.CONCLUDE)
    for handler in check.handlers or [""]:
        two_persons(handler, uow.actor, "作出检查结论")
    severities = [Severity(one["severity"]) for one in check.findings]
    if not fits(result, severities, was_reached=bool(check.was_reached)):
        raise ResultDoesNotFit(f"记录发现 {len(severities)} 个问题，不能作出“{result.label}”的结论")
    check.result = result
    check.concluded_by, check.concluded_on = uow.actor.subject, uow.today
    await timing.begin(uow, check)
    await yearly_checks.fulfil(uow, check)
    if check.form is Form.AUDIT:
        assert check.reported_on is not None
        uow.publish(AuditReported(**check.facts(), reported_on=check.reported_on), of=check)
    uow.publish(CheckConcluded(**check.facts()), of=check)
    _record(uow, check, "concluded", result=result)
    return check


async def publish(uow: UnitOfWork, check_id: UUID, version: int) -> CheckTask:
    """公示检查结果 (一公开)."""
    check = await _step(uow, check_id, version, Action.PUBLISH)
    check.published_on = uow.today
    await timing.end(uow, check)
    uow.publish(CheckPublished(**check.facts(), published_on=uow.today), of=check)
    _record(uow, check, "published")
    return check


async def cancel(uow: UnitOfWork, check_id: UUID, version: int, reason: str) -> CheckTask:
    check = await _step(uow, check_id, version, Action.CANCEL)
    check.reason = reason
    check.touch(uow.now)
    _record(uow, check, "cancelled", reason=reason)
    return check


async def _step(uow: UnitOfWork, check_id: UUID, version: int, action: Action) -> CheckTask:
    check = await repository.lock(uow, check_id)
    check.expect(version)
    district_rule(uow.actor, check.district)
    check.status = advance(check.status, action)
    return check


async def _assign(
    uow: UnitOfWork, check: CheckTask, ids: Sequence[UUID], rules: CheckRules
) -> None:
    chosen = await officers.fit(
        uow,
        ids,
        organization_id=check.organization_id,
        district=check.district,
        least=rules.officers_least,
        pointer="/inspectors",
    )
    assign(check, chosen)


def _demand_report(uow: UnitOfWork, check: CheckTask, body: RecordCheck) -> None:
    if check.form is not Form.AUDIT:
        if body.report_number or body.reported_on is not None:
            raise _wrong("/report_number", "not-an-audit", "只有第三方审计填写审计报告")
        return
    if not body.report_number or body.reported_on is None:
        raise _wrong("/report_number", "missing", "第三方审计须填写审计报告的文号和日期")
    if body.reported_on > uow.today:
        raise _wrong("/reported_on", "in-the-future", "不能晚于今日")


def _refuse_findings(check: CheckTask, body: RecordCheck, rules: CheckRules) -> None:
    errors: list[FieldError] = []
    for at, one in enumerate(body.findings):
        known = rules.finding(one.code)
        if known is None:
            told = f"没有代码为 {one.code} 的问题"
            errors.append(FieldError(f"/findings/{at}/code", "unknown-finding", told))
        elif check.topic not in known.topics:
            told = f"“{known.title}”不属于本次检查的内容"
            errors.append(FieldError(f"/findings/{at}/code", "other-topic", told))
        elif _SEVERITIES.index(one.severity) < _SEVERITIES.index(known.severity):
            told = f"“{known.title}”的程度不能低于规定的程度"
            errors.append(FieldError(f"/findings/{at}/severity", "too-mild", told))
    if errors:
        raise Invalid("检查记录中的问题不符合规定", errors)


def _kept(one: Finding, rules: CheckRules) -> dict[str, Any]:
    known = rules.finding(one.code)
    return one.model_dump(mode="json") | {"basis": "" if known is None else known.basis}


def _wrong(pointer: str, code: str, message: str) -> Invalid:
    return Invalid(message, [FieldError(pointer, code, message)])


def _record(uow: UnitOfWork, check: CheckTask, fact: str, **details: object) -> None:
    uow.record(f"check.{fact}", "check", check.id, district=check.district, **details)
