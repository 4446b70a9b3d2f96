"""年度备案名单: a street confirms to the county what it has filed."""

from datetime import date

from liandong.db.errors import ConstraintViolated, violated_constraint
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule
from liandong.ids import uuid7
from liandong.problems import Conflict, FieldError, Invalid
from registry.filings import repository
from registry.filings.events import FilingListConfirmed
from registry.filings.models import FilingList
from registry.filings.schemas import ConfirmList


class ListConfirmed(Conflict):
    slug, title = "filing-list-confirmed", "该年度的备案名单已经确认"


async def confirm(uow: UnitOfWork, body: ConfirmList) -> FilingList:
    """Once for a district and year, after the year has ended; the figures stay as they were."""
    district_rule(uow.actor, body.district)
    if date(body.year, 12, 31) >= uow.today:
        told = "年度终了后才能确认该年度的备案名单"
        raise Invalid(told, [FieldError("/year", "not-over", told)])
    if await repository.list_of(uow.session, body.district, body.year) is not None:
        raise ListConfirmed()
    figures = await repository.figures(uow.session, body.district, body.year)
    made = FilingList(
        id=uuid7(),
        version=0,
        district=body.district,
        year=body.year,
        **figures._asdict(),
        confirmed_on=uow.today,
        confirmed_by=uow.actor.subject,
        created_at=uow.now,
        updated_at=uow.now,
    )
    uow.session.add(made)
    try:
        await uow.session.flush()
    except ConstraintViolated as error:
        if violated_constraint(error) == "uq_filing_list_district_year":
            raise ListConfirmed() from None
        raise
    uow.publish(FilingListConfirmed(**made.facts()), of=made)
    uow.record("filing-list.confirmed", "filing-list", made.id, district=made.district)
    return made
