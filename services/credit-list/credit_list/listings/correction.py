"""信息更正: a listing, or one of its grounds, rested on wrong data. It never should have been: no
public answer shows it, the audit log and the listing itself keep it."""

from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

from credit_list.grading import engine as grading
from credit_list.learned.models import KnownOrganization
from credit_list.listings import domain, repository
from credit_list.listings.domain import Action, DelistReason, ListName, Standing, Status
from credit_list.listings.events import OrganizationDelisted
from credit_list.listings.models import Listing, ListingGround
from credit_list.listings.service import RED_EXPIRES, delist, open_for, record, tell_listed
from credit_list.measures import service as measures
from credit_list.measures.catalogue import ChosenMeasure
from credit_list.periods import end_of
from credit_list.sharing import superseding
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import two_persons
from liandong.ids import uuid7
from liandong.measures.events import SwitchedOn
from liandong.problems import Conflict, FieldError, Invalid
from liandong.timers.deadlines import set_deadline

ACT = "更正该列入信息"


class StandsAgain(Conflict):
    slug, title = "stands-again", "该列入已恢复为新的列入记录，请更正新的记录"


async def correct(
    uow: UnitOfWork, listing_id: UUID, version: int, *, reason: str, number: int | None = None
) -> Listing:
    """Of the whole listing, or of one ground: the term is then that of the remaining ones."""
    organization, listing = await open_for(uow, listing_id, version, ACT)
    chosen = _chosen(await repository.grounds(uow.session, listing.id), number)
    if listing.status is Status.LISTED:
        await _lift(uow, organization, listing, chosen, reason)
    else:
        await _correct_superseded(uow, organization, listing, chosen, reason)
    await grading.facts_changed(uow, organization)
    return listing


async def _correct_superseded(
    uow: UnitOfWork,
    organization: KnownOrganization,
    listing: Listing,
    chosen: Sequence[ListingGround],
    reason: str,
) -> None:
    """The listing had gone up into another one: that ground of the other one falls with it."""
    if listing.delist_reason is not DelistReason.SUPERSEDED or listing.list is ListName.RED:
        domain.advance(listing.status, Action.DELIST)  # raises: it has ended
    again = await repository.standing_for(uow.session, listing.id)
    if again is not None:
        raise StandsAgain(extra={"listing_id": str(again)})
    grounds = await repository.grounds(uow.session, listing.id)
    _mark(uow, chosen, reason)
    if any(one.corrected_on is None for one in grounds):
        record(uow, listing, "ground-corrected", grounds=[one.number for one in chosen])
        listing.touch(uow.now)
        return
    listing.status = domain.advance(listing.status, Action.CORRECT)
    listing.delist_reason, listing.delist_note = DelistReason.CORRECTED, reason
    uow.publish(
        OrganizationDelisted(
            listing_id=listing.id,
            organization_id=listing.organization_id,
            district=listing.district,
            list=listing.list.value,
            reason=DelistReason.CORRECTED.value,
            delisted_on=listing.delisted_on or uow.today,
            listing_version=listing.version + 1,
        ),
        of=listing,
    )
    await superseding.withdraw_listing(uow, listing)
    record(uow, listing, "corrected")
    if listing.superseded_by is None:
        return
    above = await repository.lock(uow, listing.superseded_by)
    if above.status is not Status.LISTED:
        return
    two_persons(above.listed_by, uow.actor, ACT)
    built = [
        one
        for one in await repository.grounds(uow.session, above.id)
        if one.number == listing.superseded_ground and one.corrected_on is None
    ]
    if built:
        await _lift(uow, organization, above, built, f"{listing.list.label}的列入已更正：{reason}")


async def _lift(
    uow: UnitOfWork,
    organization: KnownOrganization,
    listing: Listing,
    chosen: Sequence[ListingGround],
    reason: str,
) -> None:
    _mark(uow, chosen, reason)
    grounds = await repository.grounds(uow.session, listing.id)
    remaining = [one for one in grounds if one.corrected_on is None]
    if remaining:
        tell_listed(uow, listing, await _recount(uow, listing, remaining, listing))
        await superseding.correct_listing(uow, listing)
        record(uow, listing, "ground-corrected", grounds=[one.number for one in chosen])
        await _end_what_is_over(uow, listing)
    else:
        await delist(uow, listing, DelistReason.CORRECTED, reason)
    lifted = {one.number for one in chosen}
    await _restore(uow, organization, listing, lifted, whole=not remaining)


