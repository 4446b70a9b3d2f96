"""What funding is made of."""

from pathlib import Path

from funding.budgets import endpoints as budgets
from funding.entitlements import endpoints as entitlements
from funding.entitlements.events import EVENTS as ENTITLEMENT_EVENTS
from funding.entitlements.states import ENTITLEMENT_STATES
from funding.learned.copies import COPIES
from funding.learned.handlers import AWARDS, STANDING
from funding.ledger import endpoints as ledger
from funding.measures.events import EVENTS as MEASURE_EVENTS
from funding.payments import endpoints as payments
from funding.payments.events import EVENTS as PAYMENT_EVENTS
from funding.payments.states import PAYMENT_STATES
from funding.programmes import endpoints as programmes
from funding.programmes.domain import GRADE_AWARD, SITE_AWARD
from funding.reviews import endpoints as reviews
from funding.tables import Base
from liandong.definition import ServiceDefinition

DEFINITION = ServiceDefinition(
    name="funding",
    title="资助服务",
    description="资助项目、预算、应享、拨付与台账。",
    folder=Path(__file__).parent,
    metadata=Base.metadata,
    routers=[
        programmes.router,
        budgets.router,
        entitlements.router,
        reviews.router,
        entitlements.causes_router,
        payments.router,
        ledger.router,
    ],
    events=[*ENTITLEMENT_EVENTS, *PAYMENT_EVENTS, *MEASURE_EVENTS],
    learnt=COPIES,
    states=[ENTITLEMENT_STATES, PAYMENT_STATES],
    groups=[STANDING, AWARDS],
    asks=["credit-list"],
    rule_subjects=[SITE_AWARD, GRADE_AWARD],
)
