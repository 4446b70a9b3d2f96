"""How many measures wait for the executing services, as a metric."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from credit_list.measures import repository
from credit_list.measures.catalogue import EFFECTS
from liandong.definition import Chore
from liandong.metrics import MEASURES_UNACKNOWLEDGED
from liandong.runtime import Runtime

STATES: Final = ("waiting", "late")


async def count(runtime: Runtime) -> int:
    """Every worker counts for itself. 0: there is never more to do at once."""
    async with AsyncSession(runtime.worker_engine) as session:
        found = await repository.count_unacknowledged(session, runtime.clock.now())
    for service in EFFECTS:
        for state in STATES:
            gauge = MEASURES_UNACKNOWLEDGED.labels(service.value, state)
            gauge.set(found.get((service.value, state), 0))
    return 0


COUNTING: Final = Chore("measures", 30.0, count)
