"""A move that the common superior made by itself, kept where the two districts look for it."""

from sqlalchemy import select

from liandong.db.unit_of_work import UnitOfWork
from liandong.ids import uuid7
from liandong.problems import Conflict
from liandong.values.districts import subtree_prefix
from registry.organizations.models import Organization
from registry.transfers.domain import Status
from registry.transfers.events import TransferAccepted
from registry.transfers.models import Transfer

REASON = "由共同的上级直接变更行政区划"


class TransferOpen(Conflict):
    slug, title = "transfer-open", "该组织另有未办结的迁移"


async def keep_move(uow: UnitOfWork, organization: Organization, former_district: str) -> None:
    """迁移 of a body that has moved, accepted at once: the former district finds it in its list,
    and its partners learn of it by the event. Another code of the same place is no move.

    Raises TransferOpen while another transfer waits for its answer.
    """
    former, new = subtree_prefix(former_district), subtree_prefix(organization.district)
    if former.startswith(new) or new.startswith(former):
        return
    waiting = select(Transfer.id).where(
        Transfer.organization_id == organization.id, Transfer.status == Status.PROPOSED
    )
    open_id = await uow.session.scalar(waiting)
    if open_id is not None:
        raise TransferOpen("先办结或者撤回该项迁移", extra={"transfer_id": str(open_id)})
    transfer = Transfer(
        id=uuid7(),
        version=0,
        organization_id=organization.id,
        from_district=former_district,
        to_district=organization.district,
        address=organization.address,
        supervisor=organization.supervisor,
        status=Status.ACCEPTED,
        reason=REASON,
        proposed_by=uow.actor.subject,
        decided_on=uow.today,
        answer="",
        created_at=uow.now,
        updated_at=uow.now,
    )
    uow.session.add(transfer)
    uow.publish(TransferAccepted(**transfer.facts()), of=transfer)
    uow.record(
        "transfer.accepted",
        "transfer",
        transfer.id,
        district=transfer.from_district,
        organization_id=organization.id,
    )
