"""资金代管: money in, money out by two persons, and books that are only added to."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from liandong.identity.actors import Role
from liandong.testing.services import ServiceUnderTest, bearer
from services.registry.tests.hubs.desk import (
    APPROVER,
    CLERK,
    ELSEWHERE,
    a_body,
    a_hub,
    act,
    codes,
    joined,
    of,
    post,
    read,
    slug,
    told,
)

PURPOSE = {"purpose": "购买活动用品"}


async def opened(registry: ServiceUnderTest) -> dict[str, Any]:
    """An account; with it the hub, the member and their membership."""
    hub, member = await a_hub(registry), await a_body(registry, 1)
    membership = await joined(registry, hub, member)
    answer = await post(
        registry, f"/v1/hubs/{hub['id']}/custody-accounts", {"member_id": member["id"]}, of(hub)
    )
    assert answer.status_code == 201, answer.text
    return answer.json() | {"hub": hub, "member": member, "membership": membership}


async def deposit(
    registry: ServiceUnderTest, account: dict[str, Any], amount: Any, version: int | None = None
) -> httpx.Response:
    if version is None:
        now = await read(registry, f"/v1/custody-accounts/{account['id']}", CLERK)
        version = now["version"]
    return await registry.client.post(
        f"/v1/custody-accounts/{account['id']}/deposits",
        json={"amount_fen": amount, "purpose": "街道扶持经费"},
        headers=CLERK | {"If-Match": f'"v{version}"'},
    )


async def propose(
    registry: ServiceUnderTest, account: dict[str, Any], amount: int
) -> httpx.Response:
    return await post(
        registry,
        f"/v1/custody-accounts/{account['id']}/payouts",
        {"amount_fen": amount, **PURPOSE},
        of(account["hub"]),
    )


async def decide(
    registry: ServiceUnderTest,
    payout: dict[str, Any],
    action: str = "confirm",
    by: dict[str, str] = APPROVER,
    **body: Any,
) -> httpx.Response:
    return await registry.client.post(
        f"/v1/custody-payouts/{payout['id']}/{action}",
        json=body or None,
        headers=by | {"If-Match": f'"v{payout["version"]}"'},
    )


async def test_money_comes_in_and_goes_out_with_the_members_consent(
    registry: ServiceUnderTest,
) -> None:
    account = await opened(registry)
    assert (await deposit(registry, account, 600_000)).status_code == 201
    proposed = await propose(registry, account, 150_050)
    assert (proposed.status_code, proposed.json()["status"]) == (201, "proposed")
    assert (await decide(registry, proposed.json(), by=of(account["hub"]))).status_code == 403
    member = bearer(
        "member-2", Role.ORGANIZATION, district=None, organization_id=account["member"]["id"]
    )
    paid = await decide(registry, proposed.json(), by=member)
    assert (paid.status_code, paid.json()["status"]) == (200, "paid")
    path = f"/v1/custody-accounts/{account['id']}"
    assert (await read(registry, path, member))["balance_fen"] == 449_950
    entries = (await read(registry, f"{path}/entries", CLERK))["items"]
    assert [(e["number"], e["kind"], e["change_fen"], e["balance_fen"]) for e in entries] == [
        (1, "deposit", 600_000, 600_000), (2, "payout", -150_050, 449_950),
    ]  # fmt: skip
    events = await told(registry, "custody")
    assert [(one["fact"], one["balance_fen"]) for one in events] == [
        ("account-opened", 0), ("deposited", 600_000), ("payout-proposed", 600_000),
        ("paid-out", 449_950),
    ]  # fmt: skip
    assert PURPOSE["purpose"] not in str(events)
    assert {one["organization_id"] for one in events} == {account["hub"]["id"]}
    twice = await decide(registry, paid.json())
    assert (twice.status_code, slug(twice)) == (409, "illegal-transition")


async def test_the_balance_never_sinks_below_nothing(registry: ServiceUnderTest) -> None:
    account = await opened(registry)
    await deposit(registry, account, 100_000)
    both = [(await propose(registry, account, 60_000)).json() for _ in range(2)]
    answers = await asyncio.gather(*(decide(registry, one) for one in both))
    assert sorted(one.status_code for one in answers) == [200, 409]
    assert {slug(one) for one in answers if one.status_code == 409} == {"balance-too-small"}
    path = f"/v1/custody-accounts/{account['id']}"
    assert (await read(registry, path, CLERK))["balance_fen"] == 40_000
    too_much = await propose(registry, account, 40_001)
    assert (too_much.status_code, slug(too_much)) == (409, "balance-too-small")
    listed = (await read(registry, f"{path}/payouts", CLERK))["items"]
    assert sorted(one["status"] for one in listed) == ["paid", "proposed"]


async def test_a_second_click_deposits_nothing(registry: ServiceUnderTest) -> None:
    account = await opened(registry)
    both = await asyncio.gather(*(deposit(registry, account, 500, version=1) for _ in range(2)))
    assert sorted(one.status_code for one in both) == [201, 412]
    for amount in (0, -1, 1.5, "100", 10**30):
        assert (await deposit(registry, account, amount)).status_code == 422
    assert (await deposit(registry, account, 10**15)).status_code == 422


async def test_what_was_posted_wrongly_is_reversed_once_by_another_person(
    registry: ServiceUnderTest,
) -> None:
    account = await opened(registry)
    entry = (await deposit(registry, account, 70_000)).json()
    path = f"/v1/custody-entries/{entry['id']}/reverse"
    reason = {"reason": "重复入账"}
    own = bearer("clerk-1", Role.APPROVER)
    refused = await post(registry, path, reason, own)
    assert (refused.status_code, slug(refused)) == (403, "two-person-rule")
    assert (await post(registry, path, reason, CLERK)).status_code == 403
    made = await post(registry, path, reason, APPROVER)
    assert made.status_code == 201, made.text
    assert (made.json()["change_fen"], made.json()["reverses_id"]) == (-70_000, entry["id"])
    again = await post(registry, path, reason, APPROVER)
    assert (again.status_code, slug(again)) == (409, "already-reversed")
    other = bearer("approver-2", Role.APPROVER)
    back = await post(registry, f"/v1/custody-entries/{made.json()['id']}/reverse", reason, other)
    assert (back.status_code, slug(back)) == (409, "already-reversed")
    assert (await told(registry, "custody"))[-1]["change_fen"] == -70_000


async def test_money_that_was_paid_out_cannot_be_unposited(registry: ServiceUnderTest) -> None:
    account = await opened(registry)
    entry = (await deposit(registry, account, 70_000)).json()
    await decide(registry, (await propose(registry, account, 50_000)).json())
    path = f"/v1/custody-entries/{entry['id']}/reverse"
    answer = await post(registry, path, {"reason": "重复入账"}, APPROVER)
    assert (answer.status_code, slug(answer)) == (409, "balance-too-small")


async def test_a_statement_of_a_past_day_stays_as_it_was(registry: ServiceUnderTest) -> None:
    account = await opened(registry)
    await deposit(registry, account, 100_000)
    await decide(registry, (await propose(registry, account, 30_000)).json())
    registry.clock.set(datetime(2026, 4, 1, 1, tzinfo=UTC))
    await deposit(registry, account, 5_000)
    path = f"/v1/custody-accounts/{account['id']}/statement"
    march = await read(registry, path, CLERK, until="2026-03-31")
    assert (march["opening_fen"], march["in_fen"], march["out_fen"], march["closing_fen"]) == (
        0, 100_000, 30_000, 70_000,
    )  # fmt: skip
    april = await read(registry, path, CLERK, since="2026-04-01", until="2026-04-30")
    assert (april["opening_fen"], april["in_fen"], april["out_fen"], april["closing_fen"]) == (
        70_000, 5_000, 0, 75_000,
    )  # fmt: skip
    assert (await read(registry, path, CLERK))["entries"] == 3
    first = await read(registry, path.replace("statement", "entries"), CLERK, limit=2)
    rest = await read(
        registry,
        path.replace("statement", "entries"),
        CLERK,
        limit=2,
        cursor=first["next_cursor"],
    )
    assert [one["number"] for one in first["items"] + rest["items"]] == [1, 2, 3]


@pytest.mark.parametrize(
    ("action", "by", "status"), [("refuse", "member", "refused"), ("withdraw", "hub", "withdrawn")]
)
async def test_a_proposal_that_comes_to_nothing_moves_nothing(
    registry: ServiceUnderTest, action: str, by: str, status: str
) -> None:
    account = await opened(registry)
    await deposit(registry, account, 100_000)
    payout = (await propose(registry, account, 30_000)).json()
    who = bearer(f"{by}-7", Role.ORGANIZATION, district=None, organization_id=account[by]["id"])
    stale = await decide(registry, payout | {"version": 9}, action, who, reason="暂不办理")
    assert stale.status_code == 412
    done = await decide(registry, payout, action, who, reason="暂不办理")
    assert (done.status_code, done.json()["status"]) == (200, status)
    event = (await told(registry, "custody"))[-1]
    assert (event["outcome"], event["balance_fen"]) == (status, 100_000)


async def test_only_members_have_accounts_and_only_they_get_deposits(
    registry: ServiceUnderTest,
) -> None:
    account = await opened(registry)
    path = f"/v1/hubs/{account['hub']['id']}/custody-accounts"
    twice = await post(registry, path, {"member_id": account["member"]["id"]}, CLERK)
    assert (twice.status_code, slug(twice)) == (409, "account-exists")
    stranger = await a_body(registry, 2)
    none = await post(registry, path, {"member_id": stranger["id"]}, CLERK)
    assert (none.status_code, slug(none)) == (409, "no-member")
    await deposit(registry, account, 100_000)
    await act(registry, account["membership"], "leave", left_on="2026-03-02")
    gone = await deposit(registry, account, 1)
    assert (gone.status_code, slug(gone)) == (409, "no-member")
    left_over = await propose(registry, account, 100_000)
    assert (await decide(registry, left_over.json())).status_code == 200


async def test_others_see_and_do_nothing(registry: ServiceUnderTest) -> None:
    account = await opened(registry)
    stranger = await a_body(registry, 2)
    path = f"/v1/custody-accounts/{account['id']}"
    for who in (ELSEWHERE, of(stranger)):
        assert (await registry.client.get(path, headers=who)).status_code == 403
        assert (await read(registry, "/v1/custody-accounts", who))["items"] == []
    for who in (CLERK, of(account["hub"]), of(account["member"])):
        assert len((await read(registry, "/v1/custody-accounts", who))["items"]) == 1
    body = {"amount_fen": 1, **PURPOSE}
    assert (await post(registry, f"{path}/payouts", body, of(account["member"]))).status_code == 403
    assert (await registry.client.get(path)).status_code == 401
    assert codes(await post(registry, f"{path}/payouts", {}, CLERK))
