"""年检季: opening, putting off, announcing, closing."""

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from pydantic import ValidationError

from liandong.clock import china_midnight
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule
from liandong.ids import uuid7
from liandong.problems import Conflict, FieldError, Invalid
from liandong.rules.book import UnusableRuleSet
from liandong.timers.deadlines import set_deadline
from liandong.values.working_days import load
from registry.inspections import repository, statistics
from registry.inspections.domain import Regime, SeasonStatus
from registry.inspections.due import LastDays, last_days
from registry.inspections.events import (
    InspectionSeasonAnnounced,
    InspectionSeasonClosed,
    InspectionSeasonExtended,
    InspectionSeasonOpened,
    InspectionSeasonWithdrawn,
)
from registry.inspections.models import InspectionSeason
from registry.inspections.rules import INSPECTIONS, InspectionRules
from registry.inspections.season_schemas import (
    AnnounceSeason,
    ExtendSeason,
    OpenSeason,
    WithdrawSeason,
)

SEASON: Final = "inspection.season"


class SeasonOverlaps(Conflict):
    slug, title = "season-overlaps", "该年度的年检已在本辖区、上级或者下级开展"


class SeasonNotOpen(Conflict):
    slug, title = "season-not-open", "该年检已结束或者已撤销"


class SeasonRunning(Conflict):
    slug, title = "season-running", "报送期限尚未届满"


class SeasonBegun(Conflict):
    slug, title = "season-begun", "已有组织填报，不能撤销"


class DeadlinePassed(Conflict):
    slug, title = "deadline-passed", "报送期限已经届满，不能再延长"


class NothingToAnnounce(Conflict):
    slug, title = "nothing-to-announce", "没有新的年检结论可以公告"


async def open_season(uow: UnitOfWork, body: OpenSeason) -> InspectionSeason:
    """Opens the inspection of a year; who is due is found out by the rules, in the background."""
    district_rule(uow.actor, body.district)
    if body.year != uow.today.year - 1:
        told = f"只能开展上一年度（{uow.today.year - 1}）的年检"
        raise _wrong("/year", "other-year", told)
    await repository.opening_turn(uow, body.year)
    over = await repository.seasons_over(uow.session, body.year, body.district)
    if over:
        told = [{"season_id": str(one.id), "district": one.district} for one in over]
        raise SeasonOverlaps(f"与 {len(over)} 个年检的辖区重叠", extra={"seasons": told})
    rule_set = await uow.rules(INSPECTIONS, body.district)
    days = last_days(rule_set.parameters, body.year, load())
    passed = sorted(regime.label for regime, one in days.items() if one.registrar < uow.today)
    if passed:
        raise DeadlinePassed(f"法定报送期限已过：{'、'.join(passed)}")
    season = InspectionSeason(
        id=uuid7(),
        version=0,
        year=body.year,
        district=body.district,
        status=SeasonStatus.OPEN,
        opened_on=uow.today,
        opened_by=uow.actor.subject,
        rule_set=rule_set.reference,
        rules=rule_set.parameters.model_dump(mode="json"),
        last_days={regime.value: one.as_json() for regime, one in days.items()},
        extensions=[],
        announcements=[],
        told=[],
        reason="",
        created_at=uow.now,
        updated_at=uow.now,
    )
    uow.session.add(season)
    event = InspectionSeasonOpened(**season.facts(), rule_set=season.rule_set)
    uow.publish(event, of=season)
    _record(uow, season, "opened", rule_set=season.rule_set)
    await set_deadline(uow, SEASON, season.id, uow.now)
    return season


async def extend(
    uow: UnitOfWork, season_id: UUID, version: int, body: ExtendSeason
) -> InspectionSeason:
    """延期 of one regime, before its last day has passed; holds for everybody at once."""
    season = await _at_hand(uow, season_id, version)
    _require_open(season)
    before = season.days_of(body.regime)
    if before.registrar < uow.today:
        raise DeadlinePassed()
    if body.registrar_due_on <= before.registrar:
        raise _wrong("/registrar_due_on", "not-later", "应晚于现在的最后一日")
    if body.registrar_due_on > date(season.year + 2, 6, 30):
        raise _wrong("/registrar_due_on", "too-late", "不能延至再下一年度的年检之后")
    first = body.supervisor_due_on or before.supervisor
    if body.supervisor_due_on is not None and (
        before.supervisor is None or not before.supervisor <= first <= body.registrar_due_on  # type: ignore[operator]
    ):
        raise _wrong("/supervisor_due_on", "out-of-range", "应在原期限与报送登记管理机关的期限之间")
    after = LastDays(first, body.registrar_due_on)
    season.last_days = {**season.last_days, body.regime.value: after.as_json()}
    made = {
        "regime": body.regime.value,
        "on": uow.today.isoformat(),
        "from": before.as_json(),
        "to": after.as_json(),
        "reason": body.reason,
    }
    season.extensions = [*season.extensions, made]
    event = InspectionSeasonExtended(
        **season.facts(), regime=body.regime, registrar_due_on=body.registrar_due_on
    )
    uow.publish(event, of=season)
    _record(uow, season, "extended", **made)
    return season


