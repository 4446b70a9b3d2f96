"""Transfers between districts over HTTP: one gives, the other takes."""

import asyncio
from typing import Any

import httpx
import pytest

from liandong.identity.actors import Role
from liandong.testing.services import ServiceUnderTest, bearer
from liandong.values.filing_number import format_number
from registry.transfers.domain import TRANSITIONS, Action, Status, advance
from services.registry.tests.applications import desk

GIVER = desk.CLERK
TAKER = bearer("approver-7", Role.APPROVER, Role.CLERK, district="340700")
BOTH = bearer("chief", Role.APPROVER, Role.CLERK, district="340000")
REASON = {"reason": "住所迁移"}


def test_only_what_is_open_can_be_answered() -> None:
    assert {status for status, _ in TRANSITIONS} == {Status.PROPOSED}
    for status in Status:
        for action in Action:
            if (status, action) in TRANSITIONS:
                assert advance(status, action) is not Status.PROPOSED


async def proposed(
    registry: ServiceUnderTest,
    body: dict[str, Any],
    by: dict[str, str] = GIVER,
    **given: Any,
) -> httpx.Response:
    form = {"organization_id": body["id"], "to_district": "340703", **REASON, **given}
    return await registry.client.post("/v1/transfers", json=form, headers=by)


async def answered(
    registry: ServiceUnderTest,
    transfer: dict[str, Any],
    action: str,
    by: dict[str, str] = TAKER,
) -> httpx.Response:
    return await registry.client.post(
        f"/v1/transfers/{transfer['id']}/{action}",
        json=None if action == "accept" else REASON,
        headers=by | {"If-Match": f'"v{transfer["version"]}"'},
    )


async def test_a_body_moves_when_the_other_district_takes_it(registry: ServiceUnderTest) -> None:
    body = await desk.registered(registry, supervisor="庐阳区教育局")
    made = await proposed(registry, body, address="铜陵市铜官区一路", supervisor="铜官区教育局")
    assert made.status_code == 201, made.text
    assert made.headers["Location"] == f"/v1/transfers/{made.json()['id']}"
    before = await desk.organization(registry, body["id"])
    assert before["district"] == "340103"
    done = await answered(registry, made.json(), "accept")
    assert (done.status_code, done.json()["status"]) == (200, "accepted")
    read = await registry.client.get(f"/v1/organizations/{body['id']}", headers=TAKER)
    now = read.json()
    assert (now["district"], now["address"], now["supervisor"], now["credit_code"]) == (
        "340703",
        "铜陵市铜官区一路",
        "铜官区教育局",
        body["credit_code"],
    )
    await registry.settle()
    feed = await registry.client.get(
        "/v1/events", headers=bearer("reader", Role.SYSTEM_ADMIN, district="340000")
    )
    events = {
        one["type"].removeprefix("cn.liandong.registry."): one["data"]
        for one in feed.json()["items"]
    }
    assert [*events] == [
        "organization.registered",
        "transfer.proposed",
        "organization.changed",
        "transfer.accepted",
    ]
    moved = events["organization.changed"]
    assert (moved["district"], moved["changed"]) == (
        "340703",
        ["district", "address", "supervisor"],
    )
    seen_there = [one["type"].split("registry.")[1] for one in await registry.published()]
    assert seen_there == ["organization.registered", "transfer.proposed", "transfer.accepted"]
    history = await registry.client.get(f"/v1/organizations/{body['id']}/changes", headers=TAKER)
    assert history.json()["items"][0]["action"] == "moved"
    again = await answered(registry, done.json(), "accept")
    assert (again.status_code, again.json()["current_status"]) == (409, "accepted")


async def test_the_name_is_free_where_it_left_and_taken_where_it_came(
    registry: ServiceUnderTest,
) -> None:
    body = await desk.registered(registry)
    clash = await registry.client.post(
        "/v1/organizations",
        json={
            "kind": "service_institution",
            "name": body["name"],
            "credit_code": "52110000MJ0163191U",
            "district": "340703",
            "registered_on": "2020-03-02",
        },
        headers=TAKER,
    )
    assert clash.status_code == 201, clash.text
    made = await proposed(registry, body)
    refused = await answered(registry, made.json(), "accept")
    assert refused.status_code == 409
    assert (await desk.organization(registry, body["id"]))["district"] == "340103"


