"""Entries of others whose own term is over: nobody has to send a deletion for them."""

from typing import Final

from credit_list.learned import repository as learned
from credit_list.receiving import linking, repository
from credit_list.receiving.domain import Action
from liandong.db.unit_of_work import UnitOfWork
from liandong.timers.rounds import Round

_AT_ONCE: Final = 200


async def end(uow: UnitOfWork) -> int:
    """Ends rows of one sender; how many. The locks are those of a batch, in the same order."""
    sender = await repository.sender_of_ended(uow.session, uow.today)
    if sender is None:
        return 0
    await repository.lock_known_sender(uow, sender)
    found = await repository.ended(uow.session, sender, uow.today, _AT_ONCE)
    organizations = {one for _, one in found if one is not None}
    for one in sorted(organizations):
        await learned.lock_organization(uow, one)
    rows = await repository.lock_open_rows(uow, [row_id for row_id, _ in found])
    for row in rows:
        await linking.detach(uow, row, Action.END)
    return len(rows)


ENDING: Final = Round("foreign-listings-ending", 60.0, end).chore()
