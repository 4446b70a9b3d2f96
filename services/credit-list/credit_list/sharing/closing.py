"""The close of a day: what has changed since the last one becomes the lines of its delta.

Only the net change of a day is said: what was listed and corrected between two closes never left
the house. Everything is read when the day is closed, after the marks were taken, so that no change
is missed and none is said that has been undone; what commits later belongs to the next day.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from credit_list.sharing import facts, repository
from credit_list.sharing.domain import Operation, Subject, operation_after, operation_of
from credit_list.sharing.facts import Shared
from credit_list.sharing.models import SharedChange, SharedDay, SharedMark
from credit_list.sharing.rules import SHARING
from liandong.db.unit_of_work import UnitOfWork
from liandong.timers.rounds import Round

_AT_ONCE: Final = 500
_Told = list[tuple[UUID, UUID, str, Shared | None]]


async def close(uow: UnitOfWork) -> int:
    """Closes yesterday, once. Days on which no worker ran have no file of their own: the first
    one after them tells what happened."""
    yesterday = uow.today - timedelta(days=1)
    latest = await repository.latest_day(uow.session)
    if latest is not None and latest.day >= yesterday:
        return 0
    marked = await repository.take_marks(uow.session)
    wanted = marked | await repository.ended(uow.session, yesterday)
    if latest is None:
        wanted |= await repository.everything(uow.session)
    before = await repository.last_position(uow.session)
    position = before
    for subject, tell in ((Subject.LISTING, _listings), (Subject.PENALTY, _penalties)):
        ids = sorted(one for kind, one in wanted if kind is subject)
        for start in range(0, len(ids), _AT_ONCE):
            told = await tell(uow, ids[start : start + _AT_ONCE], yesterday)
            position = await _say(uow, subject, told, yesterday, position)
    uow.session.add(
        SharedDay(
            day=yesterday,
            previous_day=latest.day if latest is not None else None,
            first_position=before + 1,
            last_position=position,
            closed_at=uow.now,
        )
    )
    uow.record("sharing.day-closed", "shared-day", yesterday.isoformat(), last_position=position)
    return 1


async def _listings(uow: UnitOfWork, ids: Sequence[UUID], day: date) -> _Told:
    documents = await repository.documents(uow.session, ids)
    told: _Told = []
    for listing, organization in await repository.listings(uow.session, ids):
        rules = (await uow.rules(SHARING, listing.district)).parameters
        shared = facts.of_listing(listing, organization, documents.get(listing.id), rules, day)
        told.append((listing.id, listing.organization_id, listing.district, shared))
    return told


async def _penalties(uow: UnitOfWork, ids: Sequence[UUID], day: date) -> _Told:
    told: _Told = []
    for record, organization in await repository.penalties(uow.session, ids):
        if organization is None:  # not learnt yet: looked at again at the next close
            uow.session.add(SharedMark(subject=Subject.PENALTY, subject_id=record.id))
            continue
        rules = (await uow.rules(SHARING, record.district)).parameters
        shared = facts.of_penalty(record, organization, rules, day)
        told.append((record.id, record.organization_id, record.district, shared))
    return told


async def _say(uow: UnitOfWork, subject: Subject, told: _Told, day: date, position: int) -> int:
    ids = [one for one, _, _, _ in told]
    known = await repository.current(uow.session, subject, ids)
    corrected = await repository.corrected(uow.session, [one.position for one in known.values()])
    said: list[SharedChange] = []
    for subject_id, organization_id, district, shared in sorted(told, key=lambda one: one[0]):
        before, now = known.get(subject_id), shared.content if shared else None
        if before is not None and before.position in corrected:
            operation = operation_after(corrected[before.position], now)
        else:
            operation = operation_of(before.content if before is not None else None, now)
        if operation is None:
            continue
        position += 1
        if before is not None:
            before.until_position = position
        said.append(
            SharedChange(
                position=position,
                day=day,
                subject=subject,
                subject_id=subject_id,
                organization_id=organization_id,
                district=before.district if before is not None else district,
                operation=operation,
                content=shared.content if shared and operation is not Operation.DELETE else None,
                ends_on=shared.ends_on if shared else None,
            )
        )
    await uow.session.flush()  # what stood so far ends before anything else stands
    uow.session.add_all(said)
    await uow.session.flush()
    return position


CLOSING: Final = Round("shared-day", 60.0, close).chore()
