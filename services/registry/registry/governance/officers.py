"""Who holds office: conditions on the officers together, and rows of posts."""

from collections.abc import Sequence
from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import Conflict, FieldError
from liandong.values.encryption import keyring
from registry.applications.condition_rules import Conditions
from registry.applications.conditions import Founding, Officer, findings
from registry.applications.establishment import OfficerEntry
from registry.applications.rules import APPLICATIONS
from registry.governance import repository
from registry.governance.models import PostHolding
from registry.organizations.models import Organization


class OfficersNotAllowed(Conflict):
    slug, title = "officers-not-allowed", "任职人员不符合规定"


def index_of(id_number: str) -> str:
    """Equal for the same person in every body."""
    return keyring().blind_index(id_number, "post_holding.person")


def indexes_of(id_number: str) -> tuple[str, ...]:
    """To search by, also while keys are rotated."""
    return keyring().blind_indexes(id_number, "post_holding.person")


def holdings(
    organization_id: UUID,
    term_id: UUID | None,
    officers: Sequence[OfficerEntry],
    representative: int | None,
    starts_on: date,
) -> list[PostHolding]:
    """Rows for a list of officers; ``representative`` is a place in it, from 1."""
    persons = [index_of(one.id_number) for one in officers]
    head = None if representative is None else persons[representative - 1]
    return [
        PostHolding(
            organization_id=organization_id,
            term_id=term_id,
            post=one.post,
            name=one.name,
            id_number=one.id_number,
            person_index=persons[at],
            is_representative=persons[at] == head,
            is_official=one.is_official,
            is_paid=one.is_paid,
            related_to=[persons[number - 1] for number in one.related_to],
            starts_on=starts_on,
        )
        for at, one in enumerate(officers)
    ]


async def mark_representative(uow: UnitOfWork, organization: Organization, id_number: str) -> None:
    """法定代表人变更 of a locked organisation: whoever holds a post is found as its head from now
    on, and the one before no more."""
    person = index_of(id_number)
    for one in await repository.open_posts(uow.session, organization.id):
        one.is_representative = one.person_index == person


async def check(
    uow: UnitOfWork, organization: Organization, posts: Sequence[PostHolding], exceptions: str
) -> list[str]:
    """Codes of what stands against these officers together; refused unless it is allowed."""
    rule_set = await uow.rules(APPLICATIONS, organization.district)
    rules = rule_set.parameters.conditions.get(organization.kind)
    found = [] if rules is None else against(organization, posts, rules)
    if found and not exceptions:
        raise OfficersNotAllowed(found[0].message, found)
    return sorted({one.code for one in found})


def against(
    organization: Organization, posts: Sequence[PostHolding], rules: Conditions
) -> list[FieldError]:
    """Conditions on the officers; those on members and money are the register's business."""
    found = findings(body_of(organization, posts), rules)
    return [one for one in found if one.pointer.startswith("/officers")]


def body_of(organization: Organization, posts: Sequence[PostHolding]) -> Founding:
    """A body that is registered, with these officers, as the conditions ask for it."""
    officers = [
        Officer(
            person_id=_person(one.person_index),
            post=one.post,
            is_official=one.is_official,
            is_paid=one.is_paid,
            related_to=tuple(map(_person, one.related_to)),
        )
        for one in posts
    ]
    return Founding(
        is_national=organization.district == "100000",
        raises_in_public=organization.raises_in_public_since is not None,
        funds_fen=organization.funds_fen,
        individual_members=organization.individual_members,
        unit_members=organization.unit_members,
        full_time_staff=organization.full_time_staff,
        officers=officers,
        representative_elsewhere=False,
    )


def _person(index: str) -> UUID:
    return uuid5(NAMESPACE_URL, index)
