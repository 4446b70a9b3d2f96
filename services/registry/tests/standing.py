"""A body's standing in tests, brought about without the procedure that leads to it."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.actors import Actor, Role
from liandong.testing.services import ServiceUnderTest, an_actor
from registry.organizations import ending

_CHIEF = an_actor("chief-1", Role.APPROVER)


async def suspended(
    registry: ServiceUnderTest,
    made: Mapping[str, Any],
    until: str,
    reason: str = "未按章程开展活动",
    by: Actor = _CHIEF,
) -> dict[str, Any]:
    """限期停止活动 of what was read at its version; as it is read afterwards."""

    async def work(uow: UnitOfWork) -> None:
        day = date.fromisoformat(until)
        await ending.suspend(uow, UUID(str(made["id"])), made["version"], day, reason)

    await registry.runtime.work.run(by, work)
    return {**made, "version": made["version"] + 1, "status": "suspended"}


async def revoked(
    registry: ServiceUnderTest,
    made: Mapping[str, Any],
    reason: str = "一年未开展活动",
    by: Actor = _CHIEF,
) -> dict[str, Any]:
    """撤销登记 of what was read at its version; no liquidation is opened."""

    async def work(uow: UnitOfWork) -> None:
        await ending.revoke(uow, UUID(str(made["id"])), made["version"], reason)

    await registry.runtime.work.run(by, work)
    return {**made, "version": made["version"] + 1, "status": "revoked"}
