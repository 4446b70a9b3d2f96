"""What a penalty does to the registration, and how its withdrawal undoes it."""

from liandong.db.unit_of_work import UnitOfWork
from liandong.values.periods import add_months
from registry.liquidations import repository as liquidations_of
from registry.liquidations import service as liquidations
from registry.liquidations.domain import Ground
from registry.organizations import ending, enforcement
from registry.organizations import repository as organizations
from registry.organizations.domain import Status as OrganizationStatus
from registry.penalties import repository
from registry.penalties.domain import Effect, Sanction
from registry.penalties.models import Penalty


async def enforce(uow: UnitOfWork, penalty: Penalty) -> None:
    """限期停止活动 or 撤销登记 in the register, from today. A body that has ended is left alone."""
    proposed = penalty.proposed
    assert proposed is not None
    assert penalty.decision_number is not None
    if proposed.has(Sanction.SUSPENSION):
        until = add_months(uow.today, proposed.suspension_months)
        penalty.effective_until = until
        if await enforcement.suspend_at_least(
            uow, penalty.organization_id, until, penalty.decision_number
        ):
            penalty.effect = Effect.SUSPENDED
    elif proposed.has(Sanction.REVOCATION) and await enforcement.revoke_if_living(
        uow, penalty.organization_id, penalty.decision_number
    ):
        penalty.effect = Effect.REVOKED
        organization = await organizations.lock(uow, penalty.organization_id)
        if await liquidations_of.open_of(uow, organization.id) is None:
            await liquidations.open_for(uow, organization, Ground.REVOCATION, uow.today)


async def undo(uow: UnitOfWork, penalty: Penalty, new_name: str | None) -> bool:
    """Lifts what only this penalty upholds; whether the register was changed.

    A suspension ends, or is shortened to what another penalty still demands. A revoked body is
    restored unless another penalty revokes it too. A cancelled one stays cancelled.
    """
    proposed = penalty.proposed
    assert proposed is not None
    if penalty.served_on is None:
        return False
    if proposed.has(Sanction.SUSPENSION):
        return await _lift(uow, penalty)
    if proposed.has(Sanction.REVOCATION):
        return await _restore(uow, penalty, new_name)
    return False


async def _lift(uow: UnitOfWork, penalty: Penalty) -> bool:
    organization = await organizations.lock(uow, penalty.organization_id)
    if (
        organization.status is not OrganizationStatus.SUSPENDED
        or organization.suspended_until != penalty.effective_until
    ):
        return False
    others = await repository.in_force(
        uow, penalty.organization_id, Effect.SUSPENDED, but=penalty.id
    )
    until = max((one.effective_until for one in others if one.effective_until), default=None)
    if until == penalty.effective_until:
        return False
    if until is not None and until >= uow.today:
        await enforcement.shorten_suspension(uow, organization, until)
    else:
        await ending.resume(uow, organization.id, organization.version)
    return True


async def _restore(uow: UnitOfWork, penalty: Penalty, new_name: str | None) -> bool:
    organization = await organizations.lock(uow, penalty.organization_id)
    if organization.status is not OrganizationStatus.REVOKED:
        return False
    if await repository.in_force(uow, organization.id, Effect.REVOKED, but=penalty.id):
        return False
    ours = penalty.effect is Effect.REVOKED
    if not ours and not await repository.revoked_it(uow, organization.id):
        return False  # it was revoked otherwise than by a penalty
    await enforcement.restore(uow, organization, new_name)
    await liquidations.end_with_restoration(uow, organization.id, "撤销登记的处罚决定已撤销")
    for one in await repository.in_force(uow, organization.id, Effect.SUSPENDED, but=penalty.id):
        if one.effective_until is not None and one.effective_until >= uow.today:
            assert one.decision_number is not None
            await enforcement.suspend_at_least(
                uow, organization.id, one.effective_until, one.decision_number
            )
    return True
