"""Who is on the board of which day: pure."""

from datetime import date

import pytest

from credit_list.boards.domain import Stay, is_shown, numbered, pages
from credit_list.boards.page import page_of
from credit_list.boards.schemas import BoardDay, BoardRow, BoardTotal
from credit_list.listings.domain import DelistReason, ListName, is_gone
from liandong.ids import uuid7

FIRST, LAST = date(2019, 10, 12), date(2019, 11, 12)
TODAY = date(2020, 1, 1)
SERIOUS, ABNORMAL, RED = ListName.SERIOUS, ListName.ABNORMAL, ListName.RED


@pytest.mark.parametrize(
    ("stay", "day", "shown"),
    [
        (Stay(SERIOUS, FIRST), date(2019, 10, 11), False),
        (Stay(SERIOUS, FIRST), FIRST, True),
        (Stay(RED, FIRST, LAST, DelistReason.EXPIRED), date(2019, 11, 11), True),
        (Stay(RED, FIRST, LAST, DelistReason.EXPIRED), LAST, False),
        (Stay(ABNORMAL, FIRST, LAST, DelistReason.SUPERSEDED), FIRST, True),
        (Stay(SERIOUS, FIRST, LAST, DelistReason.REPAIRED), FIRST, False),
        (Stay(ABNORMAL, FIRST, LAST, DelistReason.REMOVED), FIRST, False),
        (Stay(RED, FIRST, LAST, DelistReason.REMOVED), FIRST, True),
        (Stay(RED, FIRST, LAST, DelistReason.CORRECTED), FIRST, False),
        (Stay(SERIOUS, FIRST, publication_ends_on=TODAY), FIRST, True),
        (Stay(SERIOUS, FIRST, publication_ends_on=date(2019, 12, 31)), FIRST, False),
        (Stay(RED, FIRST, valid_until=LAST), LAST, True),
        (Stay(RED, FIRST, valid_until=LAST), date(2019, 11, 13), False),
    ],
)
def test_the_board_of_a_day_shows_who_stood_there_and_may_still_be_shown(
    stay: Stay, day: date, shown: bool
) -> None:
    assert is_shown(stay, day, TODAY) is shown


@pytest.mark.parametrize("reason", list(DelistReason))
def test_what_a_repair_or_a_correction_ends_is_gone_from_past_boards(reason: DelistReason) -> None:
    gone = {DelistReason.REPAIRED, DelistReason.CORRECTED, DelistReason.REMOVED}
    assert is_gone(SERIOUS, reason) is (reason in gone)


@pytest.mark.parametrize(("rows", "count"), [(0, 1), (1, 1), (50, 1), (51, 2), (100, 2)])
def test_an_empty_board_has_one_page(rows: int, count: int) -> None:
    assert pages(rows, 50) == count


def test_rows_are_numbered_within_their_list_across_pages() -> None:
    assert numbered([RED, SERIOUS, SERIOUS], {RED: 49}) == [50, 1, 2]


def test_what_is_written_into_a_page_cannot_become_markup() -> None:
    wicked = '<script>alert("x")</script>'
    row = BoardRow(
        number=1,
        list=SERIOUS,
        board="黑榜",
        listing_id=uuid7(),
        organization_id=uuid7(),
        organization_name=wicked,
        code=wicked,
        district="340103",
        district_name=wicked,
        trigger_text=wicked,
        legal_basis=wicked,
        listed_on=FIRST,
        valid_until=None,
    )
    board = BoardDay(
        title=wicked,
        district="340103",
        district_name=wicked,
        day=FIRST,
        basis=[wicked],
        remedy=wicked,
        page=1,
        pages=2,
        totals=[BoardTotal(list=SERIOUS, board="黑榜", label=wicked, total=1)],
        rows=[row],
    )
    written = page_of(board, '/v1/boards/"><script>')
    assert "<script" not in written
    assert "&lt;script&gt;" in written