async def announce(
    uow: UnitOfWork, season_id: UUID, version: int, body: AnnounceSeason
) -> InspectionSeason:
    """公告: every conclusion drawn up to now is public; later ones with the next announcement."""
    season = await _at_hand(uow, season_id, version)
    if season.status is SeasonStatus.WITHDRAWN:
        raise SeasonNotOpen()
    if not season.opened_on <= body.announced_on <= uow.today:
        raise _wrong("/announced_on", "out-of-range", "应在年检开始之日与今日之间")
    verdicts = await statistics.unannounced(uow, season)
    if not verdicts:
        raise NothingToAnnounce()
    made = {
        "medium": body.medium,
        "announced_on": body.announced_on.isoformat(),
        "at": uow.now.isoformat(),
        "verdicts": verdicts,
    }
    season.announcements, season.announced_at = [*season.announcements, made], uow.now
    event = InspectionSeasonAnnounced(
        **season.facts(), announced_on=body.announced_on, verdicts=verdicts
    )
    uow.publish(event, of=season)
    _record(uow, season, "announced", **made)
    return season


async def close(uow: UnitOfWork, season_id: UUID, version: int) -> InspectionSeason:
    """No more bodies are added; whatever is open is still brought to its end."""
    season = await _at_hand(uow, season_id, version)
    _require_open(season)
    running = sorted(one.label for one in Regime if season.days_of(one).registrar >= uow.today)
    if running:
        raise SeasonRunning(f"尚未届满：{'、'.join(running)}")
    season.status, season.closed_on = SeasonStatus.CLOSED, uow.today
    uow.publish(InspectionSeasonClosed(**season.facts()), of=season)
    _record(uow, season, "closed")
    return season


async def withdraw(
    uow: UnitOfWork, season_id: UUID, version: int, body: WithdrawSeason
) -> InspectionSeason:
    """Opened by mistake, for the wrong district or too early, and nobody has begun."""
    season = await _at_hand(uow, season_id, version)
    _require_open(season)
    if await repository.any_begun(uow, season.id):
        raise SeasonBegun()
    season.status, season.reason = SeasonStatus.WITHDRAWN, body.reason
    season.closed_on = uow.today
    uow.publish(InspectionSeasonWithdrawn(**season.facts()), of=season)
    _record(uow, season, "withdrawn", reason=body.reason)
    await set_deadline(uow, SEASON, season.id, uow.now)
    return season


def rules_of(season: InspectionSeason) -> InspectionRules:
    """The rules of the day on which the season was opened; read once, for they never change."""
    found = _READ.get(season.id)
    if found is None:
        try:
            found = InspectionRules.model_validate(season.rules)
        except ValidationError as error:
            told = f"{season.rule_set} 有 {error.error_count()} 处不符"
            raise UnusableRuleSet(told) from error
        if len(_READ) >= _MOST_READ:
            _READ.clear()
        _READ[season.id] = found
    return found


_READ: dict[UUID, InspectionRules] = {}
_MOST_READ: Final = 1000


async def watch(uow: UnitOfWork, season: InspectionSeason) -> None:
    """Somebody has to hand something in again: the clock of a closed season is set once more."""
    if season.status is SeasonStatus.CLOSED:
        tomorrow = china_midnight(uow.today + timedelta(days=1))
        await set_deadline(uow, SEASON, season.id, tomorrow)


def _require_open(season: InspectionSeason) -> None:
    if season.status is not SeasonStatus.OPEN:
        raise SeasonNotOpen(f"该年检{season.status.label}")


async def _at_hand(uow: UnitOfWork, season_id: UUID, version: int) -> InspectionSeason:
    season = await repository.lock_season(uow, season_id)
    season.expect(version)
    district_rule(uow.actor, season.district)
    return season


def _wrong(pointer: str, code: str, message: str) -> Invalid:
    return Invalid(message, [FieldError(pointer, code, message)])


def _record(uow: UnitOfWork, season: InspectionSeason, fact: str, **details: object) -> None:
    uow.record(
        f"inspection-season.{fact}", "inspection-season", season.id,
        district=season.district, **details,
    )  # fmt: skip
