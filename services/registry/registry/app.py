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
from registry.attachments import endpoints as attachments
from registry.attachments.events import EVENTS as ATTACHMENT_EVENTS
from registry.attachments.rules import ATTACHMENTS
from registry.attachments.sweeping import SWEEPING
from registry.checks import endpoints as checks
from registry.checks import opening_endpoints as check_openings
from registry.checks import timing as check_timing
from registry.checks.events import EVENTS as CHECK_EVENTS
from registry.checks.rules import CHECKS
from registry.coverage import endpoints as coverage
from registry.coverage.events import EVENTS as COVERAGE_EVENTS
from registry.custody import endpoints as custody
from registry.custody.events import EVENTS as CUSTODY_EVENTS
from registry.duties import endpoints as duties
from registry.duties import rounds as duty_rounds
from registry.duties.events import EVENTS as DUTY_EVENTS
from registry.duties.rules import DUTIES
from registry.figures import endpoints as figures
from registry.figures.rounds import CHECK, FOLD
from registry.filings import endpoints as filings
from registry.filings import timing as filing_timing
from registry.filings.events import EVENTS as FILING_EVENTS
from registry.filings.rules import FILINGS
from registry.governance import endpoints as governance
from registry.governance.events import EVENTS as GOVERNANCE_EVENTS
from registry.governance.expiries import EXPIRIES
from registry.governance.rules import GOVERNANCE
from registry.histories import endpoints as histories
from registry.hubs import endpoints as hubs
from registry.hubs.events import EVENTS as HUB_EVENTS
from registry.inspections import decision_endpoints as inspection_decisions
from registry.inspections import endpoints as inspections
from registry.inspections import rectifying as inspection_rectifying
from registry.inspections import sampling as inspection_sampling
from registry.inspections import sampling_endpoints as inspection_samplings
from registry.inspections import season_endpoints as inspection_seasons
from registry.inspections import seasons as inspection_season_service
from registry.inspections import sweeping as inspection_sweeping
from registry.inspections.events import EVENTS as INSPECTION_EVENTS
from registry.inspections.rules import INSPECTIONS
from registry.inspections.sampling_events import EVENTS as INSPECTION_SAMPLING_EVENTS
from registry.inspections.states import INSPECTION_STATES
from registry.learned import endpoints as learned
from registry.learned.copies import COPIES
from registry.learned.handlers import MARKS
from registry.liquidations import endpoints as liquidations
from registry.liquidations import timing as liquidation_timing
from registry.liquidations.events import EVENTS as LIQUIDATION_EVENTS
from registry.liquidations.rules import LIQUIDATIONS
from registry.measures.events import EVENTS as MEASURE_EVENTS
from registry.names import endpoints as names
from registry.names import service as name_service
from registry.names.events import EVENTS as NAME_EVENTS
from registry.names.rules import NAMES
from registry.officers import endpoints as officers
from registry.organizations import ending
from registry.organizations import endpoints as organizations
from registry.organizations.events import EVENTS as ORGANIZATION_EVENTS
from registry.organizations.facts import ORGANIZATION_FACTS
from registry.organizations.imports import ORGANIZATIONS
from registry.organizations.states import ORGANIZATION_STATES
from registry.penalties import board as penalty_board
from registry.penalties import decisions as penalty_decisions
from registry.penalties import endpoints as penalties
from registry.penalties import timing as penalty_timing
from registry.penalties.events import EVENTS as PENALTY_EVENTS
from registry.penalties.rules import PENALTIES
from registry.penalties.states import PENALTY_STATES
from registry.rectifications import endpoints as rectifications
from registry.rectifications import timing as rectification_timing
from registry.rectifications.events import EVENTS as RECTIFICATION_EVENTS
from registry.rectifications.rules import RECTIFICATIONS
from registry.revocations import endpoints as revocations
from registry.revocations.events import EVENTS as REVOCATION_EVENTS
from registry.revocations.rules import REVOCATIONS
from registry.sampling import endpoints as sampling
from registry.sampling.events import EVENTS as SAMPLING_EVENTS
from registry.search import endpoints as search
from registry.search.rules import EXPORTS
from registry.successions import endpoints as successions
from registry.successions.events import EVENTS as SUCCESSION_EVENTS
from registry.tables import Base
from registry.transfers import endpoints as transfers
from registry.transfers.events import EVENTS as TRANSFER_EVENTS
from registry.yearly_checks import endpoints as yearly_checks
from registry.yearly_checks import service as yearly_check_service
from registry.yearly_checks.events import EVENTS as YEARLY_CHECK_EVENTS

