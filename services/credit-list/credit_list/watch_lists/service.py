"""Use cases of watch lists. They tell nobody anything: no events, only audit."""

from collections.abc import Sequence
from uuid import UUID

from credit_list.checks.rules import QUESTIONS, QuestionParameters
from credit_list.watch_lists import domain, repository
from credit_list.watch_lists.models import WatchList
from liandong.db.unit_of_work import UnitOfWork
from liandong.ids import uuid7
from liandong.values.districts import ROOT


async def make(uow: UnitOfWork, name: str, asked: Sequence[str]) -> tuple[WatchList, int]:
    limits = await _limits(uow)
    codes = domain.codes_of(asked)
    domain.check_room(len(codes), limits.codes_per_watch_list.number)
    number = await repository.lock_owner(uow, uow.actor.subject)
    domain.check_lists(number, limits.watch_lists_each.number)
    made = WatchList(
        id=uuid7(),
        version=1,
        created_at=uow.now,
        updated_at=uow.now,
        owner=uow.actor.subject,
        name=name,
    )
    uow.session.add(made)
    await repository.add(uow, made.id, codes)
    uow.record("watch-list.made", "watch_list", made.id, codes=len(codes))
    return made, len(codes)


async def add(
    uow: UnitOfWork, watch_list_id: UUID, version: int, asked: Sequence[str]
) -> tuple[WatchList, int]:
    watch_list = await _open(uow, watch_list_id, version)
    codes = domain.codes_of(asked)
    await repository.add(uow, watch_list.id, codes)
    number = await repository.count(uow.session, watch_list.id)
    domain.check_room(number, (await _limits(uow)).codes_per_watch_list.number)
    return _changed(uow, watch_list, "added", number), number


async def remove(
    uow: UnitOfWork, watch_list_id: UUID, version: int, asked: Sequence[str]
) -> tuple[WatchList, int]:
    """A code that is not on it is not missed."""
    watch_list = await _open(uow, watch_list_id, version)
    await repository.remove(uow, watch_list.id, domain.codes_of(asked))
    number = await repository.count(uow.session, watch_list.id)
    return _changed(uow, watch_list, "removed", number), number


async def discard(uow: UnitOfWork, watch_list_id: UUID, version: int) -> None:
    watch_list = await _open(uow, watch_list_id, version)
    await repository.discard(uow, watch_list)
    uow.record("watch-list.discarded", "watch_list", watch_list.id)


async def _open(uow: UnitOfWork, watch_list_id: UUID, version: int) -> WatchList:
    watch_list = await repository.lock(uow, watch_list_id, uow.actor.subject)
    watch_list.expect(version)
    return watch_list


def _changed(uow: UnitOfWork, watch_list: WatchList, fact: str, number: int) -> WatchList:
    watch_list.touch(uow.now)
    uow.record(f"watch-list.{fact}", "watch_list", watch_list.id, codes=number)
    return watch_list


async def _limits(uow: UnitOfWork) -> QuestionParameters:
    return (await uow.rules(QUESTIONS, ROOT)).parameters
