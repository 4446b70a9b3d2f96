"""What an award amounts to, without a database."""

from uuid import UUID

import pytest

from funding.programmes.domain import (
    EarlierAward,
    FundingSource,
    GradeAwards,
    Programme,
    SiteAward,
    SiteAwards,
    UpgradeMode,
    grade_award,
    site_award,
)

SOMEBODY = UUID(int=1)


def awards(mode: UpgradeMode = UpgradeMode.FULL) -> GradeAwards:
    return GradeAwards(
        programme=Programme.GRADE,
        payer_account="市级财政",
        funding_source=FundingSource.FINANCE,
        once="organization-grade-round",
        upgrade_mode=mode,
        amounts_fen={"3A": 2_000_000, "4A": 4_000_000, "5A": 8_000_000},
    )


@pytest.mark.parametrize(
    ("mode", "amount"),
    [(UpgradeMode.FULL, 4_000_000), (UpgradeMode.DIFFERENCE, 2_000_000), (UpgradeMode.NONE, None)],
)
def test_an_upgrade_is_paid_as_the_rule_set_says(mode: UpgradeMode, amount: int | None) -> None:
    award = grade_award(
        awards(mode),
        grade="4A",
        round_name="2019",
        organization_id=SOMEBODY,
        earlier=[EarlierAward("3A", 2_000_000)],
    )
    assert (award.amount_fen if award else None) == amount


@pytest.mark.parametrize("mode", list(UpgradeMode))
def test_a_first_grade_is_paid_in_full_in_every_mode(mode: UpgradeMode) -> None:
    award = grade_award(awards(mode), grade="5A", round_name="2019", organization_id=SOMEBODY)
    assert award is not None
    assert award.amount_fen == 8_000_000


def test_a_grade_below_3a_is_paid_nothing() -> None:
    assert not grade_award(awards(), grade="2A", round_name="2019", organization_id=SOMEBODY)


def test_a_grade_award_is_once_per_organisation_grade_and_round() -> None:
    def key(grade: str, round_name: str) -> str:
        award = grade_award(awards(), grade=grade, round_name=round_name, organization_id=SOMEBODY)
        assert award is not None
        return award.once_key

    assert key("3A", "2018") == key("3A", "2018")
    assert len({key("3A", "2018"), key("4A", "2018"), key("3A", "2019")}) == 3


def test_a_kind_of_site_outside_the_rule_set_is_paid_nothing() -> None:
    rules = SiteAwards(
        payer_account="市级财政",
        funding_source=FundingSource.FINANCE,
        once="site",
        awards={"call_center": SiteAward(programme=Programme.CALL_CENTER, amount_fen=1)},
    )
    assert site_award(rules, kind="call_center", site_id=SOMEBODY)
    assert not site_award(rules, kind="kiosk", site_id=SOMEBODY)
