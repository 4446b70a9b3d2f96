"""Payments over HTTP: proposed, approved by another person, made once."""

from typing import Any

import httpx
import pytest

from liandong.identity.actors import Role
from liandong.testing.services import bearer

MADE = {"bank_reference": "合财拨2019-12"}


def slug(answer: httpx.Response) -> str:
    return answer.json()["type"].removeprefix("urn:liandong:problem:")


async def test_a_payment_goes_through_three_hands_into_the_ledger(
    desk: Any, credit_list: Any
) -> None:
    line = await desk.budget(10_000_000)
    payment = await desk.made()
    assert payment["status"] == "made"
    assert (payment["proposed_by"], payment["approved_by"], payment["made_by"]) == (
        "finance-1",
        "approver-1",
        "finance-2",
    )
    assert payment["paid_on"] == "2019-09-20"
    assert credit_list.asked == [payment["organization_id"]]
    entitlement = await desk.get(f"/v1/entitlements/{payment['entitlement_id']}")
    assert entitlement["status"] == "paid"
    line = await desk.get(f"/v1/budgets/{line['id']}")
    assert (line["committed_fen"], line["paid_fen"]) == (10_000_000, 10_000_000)
    assert await desk.types() == ["entitlement.created", "payment.approved", "payment.made"]


async def test_who_proposed_may_not_approve(desk: Any, people: Any) -> None:
    await desk.budget()
    entitlement = await desk.entitlement()
    payment = await desk.post("/v1/payments", people["both"], {"entitlement_id": entitlement["id"]})
    refused = await desk.act(payment.json(), "approve", people["both"])
    assert refused.status_code == 403
    assert slug(refused) == "two-person-rule"


async def test_who_approved_may_not_make(desk: Any, people: Any) -> None:
    await desk.budget()
    payment = await desk.proposed()
    approved = await desk.act(payment, "approve", people["both"])
    refused = await desk.make(approved.json(), people["both"])
    assert slug(refused) == "two-person-rule"


async def test_a_double_click_pays_once(desk: Any) -> None:
    await desk.budget()
    payment = await desk.approved()
    assert (await desk.make(payment)).status_code == 200
    second = await desk.make(payment)
    assert second.status_code == 409
    assert slug(second) == "illegal-transition"
    assert (await desk.get("/v1/ledger/summary"))["count"] == 1


async def test_a_repeated_command_is_given_the_same_answer(desk: Any, people: Any) -> None:
    await desk.budget()
    payment = await desk.approved()
    headers = people["finance_2"] | {"Idempotency-Key": "make-1"}
    first = await desk.act(payment, "make", headers, MADE)
    second = await desk.act(payment, "make", headers, MADE)
    assert first.status_code == second.status_code == 200
    assert second.json() == first.json()
    assert (await desk.types()).count("payment.made") == 1


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (200, {"known": False, "payments_held": False}),
        (200, {"known": True}),
        (200, {"known": True, "payments_held": "false"}),
        (200, []),
        (404, {}),
        (500, {}),
        (500, {"known": True, "payments_held": False}),
        (302, {"known": True, "payments_held": False}),
        (204, None),
        (200, b""),
        (200, b"<html>\xff</html>"),
        (200, None),
        (200, {"known": 1, "payments_held": 0}),
        (200, httpx.RemoteProtocolError("closed")),
        (200, httpx.ConnectError("away")),
        (200, httpx.ReadTimeout("slow")),
    ],
)
async def test_without_a_clear_answer_of_credit_list_nothing_is_paid(
    desk: Any, credit_list: Any, status: int, answer: Any
) -> None:
    await desk.budget()
    payment = await desk.approved()
    credit_list.status, credit_list.answer = status, answer
    refused = await desk.make(payment)
    assert refused.status_code == 503
    assert slug(refused) == "peer-unavailable"
    assert (await desk.payment(payment))["status"] == "approved"
    assert (await desk.get("/v1/ledger"))["items"] == []


