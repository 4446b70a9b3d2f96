"""What the credit-list service is made of."""

from pathlib import Path

from credit_list.boards import endpoints as boards
from credit_list.cases import endpoints as cases
from credit_list.cases import service as case_service
from credit_list.cases.rules import CASES
from credit_list.cases.steps import WINDOW_ENDS
from credit_list.leads import endpoints as leads
from credit_list.leads.rules import TRIGGERS
from credit_list.leads.watching import WATCHING
from credit_list.learned.handlers import LEARNED
from credit_list.listings import endpoints as listings
from credit_list.listings import service as listing_service
from credit_list.listings.events import EVENTS as LISTING_EVENTS
from credit_list.listings.rules import LISTINGS
from credit_list.records import endpoints as records
from credit_list.records.events import EVENTS as RECORD_EVENTS
from credit_list.records.handlers import RECORDED
from credit_list.records.rules import RECORDS
from credit_list.red_list import endpoints as red_list
from credit_list.red_list.rules import RED_LIST
from credit_list.repairs import endpoints as repairs
from credit_list.repairs.rules import REPAIRS
from credit_list.standings import endpoints as standings
from credit_list.tables import Base
from liandong.definition import ServiceDefinition

DEFINITION = ServiceDefinition(
    name="credit-list",
    title="信用名单服务",
    description="信用记录、列入线索、列入案件、严重违法失信名单、活动异常名录、守信红名单、信用修复、信用状况与公示。",
    folder=Path(__file__).parent,
    metadata=Base.metadata,
    routers=[
        records.router,
        leads.router,
        cases.router,
        listings.router,
        repairs.router,
        red_list.router,
        standings.router,
        boards.router,
    ],
    events=[*LISTING_EVENTS, *RECORD_EVENTS],
    groups=[LEARNED, RECORDED],
    deadlines={
        WINDOW_ENDS: case_service.end_window,
        listing_service.RED_EXPIRES: listing_service.expire_red,
    },
    rule_subjects=[CASES, LISTINGS, RED_LIST, RECORDS, REPAIRS, TRIGGERS],
    chores=[WATCHING],
)
