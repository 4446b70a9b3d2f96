"""An inspection as it is read: with what is missing and what to look at."""

from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import Problem
from registry.inspections import missing, repository, seasons, service
from registry.inspections.domain import WAITING
from registry.inspections.findings import warnings
from registry.inspections.models import Inspection
from registry.inspections.schemas import FindingRead, InspectionRead, WarningRead, shown_whole


async def whole(uow: UnitOfWork, inspection: Inspection) -> InspectionRead:
    """Without usable rules nothing is found, and nothing fails."""
    season = await repository.season(uow.session, inspection.season_id)
    last_day = season.days_of(inspection.regime).registrar
    due_on = missing.last_day_of(inspection, last_day) if inspection.status in WAITING else None
    try:
        rules = seasons.rules_of(season)
    except Problem:
        return shown_whole(inspection, due_on, [], [])
    until = await repository.certified_until(uow.session, inspection.organization_id)
    report = inspection.content
    return shown_whole(
        inspection,
        due_on,
        [FindingRead(**one.as_dict()) for one in service.lacks(inspection, rules)],
        [WarningRead.of(one) for one in warnings(report, inspection.year, rules, until)],
    )
