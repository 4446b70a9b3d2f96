"""What an entitlement rests on is withdrawn or changed."""

from datetime import date
from typing import Any
from uuid import UUID

from funding.learned.events import GradeAdjusted, GradeCancelled, SiteWithdrawn


def withdrawn(entitlement: dict[str, Any]) -> SiteWithdrawn:
    return SiteWithdrawn(
        site_id=UUID(entitlement["cause_id"]),
        organization_id=UUID(entitlement["organization_id"]),
        reason="停止运营",
        withdrawn_on=date(2019, 9, 19),
    )


async def entitlement_of(desk: Any, payment: dict[str, Any]) -> dict[str, Any]:
    return await desk.get(f"/v1/entitlements/{payment['entitlement_id']}")


async def test_a_site_withdrawn_before_payment_cancels_and_frees_the_budget(desk: Any) -> None:
    line = await desk.budget(20_000_000)
    payment = await desk.approved()
    await desk.tell(withdrawn(await entitlement_of(desk, payment)))
    entitlement = await entitlement_of(desk, payment)
    assert entitlement["status"] == "cancelled"
    assert "停止运营" in entitlement["cancel_reason"]
    assert (await desk.payment(payment))["status"] == "cancelled"
    assert (await desk.get(f"/v1/budgets/{line['id']}"))["committed_fen"] == 0
    assert (await desk.get("/v1/entitlements/summary"))["sum_fen"] == 0


async def test_a_site_withdrawn_after_payment_is_left_to_a_person(desk: Any, people: Any) -> None:
    await desk.budget()
    payment = await desk.made()
    await desk.tell(withdrawn(await entitlement_of(desk, payment)))
    entitlement = await entitlement_of(desk, payment)
    assert (entitlement["status"], entitlement["needs_review"]) == ("paid", True)
    [flagged] = (await desk.get("/v1/entitlements", needs_review=True))["items"]
    assert flagged["id"] == entitlement["id"]
    path = f"/v1/entitlements/{entitlement['id']}/settle-review"
    refused = await desk.post(
        path,
        people["approver"],
        {"outcome": "cancel", "note": "取消"},
        entitlement["version"],
    )
    assert refused.json()["type"] == "urn:liandong:problem:already-paid"
    settled = await desk.post(
        path,
        people["approver"],
        {"outcome": "keep", "note": "已追回"},
        entitlement["version"],
    )
    assert settled.json()["needs_review"] is False


async def test_a_cancelled_grade_cancels_its_open_award(desk: Any, make_grade: Any) -> None:
    grade = make_grade("4A")
    cancelled = GradeCancelled(
        grade_id=grade.grade_id,
        organization_id=grade.organization_id,
        reason="弄虚作假",
        cancelled_on=date(2019, 9, 1),
    )
    await desk.tell(grade, cancelled)
    [entitlement] = (await desk.get("/v1/entitlements", programme="F12"))["items"]
    assert entitlement["status"] == "cancelled"


async def test_a_grade_without_an_award_can_be_cancelled_too(desk: Any, make_grade: Any) -> None:
    grade = make_grade("1A")
    cancelled = GradeCancelled(
        grade_id=grade.grade_id,
        organization_id=grade.organization_id,
        reason="弄虚作假",
        cancelled_on=date(2019, 9, 1),
    )
    await desk.tell(grade, cancelled)
    assert await desk.letters() == 0


async def test_a_withdrawal_that_comes_before_its_site_waits(desk: Any, make_site: Any) -> None:
    site = make_site()
    early = SiteWithdrawn(
        site_id=site.site_id,
        organization_id=site.organization_id,
        reason="停止运营",
        withdrawn_on=date(2019, 9, 19),
    )
    await desk.tell(early)
    assert await desk.letters() == 1


async def test_an_adjusted_grade_stops_its_award_until_a_person_has_looked(
    desk: Any, make_grade: Any, people: Any
) -> None:
    await desk.budget(programme="F12")
    grade = make_grade("4A")
    await desk.tell(grade)
    [entitlement] = (await desk.get("/v1/entitlements"))["items"]
    made = await desk.post("/v1/payments", people["finance"], {"entitlement_id": entitlement["id"]})
    await desk.tell(
        GradeAdjusted(
            grade_id=grade.grade_id,
            organization_id=grade.organization_id,
            previous_grade="4A",
            grade="3A",
            adjusted_on=date(2019, 9, 2),
        )
    )
    payment = await desk.payment(made.json())
    assert payment["status"] == "held"
    assert [hold["kind"] for hold in payment["holds"]] == ["under-review"]
    entitlement = await desk.get(f"/v1/entitlements/{entitlement['id']}")
    settled = await desk.post(
        f"/v1/entitlements/{entitlement['id']}/settle-review",
        people["approver"],
        {"outcome": "keep", "note": "仍按原等级发放"},
        entitlement["version"],
    )
    assert settled.status_code == 200
    assert (await desk.payment(payment))["status"] == "proposed"


async def test_a_flagged_award_cannot_be_proposed_and_can_be_cancelled_by_a_person(
    desk: Any, make_grade: Any, people: Any
) -> None:
    await desk.budget(programme="F12")
    grade = make_grade("4A")
    await desk.tell(
        grade,
        GradeAdjusted(
            grade_id=grade.grade_id,
            organization_id=grade.organization_id,
            previous_grade="4A",
            grade="2A",
            adjusted_on=date(2019, 9, 2),
        ),
    )
    [entitlement] = (await desk.get("/v1/entitlements"))["items"]
    refused = await desk.post(
        "/v1/payments", people["finance"], {"entitlement_id": entitlement["id"]}
    )
    assert refused.json()["type"] == "urn:liandong:problem:needs-review"
    settled = await desk.post(
        f"/v1/entitlements/{entitlement['id']}/settle-review",
        people["approver"],
        {"outcome": "cancel", "note": "等级不再符合"},
        entitlement["version"],
    )
    assert settled.json()["status"] == "cancelled"
