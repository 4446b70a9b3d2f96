"""Watch lists: whose they are, what is on them, what changed."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from credit_list.checks.rules import QUESTIONS
from credit_list.watch_lists import repository
from liandong.identity.actors import Role
from liandong.testing.services import bearer
from liandong.values.credit_code import make

Desk = Any
PATH = "/v1/watch-lists"
FILED = "BA-340103001001-2019-0001"


def partner(subject: str = "partner-1") -> dict[str, str]:
    return bearer(subject, Role.PARTNER, scopes=["standings:read"], district=None)


def code(number: int = 1) -> str:
    return make("52", "340103", f"XN{number:06}")


async def made(desk: Desk, *codes: str, who: Any = None, name: str = "示例清单") -> Any:
    body = {"name": name, "codes": list(codes)}
    answer = await desk.client.post(PATH, json=body, headers=who or partner())
    assert answer.status_code == 201, answer.text
    return answer.json()


async def act(desk: Desk, found: Any, verb: str, *codes: str, who: Any = None) -> Any:
    headers = (who or partner()) | {"If-Match": f'"v{found["version"]}"'}
    path = f"{PATH}/{found['id']}/{verb}"
    return await desk.client.post(path, json={"codes": list(codes)}, headers=headers)


async def changes(desk: Desk, found: Any, after: int = 0, **query: Any) -> Any:
    await desk.service.published()
    return await desk.read(f"{PATH}/{found['id']}/changes", partner(), after=after, **query)


def facts(page: Any) -> list[tuple[str, str]]:
    return [(one["fact"], one["list"]) for one in page["items"]]


def limited(desk: Desk, monkeypatch: pytest.MonkeyPatch, name: str, number: int) -> None:
    [shipped] = desk.service.runtime.rule_book.shipped[QUESTIONS.name]
    limit = getattr(shipped.parameters, name).model_copy(update={"number": number})
    monkeypatch.setitem(shipped.parameters.__dict__, name, limit)


async def test_a_list_keeps_each_code_once_in_its_normal_form(desk: Desk) -> None:
    found = await made(desk, code(2), code(1).lower(), code(1), FILED)
    assert (found["codes"], found["version"]) == (3, 1)
    page = await desk.read(f"{PATH}/{found['id']}/codes", partner())
    assert page["items"] == sorted([code(1), code(2), FILED])
    assert (await desk.read(f"{PATH}/{found['id']}", partner()))["codes"] == 3
    [listed] = (await desk.read(PATH, partner()))["items"]
    assert (listed["id"], listed["name"]) == (found["id"], "示例清单")


async def test_codes_are_added_and_removed(desk: Desk) -> None:
    found = await made(desk, code(1))
    added = await act(desk, found, "add", code(1), code(2), code(3))
    assert (added.status_code, added.json()["codes"]) == (200, 3)
    removed = await act(desk, added.json(), "remove", code(1), code(9))
    assert (removed.status_code, removed.json()["codes"]) == (200, 2)
    stale = await act(desk, found, "add", code(4))
    assert stale.status_code == 412
    assert (await desk.read(f"{PATH}/{found['id']}", partner()))["codes"] == 2


async def test_a_wrong_code_is_named_and_nothing_is_changed(desk: Desk) -> None:
    found = await made(desk, code(1))
    refused = await act(desk, found, "add", code(2), "5234", str(UUID(int=0)))
    assert refused.status_code == 422
    told = refused.json()
    assert told["type"] == "urn:liandong:problem:wrong-codes"
    assert [one["pointer"] for one in told["errors"]] == ["/codes/1", "/codes/2"]
    assert (await desk.read(f"{PATH}/{found['id']}", partner()))["codes"] == 1


async def test_nobody_sees_the_list_of_another(desk: Desk) -> None:
    found = await made(desk, code(1))
    for other in (partner("partner-2"), desk.clerk):
        for part in ("", "/codes", "/changes"):
            path = f"{PATH}/{found['id']}{part}"
            assert (await desk.client.get(path, headers=other)).status_code == 404
        for verb in ("add", "remove", "discard"):
            assert (await act(desk, found, verb, code(2), who=other)).status_code == 404
        assert (await desk.read(PATH, other))["items"] == []


async def test_a_discarded_list_is_gone(desk: Desk) -> None:
    found = await made(desk, code(1))
    headers = partner() | {"If-Match": '"v1"'}
    path = f"{PATH}/{found['id']}"
    assert (await desk.client.post(f"{path}/discard", headers=headers)).status_code == 204
    assert (await desk.client.get(path, headers=partner())).status_code == 404


async def test_a_full_list_takes_no_more(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    limited(desk, monkeypatch, "codes_per_watch_list", 2)
    found = await made(desk, code(1), code(2))
    refused = await act(desk, found, "add", code(3))
    assert (refused.status_code, refused.json()["most"]) == (409, 2)
    assert (await act(desk, found, "add", code(2))).status_code == 200


async def test_two_who_make_the_last_list_at_once_do_not_both_succeed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(desk, monkeypatch, "watch_lists_each", 1)
    body = {"name": "示例清单", "codes": [code(1)]}
    answers = await asyncio.gather(
        *(desk.client.post(PATH, json=body, headers=partner()) for _ in range(4))
    )
    assert sorted(one.status_code for one in answers) == [201, 409, 409, 409]
    assert (await made(desk, code(1), who=partner("partner-2")))["codes"] == 1


async def test_the_changes_of_the_watched_are_told_in_order_and_of_nobody_else(
    desk: Desk,
) -> None:
    watched, other = await desk.an_organization(1), await desk.an_organization(2)
    found = await made(desk, code(1))
    assert (await changes(desk, found))["items"] == []
    await desk.a_red_listing(watched)
    await desk.a_listing(other)
    listing = await desk.a_listing(watched)
    page = await changes(desk, found)
    assert facts(page) == [("listed", "red"), ("delisted", "red"), ("listed", "serious")]
    assert page["more"] is False
    last = page["items"][-1]
    assert (last["codes"], last["listing_id"]) == ([code(1)], listing)
    assert (last["trigger"], last["organization_id"]) == ("fine-50000", str(watched))
    assert page["items"][1]["reason"] == "superseded"
    positions = [one["position"] for one in page["items"]]
    assert positions == sorted(set(positions))
    assert page["next"] >= positions[-1]


async def test_pages_join_without_gap_or_repeat(desk: Desk) -> None:
    for number in (1, 2, 3):
        await desk.a_listing(await desk.an_organization(number))
    found = await made(desk, *(code(number) for number in (1, 2, 3)))
    whole = await changes(desk, found)
    after, seen = 0, []
    while True:
        page = await changes(desk, found, after, limit=1)
        seen += page["items"]
        after = page["next"]
        if not page["more"]:
            break
    assert seen == whole["items"]
    assert len(seen) == 3
    assert (await changes(desk, found, after))["items"] == []
    assert (await changes(desk, found, after + 1000))["next"] == after + 1000


async def test_a_page_looks_through_so_much_and_says_where_it_stopped(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repository, "WINDOW", 1)
    for number in (1, 2):
        await desk.a_listing(await desk.an_organization(number))
    found = await made(desk, code(2))
    after, seen, pages = 0, [], 0
    while True:
        page = await changes(desk, found, after)
        assert page["next"] <= after + 1
        seen += page["items"]
        after, pages = page["next"], pages + 1
        if not page["more"]:
            break
    assert [one["codes"] for one in seen] == [[code(2)]]
    assert pages > 1


async def test_from_the_position_of_a_check_nothing_is_missed(desk: Desk) -> None:
    organization = await desk.an_organization(1)
    await desk.a_red_listing(organization)
    await desk.service.published()
    check = await desk.read(f"/v1/checks/{code(1)}", partner(), purpose="other")
    await desk.a_listing(organization)
    found = await made(desk, code(1))
    page = await changes(desk, found, check["answer"]["position"])
    assert facts(page) == [("delisted", "red"), ("listed", "serious")]


async def test_a_code_is_watched_before_its_organisation_is_known(desk: Desk) -> None:
    found = await made(desk, code(1), FILED)
    await desk.a_listing(await desk.an_organization(1))
    filed = await desk.an_organization(
        2, kind="community_group", credit_code=None, filing_number=FILED
    )
    await desk.a_listing(filed)
    page = await changes(desk, found)
    assert [one["codes"] for one in page["items"]] == [[code(1)], [FILED]]


async def test_an_unreadable_position_is_explained(desk: Desk) -> None:
    found = await made(desk, code(1))
    for wrong in ("-1", "x", str(2**63)):
        answer = await desk.client.get(
            f"{PATH}/{found['id']}/changes", params={"after": wrong}, headers=partner()
        )
        assert answer.status_code == 422
