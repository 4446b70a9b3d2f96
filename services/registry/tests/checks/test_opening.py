"""What a check with problems leads to: an order or a case, once, and none is forgotten."""

import asyncio
from typing import Any

import httpx
import pytest

from liandong.identity.actors import Role
from liandong.ids import uuid7
from liandong.testing.services import ServiceUnderTest, bearer
from services.registry.tests.checks.tasks import (
    BOOKS,
    CASE,
    FEES,
    PATH,
    concluded,
    done,
    found,
    planned,
    step,
)
from services.registry.tests.penalties.casebook import (
    AUDITOR,
    CHIEF,
    CLERK,
    DEPUTY,
    REVIEWER,
    clue,
    codes,
    party,
    read,
    registered,
    report,
    slug,
)
from services.registry.tests.penalties.casebook import done as case_done
from services.registry.tests.rectifications import orders
from services.registry.tests.standing import revoked

SIBLING = bearer("clerk-4", Role.CLERK, district="340104")
MINOR = {"code": "books", "facts": "凭证缺少附件", "severity": "ordinary"}


async def open_(
    registry: ServiceUnderTest,
    check: dict[str, Any],
    what: str = "open-rectification",
    by: dict[str, str] = CLERK,
    **given: Any,
) -> httpx.Response:
    body = (CASE if what == "open-case" else {"days": 30}) | given
    return await step(registry, check, what, by, body)


async def unfollowed(registry: ServiceUnderTest, by: dict[str, str] = CLERK) -> list[str]:
    answer = await registry.client.get(PATH, params={"only_unfollowed": True}, headers=by)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["items"]]