@pytest.mark.parametrize(
    ("action", "by", "status"), [("refuse", TAKER, "refused"), ("withdraw", GIVER, "withdrawn")]
)
async def test_it_stays_when_either_says_no_and_may_be_proposed_again(
    registry: ServiceUnderTest, action: str, by: dict[str, str], status: str
) -> None:
    body = await desk.registered(registry)
    made = await proposed(registry, body)
    open_one = await proposed(registry, body)
    assert (open_one.status_code, desk.slug(open_one)) == (409, "transfer-open")
    done = await answered(registry, made.json(), action, by)
    assert (done.json()["status"], done.json()["answer"]) == (status, "住所迁移")
    assert (await desk.organization(registry, body["id"])) == body
    assert (await proposed(registry, body)).status_code == 201


async def test_each_side_does_its_own_part(registry: ServiceUnderTest) -> None:
    body = await desk.registered(registry)
    assert (await proposed(registry, body, TAKER)).status_code == 403
    made = (await proposed(registry, body)).json()
    giver = bearer("approver-1", Role.APPROVER, Role.CLERK)
    for action, by in (("accept", giver), ("refuse", giver), ("withdraw", TAKER)):
        answer = await answered(registry, made, action, by)
        assert (answer.status_code, desk.slug(answer)) == (403, "other-district")
    assert (await answered(registry, made, "accept", GIVER)).status_code == 403
    third = bearer("clerk-8", Role.CLERK, district="340800")
    for by, status in ((GIVER, 200), (TAKER, 200), (third, 403), ({}, 401)):
        read = await registry.client.get(f"/v1/transfers/{made['id']}", headers=by)
        assert read.status_code == status
        if status != 401:
            page = await registry.client.get("/v1/transfers", headers=by)
            assert [one["id"] for one in page.json()["items"]] == [made["id"]] * (status == 200)


async def test_whoever_proposed_does_not_take(registry: ServiceUnderTest) -> None:
    body = await desk.registered(registry)
    made = (await proposed(registry, body, BOTH)).json()
    answer = await answered(registry, made, "accept", BOTH)
    assert (answer.status_code, desk.slug(answer)) == (403, "two-person-rule")


async def test_nothing_pending_goes_along(registry: ServiceUnderTest) -> None:
    body = await desk.registered(registry)
    content = {
        "matter": "change",
        "organization_id": body["id"],
        "changes": {"purpose": "助老"},
        "reason": "理事会决议",
    }
    papers = ["application", "consent", "resolution"]
    draft = await desk.drafted(registry, content, documents=papers)
    pending = await desk.done(registry, draft, "submit")
    made = (await proposed(registry, body)).json()
    refused = await answered(registry, made, "accept")
    assert (refused.status_code, desk.slug(refused)) == (409, "applications-open")
    assert refused.json()["application_ids"] == [pending["id"]]
    await desk.done(registry, pending, "withdraw", reason="改由迁入地办理")
    assert (await answered(registry, made, "accept")).status_code == 200


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"to_district": "340103"}, 422),
        ({"to_district": "99"}, 422),
        ({"reason": ""}, 422),
        ({"organization_id": "01890000-0000-7000-8000-000000000000"}, 404),
    ],
)
async def test_a_proposal_that_cannot_be_is_refused(
    registry: ServiceUnderTest, given: dict[str, Any], status: int
) -> None:
    body = await desk.registered(registry)
    assert (await proposed(registry, body, **given)).status_code == status


async def test_a_filed_body_moves_to_a_street(registry: ServiceUnderTest) -> None:
    filed = await desk.registered(
        registry,
        kind="community_group",
        credit_code=None,
        filing_number=format_number("340103001001", 2020, 1),
        is_community=True,
        district="340103001001",
    )
    wide = await proposed(registry, filed)
    assert desk.codes(wide) == ["too-wide"]
    made = await proposed(registry, filed, to_district="340703001002")
    assert made.status_code == 201
    assert (await answered(registry, made.json(), "accept")).status_code == 200


async def test_an_ended_body_does_not_move(registry: ServiceUnderTest) -> None:
    body = await desk.registered(registry)
    made = (await proposed(registry, body)).json()
    ended = await registry.client.post(
        f"/v1/organizations/{body['id']}/cancel",
        json={"reason": "清算完毕"},
        headers=desk.APPROVER | {"If-Match": '"v1"'},
    )
    assert ended.status_code == 200
    late = await answered(registry, made, "accept")
    assert (late.status_code, late.json()["current_status"]) == (409, "cancelled")
    again = await proposed(registry, body)
    assert again.status_code == 409


async def test_who_moved_meanwhile_is_not_taken(registry: ServiceUnderTest) -> None:
    """A finer code of the same place is no move, and yet not what was offered."""
    body = await desk.registered(registry)
    made = (await proposed(registry, body)).json()
    moved = await registry.client.patch(
        f"/v1/organizations/{body['id']}",
        json={"district": "340103001"},
        headers=BOTH | {"If-Match": '"v1"'},
    )
    assert moved.status_code == 200, moved.text
    late = await answered(registry, made, "accept")
    assert (late.status_code, desk.slug(late)) == (409, "organization-moved")


