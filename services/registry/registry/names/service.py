"""Use cases of names: check, reserve, extend, release; use by a registration; expiry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from liandong.clock import china_midnight
from liandong.db.direct import insert_rows
from liandong.db.errors import ConstraintViolated, violated_constraint
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule
from liandong.ids import uuid7
from liandong.problems import Conflict, FieldError, Invalid
from liandong.rules.rule_set import RuleSet
from liandong.timers.deadlines import Deadline, cancel_deadline, set_deadline
from liandong.values.periods import add_months
from registry.names import repository
from registry.names.domain import Action, Status, advance
from registry.names.events import NameExpired, NameExtended, NameReleased, NameReserved, NameUsed
from registry.names.likeness import closeness, comparable, index_terms
from registry.names.models import NameInUse, NameReservation
from registry.names.repository import Known
from registry.names.rules import NAMES, Closeness, Effect, NameRules
from registry.names.schemas import ProposedName, ReserveName
from registry.names.structure import findings
from registry.organizations.domain import LIVING, Kind, normalize_name
from registry.organizations.models import Organization

RESERVATION_ENDS: Final = "name.reservation-ends"
_TOLD: Final = 50
_ORDER: Final = list(Closeness)


class NameTooClose(Conflict):
    slug, title = "name-too-close", "名称与已有名称相同或者近似"


class ExplanationNeeded(Conflict):
    slug, title = "explanation-needed", "名称与已有名称近似，采用须说明理由"


class NameTaken(Conflict):
    slug, title = "name-taken", "该名称在本区划已被登记或预留"


class NotReservedSo(Conflict):
    slug, title = "not-reserved-so", "名称预留与登记内容不一致"


class ReservationOver(Conflict):
    slug, title = "reservation-over", "名称预留已过期"


class InApplication(Conflict):
    slug, title = "name-in-application", "该名称已用于另一件未办结的申请"


class NoMoreExtensions(Conflict):
    slug, title = "no-more-extensions", "名称预留的延期次数已用完"


@dataclass(frozen=True, slots=True)
class Close:
    """A name that is the same or close, and what follows from it."""

    name: str
    district: str
    reason: Closeness
    effect: Effect
    held_by: str
    organization_id: UUID | None


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found about a proposed name."""

    name: str
    findings: Sequence[FieldError]
    close: Sequence[Close]
    rule_set: RuleSet[NameRules]

    @property
    def refused(self) -> bool:
        return bool(self.findings) or any(one.effect is Effect.REFUSE for one in self.close)


async def check(
    uow: UnitOfWork, proposed: ProposedName, *, succeeds: UUID | None = None
) -> Checked:
    """核名: the name by itself, then against the names in use, that of the predecessor ``succeeds``
    left out. Changes nothing."""
    rule_set: RuleSet[NameRules] = await uow.rules(NAMES, proposed.district)
    rules = rule_set.parameters
    parts = proposed.parts()
    wrong = findings(parts, proposed.kind, proposed.district, rules)
    name = normalize_name(parts.full)
    close = await _close(uow.session, name, proposed, rules, uow.today) if name else []
    if succeeds is not None:
        close = [one for one in close if one.organization_id != succeeds]
    return Checked(name, wrong, close, rule_set)


async def reserve(uow: UnitOfWork, body: ReserveName) -> NameReservation:
    """Keeps the name for one applicant until the reservation ends."""
    district_rule(uow.actor, body.district)
    await repository.take_turns(uow, body.district)
    await _refuse_other_predecessor(uow, body)
    checked = await check(uow, body, succeeds=body.succeeds)
    _accept(checked, body)
    rules = checked.rule_set.parameters
    reservation = NameReservation(
        **body.model_dump(),
        id=uuid7(),
        version=0,
        name=checked.name,
        name_terms=index_terms(checked.name, body.kind, body.district, rules),
        status=Status.HELD,
        held_until=uow.today + timedelta(days=rules.reservation_days),
        extensions=0,
        reserved_by=uow.actor.subject,
        application_id=None,
        rule_set=checked.rule_set.reference,
        created_at=uow.now,
        updated_at=uow.now,
    )
    if not await _held_by_predecessor(uow, reservation):
        holder = NameInUse(name=checked.name, district=body.district, holder_id=reservation.id)
        await take(uow, holder)
    uow.session.add(reservation)
    await _keep_until(uow, reservation)
    uow.publish(NameReserved(**reservation.facts()), of=reservation)
    _record(uow, reservation, "reserved", close=[one.name for one in checked.close])
    return reservation


