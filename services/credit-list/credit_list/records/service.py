"""Use cases of credit records that departments hand over, and of what their source takes back."""

from uuid import UUID

from credit_list import changes
from credit_list.learned import repository as learned
from credit_list.records import domain, keeping, repository
from credit_list.records.domain import Ground, Kind, Status
from credit_list.records.facts import DEPARTMENT, Fact
from credit_list.records.models import CreditRecord
from credit_list.records.schemas import RecordFact
from credit_list.red_list import ending as red
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule, two_persons
from liandong.problems import Conflict


class RecordedOtherwise(Conflict):
    slug, title = "recorded-otherwise", "同一文书已有内容不同的信用记录"


class RecordTakenBack(Conflict):
    slug, title = "record-withdrawn", "该信用记录已撤销"


async def record_fact(uow: UnitOfWork, body: RecordFact) -> tuple[CreditRecord, bool]:
    """The record of the fact, and whether it is new: the same fact is recorded once."""
    organization = await learned.lock_organization(uow, body.organization_id)
    district_rule(uow.actor, organization.district)
    obtained_on = body.obtained_on or uow.today
    domain.check_days(body.arose_on, obtained_on, uow.today)
    domain.check_kind(body.kind, body.sanctions)
    domain.check_money(body.sanctions, body.fine_fen)
    fact = Fact(
        kind=body.kind,
        source=DEPARTMENT,
        key=domain.document_key(body.authority, body.document_number),
        arose_on=body.arose_on,
        authority=body.authority,
        document_number=body.document_number,
        evidence=tuple(body.evidence),
        codes=tuple(body.codes),
        sanctions=tuple(one.value for one in body.sanctions),
        fine_fen=body.fine_fen,
    )
    known = await repository.lock_by_source(uow, body.organization_id, DEPARTMENT, fact.key)
    if known is not None:
        await _check_same(uow, known, fact)
        return known, False
    made = await keeping.record(uow, body.organization_id, organization.district, fact, obtained_on)
    await changes.facts_changed(uow, body.organization_id, organization)
    if body.kind is Kind.PENALTY:
        await red.penalised(uow, organization, body.arose_on)
    return made, True


async def withdraw(uow: UnitOfWork, record_id: UUID, version: int) -> CreditRecord:
    """The department took its document back; a second officer enters it."""
    organization_id = await repository.organization_of(uow.session, record_id)
    organization = await learned.find_for_update(uow, organization_id)
    known = await repository.lock(uow, record_id)
    known.expect(version)
    district_rule(uow.actor, known.district)
    two_persons(known.recorded_by, uow.actor, "撤销该信用记录")
    check_from_department(known)
    await keeping.withdraw(uow, known, Ground.SOURCE)
    await changes.facts_changed(uow, organization_id, organization)
    return known


def check_from_department(known: CreditRecord) -> None:
    if known.source != DEPARTMENT:
        raise domain.CorrectedAtSource(
            "该记录来自登记服务，请在登记服务中更正或撤销", extra={"source": known.source}
        )


async def _check_same(uow: UnitOfWork, known: CreditRecord, fact: Fact) -> None:
    """As it is now or as it was first entered; the same document spelt otherwise is the same."""
    named = {"record_id": str(known.id)}
    if known.status is Status.WITHDRAWN:
        raise RecordTakenBack("该文书的信用记录已撤销，不能重复记录", extra=named)
    first = (await repository.versions(uow.session, known.id))[0].content
    told = keeping.plain(fact.columns())
    spelt = {"authority", "document_number"}
    for one in (keeping.content(known), first):
        if all(one.get(name) == value for name, value in told.items() if name not in spelt):
            return
    raise RecordedOtherwise("同一机关同一文号已有内容不同的信用记录，请核对", extra=named)