@pytest.mark.parametrize("known", [True, False])
async def test_what_credit_list_holds_is_not_paid(desk: Any, credit_list: Any, known: bool) -> None:
    await desk.budget()
    payment = await desk.approved()
    credit_list.answer = {"known": known, "payments_held": True}
    refused = await desk.make(payment)
    assert refused.status_code == 409
    assert slug(refused) == "payment-held"


async def test_a_payment_that_is_not_approved_is_not_made(desk: Any, credit_list: Any) -> None:
    await desk.budget()
    refused = await desk.make(await desk.proposed())
    assert slug(refused) == "illegal-transition"
    assert credit_list.asked == []


async def test_a_cancelled_payment_frees_the_budget_and_can_be_proposed_again(
    desk: Any, people: Any
) -> None:
    line = await desk.budget(10_000_000)
    payment = await desk.approved()
    cancelled = await desk.act(payment, "cancel", people["finance"], {"reason": "账号有误"})
    assert cancelled.json()["status"] == "cancelled"
    assert (await desk.get(f"/v1/budgets/{line['id']}"))["committed_fen"] == 0
    again = await desk.post(
        "/v1/payments", people["finance"], {"entitlement_id": payment["entitlement_id"]}
    )
    assert again.status_code == 201


async def test_a_made_payment_cannot_be_cancelled(desk: Any, people: Any) -> None:
    await desk.budget()
    payment = await desk.made()
    refused = await desk.act(payment, "cancel", people["finance"], {"reason": "账号有误"})
    assert slug(refused) == "illegal-transition"


async def test_an_entitlement_has_one_live_payment(desk: Any, people: Any) -> None:
    await desk.budget()
    payment = await desk.proposed()
    again = await desk.post(
        "/v1/payments", people["finance"], {"entitlement_id": payment["entitlement_id"]}
    )
    assert again.status_code == 409
    assert slug(again) == "illegal-transition"


async def test_a_change_needs_the_version_it_was_decided_on(desk: Any, people: Any) -> None:
    await desk.budget()
    payment = await desk.proposed()
    stale = payment | {"version": 0}
    assert (await desk.act(stale, "approve", people["approver"])).status_code == 412
    missing = await desk.post(f"/v1/payments/{payment['id']}/approve", people["approver"])
    assert missing.status_code == 428


async def test_officials_act_on_their_own_district_s_money_only(desk: Any, people: Any) -> None:
    await desk.budget()
    payment = await desk.proposed()
    foreign = bearer("approver-9", Role.APPROVER, district="340700")
    assert slug(await desk.act(payment, "approve", foreign)) == "other-district"
    county = bearer("approver-8", Role.APPROVER, district="340103")
    assert slug(await desk.act(payment, "approve", county)) == "other-district"


async def test_an_unknown_payment_is_not_found(desk: Any, people: Any) -> None:
    nobody = {"id": "019a0000-0000-7000-8000-000000000000", "version": 1}
    assert (await desk.act(nobody, "approve", people["approver"])).status_code == 404


@pytest.mark.parametrize("reference", ["", "   ", "a\u0000b", "x" * 101])
async def test_a_payment_needs_a_readable_bank_reference(
    desk: Any, people: Any, reference: str
) -> None:
    await desk.budget()
    payment = await desk.approved()
    answer = await desk.act(payment, "make", people["finance_2"], {"bank_reference": reference})
    assert answer.status_code == 422


async def test_a_hold_needs_a_reason_that_is_not_blank(desk: Any, people: Any) -> None:
    await desk.budget()
    payment = await desk.proposed()
    answer = await desk.act(payment, "hold", people["finance"], {"reason": "    "})
    assert answer.status_code == 422


async def test_no_event_tells_of_persons_or_bank_references(desk: Any) -> None:
    await desk.budget()
    await desk.made()
    events = str(await desk.funding.published())
    for secret in ("finance-1", "finance-2", "approver-1", "合财拨2019-12", "合肥市市级财政"):
        assert secret not in events
