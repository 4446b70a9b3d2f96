"""Use cases of reporting: filling in, handing in, the first review, giving back."""

from typing import Any
from uuid import UUID

from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.actors import Actor, Role
from liandong.identity.guards import district_rule, own_organization
from liandong.problems import Conflict, FieldError, Invalid
from liandong.values.working_days import load
from registry.inspections import enrolling, missing, repository, seasons
from registry.inspections.domain import (
    WAITING,
    Action,
    DropCause,
    Regime,
    SeasonStatus,
    Status,
    Verdict,
    advance,
    regime_of,
)
from registry.inspections.due import ends
from registry.inspections.events import (
    InspectionMissWithdrawn,
    InspectionOpinionGiven,
    InspectionReturned,
    InspectionSubmitted,
)
from registry.inspections.models import Inspection, InspectionSeason
from registry.inspections.report import Report, gaps, unknown_documents
from registry.inspections.rules import InspectionRules, simplified_for
from registry.inspections.schemas import (
    ChooseRegime,
    Excuse,
    ReturnReport,
    SupervisorOpinion,
)
from registry.inspections.seasons import rules_of
from registry.inspections.standing import grade_of
from registry.inspections.streaks import previous_was_bad
from registry.organizations.domain import LIVING


class Incomplete(Conflict):
    slug, title = "report-incomplete", "年度报告填写不完整或者材料不齐全"


class OrganizationEnded(Conflict):
    slug, title = "organization-ended", "该组织已注销或者被撤销"


class NotExempted(Conflict):
    slug, title = "not-exempted", "不是经决定免予参加的，不能恢复"


async def fill_in(uow: UnitOfWork, inspection_id: UUID, version: int, report: Report) -> Inspection:
    """Keeps the report, complete or not; nobody but the organisation is bound by it yet."""
    inspection = await repository.lock(uow, inspection_id)
    inspection.expect(version)
    applicants_rule(uow.actor, inspection)
    before, inspection.status = inspection.status, advance(inspection.status, Action.EDIT)
    rules = rules_of(await _running(uow, inspection))
    unknown = unknown_documents(report, rules.regimes[inspection.regime])
    if unknown:
        told = f"该类年度报告不需要的材料：{'、'.join(unknown)}"
        raise wrong("/documents", "unknown-document", told)
    grade = await grade_of(uow.session, inspection.organization_id)
    inspection.simplified = simplified_for(grade, rules)
    inspection.after_bad_year = await _after_bad_year(uow, inspection)
    inspection.content = report
    inspection.touch(uow.now)
    if before is not inspection.status:
        uow.session.add(repository.step(uow, inspection, Action.EDIT))
    record(uow, inspection, "filled-in")
    return inspection


async def submit(uow: UnitOfWork, inspection_id: UUID, version: int) -> Inspection:
    """报送. One row is locked, the organisation's own: a whole city hands in on the last day."""
    inspection = await repository.lock(uow, inspection_id)
    inspection.expect(version)
    applicants_rule(uow.actor, inspection)
    season = await _running(uow, inspection)
    rules = rules_of(season)
    if await repository.standing_of(uow.session, inspection.organization_id) not in LIVING:
        raise OrganizationEnded()
    await _notice_lateness(uow, inspection, season, rules)
    to_supervisor = needs_first_review(inspection, rules)
    action = Action.SUBMIT_TO_SUPERVISOR if to_supervisor else Action.SUBMIT_TO_REGISTRAR
    inspection.status = advance(inspection.status, action)
    lacking = lacks(inspection, rules)
    if lacking:
        raise Incomplete(f"尚缺 {len(lacking)} 项", errors=lacking)
    inspection.submitted_on = inspection.submitted_on or uow.today
    if not to_supervisor:
        inspection.registrar_on = uow.today
    uow.publish(InspectionSubmitted(**inspection.facts()), of=inspection)
    done(uow, inspection, action)
    return inspection


