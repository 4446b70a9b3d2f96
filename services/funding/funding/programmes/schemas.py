"""What goes over HTTP about programmes."""

from datetime import date

from pydantic import BaseModel

from funding.programmes.domain import (
    FundingSource,
    GradeAwards,
    Programme,
    SiteAwards,
    UpgradeMode,
)
from liandong.rules.rule_set import RuleSet


class ProgrammeRead(BaseModel):
    """生效的资助项目：一行为一类对象（站点类型或等级）的金额。"""

    programme: Programme
    label: str
    category: str
    amount_fen: int
    payer_account: str
    funding_source: FundingSource
    once: str
    upgrade_mode: UpgradeMode | None
    rule_set: str
    jurisdiction: str
    valid_from: date
    valid_to: date | None
    legal_basis: str
    certainty: str

    @classmethod
    def of(
        cls,
        rule_set: RuleSet[SiteAwards] | RuleSet[GradeAwards],
        programme: Programme,
        category: str,
        amount_fen: int,
        upgrade_mode: UpgradeMode | None,
    ) -> "ProgrammeRead":
        return cls(
            programme=programme,
            label=programme.label,
            category=category,
            amount_fen=amount_fen,
            payer_account=rule_set.parameters.payer_account,
            funding_source=rule_set.parameters.funding_source,
            once=rule_set.parameters.once,
            upgrade_mode=upgrade_mode,
            rule_set=rule_set.reference,
            jurisdiction=rule_set.jurisdiction,
            valid_from=rule_set.valid_from,
            valid_to=rule_set.valid_to,
            legal_basis=rule_set.legal_basis,
            certainty=rule_set.certainty,
        )
