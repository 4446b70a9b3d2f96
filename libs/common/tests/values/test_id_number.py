"""Identity numbers of residents."""

import pytest

from liandong.values.id_number import check_character, normalize_id_number

EXAMPLE = "11010519491231002X"
"""The example of the standard."""


@pytest.mark.parametrize(
    "written",
    [EXAMPLE, EXAMPLE.lower(), "１１０１０５１９４９１２３１００２Ｘ", " 110105 19491231 002X "],
)
def test_a_number_is_read_as_people_write_it(written: str) -> None:
    assert normalize_id_number(written) == EXAMPLE


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("110105491231002", "18位"),
        (EXAMPLE + "1", "18位"),
        ("1101051949123100AX", "18位"),
        ("110105194913310021", "出生日期"),
        ("110105190002290021", "出生日期"),
        ("110105194912310021", "校验码"),
    ],
)
def test_a_wrong_number_is_refused_without_being_repeated(written: str, told: str) -> None:
    with pytest.raises(ValueError, match=told) as refused:
        normalize_id_number(written)
    assert written not in str(refused.value)


@pytest.mark.parametrize("place", range(17))
def test_one_wrong_digit_is_always_noticed(place: int) -> None:
    digits = EXAMPLE[:17]
    for other in "0123456789":
        if other != digits[place]:
            assert check_character(digits[:place] + other + digits[place + 1 :]) != EXAMPLE[17]
