"""What is in force in a district on a day."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from funding.programmes.domain import GRADE_AWARD, SITE_AWARD, GradeAwards, SiteAwards
from funding.programmes.schemas import ProgrammeRead
from liandong.rules.book import NoRuleSet, RuleBook
from liandong.rules.rule_set import RuleSet


async def in_force(
    session: AsyncSession, book: RuleBook, district: str, on: date
) -> list[ProgrammeRead]:
    """Programmes that pay in the district; a district without a rule set pays nothing."""
    found: list[ProgrammeRead] = []
    with suppress(NoRuleSet):
        found += _of_sites(await book.resolve(session, SITE_AWARD, district, on))
    with suppress(NoRuleSet):
        found += _of_grades(await book.resolve(session, GRADE_AWARD, district, on))
    return found


def _of_sites(rule_set: RuleSet[SiteAwards]) -> Iterator[ProgrammeRead]:
    for kind, award in rule_set.parameters.awards.items():
        yield ProgrammeRead.of(rule_set, award.programme, kind, award.amount_fen, None)


def _of_grades(rule_set: RuleSet[GradeAwards]) -> Iterator[ProgrammeRead]:
    rules = rule_set.parameters
    for grade, amount in sorted(rules.amounts_fen.items()):
        yield ProgrammeRead.of(rule_set, rules.programme, grade, amount, rules.upgrade_mode)
