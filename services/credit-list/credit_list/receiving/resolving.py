"""Rows whose organisation was not found: resolved by a clerk, or when it becomes known."""

from collections.abc import Sequence
from uuid import UUID

from credit_list.learned import repository as learned
from credit_list.learned.events import OrganizationFacts
from credit_list.receiving import domain, linking, repository
from credit_list.receiving.domain import CANCELLED, Action, NotOurs
from credit_list.receiving.models import Row
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule


async def resolve(
    uow: UnitOfWork, row_id: UUID, version: int, organization_id: UUID, reason: str
) -> Row:
    organization = await learned.lock_organization(uow, organization_id)
    row = await _lock(uow, row_id, version)
    domain.advance(row.status, Action.RESOLVE)
    district_rule(uow.actor, organization.district)
    if organization.status == CANCELLED:
        raise NotOurs(
            "该社会组织已注销，不能对应", extra={"organization_status": organization.status}
        )
    await linking.attach(uow, row, organization)
    _settled(uow, row, reason)
    return row


async def dismiss(uow: UnitOfWork, row_id: UUID, version: int, reason: str) -> Row:
    """It is about nobody of ours."""
    row = await _lock(uow, row_id, version)
    row.status = domain.advance(row.status, Action.DISMISS)
    _settled(uow, row, reason)
    return row


async def known_now(uow: UnitOfWork, told: Sequence[OrganizationFacts]) -> None:
    """The registry has told of organisations, which are locked: rows may have waited for them."""
    rows = await repository.lock_unresolved(
        uow,
        {one.credit_code for one in told if one.credit_code},
        {domain.plain_name(one.name) for one in told},
    )
    if not rows:
        return
    causes = {one.organization_id: str(cause) for one, cause in zip(told, uow.causes, strict=False)}
    for row in rows:
        named = repository.named_by(row)
        found = await repository.known(uow.session, [named])
        organization_id, row.reason = domain.match(named, found, row.district)
        if organization_id is None or organization_id not in {one.organization_id for one in told}:
            continue
        uow.causation_id = causes.get(organization_id, uow.causation_id)
        organization = await learned.lock_organization(uow, organization_id)
        await linking.attach(uow, row, organization)
        row.touch(uow.now)


async def _lock(uow: UnitOfWork, row_id: UUID, version: int) -> Row:
    row = await repository.lock_row(uow, row_id)
    row.expect(version)
    district_rule(uow.actor, row.district)
    return row


def _settled(uow: UnitOfWork, row: Row, reason: str) -> None:
    row.settled_by = uow.actor.subject
    row.note = reason
    row.touch(uow.now)
    uow.record(f"received-row.{row.status.value}", "received-row", row.id, district=row.district)
