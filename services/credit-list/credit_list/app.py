"""What the credit-list service is made of."""

from pathlib import Path

from credit_list.boards import endpoints as boards
from credit_list.boards.rules import BOARDS
from credit_list.cases import endpoints as cases
from credit_list.cases import service as case_service
from credit_list.cases.rules import CASES
from credit_list.cases.steps import WINDOW_ENDS
from credit_list.checks import endpoints as checks
from credit_list.checks.rules import QUESTIONS
from credit_list.grading import endpoints as grading
from credit_list.grading.events import EVENTS as GRADE_EVENTS
from credit_list.grading.facts import CREDIT_GRADE_FACTS
from credit_list.grading.rules import GRADING
from credit_list.grading.states import CREDIT_GRADE_STATES
from credit_list.grading.watching import GRADING_WATCH
from credit_list.history import endpoints as history
from credit_list.inquiries import endpoints as inquiries
from credit_list.leads import endpoints as leads
from credit_list.leads.rules import TRIGGERS
from credit_list.leads.watching import WATCHING
from credit_list.learned.copies import COPIES
from credit_list.learned.handlers import LEARNED
from credit_list.listings import endpoints as listings
from credit_list.listings import service as listing_service
from credit_list.listings.events import EVENTS as LISTING_EVENTS
from credit_list.listings.facts import LISTING_FACTS
from credit_list.listings.rules import LISTINGS
from credit_list.listings.states import LISTING_STATES
from credit_list.measures import endpoints as measures
from credit_list.measures import service as measure_service
from credit_list.measures.catalogue import MEASURES
from credit_list.measures.events import EVENTS as MEASURE_EVENTS
from credit_list.measures.handlers import REPORTED
from credit_list.measures.watching import COUNTING
from credit_list.receipts import endpoints as receipts
from credit_list.receipts.domain import KIND
from credit_list.receiving import endpoints as receiving
from credit_list.receiving.ending import ENDING
from credit_list.receiving.events import EVENTS as FOREIGN_EVENTS
from credit_list.receiving.rules import RECEIVING
from credit_list.receiving.states import FOREIGN_LISTING_STATES
from credit_list.records import endpoints as records
from credit_list.records import public_endpoints as public_records
from credit_list.records.events import EVENTS as RECORD_EVENTS
from credit_list.records.handlers import RECORDED
from credit_list.records.rules import RECORDS
from credit_list.records.states import RECORD_STATES
from credit_list.red_campaigns import endpoints as red_campaigns
from credit_list.red_campaigns import service as red_campaign_service
from credit_list.red_list import endpoints as red_list
from credit_list.red_list.rules import RED_LIST
from credit_list.repairs import endpoints as repairs
from credit_list.repairs.rules import REPAIRS
from credit_list.reports import endpoints as reports
from credit_list.reports.rules import REPORTS
from credit_list.sharing import endpoints as sharing
from credit_list.sharing.closing import CLOSING
from credit_list.sharing.rules import SHARING
from credit_list.standings import endpoints as standings
from credit_list.tables import Base
from credit_list.watch_lists import endpoints as watch_lists
from liandong.definition import ServiceDefinition

DEFINITION = ServiceDefinition(
    name="credit-list",
    title="信用名单服务",
    description=(
        "信用记录、列入线索、列入案件、严重违法失信名单、活动异常名录、守信红名单、联合奖惩措施、"
        "信用修复、信用等级、信用状况、对外核查、公示、共享、外部名单的接收与月报。"
    ),
    folder=Path(__file__).parent,
    metadata=Base.metadata,
    routers=[
        records.router,
        public_records.router,
        leads.router,
        cases.router,
        listings.router,
        measures.listing_router,
        measures.router,
        repairs.router,
        red_list.router,
        red_campaigns.router,
        grading.router,
        standings.router,
        history.router,
        receipts.router,
        checks.router,
        watch_lists.router,
        inquiries.router,
        boards.router,
        sharing.router,
        receiving.router,
        receiving.foreign_router,
        reports.router,
    ],
    events=[*LISTING_EVENTS, *MEASURE_EVENTS, *RECORD_EVENTS, *FOREIGN_EVENTS, *GRADE_EVENTS],
    facts=[LISTING_FACTS, CREDIT_GRADE_FACTS],
    learnt=COPIES,
    states=[LISTING_STATES, RECORD_STATES, FOREIGN_LISTING_STATES, CREDIT_GRADE_STATES],
    groups=[LEARNED, RECORDED, REPORTED],
    deadlines={
        WINDOW_ENDS: case_service.end_window,
        listing_service.RED_EXPIRES: listing_service.expire_red,
        measure_service.ENDS: measure_service.end_term,
        red_campaign_service.CANDIDATES: red_campaign_service.compute,
    },
    rule_subjects=[
        BOARDS,
        CASES,
        GRADING,
        LISTINGS,
        MEASURES,
        QUESTIONS,
        RECEIVING,
        RECORDS,
        RED_LIST,
        REPAIRS,
        REPORTS,
        SHARING,
        TRIGGERS,
    ],
    chores=[WATCHING, GRADING_WATCH, CLOSING, COUNTING, ENDING],
    receipts=KIND,
)
