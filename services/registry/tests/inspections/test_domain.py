"""Rules of inspections, without a database."""

from datetime import date
from itertools import product
from uuid import UUID

import pytest

from liandong.problems import IllegalTransition
from liandong.values.working_days import WorkingCalendar, load
from registry.inspections import draw
from registry.inspections.domain import (
    DECIDED,
    TRANSITIONS,
    Action,
    Regime,
    Status,
    Verdict,
    advance,
    regime_of,
)
from registry.inspections.due import last_days, last_registration
from registry.inspections.rules import InspectionRules, simplified_for
from registry.inspections.statistics import Line, place_of, totals
from registry.inspections.streaks import Year, indicates_revocation, previous_was_bad, streaks
from registry.organizations.domain import Kind
from services.registry.tests.shipped import INSPECTION_RULES as RULES
from services.registry.tests.shipped import INSPECTION_RULES_BEFORE_2026 as OLD_RULES


@pytest.mark.parametrize(("status", "action"), list(product(Status, Action)))
def test_only_the_listed_transitions_exist(status: Status, action: Action) -> None:
    if (status, action) in TRANSITIONS:
        assert advance(status, action) is TRANSITIONS[status, action]
    else:
        with pytest.raises(IllegalTransition):
            advance(status, action)


def test_only_what_was_decided_can_be_corrected() -> None:
    correctable = {status for status, action in TRANSITIONS if action is Action.CORRECT}
    assert correctable == {*DECIDED}


def test_nobody_who_has_a_conclusion_is_missed_or_dropped() -> None:
    for status in (*DECIDED, Status.RECEIVED):
        assert (status, Action.MISS) not in TRANSITIONS
        assert (status, Action.DROP) not in TRANSITIONS


@pytest.mark.parametrize(
    ("kind", "charity", "regime"),
    [
        (Kind.ASSOCIATION, False, Regime.ASSOCIATION),
        (Kind.SERVICE_INSTITUTION, False, Regime.SERVICE_INSTITUTION),
        (Kind.FOUNDATION, False, Regime.FOUNDATION),
        (Kind.ASSOCIATION, True, Regime.CHARITY_REPORT),
        (Kind.FOUNDATION, True, Regime.CHARITY_REPORT),
        (Kind.COMMUNITY_GROUP, False, None),
        (Kind.COMMUNITY_GROUP, True, None),
    ],
)
def test_a_charity_reports_and_what_is_filed_only_is_not_inspected(
    kind: Kind, charity: bool, regime: Regime | None
) -> None:
    assert regime_of(kind, charity) is regime


@pytest.mark.parametrize(
    ("registered_on", "is_exempt"),
    [
        (date(2025, 6, 29), False),
        (date(2025, 6, 30), False),
        (date(2025, 7, 1), True),
        (date(2025, 12, 31), True),
        (date(2026, 1, 5), True),
        (date(1999, 1, 1), False),
    ],
)
def test_who_is_younger_than_six_months_at_the_end_of_the_year_is_exempt(
    registered_on: date, is_exempt: bool
) -> None:
    rule = RULES.regimes[Regime.SERVICE_INSTITUTION].first_year
    assert (registered_on > last_registration(2025, rule)) is is_exempt


def test_associations_are_exempt_by_a_day_of_their_own_and_foundations_by_the_year_alone() -> None:
    first = {regime: RULES.regimes[regime].first_year for regime in Regime}
    assert last_registration(2025, first[Regime.ASSOCIATION]) == date(2025, 6, 30)
    assert last_registration(2025, first[Regime.FOUNDATION]) == date(2025, 12, 31)
    assert first[Regime.ASSOCIATION].months == 0
    assert OLD_RULES.regimes[Regime.ASSOCIATION].first_year.months == 6


def test_a_last_day_of_rest_ends_on_the_next_working_day() -> None:
    days = last_days(RULES, 2025, load())
    assert days[Regime.ASSOCIATION].supervisor == date(2026, 3, 31)
    assert days[Regime.ASSOCIATION].registrar == date(2026, 6, 1)  # 31 May 2026 is a Sunday
    assert days[Regime.FOUNDATION].registrar == date(2026, 3, 31)
    assert days[Regime.FOUNDATION].supervisor is None


def test_without_the_calendar_of_a_year_weekends_are_days_of_rest() -> None:
    unknown = WorkingCalendar([], [], [])
    assert last_days(RULES, 2025, unknown)[Regime.ASSOCIATION].registrar == date(2026, 6, 1)


def test_where_the_rules_say_so_a_day_of_rest_is_the_last_day() -> None:
    strict = RULES.model_copy(update={"rest_days_move": False})
    assert last_days(strict, 2025, load())[Regime.ASSOCIATION].registrar == date(2026, 5, 31)


@pytest.mark.parametrize(
    ("grade", "simplified"), [("5A", True), ("4A", True), ("3A", False), (None, False)]
)
def test_a_high_grade_means_the_simplified_form(grade: str | None, simplified: bool) -> None:
    assert simplified_for(grade, RULES) is simplified


def missed(year: int) -> Year:
    return Year(year, Status.MISSED, date(year + 1, 6, 2))


def late(year: int, verdict: Verdict) -> Year:
    return Year(year, Status.CONCLUDED, date(year + 1, 6, 2), verdict)


def ended(year: int, verdict: Verdict) -> Year:
    return Year(year, Status.CONCLUDED, None, verdict)


def test_years_running_are_counted_back_from_the_last() -> None:
    found = streaks(missed(2025), [missed(2023), missed(2024), ended(2022, Verdict.QUALIFIED)])
    assert (found.missed, found.bad, found.unqualified) == (3, 3, 0)


