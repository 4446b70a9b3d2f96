"""Taking changes back, telling states apart. Pure."""

from datetime import UTC, datetime

from registry.histories.domain import (
    Change,
    Difference,
    changes_between,
    differences,
    origins,
    taken_back,
)


def a_change(version, **items):
    return Change(
        version=version,
        at=datetime(2026, 3, version, tzinfo=UTC),
        action="changed",
        actor="clerk-1",
        application_id=None,
        note="",
        before={name: both[0] for name, both in items.items()},
        after={name: both[1] for name, both in items.items()},
    )


FIRST = {"name": "甲", "address": "一路", "funds_fen": 100}
CHANGES = [
    a_change(2, address=("一路", "二路")),
    a_change(3, name=("甲", "乙"), address=("二路", "三路")),
    a_change(4, address=("三路", "一路")),
]
NOW = {"name": "乙", "address": "一路", "funds_fen": 100}


def test_every_state_comes_back_in_whatever_order_the_changes_are_given():
    assert taken_back(NOW, reversed(CHANGES)) == FIRST
    assert taken_back(NOW, CHANGES[2:]) == FIRST | {"name": "乙", "address": "三路"}
    assert taken_back(NOW, CHANGES[1:]) == FIRST | {"address": "二路"}
    assert taken_back(NOW, []) == NOW


def test_only_what_differs_is_kept_and_told():
    assert changes_between(FIRST, NOW) == ({"name": "甲"}, {"name": "乙"})
    assert differences(FIRST, NOW) == [Difference("name", "甲", "乙")]
    assert differences(NOW, NOW) == []


def test_a_value_comes_from_the_last_change_that_touched_it():
    found = origins(NOW, reversed(CHANGES))
    assert found == {"name": CHANGES[1], "address": CHANGES[2], "funds_fen": None}
