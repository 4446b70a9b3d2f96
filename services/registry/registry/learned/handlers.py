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
from registry.measures.obeying import OBEYING
from registry.yearly_checks import service as yearly_checks

News = news.GradeEvent | news.ListingEvent | news.CreditGradeChanged | news.MeasureEnded


async def learn(events: Sequence[News], uow: UnitOfWork) -> None:
    """Each organisation's marks after the events; known here or not."""
    marks = await repository.lock_marks(uow, {event.organization_id for event in events})
    await _obey(events, uow)
    for event, cause in zip(events, uow.causes, strict=True):
        mark = marks[event.organization_id]
        if isinstance(event, news.GradeEvent):
            mark.grades = with_grade(mark.grades, event)
            current = grade_in_force(mark.grades)
            mark.grade = current.grade if current else None
            mark.grade_valid_until = current.valid_until if current else None
        elif isinstance(event, news.CreditGradeChanged):
            before = mark.checks_per_year or 0
            _watch(mark, event)
            if event.checks_per_year != before:
                await yearly_checks.level_changed(uow, event.organization_id)
        elif isinstance(event, news.ListingEvent):
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


async def _obey(events: Sequence[News], uow: UnitOfWork) -> None:
    """重点监督管理 is a mark, in force as soon as it is known: nothing is touched by it."""
    told = [
        (event, cause)
        for event, cause in zip(events, uow.causes, strict=True)
        if not isinstance(event, news.GradeEvent | news.CreditGradeChanged)
    ]
    if told:
        steps = await OBEYING.learn(uow, [one for one, _ in told], [cause for _, cause in told])
        await OBEYING.tell(uow, steps)


MARKS = Group(
    name="registry.marks",
    subscriptions=[on_many(event, learn) for event in news.EVENTS],
)
