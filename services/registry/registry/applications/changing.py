"""Whether a change may be: what the law demands of money and of the legal representative."""

from dataclasses import replace

from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import FieldError
from registry.applications.change import ChangedItems
from registry.applications.condition_rules import Conditions
from registry.applications.conditions import findings
from registry.governance import repository as governance_repository
from registry.governance.officers import body_of, indexes_of
from registry.organizations.models import Organization


async def unmet(
    uow: UnitOfWork, organization: Organization, changes: ChangedItems, rules: Conditions
) -> list[FieldError]:
    """Conditions that the body would not fulfil with these items; those it leaves as they are
    were asked when it was registered."""
    funds, elsewhere = changes.funds_fen, False
    if changes.representative_id_number is not None and rules.several_bodies is not None:
        elsewhere = await governance_repository.represents(
            uow.session,
            indexes_of(changes.representative_id_number),
            rules.several_bodies.kinds,
            but=organization.id,
        )
    body = replace(
        body_of(organization, []),
        funds_fen=organization.funds_fen if funds is None else funds,
        representative_elsewhere=elsewhere,
    )
    touched = {f"/{name}" for name in changes.given()}
    return [one for one in findings(body, rules) if one.pointer in touched]
