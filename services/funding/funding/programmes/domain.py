"""Programmes: what an award amounts to. Pure; every number is in the rule sets beside this."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import Field

from liandong.rules.rule_set import Parameters, RuleSubject
from liandong.values.money import Fen


class Programme(StrEnum):
    """The numbers are those of the bureau's list of programmes (domain.md 7.1)."""

    CALL_CENTER = "F1"
    SERVICE_CENTER = "F2"
    SERVICE_STATION = "F3"
    GRADE = "F12"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS: Final = {
    Programme.CALL_CENTER: "呼叫中心认定奖励",
    Programme.SERVICE_CENTER: "社会服务中心认定奖励",
    Programme.SERVICE_STATION: "社会服务站认定奖励",
    Programme.GRADE: "评估等级奖励",
}


class FundingSource(StrEnum):
    """资金来源: the yearly disclosure of lottery money needs it on every payment."""

    FINANCE = "finance"
    """财政资金"""
    LOTTERY = "lottery"
    """福利彩票公益金"""


class UpgradeMode(StrEnum):
    """What an organisation gets that reaches a higher grade than it was awarded for before."""

    FULL = "FULL"
    DIFFERENCE = "DIFFERENCE"
    NONE = "NONE"


Grade = Annotated[str, Field(pattern=r"^[1-5]A$")]


class SiteAward(Parameters):
    programme: Programme
    amount_fen: Fen


class SiteAwards(Parameters):
    """认定奖励 by kind of site, paid once per site."""

    payer_account: str = Field(min_length=1, max_length=200)
    funding_source: FundingSource
    once: Literal["site"]
    awards: dict[str, SiteAward]


class GradeAwards(Parameters):
    """等级奖励 by grade, paid once per organisation, grade and round."""

    programme: Programme
    payer_account: str = Field(min_length=1, max_length=200)
    funding_source: FundingSource
    once: Literal["organization-grade-round"]
    upgrade_mode: UpgradeMode
    amounts_fen: dict[Grade, Fen]


SITE_AWARD: Final = RuleSubject("funding.site-award", SiteAwards, "站点认定奖励")
GRADE_AWARD: Final = RuleSubject("funding.grade-award", GradeAwards, "评估等级奖励")


@dataclass(frozen=True, slots=True)
class Award:
    """What is due. ``once_key`` names what it is paid for once."""

    programme: Programme
    amount_fen: int
    once_key: str
    payer_account: str
    funding_source: FundingSource


@dataclass(frozen=True, slots=True)
class EarlierAward:
    grade: str
    amount_fen: int


def site_award(rules: SiteAwards, *, kind: str, site_id: UUID) -> Award | None:
    """None when the rule set awards nothing for this kind of site."""
    found = rules.awards.get(kind)
    if found is None or not found.amount_fen:
        return None
    return Award(
        programme=found.programme,
        amount_fen=found.amount_fen,
        once_key=f"site:{site_id}",
        payer_account=rules.payer_account,
        funding_source=rules.funding_source,
    )


def grade_award(
    rules: GradeAwards,
    *,
    grade: str,
    round_name: str,
    organization_id: UUID,
    earlier: Sequence[EarlierAward] = (),
) -> Award | None:
    """None when nothing is due. ``earlier`` are the organisation's awards of other rounds."""
    amount = rules.amounts_fen.get(grade, 0)
    lower = [award.amount_fen for award in earlier if award.grade < grade]
    if lower and rules.upgrade_mode is UpgradeMode.NONE:
        amount = 0
    elif lower and rules.upgrade_mode is UpgradeMode.DIFFERENCE:
        amount -= max(lower)
    if amount <= 0:
        return None
    return Award(
        programme=rules.programme,
        amount_fen=amount,
        once_key=f"grade:{organization_id}:{grade}:{round_name}",
        payer_account=rules.payer_account,
        funding_source=rules.funding_source,
    )
