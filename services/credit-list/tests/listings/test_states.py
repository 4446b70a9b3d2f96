"""The latest states of listings: what events tell and what the tables say are the same."""

from typing import Any

from liandong.testing.states import rebuilt, recording


async def test_a_listing_is_shown_until_it_ends_and_a_rebuild_says_the_same(desk: Any) -> None:
    broker = recording(desk.service)
    stands, ends = [await desk.a_listing(await desk.an_organization()) for _ in range(2)]
    await desk.service.settle()
    first = broker.latest
    assert set(first) == {f"listing:{stands}", f"listing:{ends}"}
    shown = first[f"listing:{ends}"].fields
    assert shown is not None
    assert shown["list"] == "serious"
    assert "switched_on" not in shown

    removed = await desk.act(
        f"/v1/listings/{ends}/correct", {"reason": "处罚对象为同名组织"}, desk.other_approver
    )
    assert removed.status_code == 200, removed.text
    await desk.service.settle()
    told = broker.latest
    assert told[f"listing:{ends}"].fields is None
    assert told[f"listing:{stands}"] == first[f"listing:{stands}"]

    again = await rebuilt(desk.service)
    assert {key: one.fields for key, one in again.items()} == {
        key: one.fields for key, one in told.items()
    }
    assert all(again[key].sequence >= one.sequence for key, one in told.items())
