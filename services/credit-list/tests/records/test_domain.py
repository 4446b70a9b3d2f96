"""The states of a credit record, and the rules about days and documents."""

from datetime import date
from itertools import product

import pytest

from credit_list.records.domain import (
    FROM_DEPARTMENTS,
    TRANSITIONS,
    Action,
    Kind,
    Sanction,
    Status,
    advance,
    check_days,
    check_decidable,
    check_kind,
    check_money,
    document_key,
    is_late,
)
from liandong.problems import IllegalTransition, Invalid


@pytest.mark.parametrize(("status", "action"), list(product(Status, Action)))
def test_only_the_listed_transitions_exist(status: Status, action: Action) -> None:
    assert status.label
    assert action.label
    if (status, action) in TRANSITIONS:
        assert advance(status, action) is TRANSITIONS[status, action]
    else:
        with pytest.raises(IllegalTransition):
            advance(status, action)


def test_a_withdrawn_record_is_brought_back_by_its_source_only() -> None:
    out = {action for status, action in TRANSITIONS if status is Status.WITHDRAWN}
    assert out == {Action.REINSTATE}


@pytest.mark.parametrize("status", [one for one in Status if one is not Status.CHECKED])
def test_nothing_is_decided_before_the_check(status: Status) -> None:
    with pytest.raises(IllegalTransition):
        check_decidable(status)


def test_the_fifth_working_day_is_in_time_and_the_next_day_is_late() -> None:
    assert not is_late(date(2019, 9, 29), date(2019, 9, 29))
    assert is_late(date(2019, 9, 30), date(2019, 9, 29))
    assert not is_late(date(1999, 9, 30), None)


def test_a_fact_is_obtained_after_it_arose_and_before_tomorrow() -> None:
    day = date(2019, 9, 20)
    check_days(day, day, day)
    with pytest.raises(Invalid):
        check_days(day, date(2019, 9, 21), day)
    with pytest.raises(Invalid):
        check_days(date(2019, 9, 21), day, date(2019, 9, 22))


@pytest.mark.parametrize(
    ("sanctions", "fine_fen", "sound"),
    [
        ([Sanction.FINE], 1, True),
        ([Sanction.WARNING], 0, True),
        ([Sanction.FINE], 0, False),
        ([Sanction.WARNING], 1, False),
    ],
)
def test_a_fine_has_an_amount_and_an_amount_is_a_fine(
    sanctions: list[Sanction], fine_fen: int, sound: bool
) -> None:
    if sound:
        check_money(sanctions, fine_fen)
    else:
        with pytest.raises(Invalid):
            check_money(sanctions, fine_fen)


def test_only_a_penalty_has_sanctions_and_every_penalty_has() -> None:
    check_kind(Kind.PENALTY, [Sanction.WARNING])
    check_kind(Kind.COMMENDATION, [])
    with pytest.raises(Invalid):
        check_kind(Kind.PENALTY, [])
    with pytest.raises(Invalid):
        check_kind(Kind.COMMENDATION, [Sanction.WARNING])


def test_a_document_is_the_same_however_its_number_was_typed() -> None:
    one = document_key("庐阳区市场监管局", "庐市监罚〔2019〕7号")
    assert document_key("庐阳区市场监管局 ", "庐市监罚 [2019] 7 号") == one
    assert document_key("庐阳区市场监管局", "庐市监罚［２０１９］７号") == one
    assert document_key("庐阳区市场监管局", "庐市监罚〔2019〕8号") != one


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_its_category_and_name(kind: Kind) -> None:
    assert kind.label
    assert kind.category


def test_what_the_registry_tells_is_not_entered_by_hand() -> None:
    assert Kind.REPORT_MISSED not in FROM_DEPARTMENTS
    assert Kind.REVOCATION not in FROM_DEPARTMENTS
    assert Kind.PENALTY in FROM_DEPARTMENTS
