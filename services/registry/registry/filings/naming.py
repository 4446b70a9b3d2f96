"""The name of a filing: checked, kept while the filing is open, given up with it."""

from uuid import UUID

from liandong.db.unit_of_work import UnitOfWork
from registry.filings.models import Filing
from registry.filings.schemas import FilingForm
from registry.names import repository as name_repository
from registry.names import service as names
from registry.names.schemas import ReserveName
from registry.organizations.domain import Kind, normalize_name


async def keep(uow: UnitOfWork, filing: Filing, form: FilingForm) -> None:
    """The name that the form gives is kept for this filing, and no other one; what is close or
    against the rules is refused as in a reservation."""
    known: UUID | None = getattr(filing, "reservation_id", None)
    if known is not None:
        if form.name_reservation_id == known:
            return
        if form.name is not None and normalize_name(form.name.full()) == filing.organization_name:
            return
        await give_up(uow, filing)
    filing.reserved_here = form.name is not None
    filing.reservation_id = await _reservation(uow, form)
    kind = Kind.COMMUNITY_GROUP
    await names.bind(uow, filing.reservation_id, filing.id, kind=kind, district=form.district)
    filing.organization_name = (await name_repository.lock(uow, filing.reservation_id)).name


async def give_up(uow: UnitOfWork, filing: Filing) -> None:
    """The name is the applicant's again; one that was reserved with the form is free."""
    await names.unbind(uow, filing.id)
    if filing.reserved_here:
        reservation = await name_repository.lock(uow, filing.reservation_id)
        if reservation.status == "held":
            reason = "备案未办成或者改用其他名称"
            await names.release(uow, reservation.id, reservation.version, reason)


async def _reservation(uow: UnitOfWork, form: FilingForm) -> UUID:
    if form.name_reservation_id is not None:
        return form.name_reservation_id
    assert form.name is not None
    asked = ReserveName(
        kind=Kind.COMMUNITY_GROUP,
        district=form.district,
        applicant=form.contact_name,
        **form.name.model_dump(),
    )
    return (await names.reserve(uow, asked)).id
