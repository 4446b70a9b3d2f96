"""Use cases of transfers: one district gives, the other takes."""

from uuid import UUID

from liandong.db.errors import ConstraintViolated, violated_constraint
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule, two_persons
from liandong.ids import uuid7
from liandong.problems import Conflict, FieldError, IllegalTransition, Invalid
from registry.applications import repository as application_repository
from registry.organizations import repository as organization_repository
from registry.organizations import service as organizations
from registry.organizations.domain import LIVING, Kind
from registry.organizations.models import Organization
from registry.transfers import repository
from registry.transfers.domain import Action, Status, advance
from registry.transfers.events import (
    TransferAccepted,
    TransferProposed,
    TransferRefused,
    TransferWithdrawn,
)
from registry.transfers.keeping import TransferOpen
from registry.transfers.models import Transfer
from registry.transfers.schemas import ProposeTransfer


class ApplicationsOpen(Conflict):
    slug, title = "applications-open", "该组织有未办结的登记申请"


class Moved(Conflict):
    slug, title = "organization-moved", "该组织已不在迁出地"


async def propose(uow: UnitOfWork, body: ProposeTransfer) -> Transfer:
    """The district that has the organisation gives it away."""
    organization = await organization_repository.lock(uow, body.organization_id)
    district_rule(uow.actor, organization.district)
    _must_live(organization)
    if body.to_district == organization.district:
        raise _wrong("same-district", "迁入地与现在的行政区划相同")
    if organization.kind is Kind.COMMUNITY_GROUP and len(body.to_district) < len("340103001"):
        raise _wrong("too-wide", "备案的社区社会组织应迁入街道（乡镇）或者社区")
    transfer = Transfer(
        id=uuid7(),
        version=0,
        organization_id=organization.id,
        from_district=organization.district,
        to_district=body.to_district,
        address=body.address,
        supervisor=body.supervisor,
        status=Status.PROPOSED,
        reason=body.reason,
        proposed_by=uow.actor.subject,
        answer="",
        created_at=uow.now,
        updated_at=uow.now,
    )
    uow.session.add(transfer)
    uow.publish(TransferProposed(**transfer.facts()), of=transfer)
    try:
        await uow.session.flush()
    except ConstraintViolated as error:
        if violated_constraint(error) == "uq_transfer_open":
            raise TransferOpen() from None
        raise
    _record(uow, transfer, "proposed", transfer.from_district, reason=body.reason)
    return transfer


async def accept(uow: UnitOfWork, transfer_id: UUID, version: int) -> Transfer:
    """接收: the organisation belongs to the receiving district; nothing of it may be pending."""
    known = await repository.get(uow.session, transfer_id)
    organization = await organization_repository.lock(uow, known.organization_id)
    transfer = await _at_hand(uow, transfer_id, version, Action.ACCEPT)
    district_rule(uow.actor, transfer.to_district)
    two_persons(transfer.proposed_by, uow.actor, "接收迁移的组织")
    _must_live(organization)
    if organization.district != transfer.from_district:
        raise Moved(f"该组织现在{organization.district}")
    pending = await application_repository.submitted_of(uow, organization.id, but=transfer.id)
    if pending:
        raise ApplicationsOpen(
            f"有 {len(pending)} 件未办结，办结或者撤回后方可接收",
            extra={"application_ids": [str(one.id) for one in pending]},
        )
    await organizations.move(
        uow, organization, transfer.to_district, transfer.address, transfer.supervisor
    )
    transfer.decided_on = uow.today
    uow.publish(TransferAccepted(**transfer.facts()), of=transfer)
    _record(uow, transfer, "accepted", transfer.to_district)
    return transfer


async def refuse(uow: UnitOfWork, transfer_id: UUID, version: int, reason: str) -> Transfer:
    """不接收, by the receiving district."""
    transfer = await _at_hand(uow, transfer_id, version, Action.REFUSE)
    district_rule(uow.actor, transfer.to_district)
    transfer.decided_on, transfer.answer = uow.today, reason
    uow.publish(TransferRefused(**transfer.facts()), of=transfer)
    _record(uow, transfer, "refused", transfer.to_district, reason=reason)
    return transfer


async def withdraw(uow: UnitOfWork, transfer_id: UUID, version: int, reason: str) -> Transfer:
    """撤回, by the district that proposed it."""
    transfer = await _at_hand(uow, transfer_id, version, Action.WITHDRAW)
    district_rule(uow.actor, transfer.from_district)
    transfer.decided_on, transfer.answer = uow.today, reason
    uow.publish(TransferWithdrawn(**transfer.facts()), of=transfer)
    _record(uow, transfer, "withdrawn", transfer.from_district, reason=reason)
    return transfer


async def _at_hand(uow: UnitOfWork, transfer_id: UUID, version: int, action: Action) -> Transfer:
    transfer = await repository.lock(uow, transfer_id)
    transfer.expect(version)
    transfer.status = advance(transfer.status, action)
    return transfer


def _must_live(organization: Organization) -> None:
    if organization.status not in LIVING:
        raise IllegalTransition(
            f"当前状态为“{organization.status.label}”，不能迁移",
            extra={"current_status": organization.status.value},
        )


def _wrong(code: str, message: str) -> Invalid:
    return Invalid(message, [FieldError("/to_district", code, message)])


def _record(
    uow: UnitOfWork, transfer: Transfer, fact: str, district: str, **details: object
) -> None:
    uow.record(
        f"transfer.{fact}",
        "transfer",
        transfer.id,
        district=district,
        organization_id=transfer.organization_id,
        **details,
    )