def test_a_gap_or_an_exempt_year_breaks_the_row() -> None:
    assert streaks(missed(2025), [missed(2023)]).missed == 1
    exempt_year = Year(2024, Status.DROPPED, date(2025, 6, 2))
    assert streaks(missed(2025), [missed(2023), exempt_year]).missed == 1


def test_what_was_handed_in_late_was_missed_and_yet_inspected() -> None:
    found = streaks(missed(2025), [late(2024, Verdict.QUALIFIED)])
    assert (found.missed, found.bad) == (2, 1)


def test_missed_and_unqualified_years_add_up_to_the_notice_of_revocation() -> None:
    found = streaks(ended(2025, Verdict.UNQUALIFIED), [missed(2024)])
    assert (found.missed, found.unqualified, found.bad) == (0, 1, 2)
    assert indicates_revocation(Kind.SERVICE_INSTITUTION, found, RULES.revocation)
    assert not indicates_revocation(Kind.ASSOCIATION, found, RULES.revocation)
    one = streaks(ended(2025, Verdict.UNQUALIFIED), [])
    assert not indicates_revocation(Kind.SERVICE_INSTITUTION, one, RULES.revocation)


def test_basically_qualified_years_are_counted_apart() -> None:
    found = streaks(
        ended(2025, Verdict.BASICALLY_QUALIFIED), [ended(2024, Verdict.BASICALLY_QUALIFIED)]
    )
    assert (found.basically_qualified, found.bad) == (2, 0)


@pytest.mark.parametrize(
    ("last", "bad"),
    [
        (None, False),
        (ended(2024, Verdict.QUALIFIED), False),
        (ended(2024, Verdict.BASICALLY_QUALIFIED), True),
        (ended(2024, Verdict.UNQUALIFIED), True),
        (missed(2024), True),
        (late(2024, Verdict.QUALIFIED), True),
        (Year(2024, Status.RECEIVED), False),
    ],
)
def test_after_a_bad_year_a_report_on_the_rectification_is_due(
    last: Year | None, bad: bool
) -> None:
    assert previous_was_bad(last) is bad


BODIES = [UUID(int=number) for number in range(1, 101)]


def test_a_draw_can_be_repeated_whatever_the_order_of_the_list() -> None:
    drawn = draw.draw(BODIES, "20260602-0417", 5)
    assert len(drawn) == 5
    assert drawn == draw.draw(BODIES[::-1], "20260602-0417", 5)
    assert drawn != draw.draw(BODIES, "20260602-0418", 5)
    assert draw.digest(BODIES) == draw.digest(BODIES[::-1]) != draw.digest(BODIES[1:])


@pytest.mark.parametrize(
    ("population", "percent", "drawn"),
    [(0, 5, 0), (1, 5, 1), (20, 5, 1), (21, 5, 2), (100, 100, 100), (15000, 5, 750)],
)
def test_a_share_is_rounded_up(population: int, percent: int, drawn: int) -> None:
    assert draw.size(population, percent) == drawn


def test_the_draw_favours_nobody() -> None:
    times = dict.fromkeys(BODIES, 0)
    for number in range(2000):
        for one in draw.draw(BODIES, f"seed-{number}", 10):
            times[one] += 1
    assert 140 < min(times.values()) <= max(times.values()) < 260  # 200 expected, 13.4 deviation


@pytest.mark.parametrize(
    ("code", "asked", "place"),
    [
        ("340100", "340100", ("340100", True)),
        ("340103", "340100", ("340103", False)),
        ("340103001", "340100", ("340103", False)),
        ("340103001001", "340103", ("340103001", False)),
        ("340100", "340000", ("340100", False)),
        ("340103001001", "340000", ("340100", False)),
        ("340000", "340000", ("340000", True)),
        ("340000", "100000", ("340000", False)),
        ("100000", "100000", ("100000", True)),
    ],
)
def test_a_body_counts_for_the_level_below_or_for_the_place_itself(
    code: str, asked: str, place: tuple[str, bool]
) -> None:
    assert place_of(code, asked) == place


def test_rates_leave_out_who_dropped_out_and_are_empty_without_anybody() -> None:
    lines = [
        Line("340103", Regime.ASSOCIATION, Status.CONCLUDED, Verdict.QUALIFIED, False, 5),
        Line("340103", Regime.ASSOCIATION, Status.RECTIFIED, Verdict.UNQUALIFIED, True, 1),
        Line("340103", Regime.ASSOCIATION, Status.MISSED, None, True, 1),
        Line("340103", Regime.ASSOCIATION, Status.DROPPED, None, False, 9),
        Line("340104", Regime.CHARITY_REPORT, Status.RECEIVED, None, False, 1),
    ]
    found = totals(lines, "340100")
    whole = found["total"]
    assert (whole["due"], whole["inspected"], whole["missed"], whole["late"]) == (8, 7, 1, 1)
    assert (whole["inspection_rate"], whole["qualified_rate"]) == (87.5, 83.33)
    assert whole["rectification_rate"] == 100.0
    report = found["by_regime"][Regime.CHARITY_REPORT]
    assert (report["inspection_rate"], report["qualified_rate"]) == (100.0, None)
    assert totals([], "340100")["total"]["inspection_rate"] is None


def test_rules_must_cover_every_regime_and_list_a_reason_once() -> None:
    kept = RULES.model_dump(mode="json")
    with pytest.raises(ValueError, match="四类"):
        InspectionRules.model_validate(
            kept
            | {"regimes": {name: one for name, one in kept["regimes"].items() if name[0] != "f"}}
        )
    with pytest.raises(ValueError, match="两次"):
        InspectionRules.model_validate(kept | {"reasons": [kept["reasons"][0]] * 2})
