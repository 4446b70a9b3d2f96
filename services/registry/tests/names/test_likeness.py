"""When two names are close, and why; without a database."""

from itertools import product

import pytest

from liandong.problems import IllegalTransition
from registry.names.domain import TRANSITIONS, Action, Status, advance
from registry.names.likeness import Comparable, closeness, comparable
from registry.names.rules import Closeness
from registry.names.sounds import sound_of, sounds_alike
from registry.names.structure import NameParts
from registry.organizations.domain import Kind
from services.registry.tests.shipped import NAME_RULES as RULES

LUYANG = "340103"


def ready(trade_name: str, field: str, form: str = "中心") -> Comparable:
    parts = NameParts(division="合肥市庐阳区", trade_name=trade_name, field=field, form=form)
    return comparable(parts.full, Kind.SERVICE_INSTITUTION, LUYANG, RULES)


SUNSHINE = ready("阳光", "社会工作服务")


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (ready("阳光", "社会工作服务"), Closeness.SAME_NAME),
        (ready("阳光", "社会工作服务", "社"), Closeness.SAME_CORE),
        (ready("阳光", "社工服务"), Closeness.ABBREVIATION),
        (ready("洋光", "社会工作服务"), Closeness.SAME_SOUND),
        (ready("社会工作", "阳光服务"), Closeness.SWAPPED_PARTS),
        (ready("阳光之家", "助老服务"), Closeness.CONTAINED),
        (ready("月亮", "社会工作服务"), None),
        (ready("晨曦", "养老"), None),
    ],
)
def test_each_way_of_being_close_has_its_name(other: Comparable, reason: Closeness | None) -> None:
    assert closeness(SUNSHINE, other, RULES.likeness) is reason
    assert closeness(other, SUNSHINE, RULES.likeness) is reason


def test_signs_picked_from_a_longer_name_are_its_short_form() -> None:
    long, short = ready("春晖", "帮助老年人"), ready("春晖", "助老")
    assert closeness(long, short, RULES.likeness) is Closeness.ABBREVIATION


def test_most_signs_in_common_are_told_as_such() -> None:
    one, other = ready("金色夕阳老年", "书画艺术"), ready("金色朝阳老年", "书画艺术")
    assert closeness(one, other, RULES.likeness) is Closeness.OVERLAP
    less = ready("金色朝霞青年", "书画艺术")
    assert closeness(one, less, RULES.likeness) is None


def test_a_sign_with_several_readings_sounds_alike_in_each_of_them() -> None:
    assert sounds_alike("长乐", "常乐")
    assert sounds_alike("长乐", "掌乐")
    assert not sounds_alike("长乐", "长")
    assert sound_of("阳光") == sound_of("洋光") == "yang guang"


def test_what_a_ledger_holds_is_taken_apart_as_far_as_it_is_known() -> None:
    found = comparable("合肥市庐阳区阳光社会工作服务中心", Kind.SERVICE_INSTITUTION, LUYANG, RULES)
    assert closeness(found, SUNSHINE, RULES.likeness) is Closeness.SAME_NAME
    shorter = comparable("庐阳区阳光社会工作服务社", Kind.SERVICE_INSTITUTION, LUYANG, RULES)
    assert closeness(shorter, SUNSHINE, RULES.likeness) is Closeness.SAME_CORE


@pytest.mark.parametrize("name", ["中心", "会", "合肥市庐阳区", "", "（）", "服务"])
def test_a_name_of_nothing_but_form_or_place_can_still_be_compared(name: str) -> None:
    found = comparable(name, Kind.SERVICE_INSTITUTION, LUYANG, RULES)
    assert closeness(found, SUNSHINE, RULES.likeness) is None
    assert closeness(found, found, RULES.likeness) is Closeness.SAME_NAME


@pytest.mark.parametrize(("status", "action"), list(product(Status, Action)))
def test_only_the_listed_transitions_exist(status: Status, action: Action) -> None:
    if (status, action) in TRANSITIONS:
        assert advance(status, action) is TRANSITIONS[status, action]
    else:
        with pytest.raises(IllegalTransition):
            advance(status, action)