async def test_an_order_says_what_the_check_found(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    check = await concluded(registry, body["id"], "rectify", BOOKS, MINOR)
    answer = await open_(registry, check)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert answer.headers["Location"] == f"{orders.PATH}/{made['id']}"
    assert (made["status"], made["source"], made["source_id"]) == ("drafted", "check", check["id"])
    [item] = made["items"]
    assert (item["code"], item["basis"]) == ("books", "《民间非营利组织会计制度》")
    assert BOOKS["facts"] in item["demand"]
    assert MINOR["facts"] in item["demand"]
    whole = await registry.client.get(f"{orders.PATH}/{made['id']}", headers=CLERK)
    assert whole.json()["facts"].startswith("2026-03-02专项检查发现：")
    await orders.done(registry, made, "issue", CHIEF)


async def test_a_demand_in_own_words_stands_in_the_order(registry: ServiceUnderTest) -> None:
    check = await concluded(registry, (await registered(registry))["id"], "rectify", BOOKS)
    made = (await open_(registry, check, demand="单独核算会费收支", days=10)).json()
    assert ([one["demand"] for one in made["items"]], made["days"]) == (["单独核算会费收支"], 10)
    other = await concluded(registry, (await registered(registry, 2))["id"], "rectify", BOOKS)
    assert codes(await open_(registry, other, days=4)) == ["out-of-range"]


async def test_a_case_is_opened_for_somebody_else_to_file(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    check = await concluded(registry, body["id"], "case", FEES)
    answer = await open_(registry, check, "open-case")
    assert answer.status_code == 201, answer.text
    made = await read(registry, answer.json())
    assert (made["status"], made["source"], made["source_id"]) == ("reported", "check", check["id"])
    assert made["discovered_on"] == "2026-03-02"
    unknown = await open_(registry, check, "open-case", suspected=["dislike"])
    assert codes(unknown) == ["unknown-violation"]


@pytest.mark.parametrize(
    ("what", "taken"),
    [("open-rectification", "already-ordered"), ("open-case", "already-reported")],
)
async def test_two_who_open_it_at_once_open_one(
    registry: ServiceUnderTest, what: str, taken: str
) -> None:
    check = await concluded(registry, (await registered(registry))["id"], "case", FEES)
    both = await asyncio.gather(*(open_(registry, check, what, by) for by in (CLERK, REVIEWER)))
    assert sorted(one.status_code for one in both) == [201, 409]
    assert {slug(one) for one in both if one.status_code == 409} == {taken}


async def test_nothing_comes_of_a_check_without_problems(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    open_one = await planned(registry, body["id"])
    recorded = await done(registry, open_one, "record", CLERK, found(BOOKS))
    sound = await concluded(registry, body["id"], "no_problem")
    for check in (recorded, sound):
        for what in ("open-rectification", "open-case"):
            refused = await open_(registry, check, what)
            assert (refused.status_code, slug(refused)) == (409, "no-problems-found")


async def test_a_body_that_ended_puts_nothing_right(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    check = await concluded(registry, body["id"], "rectify", BOOKS)
    await revoked(registry, body)
    refused = await open_(registry, check)
    assert (refused.status_code, slug(refused)) == (409, "organization-ended")


async def test_what_was_concluded_and_not_followed_is_listed(registry: ServiceUnderTest) -> None:
    bodies = [(await registered(registry, number))["id"] for number in (1, 2, 3)]
    await concluded(registry, bodies[0], "no_problem")
    await planned(registry, bodies[0])
    mild = await concluded(registry, bodies[1], "rectify", BOOKS)
    serious = await concluded(registry, bodies[2], "case", FEES)
    assert await unfollowed(registry) == [mild["id"], serious["id"]]
    assert await unfollowed(registry, AUDITOR) == [mild["id"], serious["id"]]
    order = (await open_(registry, mild)).json()
    penalty = (await open_(registry, serious, "open-case")).json()
    assert await unfollowed(registry) == []
    await orders.done(registry, order, "withdraw", DEPUTY, {"reason": "对象有误"})
    assert await unfollowed(registry) == [mild["id"]]
    await case_done(registry, penalty, "refuse-filing", CHIEF, {"reason": "没有违法事实"})
    assert await unfollowed(registry) == [mild["id"]]  # somebody has decided on the other


async def test_a_body_does_not_learn_so_of_a_clue_about_it(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    check = await concluded(registry, body["id"], "case", FEES)
    before = await unfollowed(registry, party(body))
    await open_(registry, check, "open-case")
    assert await unfollowed(registry, party(body)) == before == [check["id"]]


async def sources(registry: ServiceUnderTest) -> dict[str, tuple[str, str]]:
    """Checks that cannot be the source of anything against the first body, and why."""
    body, other = await registered(registry, 1), await registered(registry, 2)
    unfinished = await planned(registry, body["id"])
    return {
        "body": (body["id"], ""),
        "unknown": (str(uuid7()), "unknown-check"),
        "others": (
            (await concluded(registry, other["id"], "case", FEES))["id"],
            "other-organization",
        ),
        "unfinished": (unfinished["id"], "not-concluded"),
        "sound": ((await concluded(registry, body["id"], "no_problem"))["id"], "no-problem"),
    }


async def test_a_penalty_and_an_order_name_a_check_of_this_body_with_problems(
    registry: ServiceUnderTest,
) -> None:
    made = await sources(registry)
    body = made.pop("body")[0]
    for check, code in made.values():
        named = {"source": "check", "source_id": check}
        refused = await report(registry, clue(body, **named))
        assert (refused.status_code, codes(refused)) == (422, [code])
        json = orders.order(body, **named)
        refused = await registry.client.post(orders.PATH, json=json, headers=CLERK)
        assert (refused.status_code, codes(refused)) == (422, [code])
    sound = await concluded(registry, body, "case", FEES)
    named = {"source": "check", "source_id": sound["id"]}
    assert (await report(registry, clue(body, **named))).status_code == 201


async def test_a_check_of_the_former_district_is_for_who_may_act_there(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    check = await concluded(registry, body["id"], "case", FEES)
    moved = await registry.client.patch(
        f"/v1/organizations/{body['id']}",
        json={"district": "340104"},
        headers=CLERK | {"If-Match": '"v1"'},
    )
    assert moved.status_code == 200, moved.text
    named = {"source": "check", "source_id": check["id"]}
    refused = await report(registry, clue(body["id"], **named), SIBLING)
    assert (refused.status_code, codes(refused)) == (422, ["other-district"])
    assert (await report(registry, clue(body["id"], **named))).status_code == 201