async def extend(uow: UnitOfWork, reservation_id: UUID, version: int) -> NameReservation:
    """Once more the time that the rule set gives, as often as it allows."""
    reservation = await _step(uow, reservation_id, version, Action.EXTEND)
    _refuse_in_application(reservation, None)
    _refuse_late(reservation, uow.today)
    rule_set: RuleSet[NameRules] = await uow.rules(NAMES, reservation.district)
    rules = rule_set.parameters
    if reservation.extensions >= rules.extensions_max:
        raise NoMoreExtensions(f"最多可延期 {rules.extensions_max} 次")
    reservation.extensions += 1
    reservation.held_until += timedelta(days=rules.extension_days)
    await _keep_until(uow, reservation)
    uow.publish(NameExtended(**reservation.facts()), of=reservation)
    _record(uow, reservation, "extended", until=reservation.held_until)
    return reservation


async def release(
    uow: UnitOfWork, reservation_id: UUID, version: int, reason: str
) -> NameReservation:
    """The applicant gives the name up, or the clerk has reserved the wrong one."""
    reservation = await _step(uow, reservation_id, version, Action.RELEASE)
    _refuse_in_application(reservation, None)
    reservation.ended_reason = reason
    await _free(uow, reservation)
    await cancel_deadline(uow, RESERVATION_ENDS, reservation.id)
    uow.publish(NameReleased(**reservation.facts()), of=reservation)
    _record(uow, reservation, "released", reason=reason)
    return reservation


async def expire(deadline: Deadline, uow: UnitOfWork) -> None:
    """The last day of a reservation has passed."""
    reservation = await repository.lock(uow, deadline.subject_id)
    if reservation.application_id is None:
        await _expire_if_over(uow, reservation)


async def bind(
    uow: UnitOfWork,
    reservation_id: UUID | None,
    application_id: UUID,
    *,
    kind: Kind,
    district: str,
) -> None:
    """The application that was submitted keeps this name until it ends, and no other one."""
    await unbind(uow, application_id, but=reservation_id)
    if reservation_id is None:
        return
    reservation = await repository.lock(uow, reservation_id)
    require_same(reservation, kind=kind, district=district)
    _refuse_in_application(reservation, application_id)
    if reservation.application_id is None:
        advance(reservation.status, Action.USE)
        _refuse_late(reservation, uow.today)
        reservation.application_id = application_id
        await cancel_deadline(uow, RESERVATION_ENDS, reservation.id)
        reservation.touch(uow.now)
        _record(uow, reservation, "bound", application_id=application_id)


async def unbind(uow: UnitOfWork, application_id: UUID, *, but: UUID | None = None) -> None:
    """Names that the application kept are the applicant's again, or free if their time is over."""
    for reservation in await repository.bound_to(uow, application_id):
        if reservation.id != but:
            reservation.application_id = None
            _record(uow, reservation, "unbound", application_id=application_id)
            if not await _expire_if_over(uow, reservation):
                await _keep_until(uow, reservation)
                reservation.touch(uow.now)


async def use(
    uow: UnitOfWork,
    reservation_id: UUID,
    organization_id: UUID,
    *,
    name: str,
    kind: Kind,
    district: str,
    application_id: UUID | None = None,
) -> None:
    """The registration takes the name; it must be the one that was reserved."""
    reservation = await repository.lock(uow, reservation_id)
    require_same(reservation, kind=kind, district=district)
    if reservation.name != name:
        raise _not_so(reservation)
    _refuse_in_application(reservation, application_id)
    reservation.status = advance(reservation.status, Action.USE)
    if reservation.application_id is None:
        _refuse_late(reservation, uow.today)
    held_by = [one for one in (reservation.id, reservation.succeeds) if one is not None]
    if not await repository.pass_on(uow, name, district, organization_id, held_by=held_by):
        await take(uow, NameInUse(name=name, district=district, holder_id=organization_id))
    await cancel_deadline(uow, RESERVATION_ENDS, reservation.id)
    event = NameUsed(**reservation.facts(), organization_id=organization_id)
    uow.publish(event, of=reservation)
    _record(uow, reservation, "used", organization_id=organization_id)


def require_same(reservation: NameReservation, *, kind: Kind, district: str) -> None:
    """The reservation is for this type of body in this district."""
    if (reservation.kind, reservation.district) != (kind, district):
        raise _not_so(reservation)


async def take(uow: UnitOfWork, name: NameInUse) -> None:
    """Refused when somebody has the name in the district; waits for one who is taking it."""
    try:
        await insert_rows(uow.sql, name)
    except ConstraintViolated as error:
        raise taken(error, name.name) from None


def taken(error: Exception, name: str) -> Exception:
    """What to raise instead: the error itself unless it tells that the name is taken."""
    is_name = violated_constraint(error) == "pk_name_in_use"
    return NameTaken(f"“{name}”在本区划已被登记或预留") if is_name else error


