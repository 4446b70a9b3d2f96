"""Use cases of the investigation: from the clue to the proposal."""

from uuid import UUID, uuid4

from sqlalchemy.exc import IntegrityError

from liandong.db.errors import violated_constraint
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule, two_persons
from liandong.ids import uuid7
from liandong.problems import Conflict, FieldError, Invalid
from registry.checks import referral
from registry.officers import service as officers
from registry.officers.models import Officer
from registry.organizations import repository as organizations
from registry.organizations.domain import Status as OrganizationStatus
from registry.organizations.models import Organization
from registry.penalties import timing
from registry.penalties.domain import Action, Effect, Source, Status
from registry.penalties.models import Penalty
from registry.penalties.proposal import Proposal, faults, is_heavy
from registry.penalties.rules import PENALTIES, PenaltyRules
from registry.penalties.schemas import AddEvidence, FileCase, ReportClue
from registry.penalties.steps import between, not_a_handler, officials, record, rules_of, wrong
from registry.supervision.clocks import last_day


class AlreadyReported(Conflict):
    slug, title = "already-reported", "该事项已经登记为违法线索"


class OrganizationCancelled(Conflict):
    slug, title = "organization-cancelled", "该组织已经注销"


class TimeBarred(Conflict):
    slug, title = "time-barred", "违法行为已超过追究时效，不再给予行政处罚"


class NoEvidence(Conflict):
    slug, title = "no-evidence", "没有证据，不能提出处罚建议"


class HeavierAfterDefence(Conflict):
    slug, title = "heavier-after-defence", "不得因当事人陈述、申辩而给予更重的处罚"


class ExtensionsUsedUp(Conflict):
    slug, title = "extensions-used-up", "办案期限不能再延长"


async def report(uow: UnitOfWork, body: ReportClue) -> Penalty:
    """登记线索: nothing runs yet, and the body is not told."""
    organization = await organizations.lock(uow, body.organization_id)
    district_rule(uow.actor, organization.district)
    if organization.status is OrganizationStatus.CANCELLED:
        raise OrganizationCancelled()
    between("/discovered_on", body.discovered_on, None, uow.today, "不能晚于今日")
    if body.violation_ended_on is not None:
        told = "不能晚于发现之日"
        between("/violation_ended_on", body.violation_ended_on, None, body.discovered_on, told)
    if body.source is Source.CHECK and body.source_id is not None:
        await referral.require(uow, body.source_id, organization)
    penalty = _new(uow, body, organization)
    rule_set = await uow.rules(PENALTIES, penalty.authority)
    _known(penalty, rule_set.parameters)
    penalty.rule_set = rule_set.reference
    uow.session.add(penalty)
    penalty.touch(uow.now)
    try:
        await uow.session.flush()
    except IntegrityError as error:
        if violated_constraint(error) == "uq_penalty_source":
            raise AlreadyReported() from None
        raise
    record(uow, penalty, "reported", source=penalty.source, suspected=penalty.suspected)
    return penalty


async def file(uow: UnitOfWork, penalty_id: UUID, version: int, body: FileCase) -> Penalty:
    """立案: somebody else approves it; the 90 days begin."""
    penalty = await officials(uow, penalty_id, version, Action.FILE)
    two_persons(penalty.handlers[0], uow.actor, "批准立案")
    rule_set = await uow.rules(PENALTIES, penalty.authority)
    rules: PenaltyRules = rule_set.parameters
    _refuse_time_barred(penalty, rules)
    chosen = await _fit(uow, penalty, body, rules)
    penalty.rule_set = rule_set.reference
    penalty.filed_on, penalty.filed_by = uow.today, uow.actor.subject
    _assign(penalty, chosen)
    await timing.restart(uow, penalty, rules)
    penalty.touch(uow.now)
    record(uow, penalty, "filed", officers=[one.id for one in chosen])
    return penalty


async def refuse_filing(uow: UnitOfWork, penalty_id: UUID, version: int, reason: str) -> Penalty:
    """不予立案."""
    penalty = await officials(uow, penalty_id, version, Action.REFUSE_FILING)
    two_persons(penalty.handlers[0], uow.actor, "决定不予立案")
    penalty.reason, penalty.closed_by, penalty.closed_on = reason, uow.actor.subject, uow.today
    penalty.touch(uow.now)
    record(uow, penalty, "not-filed", reason=reason)
    return penalty


async def reassign(uow: UnitOfWork, penalty_id: UUID, version: int, body: FileCase) -> Penalty:
    """调整调查人员. Who investigated before stays kept from the decision."""
    penalty = await officials(uow, penalty_id, version, Action.REASSIGN)
    chosen = await _fit(uow, penalty, body, await rules_of(uow, penalty))
    _assign(penalty, chosen)
    penalty.touch(uow.now)
    record(uow, penalty, "reassigned", officers=[one.id for one in chosen])
    return penalty


async def add_evidence(
    uow: UnitOfWork, penalty_id: UUID, version: int, body: AddEvidence
) -> Penalty:
    penalty = await officials(uow, penalty_id, version, Action.INVESTIGATE)
    for at, one in enumerate(body.evidence):
        between(f"/evidence/{at}/obtained_on", one.obtained_on, None, uow.today, "不能晚于今日")
    if len(penalty.evidence) + len(body.evidence) > 1000:
        raise wrong("/evidence", "too-many", "一件案件的证据不能超过一千份")
    added = [{"id": str(uuid4()), **one.model_dump(mode="json")} for one in body.evidence]
    penalty.evidence = [*penalty.evidence, *added]
    penalty.add_handlers(uow.actor.subject)
    penalty.touch(uow.now)
    record(uow, penalty, "evidence-added", evidence=[one["id"] for one in added])
    return penalty