async def give_opinion(
    uow: UnitOfWork, inspection_id: UUID, version: int, body: SupervisorOpinion
) -> Inspection:
    """初审意见 of the supervising unit; then the organisation hands in to the registrar."""
    inspection = await at_hand(uow, inspection_id, version)
    inspection.status = advance(inspection.status, Action.SUPERVISOR_OPINION)
    if body.opinion is not Verdict.QUALIFIED and not body.reason:
        raise wrong("/reason", "missing", f"拟{body.opinion.label}的，须写明理由")
    assert inspection.submitted_on is not None
    if not inspection.submitted_on <= body.given_on <= uow.today:
        raise wrong("/given_on", "out-of-range", "应在报送之日与今日之间")
    inspection.opinion, inspection.opinion_reason = body.opinion, body.reason
    season = await _give_time(uow, inspection)
    await seasons.watch(uow, season)
    uow.publish(InspectionOpinionGiven(**inspection.facts(), opinion=body.opinion), of=inspection)
    done(
        uow, inspection, Action.SUPERVISOR_OPINION, body.reason,
        opinion=body.opinion, given_on=body.given_on.isoformat(),
    )  # fmt: skip
    return inspection


async def give_back(
    uow: UnitOfWork, inspection_id: UUID, version: int, body: ReturnReport
) -> Inspection:
    """退回补正, with everything that is missing and a day until which it is to be completed."""
    inspection = await at_hand(uow, inspection_id, version)
    inspection.status = advance(inspection.status, Action.RETURN)
    season = await _give_time(uow, inspection)
    await seasons.watch(uow, season)
    inspection.reason = "；".join(one.message for one in body.missing)
    due_on = missing.last_day_of(inspection, season.days_of(inspection.regime).registrar)
    uow.publish(InspectionReturned(**inspection.facts(), due_on=due_on), of=inspection)
    items = [one.model_dump() for one in body.missing]
    done(uow, inspection, Action.RETURN, inspection.reason, missing=items)
    return inspection


async def choose_regime(
    uow: UnitOfWork, inspection_id: UUID, version: int, body: ChooseRegime
) -> Inspection:
    """A charity reports and is not inspected (慈善法 art. 13); decided before it has handed in."""
    inspection = await at_hand(uow, inspection_id, version)
    inspection.status = advance(inspection.status, Action.SET_REGIME)
    possible = {regime_of(inspection.kind, is_charity=one) for one in (False, True)}
    if body.regime not in possible:
        raise wrong("/regime", "other-kind", "与组织类型不符")
    if body.regime is inspection.regime:
        raise wrong("/regime", "no-change", f"已是{inspection.regime.label}")
    former, inspection.regime = inspection.regime, body.regime
    inspection.regime_reason = body.reason
    inspection.touch(uow.now)
    done(uow, inspection, Action.SET_REGIME, body.reason, former=former)
    return inspection


async def exempt(uow: UnitOfWork, inspection_id: UUID, version: int, reason: str) -> Inspection:
    """免予参加 in this year, by decision."""
    inspection = await at_hand(uow, inspection_id, version)
    enrolling.drop(uow, inspection, DropCause.EXEMPT, reason)
    record(uow, inspection, "exempted", reason=reason)
    return inspection


async def readmit(uow: UnitOfWork, inspection_id: UUID, version: int, reason: str) -> Inspection:
    """Takes an exemption back."""
    inspection = await at_hand(uow, inspection_id, version)
    inspection.status = advance(inspection.status, Action.READMIT)
    if inspection.drop_cause is not DropCause.EXEMPT:
        raise NotExempted()
    inspection.drop_cause, inspection.reason = None, reason
    season = await _give_time(uow, inspection)
    await seasons.watch(uow, season)
    inspection.touch(uow.now)
    done(uow, inspection, Action.READMIT, reason)
    return inspection


