"""What every step of an application begins and ends with."""

from uuid import UUID

from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule
from liandong.problems import FieldError, Invalid
from registry.applications import repository, timing
from registry.applications.domain import Action, advance
from registry.applications.models import Application
from registry.names import service as names


async def at_hand(uow: UnitOfWork, application_id: UUID, version: int) -> Application:
    """An official of the district has it at hand."""
    application = await repository.lock(uow, application_id)
    application.expect(version)
    district_rule(uow.actor, application.district)
    return application


async def step(uow: UnitOfWork, application_id: UUID, version: int, action: Action) -> Application:
    application = await at_hand(uow, application_id, version)
    application.status = advance(application.status, action)
    return application


async def end(uow: UnitOfWork, application: Application, reason: str) -> None:
    """Nothing comes of it: the clock stops, the name is free for another attempt."""
    application.reason = reason
    await timing.end(uow, application)
    await names.unbind(uow, application.id)


def wrong(pointer: str, code: str, message: str) -> Invalid:
    return Invalid(message, [FieldError(pointer, code, message)])


def record(uow: UnitOfWork, application: Application, fact: str, **details: object) -> None:
    uow.record(
        f"application.{fact}",
        "application",
        application.id,
        district=application.district,
        **details,
    )
