"""The latest states of listings: what events tell and what the tables say are the same."""

from typing import Any

from liandong.testing.states import Kept, Recorder, rebuilt, recording


def _listings(broker: Recorder) -> dict[str, Kept]:
    return {key: one for key, one in broker.latest.items() if key.startswith("listing:")}


async def test_a_listing_is_shown_until_it_ends_and_a_rebuild_says_the_same(desk: Any) -> None:
    broker = recording(desk.service)
    stands, ends = [await desk.a_listing(await desk.an_organization()) for _ in range(2)]
    await desk.service.settle()
    first = _listings(broker)
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
    told = _listings(broker)
    assert told[f"listing:{ends}"].fields is None
    assert told[f"listing:{stands}"] == first[f"listing:{stands}"]

    everything = broker.latest
    assert await rebuilt(desk.service) == everything