async def propose(uow: UnitOfWork, penalty_id: UUID, version: int, body: Proposal) -> Penalty:
    """提出处罚建议: what the articles do not allow is not noticed, let alone decided."""
    penalty = await officials(uow, penalty_id, version, Action.PROPOSE)
    rules = await rules_of(uow, penalty)
    if not penalty.evidence:
        raise NoEvidence()
    found = faults(body, penalty.kind, rules)
    if found:
        raise Invalid(f"处罚建议有 {len(found)} 处没有依据", found)
    _refuse_heavier(penalty, body)
    penalty.proposal = body.model_dump(mode="json")
    penalty.proposed_on = uow.today
    penalty.is_heavy = is_heavy(body, rules)
    penalty.add_handlers(uow.actor.subject)
    penalty.touch(uow.now)
    record(uow, penalty, "proposed", sanctions=body.sanctions, fine_fen=body.fine_fen)
    return penalty


async def reopen(uow: UnitOfWork, penalty_id: UUID, version: int, reason: str) -> Penalty:
    """退回补充调查: what comes of it is noticed anew, with every right."""
    penalty = await officials(uow, penalty_id, version, Action.REOPEN)
    penalty.begin_round(uow.today, reason)
    penalty.said = []
    penalty.hearing_record = ""
    penalty.reason = reason
    penalty.touch(uow.now)
    record(uow, penalty, "reopened", reason=reason)
    return penalty


async def extend(uow: UnitOfWork, penalty_id: UUID, version: int, reason: str) -> Penalty:
    """延长办案期限: approved by somebody who does not investigate the case."""
    penalty = await officials(uow, penalty_id, version, Action.EXTEND)
    not_a_handler(uow, penalty, "批准延长办案期限")
    rules = await rules_of(uow, penalty)
    if penalty.extensions >= rules.decision.extensions_max:
        raise ExtensionsUsedUp(f"已延长 {penalty.extensions} 次")
    penalty.extensions += 1
    penalty.reason = reason
    await timing.restart(uow, penalty, rules)
    penalty.touch(uow.now)
    record(uow, penalty, "extended", reason=reason)
    return penalty


def _new(uow: UnitOfWork, body: ReportClue, organization: Organization) -> Penalty:
    return Penalty(
        id=uuid7(),
        version=0,
        organization_name=organization.name,
        kind=organization.kind,
        district=organization.district,
        authority=organization.district[:6],
        status=Status.REPORTED,
        evidence=[],
        investigators=[],
        handlers=[uow.actor.subject],
        extensions=0,
        reason="",
        is_heavy=False,
        statements="[]",
        hearing_record="",
        stops=[],
        rounds=[],
        basis=[],
        remedy="",
        ground="",
        due_fen=0,
        paid_fen=0,
        effect=Effect.NONE,
        payments=[],
        withdrawal_reasons="",
        is_undone=False,
        created_at=uow.now,
        updated_at=uow.now,
        **body.model_dump(),
    )


def _known(penalty: Penalty, rules: PenaltyRules) -> None:
    """Every suspicion is of a breach that can be punished in such a body."""
    errors: list[FieldError] = []
    for at, code in enumerate(penalty.suspected):
        violation = rules.violation(code)
        if violation is None:
            told = f"没有代码为 {code} 的违法行为"
            errors.append(FieldError(f"/suspected/{at}", "unknown-violation", told))
        elif penalty.kind not in violation.articles:
            told = f"“{violation.title}”没有对该类组织的处罚依据"
            errors.append(FieldError(f"/suspected/{at}", "no-basis", told))
    if errors:
        raise Invalid("涉嫌的违法行为没有处罚依据", errors)


def _refuse_time_barred(penalty: Penalty, rules: PenaltyRules) -> None:
    """行政处罚法 art. 36: found too late after it ended, it is not punished any more."""
    if penalty.violation_ended_on is None:
        return
    known = [one for one in map(rules.violation, penalty.suspected) if one is not None]
    periods = [one.limitation or rules.limitation for one in known] or [rules.limitation]
    longest = max(last_day(one, penalty.violation_ended_on) for one in periods)
    if penalty.discovered_on > longest:
        raise TimeBarred(f"追究时效已于 {longest.isoformat()} 届满")


async def _fit(
    uow: UnitOfWork, penalty: Penalty, body: FileCase, rules: PenaltyRules
) -> list[Officer]:
    return await officers.fit(
        uow,
        body.investigators,
        organization_id=penalty.organization_id,
        district=penalty.district,
        least=rules.officers_least,
        pointer="/investigators",
    )


def _assign(penalty: Penalty, chosen: list[Officer]) -> None:
    penalty.investigators = [
        {"officer_id": str(one.id), "certificate_number": one.certificate_number} for one in chosen
    ]
    penalty.add_handlers(*(one.subject for one in chosen))


def _refuse_heavier(penalty: Penalty, body: Proposal) -> None:
    """行政处罚法 art. 45. New evidence may justify what the defence may not."""
    for one in penalty.rounds:
        before = one["proposal"]
        if (
            one["was_heard"]
            and before is not None
            and len(penalty.evidence) <= one["evidence"]
            and body.is_heavier_than(Proposal.model_validate(before))
        ):
            raise HeavierAfterDefence("没有新的证据")
