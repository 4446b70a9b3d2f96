"""What the registry does when other services tell something: it remembers."""

from collections.abc import Sequence

from liandong.db.unit_of_work import UnitOfWork
from liandong.events.subscriptions import Group, on_many
from registry.learned import events as news
from registry.learned import repository
from registry.learned.domain import (
    ListName,
    grade_in_force,
    lists_of,
    with_grade,
    with_listing,
)
from registry.learned.models import OrganizationMark


async def learn(
    events: Sequence[news.GradeEvent | news.ListingEvent | news.CreditGradeChanged],
    uow: UnitOfWork,
) -> None:
    """Each organisation's marks after the events; known here or not."""
    marks = await repository.lock_marks(uow, {event.organization_id for event in events})
    for event, cause in zip(events, uow.causes, strict=True):
        mark = marks[event.organization_id]
        if isinstance(event, news.GradeEvent):
            mark.grades = with_grade(mark.grades, event)
            current = grade_in_force(mark.grades)
            mark.grade = current.grade if current else None
            mark.grade_valid_until = current.valid_until if current else None
        elif isinstance(event, news.CreditGradeChanged):
            _watch(mark, event)
        else:
            mark.listings = with_listing(mark.listings, event)
            lists = lists_of(mark.listings)
            mark.is_serious = ListName.SERIOUS in lists
            mark.is_abnormal = ListName.ABNORMAL in lists
            mark.is_red = ListName.RED in lists
        mark.learned_from, mark.learned_at = cause, uow.now


def _watch(mark: OrganizationMark, event: news.CreditGradeChanged) -> None:
    """There is one grade of an organisation, and an older event of it does not come here."""
    mark.credit_grade, mark.credit_score = event.grade, event.score
    mark.supervision_level = event.supervision_level
    mark.sampling_weight = event.sampling_weight
    mark.checks_per_year = event.checks_per_year
    mark.credit_graded_on = event.evaluated_on


MARKS = Group(
    name="registry.marks",
    subscriptions=[on_many(event, learn) for event in news.EVENTS],
)
