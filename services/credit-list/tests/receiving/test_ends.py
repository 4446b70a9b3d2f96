"""Entries of others end: by their own term, or when a full file has them no more."""

from typing import Any
from uuid import UUID

import httpx

from liandong.identity.actors import Role
from liandong.testing.services import bearer
from liandong.values.credit_code import make

Desk = Any
COURT = bearer("court", Role.PARTNER, district="340100", scopes=("receiving:write",))
TAX = {"sender": "hefei-tax", "sender_name": "合肥市税务局"}
BATCHES = "/v1/receiving/batches"
NAME = "合肥市庐阳区阳光社会工作服务中心{}"


def row(number: int = 1, about: int = 1, **given: Any) -> dict[str, Any]:
    return {
        "number": number,
        "operation": "add",
        "record_key": f"K{number}",
        "kind": "court-defaulter",
        "name": NAME.format(about),
        "credit_code": make("52", "340103", f"XN{about:06}"),
        "authority": "合肥市庐阳区人民法院",
        "document_number": f"（2019）皖0103执{about}号",
        "decided_on": "2019-09-10",
    } | given


async def send(
    desk: Desk, *rows: dict[str, Any], sequence: int = 1, **given: Any
) -> httpx.Response:
    who = given.pop("who", COURT)
    body = {
        "sender": "hefei-court",
        "sender_name": "合肥市中级人民法院",
        "sender_kind": "department",
        "number": f"2019-{sequence:03}",
        "sequence": sequence,
        "total": len(rows),
        "rows": list(rows),
    } | given
    return await desk.client.post(BATCHES, json=body, headers=who)


async def taken(desk: Desk, *rows: dict[str, Any], **given: Any) -> None:
    answer = await send(desk, *rows, **given)
    assert answer.status_code == 201, answer.text


async def statuses(desk: Desk) -> list[str]:
    found = (await desk.read("/v1/receiving/rows"))["items"]
    return [one["status"] for one in reversed(found)]


async def record(desk: Desk, organization: UUID) -> tuple[str, str | None]:
    [found] = (await desk.read("/v1/records", organization_id=organization))["items"]
    return found["status"], found["withdrawn_ground"]


async def stands(desk: Desk) -> list[bool]:
    found = await desk.read("/v1/foreign-listings")
    return [one["stands"] for one in reversed(found["items"])]


async def told(desk: Desk) -> list[tuple[str, str | None]]:
    return [
        (one["type"].rpartition(".")[2], one["data"].get("ground"))
        for one in await desk.service.published()
        if ".foreign-listing." in one["type"]
    ]


async def test_an_entry_ends_with_its_own_term_and_may_be_lengthened(desk: Desk) -> None:
    organization = await desk.an_organization()
    await taken(desk, row(ends_on="2019-09-24"))
    before = (await desk.read("/v1/credit-grades", organization_id=organization))["items"]
    await desk.pass_days(1)
    assert await record(desk, organization) == ("recorded", None)  # the last day counts
    await desk.pass_days(1)
    assert await record(desk, organization) == ("withdrawn", "ended")
    assert (await statuses(desk), await stands(desk)) == (["ended"], [False])
    assert await told(desk) == [("recorded", None), ("ended", "ended")]
    after = (await desk.read("/v1/credit-grades", organization_id=organization))["items"]
    assert after[0]["score"] > before[0]["score"]
    await taken(desk, row(operation="change", ends_on="2019-12-31"), sequence=2)
    assert await record(desk, organization) == ("recorded", None)
    assert await stands(desk) == [True]


async def test_one_fact_of_two_departments_ends_with_the_later_term(desk: Desk) -> None:
    organization = await desk.an_organization()
    await taken(desk, row(ends_on="2019-09-24"))
    again = row(document_number="(2019)皖0103执1号", record_key="tax-7", ends_on="2019-09-26")
    await taken(desk, again, who=desk.clerk, **TAX)
    await desk.pass_days(2)
    assert await record(desk, organization) == ("recorded", None)
    [found] = (await desk.read("/v1/foreign-listings"))["items"]
    assert [one["status"] for one in found["sources"]] == ["ended", "linked"]
    await desk.pass_days(2)
    assert await record(desk, organization) == ("withdrawn", "ended")
    assert await told(desk) == [("recorded", None), ("recorded", None), ("ended", "ended")]


async def test_what_is_over_when_it_comes_is_kept_and_counts_for_nothing(desk: Desk) -> None:
    organization = await desk.an_organization()
    await taken(desk, row(ends_on="2019-09-22"), row(2, about=9, ends_on="2019-09-24"))
    assert await statuses(desk) == ["ended", "unresolved"]
    assert (await desk.read("/v1/records", organization_id=organization))["items"] == []
    await desk.pass_days(2)
    assert await statuses(desk) == ["ended", "ended"]
    assert await stands(desk) == []


async def test_a_full_file_ends_what_it_has_no_more_of_that_list_and_sender(desk: Desk) -> None:
    organizations = [await desk.an_organization(number) for number in (1, 2)]
    other = row(3, kind="tax-serious", document_number="皖税〔2019〕3号")
    await taken(desk, row(1), row(2, about=2), other)
    await taken(desk, row(1), who=desk.clerk, **TAX)
    whole = {"whole_lists": ["失信被执行人"], "sequence": 2}
    await taken(desk, row(1), **whole)
    assert await record(desk, organizations[0]) == ("recorded", None)
    assert await record(desk, organizations[1]) == ("withdrawn", "source")
    assert await stands(desk) == [True, False, True]
    gone = (await desk.read("/v1/receiving/rows", status="withdrawn"))["items"]
    assert [(one["record_key"], one["note"]) for one in gone] == [
        ("K2", "来源单位的全量名单中已经没有")
    ]
    assert (await send(desk, row(1), **whole)).status_code == 200  # sent twice
    # An empty list is said in so many words; the tax office still names the first.
    await taken(desk, sequence=3, whole_lists=["court-defaulter"])
    assert await record(desk, organizations[0]) == ("recorded", None)
    assert await stands(desk) == [True, False, True]


async def test_a_full_file_ahead_of_its_turn_ends_nothing_before_it(desk: Desk) -> None:
    organization = await desk.an_organization()
    await taken(desk, sequence=2, whole_lists=["court-defaulter"])
    await taken(desk, row())
    assert await record(desk, organization) == ("withdrawn", "source")


async def test_an_empty_batch_or_an_unknown_list_is_refused(desk: Desk) -> None:
    empty = await send(desk)
    assert empty.json()["errors"][0]["code"] == "empty-batch"
    unknown = await send(desk, row(), whole_lists=["no-such-list"])
    assert unknown.json()["errors"][0]["pointer"] == "/whole_lists/0"
    half = await send(desk, row(), total=2, whole_lists=["court-defaulter"])
    assert half.json()["missing"] == [2]
    assert (await desk.read(BATCHES))["items"] == []
