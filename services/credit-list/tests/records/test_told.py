"""Credit records by event from the registry, through the real consumer."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from credit_list.learned import events
from liandong.events.contract import Event
from liandong.ids import uuid7

from .tellings import check, inspection, penalty, rectification

Desk = Any


async def records(desk: Desk, organization: UUID) -> list[dict[str, Any]]:
    return (await desk.read("/v1/records", organization_id=organization))["items"]


async def summary(desk: Desk, organization: UUID) -> list[tuple[str, str, str | None]]:
    found = await records(desk, organization)
    return sorted((one["kind"], one["status"], one["result"]) for one in found)


async def test_a_conclusion_and_its_correction_are_one_record(desk: Desk) -> None:
    organization = await desk.an_organization()
    one = {"inspection_id": uuid7()}
    await desk.learn(
        inspection(events.InspectionConcluded, organization, verdict="unqualified", **one),
        inspection(events.InspectionRectificationFailed, organization, overdue=True, **one),
    )
    assert await summary(desk, organization) == [
        ("inspection_verdict", "recorded", "unqualified"),
        ("rectification_overdue", "recorded", "overdue"),
    ]
    await desk.learn(
        inspection(events.InspectionCorrected, organization, verdict="qualified", **one)
    )
    assert await summary(desk, organization) == [
        ("inspection_verdict", "recorded", "qualified"),
        ("rectification_overdue", "withdrawn", "overdue"),
    ]


async def test_a_missed_report_that_was_not_missed_is_withdrawn_and_may_be_told_anew(
    desk: Desk,
) -> None:
    organization = await desk.an_organization()
    one = {"inspection_id": uuid7()}
    missed = inspection(events.InspectionMissed, organization, **one)
    await desk.learn(missed)
    assert await summary(desk, organization) == [("report_missed", "recorded", None)]
    await desk.learn(inspection(events.InspectionMissWithdrawn, organization, **one))
    assert await summary(desk, organization) == [("report_missed", "withdrawn", None)]
    await desk.learn(missed)
    assert await summary(desk, organization) == [("report_missed", "recorded", None)]


async def test_a_penalty_is_recorded_when_served_and_withdrawn_with_it(desk: Desk) -> None:
    organization = await desk.an_organization()
    one = {"penalty_id": uuid7(), "sanctions": ["warning", "fine"], "fine_fen": 100_000}
    await desk.learn(penalty(events.PenaltyServed, organization, **one))
    [found] = await records(desk, organization)
    assert (found["arose_on"], found["fine_fen"]) == ("2019-09-23", 100_000)
    await desk.learn(penalty(events.PenaltyExecuted, organization, **one))
    assert (await records(desk, organization))[0]["version"] == found["version"]
    await desk.learn(penalty(events.PenaltyWithdrawn, organization, **one))
    [found] = await records(desk, organization)
    assert (found["status"], found["withdrawn_ground"]) == ("withdrawn", "source")


async def test_a_rectification_done_late_is_noted_and_withdrawn_with_its_order(desk: Desk) -> None:
    organization = await desk.an_organization()
    one = {"rectification_id": uuid7()}
    await desk.learn(rectification(events.RectificationOverdue, organization, **one))
    [found] = await records(desk, organization)
    assert (found["arose_on"], found["remedied_on"]) == ("2019-09-21", None)
    await desk.learn(rectification(events.RectificationCompleted, organization, **one))
    [found] = await records(desk, organization)
    assert (found["status"], found["remedied_on"]) == ("recorded", "2019-09-23")
    await desk.learn(rectification(events.RectificationWithdrawn, organization, **one))
    assert (await records(desk, organization))[0]["status"] == "withdrawn"


async def test_a_rectification_done_in_time_is_no_record(desk: Desk) -> None:
    organization = await desk.an_organization()
    done = rectification(events.RectificationCompleted, organization, in_time=True)
    await desk.learn(done)
    assert await records(desk, organization) == []


@pytest.mark.parametrize(
    ("result", "number"), [("rectify", 1), ("case", 1), ("unreachable", 1), ("no_problem", 0)]
)
async def test_a_check_is_recorded_when_it_found_something(
    desk: Desk, result: str, number: int
) -> None:
    organization = await desk.an_organization()
    await desk.learn(check(organization, result=result))
    assert len(await records(desk, organization)) == number


async def test_a_revocation_is_withdrawn_when_the_organisation_is_restored(desk: Desk) -> None:
    organization = await desk.an_organization()
    await desk.learn(desk.told("revoked", organization, revoked_on=date(2019, 9, 20)))
    assert await summary(desk, organization) == [("revocation", "recorded", None)]
    await desk.learn(desk.told("restored", organization))
    assert await summary(desk, organization) == [("revocation", "withdrawn", None)]
    await desk.a_red_listing(organization)  # its registration is in force again


def _both(organization: UUID) -> list[tuple[Event, Event]]:
    """What is told first, and what later takes it back or corrects it."""
    one = {"inspection_id": uuid7()}
    two, three = {"penalty_id": uuid7()}, {"rectification_id": uuid7()}
    return [
        (
            inspection(events.InspectionConcluded, organization, verdict="unqualified", **one),
            inspection(events.InspectionCorrected, organization, verdict="qualified", **one),
        ),
        (
            penalty(events.PenaltyServed, organization, **two),
            penalty(events.PenaltyWithdrawn, organization, **two),
        ),
        (
            rectification(events.RectificationOverdue, organization, **three),
            rectification(events.RectificationCompleted, organization, **three),
        ),
    ]


async def counted(desk: Desk, organization: UUID) -> list[tuple[str, str | None, str | None]]:
    return sorted(
        (one["kind"], one["result"], one["remedied_on"])
        for one in await records(desk, organization)
        if one["status"] != "withdrawn"
    )


async def test_a_correction_before_what_it_corrects_comes_to_the_same(desk: Desk) -> None:
    in_order, reversed_ = await desk.an_organization(1), await desk.an_organization(2)
    for first, then in _both(in_order):
        await desk.deliver(desk.delivery(first, 1), desk.delivery(then, 2))
    for first, then in _both(reversed_):
        early, late = desk.delivery(first, 1), desk.delivery(then, 2)
        for one in (late, early, late, early):
            await desk.deliver(one)
    expected = await counted(desk, in_order)
    assert len(expected) == 2
    assert await counted(desk, reversed_) == expected


async def test_an_event_told_again_changes_nothing(desk: Desk) -> None:
    organization = await desk.an_organization()
    served = desk.delivery(penalty(events.PenaltyServed, organization))
    await desk.deliver(served, served)
    await desk.deliver(served)
    [found] = await records(desk, organization)
    assert found["version"] == 1


async def test_a_fact_about_an_organisation_not_yet_learnt_is_not_lost(desk: Desk) -> None:
    organization = uuid7()
    await desk.learn(penalty(events.PenaltyServed, organization))
    [found] = await records(desk, organization)
    assert found["district"] == "340103"
    await desk.learn(desk.told("registered", organization))
    assert len(await records(desk, organization)) == 1


async def test_what_the_registry_told_is_corrected_there_and_not_here(desk: Desk) -> None:
    organization = await desk.an_organization()
    await desk.learn(penalty(events.PenaltyServed, organization))
    [found] = await records(desk, organization)
    path = f"/v1/records/{found['id']}"
    refused = await desk.act(f"{path}/withdraw", None, desk.approver)
    assert refused.json()["type"].endswith("corrected-at-source")
    own = desk.organization(organization)
    await desk.act(f"{path}/objections", {"content": "处罚有误"}, own, found["version"])
    await desk.act(f"{path}/check", {"findings": "请登记机关更正"}, desk.clerk)
    decision = {"outcome": "withdraw", "reasons": "成立"}
    assert (await desk.act(f"{path}/decide", decision, desk.approver)).status_code == 409
    rejected = decision | {"outcome": "reject"}
    assert (await desk.act(f"{path}/decide", rejected, desk.approver)).status_code == 200