async def _recount(
    uow: UnitOfWork, listing: Listing, remaining: Sequence[ListingGround], stood: Listing
) -> list[SwitchedOn]:
    """The listing as if the others had never been: term, rules, publication, validity and measures
    are those of the decisions that remain, as they were decided. ``stood`` has the measures that
    go on where a decision did not keep them."""
    term = domain.term_of(
        [Standing(one.number, one.decided_on, one.exit_not_before) for one in remaining]
    )
    heading = next(one for one in remaining if one.number == term.heading)
    listing.trigger = heading.trigger
    listing.trigger_text = heading.trigger_text
    listing.legal_basis = heading.legal_basis
    listing.rule_set = heading.rule_set
    listing.listed_by = heading.decided_by
    listing.listed_on = term.listed_on
    listing.term_started_on = term.started_on
    listing.exit_not_before = term.exit_not_before
    decided = [(one.decided_on, one.validity_months) for one in remaining]
    limited = [(day, months) for day, months in decided if months is not None]
    if listing.list is ListName.RED and len(limited) == len(decided):
        last_day = domain.valid_through(limited)
        listing.valid_until = last_day
        await set_deadline(uow, RED_EXPIRES, listing.id, end_of(last_day))
    if heading.measures is None:
        return await measures.go_on(uow, listing, stood)
    listing.publication_ends_on = heading.publication_ends_on
    brought = [ChosenMeasure.model_validate(one) for one in heading.measures]
    switched_on = await measures.switch_on(uow, listing, brought, heading.decided_on)
    listing.measures = [one.code for one in switched_on]
    texts = {one.measure.code: one.text for one in brought}
    listing.measure_texts = [texts[code] for code in listing.measures]
    return switched_on


async def _end_what_is_over(uow: UnitOfWork, listing: Listing) -> None:
    """A red listing that only the corrected renewal had kept."""
    if listing.valid_until is not None and listing.valid_until < uow.today:
        await delist(uow, listing, DelistReason.EXPIRED, "有效期届满")


async def _restore(
    uow: UnitOfWork,
    organization: KnownOrganization,
    listing: Listing,
    lifted: Collection[int],
    *,
    whole: bool,
) -> None:
    """What had been superseded stands again, as if it had never ended."""
    await uow.session.flush()
    for ended in await repository.superseded_by(uow, listing.id):
        if not whole and (ended.list is ListName.RED or ended.superseded_ground not in lifted):
            continue
        current = await repository.lock_current(uow, organization.organization_id)
        if domain.stands_again(
            ended.list, organization.status, ended.valid_until, uow.today, current
        ):
            await _stand_again(uow, ended, instead_of=listing.id)


async def _stand_again(uow: UnitOfWork, ended: Listing, instead_of: UUID) -> None:
    """A new listing with the days of the one that ended and with its grounds that count still."""
    listing = Listing(
        **{name: getattr(ended, name) for name in _LASTING},
        id=uuid7(),
        version=0,
        created_at=uow.now,
        updated_at=uow.now,
        status=Status.LISTED,
        stands_for=ended.id,
    )
    uow.session.add(listing)
    await uow.session.flush()
    grounds = [
        ListingGround(**{name: getattr(one, name) for name in _OF_A_GROUND}, listing_id=listing.id)
        for one in await repository.grounds(uow.session, ended.id)
        if one.corrected_on is None
    ]
    uow.session.add_all(grounds)
    if listing.valid_until is not None:
        await set_deadline(uow, RED_EXPIRES, listing.id, end_of(listing.valid_until))
    tell_listed(uow, listing, await _recount(uow, listing, grounds, ended))
    record(uow, listing, "stands-again", stands_for=ended.id, instead_of=instead_of)
    await _end_what_is_over(uow, listing)
    await uow.session.flush()


_LASTING: Final = (
    "organization_id",
    "district",
    "list",
    "trigger",
    "trigger_text",
    "legal_basis",
    "rule_set",
    "measures",
    "measure_texts",
    "listed_on",
    "listed_by",
    "term_started_on",
    "exit_not_before",
    "publication_ends_on",
    "valid_until",
)
_OF_A_GROUND: Final = (
    "number",
    "case_id",
    "trigger",
    "trigger_text",
    "legal_basis",
    "rule_set",
    "decided_by",
    "decided_on",
    "exit_not_before",
    "measures",
    "publication_ends_on",
    "validity_months",
    "recorded_at",
)
"""A recommendation for the red list stays with the listing that it made."""


def _chosen(grounds: Sequence[ListingGround], number: int | None) -> Sequence[ListingGround]:
    standing = [one for one in grounds if one.corrected_on is None]
    if number is None:
        return standing
    chosen = [one for one in standing if one.number == number]
    if not chosen:
        known = "、".join(str(one.number) for one in standing)
        raise Invalid(
            "没有这次列入，或者已经更正",
            [FieldError("/ground", "unknown-ground", f"可选：{known}")],
        )
    return chosen


def _mark(uow: UnitOfWork, chosen: Sequence[ListingGround], reason: str) -> None:
    for one in chosen:
        two_persons(one.decided_by, uow.actor, ACT)
        one.corrected_on = uow.today
        one.corrected_by = uow.actor.subject
        one.correction_note = reason
