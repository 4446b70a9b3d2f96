"""Use cases of officers; :func:`fit` answers who may act on a body."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from liandong.db.errors import violated_constraint
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule
from liandong.ids import uuid7
from liandong.problems import Conflict, FieldError, Invalid
from registry.officers import repository
from registry.officers.domain import bars
from registry.officers.models import Officer, OfficerInterest
from registry.officers.schemas import ChangeOfficer, Interest, RegisterOfficer
from registry.organizations import repository as organizations


class OfficerKnown(Conflict):
    slug, title = "officer-known", "该人员或该执法证件已经登记"


async def register(uow: UnitOfWork, body: RegisterOfficer) -> Officer:
    district_rule(uow.actor, body.district)
    officer = Officer(
        id=uuid7(),
        version=0,
        is_active=True,
        created_at=uow.now,
        updated_at=uow.now,
        **body.model_dump(),
    )
    uow.session.add(officer)
    officer.touch(uow.now)
    await _written(uow)
    _record(uow, officer, "registered")
    return officer


async def change(uow: UnitOfWork, officer_id: UUID, version: int, body: ChangeOfficer) -> Officer:
    officer = await repository.lock(uow, officer_id)
    officer.expect(version)
    district_rule(uow.actor, officer.district)
    given = body.model_dump(exclude_unset=True)
    if "district" in given:
        district_rule(uow.actor, given["district"])
    for name, value in given.items():
        setattr(officer, name, value)
    officer.touch(uow.now)
    await _written(uow)
    _record(uow, officer, "changed", items=sorted(given))
    return officer


async def note_interest(uow: UnitOfWork, officer_id: UUID, version: int, body: Interest) -> Officer:
    """回避: from now on the officer is neither drawn nor accepted for the body, or is again."""
    officer = await repository.lock(uow, officer_id)
    officer.expect(version)
    district_rule(uow.actor, officer.district)
    await organizations.lock(uow, body.organization_id)
    known = await repository.interest(uow.session, officer.id, body.organization_id)
    if known is None:
        known = OfficerInterest(officer_id=officer.id, organization_id=body.organization_id)
        uow.session.add(known)
    known.reason, known.declared_at = body.reason, uow.now
    known.ended_at = uow.now if body.is_ended else None
    officer.touch(uow.now)
    _record(
        uow,
        officer,
        "interest-ended" if body.is_ended else "interest-noted",
        organization_id=body.organization_id,
    )
    return officer


async def fit(
    uow: UnitOfWork,
    ids: Sequence[UUID],
    *,
    organization_id: UUID,
    district: str,
    least: int,
    pointer: str,
) -> list[Officer]:
    """The officers, each of whom may act on the body today; raises Invalid telling who may not.

    行政处罚法 art. 42: at least two, with a certificate; art. 43: without an interest.
    """
    if len({*ids}) < least:
        told = f"执法人员不得少于 {least} 人"
        raise Invalid(told, [FieldError(pointer, "too-few-officers", told)])
    known = await repository.by_ids(uow.session, ids)
    interests = await repository.interests_of(uow.session, ids)
    errors: list[FieldError] = []
    for at, one in enumerate(ids):
        officer = known.get(one)
        if officer is None:
            errors.append(FieldError(f"{pointer}/{at}", "unknown-officer", "没有这名执法人员"))
            continue
        errors += [
            FieldError(f"{pointer}/{at}", bar.value, f"该执法人员{bar.label}")
            for bar in bars(
                is_active=officer.is_active,
                certificate_until=officer.certificate_until,
                officer_district=officer.district,
                interests=interests[one],
                organization_id=organization_id,
                district=district,
                today=uow.today,
            )
        ]
    if errors:
        raise Invalid("所选执法人员不能办理此事", errors)
    return [known[one] for one in dict.fromkeys(ids)]


async def _written(uow: UnitOfWork) -> None:
    try:
        await uow.session.flush()
    except IntegrityError as error:
        if violated_constraint(error) in (
            "uq_officer_subject",
            "uq_officer_certificate_number",
        ):
            raise OfficerKnown() from None
        raise


def _record(uow: UnitOfWork, officer: Officer, fact: str, **details: object) -> None:
    uow.record(f"officer.{fact}", "officer", officer.id, district=officer.district, **details)
