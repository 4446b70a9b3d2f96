"""Many registrations in one go: as each would be registered alone, written together."""

from collections.abc import Sequence

from liandong.db.direct import copy_rows
from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import Problem
from registry.figures import recording as figures
from registry.names import repository as names
from registry.organizations import repository
from registry.organizations.models import Organization
from registry.organizations.registering import name_of, new
from registry.organizations.schemas import RegisterOrganization


async def register_many(
    uow: UnitOfWork, bodies: Sequence[RegisterOrganization]
) -> list[Organization | None]:
    """Registers those that nothing stands against; None for each of the others, whose number or
    name is taken, or whose record is refused.

    Raises the driver's own error when somebody else takes a number or a name meanwhile.
    """
    numbers = await repository.known_numbers(uow.sql, [_number(body) for body in bodies])
    taken = await names.taken(uow.sql, [(body.name, body.district) for body in bodies])
    made: list[Organization | None] = []
    for body in bodies:
        number, name = _number(body), (body.name, body.district)
        if number in numbers or name in taken:
            made.append(None)
            continue
        try:
            organization = new(uow, body)
        except Problem:
            made.append(None)
            continue
        numbers.add(number)
        taken.add(name)
        made.append(organization)
    written = [one for one in made if one is not None]
    await copy_rows(uow.sql, [name_of(one) for one in written])
    await copy_rows(uow.sql, [figures.first(uow, one) for one in written])
    await copy_rows(uow.sql, written)
    return made


def _number(body: RegisterOrganization) -> str:
    return body.credit_code or body.filing_number or ""
