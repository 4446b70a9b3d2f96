"""Where the next page begins."""

import pytest

from credit_list.watch_lists.domain import end_of_page


@pytest.mark.parametrize(
    ("after", "head", "last", "end"),
    [
        (0, 0, None, 0),
        (0, 50, None, 50),
        (0, 500, None, 100),
        (0, 500, 7, 7),
        (450, 500, None, 500),
        (700, 500, None, 700),
    ],
)
def test_the_next_page_begins_where_this_one_ended(
    after: int, head: int, last: int | None, end: int
) -> None:
    assert end_of_page(after, head, 100, last) == end
