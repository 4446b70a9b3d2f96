"""What ends a red listing besides another list: a grade below the conditions, a penalty. Called
with the organisation's row locked; the rule set says whether it ends or is kept."""

from datetime import date

from credit_list.learned import repository as learned
from credit_list.learned.models import KnownOrganization
from credit_list.listings import repository as listing_repository
from credit_list.listings import service as listings
from credit_list.listings.domain import ListName
from credit_list.listings.models import Listing
from credit_list.red_list.rules import RED_LIST, RedListParameters
from liandong.db.unit_of_work import UnitOfWork


async def grade_changed(uow: UnitOfWork, organization: KnownOrganization) -> None:
    """The grade was lowered, cancelled or has expired; another one may be in force."""
    found = await _listed(uow, organization)
    if found is None:
        return
    _, rules = found
    if rules.minimum_grade is None or rules.on_grade_lost == "kept":
        return
    await uow.session.flush()
    grade = await learned.grade_on(uow.session, organization.organization_id, uow.today)
    if grade is None or grade < rules.minimum_grade:
        await listings.leave_red(uow, organization, f"评估等级不再达到{rules.minimum_grade}")


async def penalised(uow: UnitOfWork, organization: KnownOrganization, arose_on: date) -> None:
    """A penalty from before the listing was known, or weighed, when it was confirmed."""
    found = await _listed(uow, organization)
    if found is None:
        return
    listing, rules = found
    if rules.on_penalty == "removed" and arose_on >= listing.term_started_on:
        await listings.leave_red(uow, organization, "受到行政处罚")


async def _listed(
    uow: UnitOfWork, organization: KnownOrganization
) -> tuple[Listing, RedListParameters] | None:
    current = await listing_repository.lock_current(uow, organization.organization_id)
    listing = current.get(ListName.RED)
    if listing is None:
        return None
    rule_set = await uow.rules(RED_LIST, listing.district)
    return listing, rule_set.parameters
