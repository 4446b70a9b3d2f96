"""Whether a grade may be proposed and confirmed: the organisation, the ballot, the score."""

from evaluation.grades import repository
from evaluation.grades.domain import barred_until, score_findings, vote_findings
from evaluation.grades.models import Grade
from evaluation.grades.rules import GRADE_SCALE, GRADES, GradeRules
from evaluation.learned import repository as learned
from evaluation.learned.models import ACTIVE, FILED, KnownOrganization
from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import Conflict, FieldError
from liandong.rules.rule_set import RuleSet

_AT = "/organization_id"


class OrganizationNotEligible(Conflict):
    slug, title = "organization-not-eligible", "该组织现在不能参加评估"


async def require_eligible(uow: UnitOfWork, organization: KnownOrganization) -> RuleSet[GradeRules]:
    """Raises OrganizationNotEligible with every reason; gives the rules of the day."""
    rule_set = await uow.rules(GRADES, organization.district)
    found = legal_findings(organization)
    if organization.status != ACTIVE:
        found.append(FieldError(_AT, "not-active", "组织不是正常状态"))
    if await learned.is_on_serious_list(uow.session, organization.organization_id):
        found.append(FieldError(_AT, "on-serious-list", "组织在严重违法失信名单上"))
    penalties = await repository.last_penalties(uow.session, organization.organization_id)
    until = barred_until(*penalties, rule_set.parameters)
    if until is not None and uow.today < until:
        message = f"等级被降低或取消后，{until.isoformat()} 起方可再次参加评估"
        found.append(FieldError(_AT, "reapplication-barred", message))
    if found:
        raise OrganizationNotEligible("；".join(one.message for one in found), found)
    return rule_set


def legal_findings(organization: KnownOrganization) -> list[FieldError]:
    """A filed body has no legal personality and no credit code; it is not graded."""
    if organization.kind == FILED or organization.credit_code is None:
        return [FieldError(_AT, "no-legal-personality", "备案的组织没有法人资格，不参加等级评估")]
    return []


async def conclusion_findings(
    uow: UnitOfWork, grade: Grade, rule_set: RuleSet[GradeRules]
) -> list[FieldError]:
    """What is wrong with the ballot and the score under the rules of the day."""
    assert grade.vote is not None, "a proposal has a vote"
    scale = await uow.rules(GRADE_SCALE, grade.district)
    return [
        *vote_findings(grade.vote, rule_set.parameters),
        *score_findings(grade.grade, grade.score, scale.parameters),
    ]
