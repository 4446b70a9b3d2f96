"""The report of a month: counted, reported, confirmed by another, and never counted anew."""

import asyncio
from typing import Any

import httpx
import pytest

Desk = Any
PATH = "/v1/reports/monthly"


async def october(desk: Desk, district: str = "340100") -> dict[str, Any]:
    return await desk.read(f"{PATH}/2019-10", district=district)


async def report(desk: Desk, month: str = "2019-10", district: str = "340100") -> httpx.Response:
    body = {"month": month, "district": district}
    return await desk.client.post(PATH, json=body, headers=desk.clerk)


async def act(
    desk: Desk, found: dict[str, Any], step: str, who: dict[str, str], body: Any = None
) -> httpx.Response:
    headers = who | {"If-Match": f'"v{found["version"]}"'}
    path = f"/v1/reports/{found['id']}/{step}"
    return await desk.client.post(path, json=body, headers=headers)


async def test_a_month_counts_who_entered_left_and_stands(desk: Desk) -> None:
    first = await desk.a_listing(await desk.an_organization(1))
    await desk.a_listing(await desk.an_organization(2))
    body = {"reason": "张冠李戴"}
    await desk.act(f"/v1/listings/{first}/correct", body, desk.other_approver)
    desk.set_day("2019-11-04")
    found = await october(desk)
    assert found["figures"] == {
        "lists": [
            {
                "district": "340103",
                "list": "serious",
                "entered": 2,
                "left": {"corrected": 1},
                "standing": 1,
            }
        ],
        "cases": [{"district": "340103", "opened": 1, "listed": 2, "not_listed": 0}],
        "repairs": [],
    }
    assert (found["status"], found["is_over"], found["due_on"]) == ("open", True, "2019-11-25")
    assert (await october(desk, "340104"))["figures"]["lists"] == []


async def test_what_is_confirmed_stands_and_what_is_found_later_is_said_beside_it(
    desk: Desk,
) -> None:
    listing = await desk.a_listing(await desk.an_organization())
    desk.set_day("2019-11-04")
    assert (await report(desk)).status_code == 200
    confirmed = await act(desk, await october(desk), "confirm", desk.approver)
    assert confirmed.status_code == 200, confirmed.text
    before = confirmed.json()["figures"]
    desk.set_day("2019-10-31")
    body = {"reason": "张冠李戴"}
    await desk.act(f"/v1/listings/{listing}/correct", body, desk.other_approver)
    desk.set_day("2019-11-05")
    found = await october(desk)
    assert found["figures"] == before
    assert {one["figure"]: (one["reported"], one["now"]) for one in found["differences"]} == {
        "lists/340103/serious/left/corrected": (0, 1),
        "lists/340103/serious/standing": (1, 0),
    }
    noted = await act(desk, found, "notes", desk.clerk, {"note": "一条列入信息有误，已更正"})
    assert [one["note"] for one in noted.json()["notes"]] == ["一条列入信息有误，已更正"]
    assert noted.json()["figures"] == before
    assert (await report(desk)).status_code == 409


async def test_whoever_reported_does_not_confirm(desk: Desk) -> None:
    desk.set_day("2019-11-04")
    await report(desk)
    both = desk.approver
    refused = await act(desk, await october(desk), "confirm", desk.clerk)
    assert refused.status_code == 403
    assert (await act(desk, await october(desk), "confirm", both)).status_code == 200


async def test_a_report_is_counted_anew_until_it_is_confirmed(desk: Desk) -> None:
    desk.set_day("2019-11-04")
    first = (await report(desk)).json()
    again = (await report(desk)).json()
    assert (again["id"], again["version"]) == (first["id"], first["version"] + 1)
    assert (await act(desk, first, "confirm", desk.approver)).status_code == 412


async def test_two_clerks_who_report_at_once_make_one_report(desk: Desk) -> None:
    desk.set_day("2019-11-04")
    answers = await asyncio.gather(*(report(desk) for _ in range(3)))
    assert [one.status_code for one in answers] == [200, 200, 200]
    assert len({one.json()["id"] for one in answers}) == 1


@pytest.mark.parametrize(("day", "late"), [("2019-11-25", False), ("2019-11-26", True)])
async def test_the_25th_is_in_time_and_the_26th_is_late(desk: Desk, day: str, late: bool) -> None:
    desk.set_day(day)
    assert (await report(desk)).json()["is_late"] is late


@pytest.mark.parametrize(
    ("month", "district", "status"),
    [
        ("2019-09", "340100", 409),
        ("2019-10", "340100", 422),
        ("2019-13", "340100", 422),
        ("1999-01", "340100", 422),
        ("2019-08", "999999", 422),
        ("2019-08", "110000", 403),
        ("2019-08", "340103", 200),
    ],
)
async def test_only_a_month_that_is_over_is_reported(
    desk: Desk, month: str, district: str, status: int
) -> None:
    assert (await report(desk, month, district)).status_code == status
