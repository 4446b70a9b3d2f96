"""Use cases of the registration organ: checks, review, conclusion, receipt, correction."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import two_persons
from liandong.problems import Conflict, FieldError, Invalid
from registry.inspections import missing, rectifying, repository
from registry.inspections.domain import Action, Severity, Verdict, advance
from registry.inspections.events import (
    InspectionChecked,
    InspectionConcluded,
    InspectionCorrected,
    InspectionReceived,
    InspectionReviewed,
)
from registry.inspections.models import Inspection
from registry.inspections.rules import InspectionRules
from registry.inspections.schemas import CheckResult, Conclusion, Correction, GivenReason
from registry.inspections.seasons import rules_of
from registry.inspections.service import at_hand, done, wrong


class NoConclusion(Conflict):
    slug, title = "no-conclusion", "慈善组织年度报告不作年检结论，请办理接收"


class ConclusionNeeded(Conflict):
    slug, title = "conclusion-needed", "年度检查应当作出结论"


async def record_check(
    uow: UnitOfWork, inspection_id: UUID, version: int, body: CheckResult
) -> Inspection:
    """抽查结果; the review goes on with it."""
    inspection = await at_hand(uow, inspection_id, version)
    inspection.status = advance(inspection.status, Action.RECORD_CHECK)
    _not_later(uow, "/checked_on", body.checked_on)
    inspection.check_result = body.result
    uow.publish(InspectionChecked(**inspection.facts()), of=inspection)
    on = body.checked_on.isoformat()
    done(uow, inspection, Action.RECORD_CHECK, body.result, checked_on=on)
    return inspection


async def review(
    uow: UnitOfWork, inspection_id: UUID, version: int, body: Conclusion
) -> Inspection:
    """审查: the reviewer proposes; somebody else decides."""
    inspection = await at_hand(uow, inspection_id, version)
    inspection.status = advance(inspection.status, Action.REVIEW)
    rules = await _rules(uow, inspection)
    _require_conclusions(inspection, rules)
    _check(inspection, body, rules)
    inspection.review = body.model_dump(mode="json")
    inspection.reviewed_by = sorted({*inspection.reviewed_by, uow.actor.subject})
    uow.publish(InspectionReviewed(**inspection.facts()), of=inspection)
    done(uow, inspection, Action.REVIEW, body.explanation, proposed=inspection.review)
    return inspection


async def reconsider(uow: UnitOfWork, inspection_id: UUID, version: int, reason: str) -> Inspection:
    """退回重新审查."""
    inspection = await at_hand(uow, inspection_id, version)
    inspection.status = advance(inspection.status, Action.RECONSIDER)
    inspection.reason = reason
    inspection.touch(uow.now)
    done(uow, inspection, Action.RECONSIDER, reason)
    return inspection


async def conclude(
    uow: UnitOfWork, inspection_id: UUID, version: int, body: Conclusion
) -> Inspection:
    """年检结论, by somebody who did not review it."""
    inspection = await at_hand(uow, inspection_id, version)
    inspection.status = advance(inspection.status, Action.CONCLUDE)
    for reviewer in inspection.reviewed_by or [""]:
        two_persons(reviewer, uow.actor, "对该年度检查作出结论")
    rules = await _rules(uow, inspection)
    _require_conclusions(inspection, rules)
    _check(inspection, body, rules)
    _decide(uow, inspection, body)
    inspection.concluded_at = uow.now
    before = await repository.years_before(
        uow.session, [inspection.organization_id], inspection.year
    )
    years = missing.count(inspection, before[inspection.organization_id])
    uow.publish(InspectionConcluded(**inspection.facts()), of=inspection)
    done(uow, inspection, Action.CONCLUDE, body.explanation, reasons=inspection.reasons)
    missing.indicate(uow, inspection, years, rules)
    return inspection


async def receive(uow: UnitOfWork, inspection_id: UUID, version: int) -> Inspection:
    """接收慈善组织年度报告: there is no conclusion (慈善法 art. 13)."""
    inspection = await at_hand(uow, inspection_id, version)
    inspection.status = advance(inspection.status, Action.RECEIVE)
    if (await _rules(uow, inspection)).regimes[inspection.regime].conclusions:
        raise ConclusionNeeded()
    uow.publish(InspectionReceived(**inspection.facts()), of=inspection)
    done(uow, inspection, Action.RECEIVE)
    return inspection


async def correct(
    uow: UnitOfWork, inspection_id: UUID, version: int, body: Correction
) -> Inspection:
    """更正: by somebody who had no part in the wrong conclusion; what was said stays on record."""
    inspection = await at_hand(uow, inspection_id, version)
    inspection.status = advance(inspection.status, Action.CORRECT)
    for decider in inspection.decided_by or [""]:
        two_persons(decider, uow.actor, "更正该结论")
    rules = await _rules(uow, inspection)
    _check(inspection, body, rules)
    former, reasons = inspection.verdict, inspection.reasons
    assert former is not None
    given = [one.model_dump(mode="json") for one in body.reasons]
    if (former, reasons) == (body.verdict, given):
        raise wrong("/verdict", "no-change", "与原结论和理由相同")
    ordered = await rectifying.annul(uow, inspection)
    _decide(uow, inspection, body)
    inspection.corrected_on, inspection.reason = uow.today, body.reason
    before = await repository.years_before(
        uow.session, [inspection.organization_id], inspection.year
    )
    years = missing.count(inspection, before[inspection.organization_id])
    if inspection.revocation_indicated:
        missing.indicate(uow, inspection, years, rules)
    uow.publish(InspectionCorrected(**inspection.facts(), former_verdict=former), of=inspection)
    was = {"verdict": former.value, "reasons": reasons, "rectification": ordered}
    done(uow, inspection, Action.CORRECT, body.reason, former=was, reasons=inspection.reasons)
    missing.indicate(uow, inspection, years, rules)
    return inspection


def _decide(uow: UnitOfWork, inspection: Inspection, body: Conclusion) -> None:
    inspection.verdict = body.verdict
    inspection.reasons = [one.model_dump(mode="json") for one in body.reasons]
    inspection.explanation = body.explanation
    inspection.decided_by = sorted({*inspection.decided_by, uow.actor.subject})


async def _rules(uow: UnitOfWork, inspection: Inspection) -> InspectionRules:
    return rules_of(await repository.season(uow.session, inspection.season_id))


def _require_conclusions(inspection: Inspection, rules: InspectionRules) -> None:
    if not rules.regimes[inspection.regime].conclusions:
        raise NoConclusion()


def _check(inspection: Inspection, body: Conclusion, rules: InspectionRules) -> None:
    """Reasons are those of the table, and bear the verdict."""
    errors = [
        *_unknown(inspection, body.reasons, rules),
        *_unfit(body.verdict, body.reasons),
    ]
    if errors:
        raise Invalid("结论与理由不符", errors)


def _unknown(
    inspection: Inspection, given: Sequence[GivenReason], rules: InspectionRules
) -> list[FieldError]:
    table = {one.code: one for one in rules.reasons if inspection.regime in one.regimes}
    errors: list[FieldError] = []
    for at, one in enumerate(given):
        known = table.get(one.code)
        if known is None:
            told = "结论理由表中没有这一项"
            errors.append(FieldError(f"/reasons/{at}/code", "unknown-reason", told))
        elif one.severity not in known.severities:
            told = f"“{known.title}”不能认定为该情节"
            errors.append(FieldError(f"/reasons/{at}/severity", "other-severity", told))
        if one.code in [other.code for other in given[:at]]:
            told = "同一理由填写了两次"
            errors.append(FieldError(f"/reasons/{at}/code", "given-twice", told))
    return errors


def _unfit(verdict: Verdict, given: Sequence[GivenReason]) -> list[FieldError]:
    serious = any(one.severity is Severity.SERIOUS for one in given)
    told = ""
    if verdict is Verdict.QUALIFIED and given:
        told = "合格的不填结论理由"
    elif verdict is not Verdict.QUALIFIED and not given:
        told = f"{verdict.label}的须填写结论理由"
    elif verdict is Verdict.UNQUALIFIED and not serious:
        told = "不合格的至少有一项情节严重的理由"
    elif verdict is Verdict.BASICALLY_QUALIFIED and serious:
        told = "有情节严重的理由的，不能作出基本合格的结论"
    return [FieldError("/reasons", "unfit", told)] if told else []


def _not_later(uow: UnitOfWork, pointer: str, day: date) -> None:
    if day > uow.today:
        raise wrong(pointer, "in-the-future", "不能晚于今日")
