"""Rounds: chores of one transaction each.

A round is one transaction. Several workers may be about to begin the same one: one of them does
it, the others leave it out.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from liandong.db.unit_of_work import UnitOfWork, UnitOfWorkFactory
from liandong.definition import Chore
from liandong.identity.actors import SYSTEM
from liandong.runtime import Runtime

_TURN = "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))"


@dataclass(frozen=True, slots=True)
class Round:
    """``work`` gives how much it found to do: while there is some it is called again at once,
    else after ``seconds``."""

    name: str
    seconds: float
    work: Callable[[UnitOfWork], Awaitable[int]]

    def chore(self) -> Chore:
        """As a service's definition lists it."""

        async def turn(runtime: Runtime) -> int:
            return await run_round(runtime.work, self)

        return Chore(self.name, self.seconds, turn)


async def run_round(factory: UnitOfWorkFactory, one: Round) -> int:
    """Does the work once; 0 when somebody else is at it."""

    async def turn(uow: UnitOfWork) -> int:
        if not await uow.sql.fetchval(_TURN, f"round:{one.name}"):
            return 0
        return await one.work(uow)

    return await factory.run(SYSTEM(factory.service), turn)
