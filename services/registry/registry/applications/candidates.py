"""Whether a registered body may have what it asks for: by the register and what it learnt."""

from datetime import date

from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import FieldError
from registry.applications.conditions import findings
from registry.applications.qualifying import Candidate, against
from registry.applications.requirements import Requirements
from registry.governance import repository as governance_repository
from registry.governance.officers import body_of
from registry.learned import repository as learned
from registry.learned.domain import ListName
from registry.organizations.models import Organization
from registry.penalties import repository as penalties


async def unmet(
    uow: UnitOfWork, organization: Organization, asked_on: date, rules: Requirements
) -> list[FieldError]:
    """Conditions that do not hold now."""
    found = list(against(await _candidate(uow, organization, asked_on), rules))
    if rules.body is not None:
        posts = await governance_repository.open_posts(uow.session, organization.id)
        in_office = [one for one in posts if one.held_on(uow.today)]
        found += findings(body_of(organization, in_office), rules.body)
    return found


async def _candidate(uow: UnitOfWork, organization: Organization, asked_on: date) -> Candidate:
    mark = await learned.mark_of(uow.session, organization.id)
    lists: set[str] = set()
    grade = None
    if mark is not None:
        lists |= {ListName.ABNORMAL} if mark.is_abnormal else set()
        lists |= {ListName.SERIOUS} if mark.is_serious else set()
        if mark.grade_valid_until is not None and mark.grade_valid_until >= uow.today:
            grade = mark.grade
    return Candidate(
        asked_on=asked_on,
        charity_since=organization.charity_since,
        lists=frozenset(lists),
        penalised_on=await penalties.last_decided(uow.session, organization.id),
        grade=grade,
    )
