"""What the registry is made of."""

from pathlib import Path

from liandong.definition import ServiceDefinition
from liandong.timers.rounds import Round
from registry.applications import endpoints as applications
from registry.applications import timing as application_timing
from registry.applications.events import EVENTS as APPLICATION_EVENTS
from registry.applications.rules import APPLICATIONS
from registry.figures import endpoints as figures
from registry.figures.checking import check
from registry.figures.folding import fold
from registry.histories import endpoints as histories
from registry.learned.handlers import MARKS
from registry.names import endpoints as names
from registry.names import service as name_service
from registry.names.events import EVENTS as NAME_EVENTS
from registry.names.rules import NAMES
from registry.organizations import endpoints as organizations
from registry.organizations import service as organization_service
from registry.organizations.events import EVENTS as ORGANIZATION_EVENTS
from registry.organizations.imports import ORGANIZATIONS
from registry.search import endpoints as search
from registry.search.rules import EXPORTS
from registry.tables import Base

DEFINITION = ServiceDefinition(
    name="registry",
    title="登记服务",
    description="社会组织的核名、登记申请的办理、成立登记与备案、变更、停止活动、注销、撤销与检索。",
    folder=Path(__file__).parent,
    metadata=Base.metadata,
    routers=[
        search.router,
        organizations.router,
        histories.router,
        names.checks,
        names.reservations,
        applications.router,
        figures.router,
    ],
    events=[*ORGANIZATION_EVENTS, *NAME_EVENTS, *APPLICATION_EVENTS],
    groups=[MARKS],
    deadlines={
        organization_service.SUSPENSION_ENDS: organization_service.end_suspension,
        name_service.RESERVATION_ENDS: name_service.expire,
        application_timing.CLOCK: application_timing.fires,
    },
    rule_subjects=[NAMES, APPLICATIONS, EXPORTS],
    imports=[ORGANIZATIONS],
    rounds=[
        Round("registry.figures.fold", 10, fold),
        Round("registry.figures.check", 60, check),
    ],
)
