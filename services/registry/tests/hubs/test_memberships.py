"""Members of hubs over HTTP: joining, leaving, ending, correcting."""

import asyncio
from datetime import UTC, datetime

from liandong.ids import uuid7
from liandong.testing.services import ServiceUnderTest
from services.registry.tests.hubs.desk import (
    APPROVER,
    CLERK,
    ELSEWHERE,
    PUBLIC,
    a_body,
    a_hub,
    act,
    codes,
    counts,
    end,
    join,
    joined,
    of,
    post,
    read,
    slug,
    told,
)


async def test_members_join_and_leave_and_are_counted_on_any_day(
    registry: ServiceUnderTest,
) -> None:
    hub = await a_hub(registry)
    bodies = [await a_body(registry, number) for number in range(1, 6)]
    made = [
        await joined(registry, hub, one, joined_on=f"2026-02-0{n}", is_public_benefit=n != 1)
        for n, one in enumerate(bodies, 1)
    ]
    left = await act(registry, made[4], "leave", left_on="2026-03-01")
    assert left.status_code == 200, left.text
    now = await counts(registry, hub["id"])
    assert (now["members"], now["public_benefit"], now["version"]) == (4, 3, 6)
    then = await counts(registry, hub["id"], on="2026-02-28")
    assert (then["members"], then["public_benefit"]) == (5, 4)
    assert (await counts(registry, hub["id"], on="2026-01-31"))["members"] == 0
    events = await told(registry, "hub")
    assert [(one["fact"], one["public_benefit_count"]) for one in events] == [
        ("membership-begun", 0), ("membership-begun", 1), ("membership-begun", 2),
        ("membership-begun", 3), ("membership-begun", 4), ("membership-ended", 3),
    ]  # fmt: skip
    assert events[-1]["organization_id"] == hub["id"]
    assert events[-1]["joined_organization_id"] == bodies[4]["id"]
    path = f"/v1/hubs/{hub['id']}/memberships"
    assert len((await read(registry, path, PUBLIC))["items"]) == 5
    assert len((await read(registry, path, PUBLIC, on="2026-03-02"))["items"]) == 4
    good = await read(registry, path, PUBLIC, on="2026-02-28", is_public_benefit=True)
    assert len(good["items"]) == 4
    first = await read(registry, path, PUBLIC, limit=2)
    rest = await read(registry, path, PUBLIC, limit=3, cursor=first["next_cursor"])
    assert [one["id"] for one in first["items"] + rest["items"]] == [one["id"] for one in made]
    own = await read(registry, f"/v1/organizations/{bodies[0]['id']}/hub-memberships", PUBLIC)
    assert [one["hub_id"] for one in own["items"]] == [hub["id"]]


async def test_nobody_is_a_member_twice_at_a_time(registry: ServiceUnderTest) -> None:
    hub, body = await a_hub(registry), await a_body(registry, 1)
    both = await asyncio.gather(*(join(registry, hub, body) for _ in range(2)))
    assert sorted(one.status_code for one in both) == [201, 409]
    assert {slug(one) for one in both if one.status_code == 409} == {"member-already"}
    [made] = (await read(registry, f"/v1/hubs/{hub['id']}/memberships", PUBLIC))["items"]
    await act(registry, made, "leave", left_on="2026-03-02")
    again = await joined(registry, hub, body, joined_on="2026-03-02")
    overlap = await act(registry, made, "correct", left_on="2026-03-02", reason="笔误")
    assert overlap.status_code == 200  # a membership of no day overlaps nothing
    back = await act(registry, again, "correct", joined_on="2026-02-01", reason="笔误")
    assert back.status_code == 200
    twice = await act(registry, made, "correct", joined_on="2026-02-15", reason="笔误")
    assert (twice.status_code, slug(twice)) == (409, "member-already")


async def test_who_is_no_hub_takes_no_members(registry: ServiceUnderTest) -> None:
    body, other, hub = (
        await a_body(registry, 1),
        await a_body(registry, 2),
        await a_hub(registry),
    )
    answer = await join(registry, body, other)
    assert (answer.status_code, slug(answer)) == (409, "not-a-hub")
    own = await join(registry, hub, hub)
    assert (own.status_code, slug(own)) == (409, "own-member")
    unknown = await join(registry, hub, {"id": str(uuid7())})
    assert (unknown.status_code, codes(unknown)) == (422, ["unknown-organization"])
    missing = await join(registry, {"id": uuid7()}, other)
    assert missing.status_code == 404
    for day, code in (("2026-03-03", "in-the-future"), ("2020-03-01", "too-early")):
        wrong = await join(registry, hub, other, joined_on=day)
        assert (wrong.status_code, codes(wrong)) == (422, [code])


