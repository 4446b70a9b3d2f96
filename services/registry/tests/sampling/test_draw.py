"""The draw itself: the same for everybody who repeats it, and fair."""

from collections import Counter
from hashlib import sha256
from itertools import product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liandong.problems import IllegalTransition
from registry.sampling.domain import (
    TRANSITIONS,
    Action,
    Inspector,
    Status,
    advance,
    digest,
    draw,
    how_many,
    inspectors_of,
)

BODIES = [UUID(int=number) for number in range(20)]
POOL = [Inspector(UUID(int=100 + number), "3401", frozenset()) for number in range(6)]


@pytest.mark.parametrize(("status", "action"), list(product(Status, Action)))
def test_only_the_listed_transitions_exist(status: Status, action: Action) -> None:
    assert status.label
    assert action.label
    if (status, action) in TRANSITIONS:
        assert advance(status, action) is TRANSITIONS[status, action]
    else:
        with pytest.raises(IllegalTransition):
            advance(status, action)


def test_the_draw_is_what_its_description_says() -> None:
    ranked = sorted(BODIES, key=lambda one: sha256(f"seed|{one}".encode()).hexdigest())
    assert draw("seed", BODIES, 5) == ranked[:5]
    assert digest(BODIES) == sha256("\n".join(map(str, BODIES)).encode()).hexdigest()


@given(st.text(min_size=1), st.lists(st.uuids(), max_size=50), st.integers(0, 60))
def test_nobody_is_drawn_twice_and_the_order_of_the_list_does_not_matter(
    seed: str, candidates: list[UUID], number: int
) -> None:
    drawn = draw(seed, candidates, number)
    assert len(drawn) == len({*drawn}) == min(number, len({*candidates}))
    assert {*drawn} <= {*candidates}
    assert drawn == draw(seed, reversed(candidates), number)


def test_every_body_and_every_officer_can_be_drawn_with_the_same_chance() -> None:
    bodies: Counter[UUID] = Counter()
    officers: Counter[UUID] = Counter()
    for number in range(2000):
        bodies.update(draw(str(number), BODIES, 5))
        officers.update(inspectors_of(str(number), BODIES[0], "340103", POOL, 2) or [])
    # 500 of 2000 are expected of each body and 667 of each officer; five deviations are allowed.
    assert all(403 < bodies[one] < 597 for one in BODIES)
    assert all(561 < officers[one.id] < 772 for one in POOL)


def test_an_officer_with_an_interest_or_of_another_district_is_never_drawn() -> None:
    recused = Inspector(UUID(int=200), "3401", frozenset({BODIES[0]}))
    elsewhere = Inspector(UUID(int=201), "3407", frozenset())
    pool = [*POOL[:2], recused, elsewhere]
    for number in range(200):
        drawn = inspectors_of(str(number), BODIES[0], "340103", pool, 2)
        assert drawn is not None
        assert {*drawn} == {one.id for one in POOL[:2]}
    assert inspectors_of("seed", BODIES[0], "340103", pool, 3) is None
    others = {one for n in range(200)
              for one in inspectors_of(str(n), BODIES[1], "340103", pool, 2) or []}  # fmt: skip
    assert recused.id in others


@pytest.mark.parametrize(
    ("candidates", "percent", "number", "expected"),
    [
        (0, 5, None, 0),
        (1, 1, None, 1),
        (100, 5, None, 5),
        (101, 5, None, 6),
        (3, 100, None, 3),
        (3, None, 5, 3),
        (3, None, 2, 2),
    ],
)
def test_a_share_is_rounded_up(
    candidates: int, percent: int | None, number: int | None, expected: int
) -> None:
    assert how_many(candidates, percent=percent, number=number) == expected
