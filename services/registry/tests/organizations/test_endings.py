"""注销: not over a liquidation that runs, and at the desk not over what is still under way."""

import asyncio
from typing import Any

import httpx

from liandong.testing.services import ServiceUnderTest
from services.registry.tests.applications import desk
from services.registry.tests.applications.test_changes import a_change, an_end
from services.registry.tests.checks.tasks import done
from services.registry.tests.penalties import casebook as case
from services.registry.tests.rectifications import orders
from services.registry.tests.revocations import desk as revocation

LIQUIDATIONS = "/v1/liquidations"
GROUP = {"formed_on": "2026-03-02", "members": 3}
REPORT = {"ended_on": "2026-03-02", "assets_fen": 0, "debts_fen": 0, "summary": "财产已经清点"}
PAPERS = ["application", "consent", "liquidation"]


async def cancel(registry: ServiceUnderTest, body: dict[str, Any]) -> httpx.Response:
    now = await case.organization(registry, body["id"])
    return await registry.client.post(
        f"/v1/organizations/{body['id']}/cancel",
        json={"reason": "完成宗旨"},
        headers=case.CHIEF | {"If-Match": f'"v{now["version"]}"'},
    )


async def refused(registry: ServiceUnderTest, body: dict[str, Any]) -> list[tuple[str, str]]:
    """What stands against the cancellation; the body is as it was."""
    answer = await cancel(registry, body)
    assert (answer.status_code, case.slug(answer)) == (409, "matters-open"), answer.text
    assert (await case.organization(registry, body["id"]))["ended_on"] is None
    return [(one["matter"], one["id"]) for one in answer.json()["open"]]


async def liquidating(registry: ServiceUnderTest, body: dict[str, Any]) -> dict[str, Any]:
    json = {"organization_id": body["id"], "ground": "dissolution", "triggered_on": "2026-03-02"}
    answer = await registry.client.post(LIQUIDATIONS, json=json, headers=case.CLERK)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_at_the_desk_a_body_in_liquidation_is_cancelled_after_its_end(
    registry: ServiceUnderTest,
) -> None:
    body = await case.registered(registry)
    made = await liquidating(registry, body)
    for action, given in (("form", GROUP), ("end", REPORT)):
        answer = await cancel(registry, body)
        assert (answer.status_code, case.slug(answer)) == (409, "liquidation-not-ended")
        assert answer.json()["liquidation_id"] == made["id"]
        made = await done(registry, made, action, case.CLERK, given, path=LIQUIDATIONS)
    assert (await cancel(registry, body)).status_code == 200


async def test_a_liquidation_that_was_withdrawn_stands_in_nobodys_way(
    registry: ServiceUnderTest,
) -> None:
    body = await case.registered(registry)
    made = await liquidating(registry, body)
    reason = {"reason": "会员大会决定继续"}
    await done(registry, made, "withdraw", case.CHIEF, reason, path=LIQUIDATIONS)
    assert (await cancel(registry, body)).status_code == 200


async def test_a_revoked_body_is_cancelled_after_its_liquidation_only(
    registry: ServiceUnderTest,
) -> None:
    body = await case.registered(registry)
    made = await revocation.heard(registry, body["id"])
    await done(registry, made, "decide", case.CHIEF, {}, path=revocation.PATH)
    assert case.slug(await cancel(registry, body)) == "liquidation-not-ended"


async def test_an_application_to_cancel_is_accepted_after_the_liquidation_by_the_article(
    registry: ServiceUnderTest,
) -> None:
    body = await desk.registered(registry)
    made = await liquidating(registry, body)
    draft = await desk.drafted(registry, an_end(body), documents=PAPERS)
    draft = await desk.done(registry, draft, "submit")
    early = await desk.step(registry, draft, "accept")
    assert (early.status_code, desk.slug(early)) == (409, "conditions-not-met")
    [told] = early.json()["errors"]
    assert told["code"] == "liquidation-not-ended"
    assert "第十六条" in told["message"]
    assert told in (await desk.read(registry, draft))["findings"]
    for action, given in (("form", GROUP), ("end", REPORT)):
        made = await done(registry, made, action, case.CLERK, given, path=LIQUIDATIONS)
    draft = await desk.done(registry, draft, "accept")
    draft = await desk.done(registry, draft, "review", desk.REVIEWER, opinion="建议准予")
    draft = await desk.done(registry, draft, "approve", desk.APPROVER)
    await desk.done(registry, draft, "certify")
    assert (await desk.organization(registry, body["id"]))["status"] == "cancelled"