async def test_a_body_that_ends_leaves_its_hubs_at_once(registry: ServiceUnderTest) -> None:
    hubs = [await a_hub(registry, number) for number in (900, 901)]
    body, other = await a_body(registry, 1), await a_body(registry, 2)
    for hub in hubs:
        await joined(registry, hub, body)
        await joined(registry, hub, other)
    await end(registry, body, "revoke")
    for hub in hubs:
        assert (await counts(registry, hub["id"]))["members"] == 1
    ended = [one for one in await told(registry, "hub") if one["fact"] == "membership-ended"]
    assert {(one["organization_id"], one["cause"], one["count"]) for one in ended} == {
        (hub["id"], "ended", 1) for hub in hubs
    }
    late = await join(registry, hubs[0], body)
    assert (late.status_code, slug(late)) == (409, "body-ended")


async def test_a_hub_that_ends_loses_its_members_and_its_communities(
    registry: ServiceUnderTest,
) -> None:
    hub, body = await a_hub(registry), await a_body(registry, 1)
    await joined(registry, hub, body)
    answer = await registry.client.post(
        f"/v1/hubs/{hub['id']}/coverage",
        json={"on": "2026-03-02", "add_urban": ["340103001001"]},
        headers=CLERK | {"If-Match": '"v1"'},
    )
    assert answer.status_code == 200, answer.text
    registry.clock.set(datetime(2026, 4, 1, 1, tzinfo=UTC))
    await end(registry, hub)
    assert (await counts(registry, hub["id"]))["members"] == 0
    assert (await counts(registry, hub["id"], on="2026-03-31"))["members"] == 1
    covered = await read(registry, "/v1/hub-coverage", PUBLIC, district="340103", on="2026-03-31")
    assert covered["covered"] == 1
    assert (await read(registry, "/v1/hub-coverage", PUBLIC, district="340103"))["covered"] == 0
    assert [one["fact"] for one in await told(registry, "hub")][-2:] == [
        "membership-ended", "coverage-changed",
    ]  # fmt: skip


async def test_a_hub_that_is_none_any_more_loses_its_members(registry: ServiceUnderTest) -> None:
    hub, body = await a_hub(registry), await a_body(registry, 1)
    await joined(registry, hub, body)
    answer = await registry.client.patch(
        f"/v1/organizations/{hub['id']}",
        json={"is_hub": False},
        headers=APPROVER | {"If-Match": '"v1"'},
    )
    assert answer.status_code == 200, answer.text
    assert (await counts(registry, hub["id"]))["members"] == 0


async def test_two_hubs_that_are_members_of_each_other_end_at_once(
    registry: ServiceUnderTest,
) -> None:
    one, two = await a_hub(registry, 900), await a_hub(registry, 901)
    await joined(registry, one, two)
    await joined(registry, two, one)
    await asyncio.gather(end(registry, one), end(registry, two))
    assert [(await counts(registry, hub["id"]))["members"] for hub in (one, two)] == [0, 0]


async def test_what_was_entered_by_mistake_never_was(registry: ServiceUnderTest) -> None:
    hub, body = await a_hub(registry), await a_body(registry, 1)
    made = await joined(registry, hub, body, joined_on="2026-02-01")
    other_kind = await act(registry, made, "correct", is_public_benefit=False, reason="笔误")
    assert other_kind.status_code == 200
    assert (await counts(registry, hub["id"]))["public_benefit"] == 0
    stale = await act(registry, made, "correct", version=1, annulled=True, reason="录错组织")
    assert stale.status_code == 412
    gone = await act(registry, made, "correct", annulled=True, reason="录错组织")
    assert gone.json()["annulled_on"] == "2026-03-02"
    assert (await counts(registry, hub["id"], on="2026-02-15"))["members"] == 0
    event = (await told(registry, "hub"))[-1]
    assert (event["fact"], event["annulled"], event["count"]) == ("membership-corrected", True, 0)
    twice = await act(registry, made, "leave", left_on="2026-03-02")
    assert (twice.status_code, slug(twice)) == (409, "no-member-any-more")
    await joined(registry, hub, body, joined_on="2026-02-01")


async def test_the_hub_and_the_member_act_for_themselves(registry: ServiceUnderTest) -> None:
    hub, body, stranger = (
        await a_hub(registry),
        await a_body(registry, 1),
        await a_body(registry, 2),
    )
    assert (await join(registry, hub, body, of(body))).status_code == 403
    assert (await join(registry, hub, body, ELSEWHERE)).status_code == 403
    assert (await join(registry, hub, body, APPROVER)).status_code == 403
    answer = await join(registry, hub, body, of(hub))
    assert answer.status_code == 201
    made = answer.json()
    assert (
        await act(registry, made, "leave", of(stranger), left_on="2026-03-02")
    ).status_code == 403
    early = await act(registry, made, "leave", of(body), left_on="2026-03-01")
    assert (early.status_code, codes(early)) == (422, ["too-early"])
    assert (await act(registry, made, "leave", of(body), left_on="2026-03-02")).status_code == 200
    assert (await post(registry, f"/v1/hubs/{hub['id']}/memberships", {}, CLERK)).status_code == 422
