"""What the registry is made of."""

from pathlib import Path

from liandong.definition import ServiceDefinition
from registry.activities import endpoints as activities
from registry.activities import service as activity_service
from registry.activities.events import EVENTS as ACTIVITY_EVENTS
from registry.activities.rules import ACTIVITIES
from registry.applications import endpoints as applications
from registry.applications import timing as application_timing
from registry.applications.events import EVENTS as APPLICATION_EVENTS
from registry.applications.rules import APPLICATIONS
from registry.coverage import endpoints as coverage
from registry.coverage.events import EVENTS as COVERAGE_EVENTS
from registry.custody import endpoints as custody
from registry.custody.events import EVENTS as CUSTODY_EVENTS
from registry.duties import endpoints as duties
from registry.duties import rounds as duty_rounds
from registry.duties.events import EVENTS as DUTY_EVENTS
from registry.duties.rules import DUTIES
from registry.filings import endpoints as filings
from registry.filings import timing as filing_timing
from registry.filings.events import EVENTS as FILING_EVENTS
from registry.filings.rules import FILINGS
from registry.histories import endpoints as histories
from registry.hubs import endpoints as hubs
from registry.hubs.events import EVENTS as HUB_EVENTS
from registry.names import endpoints as names
from registry.names import service as name_service
from registry.names.events import EVENTS as NAME_EVENTS
from registry.names.rules import NAMES
from registry.organizations import endpoints as organizations
from registry.organizations import service as organization_service
from registry.organizations.events import EVENTS as ORGANIZATION_EVENTS
from registry.organizations.imports import ORGANIZATIONS
from registry.successions import endpoints as successions
from registry.successions.events import EVENTS as SUCCESSION_EVENTS
from registry.tables import Base

DEFINITION = ServiceDefinition(
    name="registry",
    title="登记服务",
    description=(
        "社会组织的核名、登记申请的办理、成立登记与备案、变更、停止活动、注销、撤销与检索；"
        "社区社会组织的备案、枢纽型组织、资金代管与日常义务。"
    ),
    folder=Path(__file__).parent,
    metadata=Base.metadata,
    routers=[
        organizations.router,
        histories.router,
        names.checks,
        names.reservations,
        applications.router,
        filings.router,
        filings.requirements,
        filings.lists,
        filings.upgraded,
        successions.router,
        hubs.hubs,
        hubs.memberships,
        hubs.of_organization,
        coverage.hubs,
        coverage.shares,
        coverage.counts,
        custody.hubs,
        custody.accounts,
        custody.payouts,
        custody.entries,
        activities.router,
        duties.reports,
        duties.rounds,
        duties.appraisals,
    ],
    events=[
        *ORGANIZATION_EVENTS,
        *NAME_EVENTS,
        *APPLICATION_EVENTS,
        *FILING_EVENTS,
        *HUB_EVENTS,
        *COVERAGE_EVENTS,
        *SUCCESSION_EVENTS,
        *CUSTODY_EVENTS,
        *ACTIVITY_EVENTS,
        *DUTY_EVENTS,
    ],
    deadlines={
        organization_service.SUSPENSION_ENDS: organization_service.end_suspension,
        name_service.RESERVATION_ENDS: name_service.expire,
        application_timing.CLOCK: application_timing.fires,
        filing_timing.CLOCK: filing_timing.fires,
        activity_service.RESULT_DUE: activity_service.result_due,
        duty_rounds.CLOCK: duty_rounds.fires,
    },
    rule_subjects=[NAMES, APPLICATIONS, FILINGS, ACTIVITIES, DUTIES],
    imports=[ORGANIZATIONS],
)