async def test_a_liquidation_that_begins_later_stops_decision_and_certificate(
    registry: ServiceUnderTest,
) -> None:
    body = await desk.registered(registry)
    draft = await desk.drafted(registry, an_end(body), documents=PAPERS)
    draft = await desk.done(registry, draft, "submit")
    draft = await desk.done(registry, draft, "accept")
    draft = await desk.done(registry, draft, "review", desk.REVIEWER, opinion="建议准予")
    made = await liquidating(registry, body)
    early = await desk.step(registry, draft, "approve", desk.APPROVER)
    assert (early.status_code, desk.codes(early)) == (409, ["liquidation-not-ended"])
    reason = {"reason": "登记有误"}
    await done(registry, made, "withdraw", case.CHIEF, reason, path=LIQUIDATIONS)
    draft = await desk.done(registry, draft, "approve", desk.APPROVER)
    await liquidating(registry, body)
    late = await desk.step(registry, draft, "certify")
    assert (late.status_code, desk.slug(late)) == (409, "liquidation-not-ended")
    assert (await desk.organization(registry, body["id"]))["status"] == "active"


async def test_nobody_is_cancelled_over_an_open_application(registry: ServiceUnderTest) -> None:
    body = await desk.registered(registry)
    draft = await desk.drafted(registry, a_change(body, address="庐阳区新路 2 号"))
    sent = await desk.done(registry, draft, "submit")
    assert await refused(registry, body) == [("application", draft["id"])]
    await desk.done(registry, sent, "withdraw", reason="不再变更")
    assert (await cancel(registry, body)).status_code == 200


async def test_a_draft_of_an_application_binds_nobody(registry: ServiceUnderTest) -> None:
    body = await desk.registered(registry)
    await desk.drafted(registry, a_change(body, address="庐阳区新路 2 号"))
    assert (await cancel(registry, body)).status_code == 200


async def test_nobody_is_cancelled_over_an_open_penalty(registry: ServiceUnderTest) -> None:
    body = await case.registered(registry)
    clue = await case.reported(registry, body["id"])
    assert await refused(registry, body) == [("penalty", clue["id"])]
    why = {"reason": "没有违法事实"}
    await case.done(registry, clue, "refuse-filing", case.CHIEF, why)
    assert (await cancel(registry, body)).status_code == 200


async def test_nobody_is_cancelled_over_a_fine_that_is_due(registry: ServiceUnderTest) -> None:
    body = await case.registered(registry)
    penalty = await case.in_force(registry, body["id"])
    assert await refused(registry, body) == [("penalty", penalty["id"])]
    paid = {"amount_fen": 2_000_000, "paid_on": case.LATE, "receipt": "0001"}
    await case.done(registry, penalty, "payments", case.CLERK, paid)
    assert (await cancel(registry, body)).status_code == 200


async def test_nobody_is_cancelled_over_what_is_to_be_put_right(registry: ServiceUnderTest) -> None:
    body = await case.registered(registry)
    order = await orders.ordered(registry, body["id"])
    assert await refused(registry, body) == [("rectification", order["id"])]
    order = await orders.done(registry, order, "submit", body=orders.REPORT)
    await orders.done(registry, order, "confirm", case.REVIEWER, body=orders.FOUND)
    assert (await cancel(registry, body)).status_code == 200


async def test_nobody_is_cancelled_over_an_open_revocation(registry: ServiceUnderTest) -> None:
    body = await case.registered(registry)
    made = await revocation.proposed(registry, body["id"])
    assert await refused(registry, body) == [("revocation", made["id"])]


async def test_a_clue_and_a_cancellation_at_once_do_not_both_succeed(
    registry: ServiceUnderTest,
) -> None:
    body = await case.registered(registry)
    clue, ended = await asyncio.gather(
        case.report(registry, case.clue(body["id"])), cancel(registry, body)
    )
    assert {clue.status_code, ended.status_code} in ({201, 409}, {200, 409})
    assert (clue.status_code, ended.status_code) in ((201, 409), (409, 200))
