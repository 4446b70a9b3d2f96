"""Many rows in one command: each succeeds or fails by itself, and the answer says which."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from credit_list.red_campaigns.schemas import RowRead
from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import Problem


async def each(
    uow: UnitOfWork, ids: Sequence[UUID], work: Callable[[UUID], Awaitable[RowRead]]
) -> list[RowRead]:
    """In the order of their ids, so that two commands lock them in one order. What a row that is
    refused had begun is undone behind a savepoint, with its events and audit entries."""
    done: dict[UUID, RowRead] = {}
    for one in sorted({*ids}):
        await uow.session.flush()
        events, entries = len(uow.events), len(uow.entries)
        try:
            async with uow.session.begin_nested():
                done[one] = await work(one)
        except Problem as problem:
            del uow.events[events:]
            del uow.entries[entries:]
            detail = problem.detail or problem.title
            done[one] = RowRead(id=one, done=False, problem=problem.slug, detail=detail)
    return [done[one] for one in dict.fromkeys(ids)]
