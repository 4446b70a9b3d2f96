"""A weighed draw: whoever repeats it finds the same, and every ticket has the same chance."""

from collections import Counter
from hashlib import sha256
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from registry.sampling.domain import digest_of, drawn_from
from registry.sampling.weighing import Weighing, digest, draw, frozen, thawed

BODIES = [UUID(int=number) for number in range(20)]
WEIGHTS = st.dictionaries(st.uuids(), st.integers(1, 20), max_size=30)
RULES = Weighing(tickets={"low": 1, "normal": 2, "highest": 8}, otherwise=2, basis="依据")


def test_the_draw_is_what_its_description_says() -> None:
    weights = {one: number % 3 + 1 for number, one in enumerate(BODIES)}

    def best(one: UUID) -> str:
        numbers = range(1, weights[one] + 1)
        return min(sha256(f"seed|{one}|{number}".encode()).hexdigest() for number in numbers)

    assert draw("seed", weights, 7) == sorted(BODIES, key=best)[:7]
    lines = "\n".join(f"{one} {weights[one]}" for one in BODIES)
    assert digest(weights) == sha256(lines.encode()).hexdigest()


@given(st.text(min_size=1), WEIGHTS, st.integers(0, 40))
def test_nobody_is_drawn_twice_and_the_order_of_the_list_does_not_matter(
    seed: str, weights: dict[UUID, int], number: int
) -> None:
    drawn = draw(seed, weights, number)
    assert len(drawn) == len({*drawn}) == min(number, len(weights))
    turned = dict(reversed(weights.items()))
    assert (drawn, digest(weights)) == (draw(seed, turned, number), digest(turned))


@given(st.text(min_size=1), WEIGHTS.filter(bool), st.integers(1, 30))
def test_more_tickets_never_put_anybody_further_back(
    seed: str, weights: dict[UUID, int], number: int
) -> None:
    one = min(weights)
    heavier = weights | {one: weights[one] + 5}
    if one in draw(seed, weights, number):
        assert one in draw(seed, heavier, number)


def test_who_weighs_eight_is_drawn_first_eight_times_as_often() -> None:
    weights = {BODIES[0]: 8, **dict.fromkeys(BODIES[1:9], 1)}
    first: Counter[UUID] = Counter(draw(str(n), weights, 1)[0] for n in range(2000))
    # 1000 of 2000 are expected of the heavy one and 125 of each other; five deviations.
    assert 888 < first[BODIES[0]] < 1112
    assert all(72 < first[one] < 178 for one in BODIES[1:9])


def test_what_is_kept_gives_every_weight_back_whatever_the_rules_say_later() -> None:
    codes = {BODIES[0]: "highest", BODIES[1]: "unheard-of", BODIES[2]: None}
    kept = frozen(RULES, codes)
    weights = thawed(kept, BODIES[:3])
    assert [weights[one] for one in BODIES[:3]] == [8, 2, 2]
    assert drawn_from("seed", BODIES[:3], kept, 2) == draw("seed", weights, 2)
    assert digest_of(BODIES[:3], kept) == digest(weights)


@pytest.mark.parametrize("number", [0, 21])
def test_a_weight_out_of_bounds_is_refused(number: int) -> None:
    with pytest.raises(ValidationError):
        Weighing(tickets={"low": number}, otherwise=1, basis="依据")
