"""Which measures are in force, from news in every order. Hypothesis over what production uses."""

from hypothesis import given
from hypothesis import strategies as st

from liandong.measures.domain import NOTHING, Obeyed, delisted, ended, listed

CODES = ("bar-bids", "hold-payments", "limit-bids")
News = tuple[str, int, object]
MEASURES = st.dictionaries(st.sampled_from(CODES), st.sampled_from(CODES))


@st.composite
def lives(draw: st.DrawFn) -> list[News]:
    """The news of one listing as its life produces them: versions rise, the first one lists."""
    told: list[News] = [("listed", 1, draw(MEASURES))]
    for version in range(2, 2 + draw(st.integers(0, 5))):
        if draw(st.booleans()):
            told.append(("listed", version, draw(MEASURES)))
        else:
            told.append(("ended", version, draw(st.sampled_from(CODES))))
    return told


def fold(told: list[News]) -> Obeyed:
    known = NOTHING
    for what, version, detail in told:
        if what == "listed":
            assert isinstance(detail, dict)
            known = listed(known, version, detail)
        elif what == "ended":
            known = ended(known, version, str(detail))
        else:
            known = delisted(known)
    return known


def shuffled(data: st.DataObject, told: list[News]) -> list[News]:
    """In any order, some of it again."""
    again = data.draw(st.lists(st.sampled_from(told), max_size=4))
    return data.draw(st.permutations([*told, *again]))


@given(lives(), st.data())
def test_after_a_repair_no_measure_is_in_force_in_whatever_order(
    life: list[News], data: st.DataObject
) -> None:
    repaired = [*life, ("delisted", len(life) + 1, None)]
    assert fold(shuffled(data, repaired)).in_force == {}


@given(lives(), st.data())
def test_the_order_of_the_news_does_not_matter(life: list[News], data: st.DataObject) -> None:
    assert fold(shuffled(data, life)).in_force == fold(life).in_force


@given(lives())
def test_in_order_the_last_decision_holds_less_what_ended_since(life: list[News]) -> None:
    expected: dict[str, str] = {}
    for what, _, detail in life:
        if what == "listed":
            assert isinstance(detail, dict)
            expected = dict(detail)
        else:
            expected.pop(str(detail), None)
    assert fold(life).in_force == expected


def test_a_publisher_that_tells_no_version_is_believed_as_it_comes() -> None:
    once = listed(NOTHING, 0, {"bar-bids": "bar-bids"})
    assert once.effects == {"bar-bids"}
    assert listed(once, 0, {}).effects == frozenset()
    later = listed(listed(NOTHING, 3, {}), 0, {"bar-bids": "bar-bids"})
    assert later.effects == {"bar-bids"}