async def test_of_two_that_take_or_refuse_at_once_one_does(registry: ServiceUnderTest) -> None:
    body = await desk.registered(registry)
    made = (await proposed(registry, body)).json()
    answers = await asyncio.gather(
        answered(registry, made, "accept"),
        answered(registry, made, "refuse"),
        answered(registry, made, "withdraw", GIVER),
        proposed(registry, body),
    )
    done = sorted(one.status_code for one in answers[:3])
    assert (done[0], done[1] in (409, 412), done[2] in (409, 412)) == (200, True, True)
    assert answers[3].status_code in (201, 403, 409)


async def changed(
    registry: ServiceUnderTest, body: dict[str, Any], district: str, by: dict[str, str] = BOTH
) -> httpx.Response:
    return await registry.client.patch(
        f"/v1/organizations/{body['id']}",
        json={"district": district},
        headers=by | {"If-Match": f'"v{body["version"]}"'},
    )


async def changes(registry: ServiceUnderTest) -> list[str | None]:
    """The former district that each change of an organisation tells."""
    await registry.published()
    reader = bearer("reader", Role.SYSTEM_ADMIN, district="340000")
    answer = await registry.client.get("/v1/events", params={"limit": 1000}, headers=reader)
    return [
        one["data"]["former_district"]
        for one in answer.json()["items"]
        if one["type"].endswith("organization.changed")
    ]


async def listed(registry: ServiceUnderTest, district: str) -> list[tuple[str, str, str]]:
    reader = bearer("clerk-8", Role.CLERK, district=district)
    answer = await registry.client.get("/v1/transfers", headers=reader)
    assert answer.status_code == 200, answer.text
    return [
        (one["from_district"], one["to_district"], one["status"]) for one in answer.json()["items"]
    ]


async def test_a_move_by_the_common_superior_is_told_to_the_district_it_left(
    registry: ServiceUnderTest,
) -> None:
    body = await desk.registered(registry)
    moved = await changed(registry, body, "340703")
    assert moved.status_code == 200, moved.text
    assert await changes(registry) == ["340103"]
    kept = [("340103", "340703", "accepted")]
    assert await listed(registry, "340103") == await listed(registry, "340703") == kept
    assert await listed(registry, "340104") == []
    [told] = [one for one in await registry.published() if "transfer" in one["type"]]
    assert told["type"] == "cn.liandong.registry.transfer.accepted"
    assert told["district"] == told["data"]["district"] == "340103"


async def test_a_move_by_the_common_superior_waits_for_an_open_transfer(
    registry: ServiceUnderTest,
) -> None:
    body = await desk.registered(registry)
    made = (await proposed(registry, body)).json()
    refused = await changed(registry, body, "340703")
    assert (refused.status_code, desk.slug(refused)) == (409, "transfer-open")
    assert refused.json()["transfer_id"] == made["id"]
    assert await listed(registry, "340103") == [("340103", "340703", "proposed")]
    assert (await answered(registry, made, "refuse")).status_code == 200
    assert (await changed(registry, body, "340703")).status_code == 200


async def test_a_transfer_tells_the_former_district_too_and_is_listed_once(
    registry: ServiceUnderTest,
) -> None:
    body = await desk.registered(registry)
    made = await proposed(registry, body)
    assert (await answered(registry, made.json(), "accept")).status_code == 200
    assert await changes(registry) == ["340103"]
    assert await listed(registry, "340103") == [("340103", "340703", "accepted")]


async def test_what_stays_in_its_district_has_no_former_one(registry: ServiceUnderTest) -> None:
    body = await desk.registered(registry)
    answer = await registry.client.patch(
        f"/v1/organizations/{body['id']}",
        json={"address": "庐阳区新路 2 号"},
        headers=GIVER | {"If-Match": '"v1"'},
    )
    assert answer.status_code == 200, answer.text
    assert await changes(registry) == [None]


async def test_a_finer_code_of_the_same_place_is_no_move(registry: ServiceUnderTest) -> None:
    body = await desk.registered(registry)
    finer = await changed(registry, body, "340103001")
    assert finer.status_code == 200, finer.text
    wider = await changed(registry, finer.json(), "340103")
    assert wider.status_code == 200, wider.text
    assert await changes(registry) == ["340103", "340103001"]
    assert await listed(registry, "340100") == []
