"""What the registry is made of."""

from pathlib import Path

from liandong.definition import ServiceDefinition
from registry.applications import endpoints as applications
from registry.applications import timing as application_timing
from registry.applications.events import EVENTS as APPLICATION_EVENTS
from registry.applications.rules import APPLICATIONS
from registry.checks import endpoints as checks
from registry.checks import timing as check_timing
from registry.checks.events import EVENTS as CHECK_EVENTS
from registry.checks.rules import CHECKS
from registry.liquidations import endpoints as liquidations
from registry.liquidations import timing as liquidation_timing
from registry.liquidations.events import EVENTS as LIQUIDATION_EVENTS
from registry.liquidations.rules import LIQUIDATIONS
from registry.names import endpoints as names
from registry.names import service as name_service
from registry.names.events import EVENTS as NAME_EVENTS
from registry.names.rules import NAMES
from registry.officers import endpoints as officers
from registry.organizations import endpoints as organizations
from registry.organizations import service as organization_service
from registry.organizations.events import EVENTS as ORGANIZATION_EVENTS
from registry.organizations.imports import ORGANIZATIONS
from registry.penalties import board as penalty_board
from registry.penalties import decisions as penalty_decisions
from registry.penalties import endpoints as penalties
from registry.penalties import timing as penalty_timing
from registry.penalties.events import EVENTS as PENALTY_EVENTS
from registry.penalties.rules import PENALTIES
from registry.rectifications import endpoints as rectifications
from registry.rectifications import timing as rectification_timing
from registry.rectifications.events import EVENTS as RECTIFICATION_EVENTS
from registry.rectifications.rules import RECTIFICATIONS
from registry.sampling import endpoints as sampling
from registry.sampling.events import EVENTS as SAMPLING_EVENTS
from registry.tables import Base

DEFINITION = ServiceDefinition(
    name="registry",
    title="登记服务",
    description="社会组织的核名、登记申请的办理、成立登记与备案、变更、停止活动、注销、撤销与检索；抽查检查、责令整改、行政处罚、清算。",
    folder=Path(__file__).parent,
    metadata=Base.metadata,
    routers=[
        organizations.router,
        names.checks,
        names.reservations,
        applications.router,
        officers.router,
        penalties.router,
        penalty_decisions.router,
        penalty_board.router,
        rectifications.router,
        checks.router,
        checks.board,
        sampling.router,
        sampling.board,
        liquidations.router,
    ],
    events=[
        *ORGANIZATION_EVENTS,
        *NAME_EVENTS,
        *APPLICATION_EVENTS,
        *PENALTY_EVENTS,
        *RECTIFICATION_EVENTS,
        *CHECK_EVENTS,
        *SAMPLING_EVENTS,
        *LIQUIDATION_EVENTS,
    ],
    deadlines={
        organization_service.SUSPENSION_ENDS: organization_service.end_suspension,
        name_service.RESERVATION_ENDS: name_service.expire,
        application_timing.CLOCK: application_timing.fires,
        penalty_timing.CLOCK: penalty_timing.fires,
        penalty_timing.PUBLICATION_DUE: penalty_timing.publication_fires,
        penalty_timing.PUBLICATION_ENDS: penalty_timing.publication_ends,
        rectification_timing.DEADLINE: rectification_timing.fires,
        check_timing.PUBLICATION: check_timing.fires,
        liquidation_timing.CLOCK: liquidation_timing.fires,
    },
    rule_subjects=[NAMES, APPLICATIONS, PENALTIES, RECTIFICATIONS, CHECKS, LIQUIDATIONS],
    imports=[ORGANIZATIONS],
)