DEFINITION = ServiceDefinition(
    name="registry",
    title="登记服务",
    description=(
        "社会组织的核名、登记申请的办理、登记簿及其沿革、届期与迁移；社区社会组织的备案与枢纽型组织；"
        "年度检查和年度报告；抽查检查、责令整改、行政处罚与清算；检索、导出与统计。"
    ),
    folder=Path(__file__).parent,
    metadata=Base.metadata,
    routers=[
        search.router,  # before the addresses that take any word for an id
        organizations.router,
        histories.router,
        learned.router,
        governance.router,
        names.checks,
        names.reservations,
        applications.router,
        attachments.router,
        transfers.router,
        inspection_seasons.router,
        inspection_samplings.of_season,
        inspection_samplings.router,
        inspection_seasons.dashboard,
        inspection_seasons.conclusions,
        inspections.router,
        inspection_decisions.router,
        officers.router,
        penalties.router,
        penalty_decisions.router,
        penalty_board.router,
        revocations.router,
        rectifications.router,
        checks.router,
        check_openings.router,
        checks.board,
        yearly_checks.router,
        sampling.router,
        sampling.board,
        liquidations.router,
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
        figures.router,
    ],
    events=[
        *ORGANIZATION_EVENTS,
        *NAME_EVENTS,
        *APPLICATION_EVENTS,
        *ATTACHMENT_EVENTS,
        *GOVERNANCE_EVENTS,
        *TRANSFER_EVENTS,
        *INSPECTION_EVENTS,
        *INSPECTION_SAMPLING_EVENTS,
        *PENALTY_EVENTS,
        *REVOCATION_EVENTS,
        *RECTIFICATION_EVENTS,
        *CHECK_EVENTS,
        *YEARLY_CHECK_EVENTS,
        *SAMPLING_EVENTS,
        *LIQUIDATION_EVENTS,
        *FILING_EVENTS,
        *HUB_EVENTS,
        *COVERAGE_EVENTS,
        *SUCCESSION_EVENTS,
        *CUSTODY_EVENTS,
        *ACTIVITY_EVENTS,
        *DUTY_EVENTS,
        *MEASURE_EVENTS,
    ],
    facts=[ORGANIZATION_FACTS],
    learnt=COPIES,
    states=[ORGANIZATION_STATES, INSPECTION_STATES, PENALTY_STATES],
    groups=[
        MARKS,
    ],
    deadlines={
        ending.SUSPENSION_ENDS: ending.end_suspension,
        name_service.RESERVATION_ENDS: name_service.expire,
        application_timing.CLOCK: application_timing.fires,
        inspection_season_service.SEASON: inspection_sweeping.fires,
        inspection_sampling.SAMPLING: inspection_sampling.fires,
        inspection_rectifying.RECTIFICATION: inspection_rectifying.fires,
        penalty_timing.CLOCK: penalty_timing.fires,
        penalty_timing.PUBLICATION_DUE: penalty_timing.publication_fires,
        penalty_timing.PUBLICATION_ENDS: penalty_timing.publication_ends,
        rectification_timing.DEADLINE: rectification_timing.fires,
        check_timing.PUBLICATION: check_timing.fires,
        yearly_check_service.PLAN: yearly_check_service.plan,
        yearly_check_service.REMIND: yearly_check_service.remind,
        liquidation_timing.CLOCK: liquidation_timing.fires,
        filing_timing.CLOCK: filing_timing.fires,
        activity_service.RESULT_DUE: activity_service.result_due,
        duty_rounds.CLOCK: duty_rounds.fires,
    },
    rule_subjects=[
        NAMES,
        APPLICATIONS,
        ATTACHMENTS,
        GOVERNANCE,
        INSPECTIONS,
        PENALTIES,
        REVOCATIONS,
        RECTIFICATIONS,
        CHECKS,
        LIQUIDATIONS,
        FILINGS,
        ACTIVITIES,
        DUTIES,
        EXPORTS,
    ],
    imports=[
        ORGANIZATIONS,
    ],
    chores=[
        EXPIRIES,
        SWEEPING,
        FOLD.chore(),
        CHECK.chore(),
    ],
    keeps_files=True,
)