async def excuse(uow: UnitOfWork, inspection_id: UUID, version: int, body: Excuse) -> Inspection:
    """It was wrongly taken for missed, or could not be helped: it is not missed any more."""
    inspection = await at_hand(uow, inspection_id, version)
    inspection.status = advance(inspection.status, Action.EXCUSE)
    if not 0 <= (body.due_on - uow.today).days <= 366:
        raise wrong("/due_on", "out-of-range", "应在今日起一年之内")
    season = await repository.season(uow.session, inspection.season_id)
    inspection.missed_on, inspection.own_last_day = None, body.due_on
    inspection.reason = body.reason
    found = await repository.years_before(
        uow.session, [inspection.organization_id], inspection.year
    )
    rules = rules_of(season)
    years = missing.count(inspection, found[inspection.organization_id])
    missing.indicate(uow, inspection, years, rules)
    await seasons.watch(uow, season)
    event = InspectionMissWithdrawn(**inspection.facts(), due_on=body.due_on)
    uow.publish(event, of=inspection)
    done(uow, inspection, Action.EXCUSE, body.reason, due_on=body.due_on.isoformat())
    return inspection


def applicants_rule(actor: Actor, inspection: Inspection) -> None:
    """At the desk the clerk acts for the organisation; an organisation acts for itself."""
    if actor.has(Role.CLERK):
        district_rule(actor, inspection.district)
    else:
        own_organization(actor, inspection.organization_id)


def needs_first_review(inspection: Inspection, rules: InspectionRules) -> bool:
    """初审 once; directly registered bodies have no supervising unit."""
    first = rules.regimes[inspection.regime].first_review
    return first and not inspection.is_direct and inspection.opinion is None


def lacks(inspection: Inspection, rules: InspectionRules) -> list[FieldError]:
    return list(
        gaps(
            inspection.content,
            rules.regimes[inspection.regime],
            simplified=inspection.simplified,
            after_bad_year=inspection.after_bad_year,
        )
    )


async def at_hand(uow: UnitOfWork, inspection_id: UUID, version: int) -> Inspection:
    """An official of the district has it at hand."""
    inspection = await repository.lock(uow, inspection_id)
    inspection.expect(version)
    district_rule(uow.actor, inspection.district)
    return inspection


def wrong(pointer: str, code: str, message: str) -> Invalid:
    return Invalid(message, [FieldError(pointer, code, message)])


def done(
    uow: UnitOfWork, inspection: Inspection, action: Action, reason: str = "", **details: Any
) -> None:
    """One line of the history and one of the audit log; texts stand in the history alone."""
    uow.session.add(repository.step(uow, inspection, action, reason, **details))
    record(uow, inspection, action)


def record(uow: UnitOfWork, inspection: Inspection, fact: str, **details: object) -> None:
    uow.record(
        f"inspection.{fact}", "inspection", inspection.id, district=inspection.district, **details
    )


async def _running(uow: UnitOfWork, inspection: Inspection) -> InspectionSeason:
    season = await repository.season(uow.session, inspection.season_id)
    if season.status is SeasonStatus.WITHDRAWN:
        raise seasons.SeasonNotOpen("该年检已撤销")
    return season


async def _notice_lateness(
    uow: UnitOfWork, inspection: Inspection, season: InspectionSeason, rules: InspectionRules
) -> None:
    """The last day may have passed a moment ago, before the season's clock came here."""
    last_day = season.days_of(Regime(inspection.regime)).registrar
    if (
        inspection.status in WAITING
        and inspection.status is not Status.NOT_STARTED
        and missing.last_day_of(inspection, last_day) < uow.today
    ):
        one = inspection.organization_id
        before = await repository.years_before(uow.session, [one], inspection.year)
        missing.miss(uow, inspection, last_day, rules, before[one])


async def _give_time(uow: UnitOfWork, inspection: Inspection) -> InspectionSeason:
    """Until when the organisation has to act next: never earlier than the season's own day."""
    season = await repository.season(uow.session, inspection.season_id)
    period = rules_of(season).completion.period
    inspection.own_last_day = ends(uow.today, period, load())
    return season


async def _after_bad_year(uow: UnitOfWork, inspection: Inspection) -> bool:
    one = inspection.organization_id
    before = (await repository.years_before(uow.session, [one], inspection.year))[one]
    last = next((year for year in before if year.year == inspection.year - 1), None)
    return previous_was_bad(last)
