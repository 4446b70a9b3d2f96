"""What is repaired or corrected leaves the files that were closed before, in the same transaction.

Nothing is copied: the files are written from the lines of the days, and a line that is corrected
is another one in every file that has it. So a repair costs as many rows as were ever said of the
listing, whatever the number of files. Whoever calls has locked the listing or the record.
"""

from datetime import timedelta
from uuid import UUID

from credit_list.learned.models import KnownOrganization
from credit_list.listings.models import Listing
from credit_list.records.domain import Kind
from credit_list.records.models import CreditRecord
from credit_list.sharing import facts, repository
from credit_list.sharing.domain import Content, Subject
from credit_list.sharing.models import SharedCorrection
from credit_list.sharing.rules import SHARING
from liandong.db.unit_of_work import UnitOfWork


async def withdraw_listing(uow: UnitOfWork, listing: Listing) -> None:
    """Its publication has ended for the past as well."""
    await _correct(uow, Subject.LISTING, listing.id, listing.district, None)


async def correct_listing(uow: UnitOfWork, listing: Listing) -> None:
    """It stands on other grounds than was told: the closed files tell of it as it is now."""
    organization = await uow.session.get(KnownOrganization, listing.organization_id)
    assert organization is not None
    rules = (await uow.rules(SHARING, listing.district)).parameters
    documents = await repository.documents(uow.session, [listing.id])
    yesterday = uow.today - timedelta(days=1)
    shared = facts.of_listing(listing, organization, documents.get(listing.id), rules, yesterday)
    content = shared.content if shared is not None else None
    await _correct(uow, Subject.LISTING, listing.id, listing.district, content)


async def withdraw_record(uow: UnitOfWork, record: CreditRecord) -> None:
    if record.kind is Kind.PENALTY:
        await _correct(uow, Subject.PENALTY, record.id, record.district, None)


async def correct_record(uow: UnitOfWork, record: CreditRecord) -> None:
    organization = await uow.session.get(KnownOrganization, record.organization_id)
    if record.kind is not Kind.PENALTY or organization is None:
        return
    rules = (await uow.rules(SHARING, record.district)).parameters
    shared = facts.of_penalty(record, organization, rules, uow.today - timedelta(days=1))
    content = shared.content if shared is not None else None
    await _correct(uow, Subject.PENALTY, record.id, record.district, content)


async def _correct(
    uow: UnitOfWork, subject: Subject, subject_id: UUID, district: str, content: Content | None
) -> None:
    lines = await repository.lines(uow.session, subject, subject_id)
    known = await repository.corrected(uow.session, [one.position for one in lines])
    stands = {one.position: known.get(one.position, one.content) for one in lines}
    wrong = [position for position, told in stands.items() if told not in (None, content)]
    if not wrong:
        return
    uow.session.add_all(
        SharedCorrection(position=position, content=content, at=uow.now) for position in wrong
    )
    uow.record(
        "sharing.superseded",
        f"shared-{subject.value}",
        subject_id,
        district=district,
        positions=wrong,
        withdrawn=content is None,
    )
