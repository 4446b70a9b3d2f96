"""What is under way about a body: nobody ends the body over it."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import Conflict
from registry.applications.models import Application
from registry.liquidations import repository as liquidations
from registry.organizations.applied_for import NOT_TO_COME
from registry.organizations.models import Organization
from registry.penalties.domain import ENDED as PENALTY_ENDED
from registry.penalties.domain import Status as PenaltyStatus
from registry.penalties.models import Penalty
from registry.rectifications.domain import Status as RectificationStatus
from registry.rectifications.models import Rectification
from registry.revocations import repository as revocations

_LABELS = {
    "application": "登记申请",
    "penalty": "行政处罚案件",
    "rectification": "责令整改",
    "revocation": "撤销登记",
}


class LiquidationNotEnded(Conflict):
    slug, title = "liquidation-not-ended", "清算尚未结束，不能注销登记"


class MattersOpen(Conflict):
    slug, title = "matters-open", "该组织有未办结的事项，不能注销登记"


async def refuse_unliquidated(uow: UnitOfWork, organization_id: UUID) -> None:
    """Where a liquidation was opened it must have ended, or been withdrawn."""
    one = await liquidations.unended_of(uow.session, organization_id)
    if one is not None:
        raise LiquidationNotEnded(
            f"清算现为“{one.status.label}”", extra={"liquidation_id": str(one.id)}
        )


async def refuse_open_matters(uow: UnitOfWork, organization: Organization) -> None:
    """Of an organisation that is locked: whatever is opened about it takes that lock first."""
    found = [
        {"matter": matter, "id": str(one)}
        for matter, ids in (await _open_matters(uow, organization.id)).items()
        for one in ids
    ]
    if found:
        names = "、".join(dict.fromkeys(_LABELS[one["matter"]] for one in found))
        raise MattersOpen(f"有 {len(found)} 件未办结：{names}", extra={"open": found})


async def _open_matters(uow: UnitOfWork, organization_id: UUID) -> dict[str, list[UUID]]:
    """By kind. A penalty that is served is done with but for what is still to be paid."""
    paid = (Penalty.status == PenaltyStatus.SERVED) & (Penalty.paid_fen >= Penalty.due_fen)
    revocation = await revocations.open_of(uow.session, organization_id)
    return {
        "application": await _ids(
            uow, Application, organization_id, Application.status.not_in(NOT_TO_COME)
        ),
        "penalty": await _ids(
            uow, Penalty, organization_id, Penalty.status.not_in(PENALTY_ENDED) & ~paid
        ),
        "rectification": await _ids(
            uow,
            Rectification,
            organization_id,
            Rectification.status.not_in(
                [RectificationStatus.COMPLETED, RectificationStatus.WITHDRAWN]
            ),
        ),
        "revocation": [] if revocation is None else [revocation.id],
    }


async def _ids(
    uow: UnitOfWork, table: Any, organization_id: UUID, unfinished: ColumnElement[bool]
) -> list[UUID]:
    query = select(table.id).where(table.organization_id == organization_id, unfinished)
    return list(await uow.session.scalars(query.order_by(table.id)))
