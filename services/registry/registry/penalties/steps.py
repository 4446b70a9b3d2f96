"""What every step of a case begins and ends with."""

from datetime import date
from uuid import UUID

from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule, two_persons
from liandong.problems import FieldError, Invalid
from registry.penalties import repository
from registry.penalties.domain import Action, advance
from registry.penalties.models import Penalty
from registry.penalties.rules import PenaltyRules
from registry.penalties.timing import rules_for


async def officials(uow: UnitOfWork, penalty_id: UUID, version: int, action: Action) -> Penalty:
    """The case, locked and as the caller saw it, in its next state."""
    penalty = await repository.lock(uow, penalty_id)
    penalty.expect(version)
    district_rule(uow.actor, penalty.district)
    penalty.status = advance(penalty.status, action)
    return penalty


async def rules_of(uow: UnitOfWork, penalty: Penalty) -> PenaltyRules:
    return (await rules_for(uow, penalty)).parameters


def not_a_handler(uow: UnitOfWork, penalty: Penalty, act: str) -> None:
    """调查与审核、决定分离: who reported, investigated or proposed does not do it."""
    for handler in penalty.handlers or [""]:
        two_persons(handler, uow.actor, act)


def between(pointer: str, day: date, since: date | None, today: date, told: str) -> None:
    """Raises Invalid unless the day lies between the two, both included."""
    if (since is not None and day < since) or day > today:
        raise wrong(pointer, "out-of-range", told)


def wrong(pointer: str, code: str, message: str) -> Invalid:
    return Invalid(message, [FieldError(pointer, code, message)])


def record(uow: UnitOfWork, penalty: Penalty, fact: str, **details: object) -> None:
    uow.record(f"penalty.{fact}", "penalty", penalty.id, district=penalty.district, **details)
