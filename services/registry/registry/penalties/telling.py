"""What every step is answered with."""

from fastapi import Response

from liandong.db.unit_of_work import UnitOfWork
from liandong.http.dependencies import tagged
from registry.penalties import timing
from registry.penalties.models import Penalty
from registry.penalties.schemas import PenaltySummary


async def told(uow: UnitOfWork, penalty: Penalty, response: Response) -> PenaltySummary:
    tagged(response, penalty)
    return PenaltySummary.of(penalty, *(await timing.standings(uow, [penalty])))