def _accept(checked: Checked, body: ReserveName) -> None:
    if checked.findings:
        raise Invalid("名称不符合规定", list(checked.findings))
    told = {"close": [_told(one) for one in checked.close]}
    if checked.refused:
        first = next(one for one in checked.close if one.effect is Effect.REFUSE)
        raise NameTooClose(f"与“{first.name}”{first.reason.label}", extra=told)
    if checked.close and not body.explanation:
        first = checked.close[0]
        raise ExplanationNeeded(f"与“{first.name}”{first.reason.label}", extra=told)


async def _close(
    session: AsyncSession, name: str, proposed: ProposedName, rules: NameRules, today: date
) -> list[Close]:
    likeness = rules.likeness
    ours = comparable(name, proposed.kind, proposed.district, rules)
    found: list[Close] = []
    for one in await repository.in_use(
        session,
        ours.asked(),
        district=proposed.district,
        area=likeness.area,
        ended_after=add_months(today, -rules.ended_names_kept_months),
    ):
        theirs = comparable(one.name, one.kind, one.district, rules)
        reason = closeness(ours, theirs, likeness)
        if reason is not None:
            found.append(_judged(one, reason, proposed, rules))
    found.sort(key=lambda one: (one.effect is Effect.WARN, _ORDER.index(one.reason), one.name))
    return found[:_TOLD]


def _judged(one: Known, reason: Closeness, proposed: ProposedName, rules: NameRules) -> Close:
    near = one.district[:6] == proposed.district[:6] or reason is Closeness.SAME_NAME
    effect = rules.likeness.effects[reason] if near else Effect.WARN
    held_by = "reserved" if one.organization_id is None else "ended" if one.ended else "registered"
    return Close(one.name, one.district, reason, effect, held_by, one.organization_id)


def _told(one: Close) -> dict[str, str]:
    return {"name": one.name, "reason": one.reason.value, "effect": one.effect.value}


async def _step(
    uow: UnitOfWork, reservation_id: UUID, version: int, action: Action
) -> NameReservation:
    reservation = await repository.lock(uow, reservation_id)
    reservation.expect(version)
    district_rule(uow.actor, reservation.district)
    reservation.status = advance(reservation.status, action)
    return reservation


async def _expire_if_over(uow: UnitOfWork, reservation: NameReservation) -> bool:
    if reservation.status is not Status.HELD or reservation.held_until >= uow.today:
        return False
    reservation.status = advance(reservation.status, Action.EXPIRE)
    await _free(uow, reservation)
    uow.publish(NameExpired(**reservation.facts()), of=reservation)
    _record(uow, reservation, "expired")
    return True


def _not_so(reservation: NameReservation) -> NotReservedSo:
    return NotReservedSo(f"预留的名称为“{reservation.name}”，区划 {reservation.district}")


def _refuse_in_application(reservation: NameReservation, application_id: UUID | None) -> None:
    if reservation.application_id not in (None, application_id):
        raise InApplication(extra={"application_id": str(reservation.application_id)})


def _refuse_late(reservation: NameReservation, today: date) -> None:
    """The last day counts, whether the worker has noted its end or not."""
    if reservation.held_until < today:
        raise ReservationOver(f"名称保留至 {reservation.held_until.isoformat()}")


async def _refuse_other_predecessor(uow: UnitOfWork, body: ReserveName) -> None:
    """Only a filed body that lives, and of this district, can become a registered one."""
    if body.succeeds is None:
        return
    found = await uow.session.get(Organization, body.succeeds)
    if found is None or found.kind is not Kind.COMMUNITY_GROUP or found.status not in LIVING:
        told = "没有这家存续的备案组织"
        raise Invalid(told, [FieldError("/succeeds", "unknown-organization", told)])
    district_rule(uow.actor, found.district)


async def _held_by_predecessor(uow: UnitOfWork, reservation: NameReservation) -> bool:
    """The very name is in use by the body that is to become this one: it passes with the use."""
    return reservation.succeeds is not None and await repository.holds(
        uow.session, reservation.succeeds, reservation.name, reservation.district
    )


async def _free(uow: UnitOfWork, reservation: NameReservation) -> None:
    await repository.free(uow, reservation.id, reservation.name, reservation.district)


async def _keep_until(uow: UnitOfWork, reservation: NameReservation) -> None:
    ends = china_midnight(reservation.held_until + timedelta(days=1))
    await set_deadline(uow, RESERVATION_ENDS, reservation.id, ends)


def _record(uow: UnitOfWork, reservation: NameReservation, fact: str, **details: object) -> None:
    uow.record(
        f"name.{fact}",
        "name-reservation",
        reservation.id,
        district=reservation.district,
        name=reservation.name,
        **details,
    )
