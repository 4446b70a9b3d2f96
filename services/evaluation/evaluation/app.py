"""What the evaluation service is made of."""

from pathlib import Path

from evaluation.changes import endpoints as changes
from evaluation.grades import endpoints as grades
from evaluation.grades import lifecycle
from evaluation.grades.events import EVENTS as GRADE_EVENTS
from evaluation.grades.facts import GRADE_FACTS
from evaluation.grades.imports import GRADES_IMPORT
from evaluation.grades.rules import GRADE_SCALE, GRADES
from evaluation.grades.states import GRADE_STATES
from evaluation.learned.copies import COPIES
from evaluation.learned.handlers import LEARNED
from evaluation.measures.events import EVENTS as MEASURE_EVENTS
from evaluation.reviews import endpoints as reviews
from evaluation.reviews import service as review_service
from evaluation.reviews.events import EVENTS as REVIEW_EVENTS
from evaluation.tables import Base
from liandong.definition import ServiceDefinition

DEFINITION = ServiceDefinition(
    name="evaluation",
    title="评估服务",
    description="社会组织评估等级的拟定、公示、确认、调整、取消、期满与复查。",
    folder=Path(__file__).parent,
    metadata=Base.metadata,
    routers=[grades.router, grades.of_organization, changes.router, reviews.router],
    events=[*GRADE_EVENTS, *REVIEW_EVENTS, *MEASURE_EVENTS],
    facts=[GRADE_FACTS],
    learnt=COPIES,
    states=[GRADE_STATES],
    groups=[LEARNED],
    deadlines={
        lifecycle.GRADE_EXPIRES: lifecycle.expire,
        review_service.DUE: review_service.fall_due,
    },
    rule_subjects=[GRADES, GRADE_SCALE],
    imports=[GRADES_IMPORT],
)
