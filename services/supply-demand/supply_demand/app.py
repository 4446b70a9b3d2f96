"""What supply-demand is made of."""

from pathlib import Path

from liandong.definition import ServiceDefinition
from supply_demand.bids import endpoints as bids
from supply_demand.bids.events import EVENTS as BID_EVENTS
from supply_demand.bids.states import BID_STATES
from supply_demand.contracts import endpoints as contracts
from supply_demand.contracts.events import EVENTS as CONTRACT_EVENTS
from supply_demand.contracts.states import CONTRACT_STATES
from supply_demand.demands import endpoints as demands
from supply_demand.demands import service as demand_service
from supply_demand.eligibility import endpoints as eligibility
from supply_demand.eligibility.domain import ELIGIBILITY
from supply_demand.fairs import endpoints as fairs
from supply_demand.fairs.domain import MATCHING
from supply_demand.learned.copies import COPIES
from supply_demand.learned.handlers import LEARNED
from supply_demand.measures.events import EVENTS as MEASURE_EVENTS
from supply_demand.offers import endpoints as offers
from supply_demand.rankings import endpoints as rankings
from supply_demand.sites import endpoints as sites
from supply_demand.sites.domain import SITES
from supply_demand.sites.events import EVENTS as SITE_EVENTS
from supply_demand.sites.facts import SITE_FACTS
from supply_demand.sites.imports import SITE_IMPORT
from supply_demand.sites.states import SITE_STATES
from supply_demand.tables import Base
from supply_demand.taxonomy import endpoints as taxonomy
from supply_demand.taxonomy.domain import TAXONOMY
from supply_demand.tenders import endpoints as tenders
from supply_demand.tenders import service as tender_service
from supply_demand.tenders.domain import TENDERS
from supply_demand.tenders.events import EVENTS as TENDER_EVENTS
from supply_demand.tenders.states import TENDER_STATES

DEFINITION = ServiceDefinition(
    name="supply-demand",
    title="供需对接服务",
    description="需求、供给、对接会、招标、投标、合同与服务站点认定。",
    folder=Path(__file__).parent,
    metadata=Base.metadata,
    routers=[
        eligibility.router,
        taxonomy.router,
        demands.router,
        offers.router,
        fairs.router,
        tenders.router,
        bids.of_tender,
        bids.router,
        rankings.router,
        contracts.of_tender,
        contracts.router,
        sites.router,
    ],
    events=[*TENDER_EVENTS, *BID_EVENTS, *CONTRACT_EVENTS, *SITE_EVENTS, *MEASURE_EVENTS],
    facts=[SITE_FACTS],
    learnt=COPIES,
    states=[TENDER_STATES, BID_STATES, CONTRACT_STATES, SITE_STATES],
    groups=[LEARNED],
    asks=["credit-list"],
    deadlines={
        demand_service.EXPIRES: demand_service.expire,
        tender_service.CLOSES: tender_service.close_due,
    },
    rule_subjects=[ELIGIBILITY, TAXONOMY, MATCHING, TENDERS, SITES],
    imports=[SITE_IMPORT],
)
