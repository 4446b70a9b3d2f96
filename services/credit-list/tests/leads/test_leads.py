"""Leads: opened by facts, taken or dismissed by officers, void when the facts are gone."""

import asyncio
from datetime import date, timedelta
from importlib import import_module
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from credit_list.learned import events
from liandong.events.contract import Event
from liandong.ids import uuid7

tellings = import_module("services.credit-list.tests.records.tellings")
a_fact, check, inspection = tellings.a_fact, tellings.check, tellings.inspection
penalty, rectification = tellings.penalty, tellings.rectification

Desk = Any
PATH = "/v1/leads"


async def leads(desk: Desk, **query: Any) -> list[dict[str, Any]]:
    return (await desk.read(PATH, **query))["items"]


async def summary(desk: Desk, organization: UUID) -> set[tuple[str, str, int]]:
    """Every open lead with the number of its facts."""
    found = await leads(desk, organization_id=organization, status="proposed")
    return {(one["list"], one["trigger"], len(one["facts"])) for one in found}


async def noted(desk: Desk) -> list[str]:
    """What became of leads, by the audit log; nobody outside is told."""
    assert not [one for one in await desk.service.published() if "lead." in one["type"]]
    query = "SELECT action FROM backbone.audit_entry WHERE subject_type = 'lead' ORDER BY id"
    async with desk.service.runtime.worker_engine.connect() as connection:
        actions = (await connection.execute(text(query))).scalars()
        return [one.removeprefix("lead.") for one in actions if one != "lead.facts-changed"]


async def record(desk: Desk, organization: UUID, number: int = 1, **given: Any) -> str:
    body = a_fact(organization, document_number=f"庐市监罚〔2019〕{number}号", **given)
    answer = await desk.act("/v1/records", body, desk.clerk)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def withdraw(desk: Desk, found: str) -> None:
    answer = await desk.act(f"/v1/records/{found}/withdraw", None, desk.approver)
    assert answer.status_code == 200, answer.text


async def take(desk: Desk, lead: str, **given: Any) -> Any:
    return await desk.act(f"{PATH}/{lead}/open-case", {}, desk.clerk, **given)


async def dismiss(desk: Desk, lead: str, **given: Any) -> Any:
    body = {"reason": "主管单位证明该组织不负直接责任"}
    return await desk.act(f"{PATH}/{lead}/dismiss", body, desk.clerk, **given)


async def test_a_small_fine_opens_one_lead_and_neither_case_nor_listing(desk: Desk) -> None:
    organization = await desk.an_organization()
    await record(desk, organization)
    assert await summary(desk, organization) == {("abnormal", "minor-penalty", 1)}
    assert (await desk.read("/v1/cases"))["items"] == []
    assert (await desk.standing(organization))["lists"] == []
    assert await noted(desk) == ["opened"]


def _paths(organization: UUID) -> dict[str, tuple[Event, str]]:
    """Each event that can open a lead, and the trigger."""
    return {
        "missed": (inspection(events.InspectionMissed, organization), "annual-report"),
        "rectification-failed": (
            inspection(events.InspectionRectificationFailed, organization, overdue=True),
            "rectification-overdue",
        ),
        "overdue": (
            rectification(events.RectificationOverdue, organization),
            "rectification-overdue",
        ),
        "served": (penalty(events.PenaltyServed, organization), "minor-penalty"),
        "executed": (penalty(events.PenaltyExecuted, organization), "minor-penalty"),
        "suspension": (
            penalty(events.PenaltyServed, organization, sanctions=["suspension"]),
            "suspension-penalty",
        ),
        "fine": (
            penalty(events.PenaltyServed, organization, sanctions=["fine"], fine_fen=5_000_000),
            "fine-50000",
        ),
    }


@pytest.mark.parametrize("name", list(_paths(uuid7())))
async def test_an_event_of_the_registry_opens_its_lead(desk: Desk, name: str) -> None:
    organization = await desk.an_organization()
    event, trigger = _paths(organization)[name]
    delivery = desk.delivery(event)
    await desk.deliver(delivery, delivery)
    assert {one for _, one, _ in await summary(desk, organization)} == {trigger}
    assert await noted(desk) == ["opened"]


async def test_a_revocation_opens_a_lead_that_the_restoration_ends(desk: Desk) -> None:
    organization = await desk.an_organization()
    await desk.learn(desk.told("revoked", organization))
    assert await summary(desk, organization) == {("serious", "certificate-revoked", 1)}
    await desk.learn(desk.told("restored", organization))
    assert await noted(desk) == ["opened", "void"]


async def test_what_is_no_trigger_opens_no_lead(desk: Desk) -> None:
    organization = await desk.an_organization()
    concluded = inspection(events.InspectionConcluded, organization, verdict="unqualified")
    done = rectification(events.RectificationCompleted, organization)
    await desk.learn(check(organization), concluded, done)
    assert await leads(desk) == []


def _withdrawals(organization: UUID) -> dict[str, list[Event]]:
    one = {"inspection_id": uuid7()}
    two, three = {"penalty_id": uuid7()}, {"rectification_id": uuid7()}
    return {
        "miss": [
            inspection(events.InspectionMissed, organization, **one),
            inspection(events.InspectionMissWithdrawn, organization, **one),
        ],
        "corrected": [
            inspection(events.InspectionRectificationFailed, organization, overdue=True, **one),
            inspection(events.InspectionCorrected, organization, verdict="qualified", **one),
        ],
        "penalty": [
            penalty(events.PenaltyServed, organization, **two),
            penalty(events.PenaltyWithdrawn, organization, **two),
        ],
        "completed": [
            rectification(events.RectificationOverdue, organization, **three),
            rectification(events.RectificationCompleted, organization, **three),
        ],
        "rectification": [
            rectification(events.RectificationOverdue, organization, **three),
            rectification(events.RectificationWithdrawn, organization, **three),
        ],
    }


@pytest.mark.parametrize("name", list(_withdrawals(uuid7())))
async def test_a_lead_whose_facts_are_gone_is_void_by_itself(desk: Desk, name: str) -> None:
    organization = await desk.an_organization()
    for event in _withdrawals(organization)[name]:
        await desk.learn(event)
    [lead] = await leads(desk)
    assert (lead["status"], lead["closed_on"]) == ("void", "2019-09-23")
    assert await noted(desk) == ["opened", "void"]


async def test_a_second_warning_joins_the_open_lead_and_opens_the_serious_one(desk: Desk) -> None:
    organization = await desk.an_organization()
    first = await record(desk, organization, 1)
    await record(desk, organization, 2)
    assert await summary(desk, organization) == {
        ("abnormal", "minor-penalty", 2),
        ("serious", "repeated-penalties", 2),
    }
    await withdraw(desk, first)
    assert await summary(desk, organization) == {("abnormal", "minor-penalty", 1)}


async def test_a_corrected_fine_moves_from_one_list_to_the_other(desk: Desk) -> None:
    organization = await desk.an_organization()
    found = f"/v1/records/{await record(desk, organization)}"
    await desk.act(f"{found}/objections", {"content": "金额有误"}, desk.clerk)
    await desk.act(f"{found}/check", {"findings": "属实"}, desk.clerk)
    correct = {"outcome": "correct", "reasons": "属实", "correction": {"fine_fen": 5_000_000}}
    assert (await desk.act(f"{found}/decide", correct, desk.approver)).status_code == 200
    assert await summary(desk, organization) == {("serious", "fine-50000", 1)}


async def test_a_lead_taken_becomes_a_case_with_facts_and_evidence(desk: Desk) -> None:
    organization = await desk.an_organization()
    found = await record(desk, organization)
    [lead] = await leads(desk)
    body = {"evidence": ["现场照片1号"]}
    answer = await desk.act(f"{PATH}/{lead['id']}/open-case", body, desk.clerk)
    assert answer.status_code == 200, answer.text
    assert answer.json()["status"] == "taken"
    case = await desk.read(f"/v1/cases/{answer.json()['case_id']}")
    assert (case["list"], case["trigger"], case["status"]) == (
        "abnormal",
        "minor-penalty",
        "proposed",
    )
    assert "庐市监罚〔2019〕1号，罚款，罚款金额40,000.00 元" in case["facts"]
    assert case["evidence"][0] == "现场照片1号"
    assert f"信用记录{found}" in case["evidence"]
    assert "处罚决定书" in case["evidence"]
    assert await noted(desk) == ["opened", "taken"]


async def test_a_case_shows_that_the_facts_of_its_lead_were_withdrawn(desk: Desk) -> None:
    organization = await desk.an_organization()
    found = await record(desk, organization)
    [lead] = await leads(desk)
    case = (await take(desk, lead["id"])).json()["case_id"]
    await withdraw(desk, found)
    [shown] = await leads(desk, case_id=case)
    assert shown["status"] == "taken"
    assert [one["withdrawn"] for one in shown["facts"]] == [True]
    assert (await desk.read(f"/v1/cases/{case}"))["status"] == "proposed"


async def test_dismissed_facts_raise_no_lead_again_and_new_ones_do(desk: Desk) -> None:
    organization = await desk.an_organization()
    await record(desk, organization, 1)
    [lead] = await leads(desk)
    assert (await dismiss(desk, lead["id"])).status_code == 200
    await desk.learn(inspection(events.InspectionMissed, organization))
    assert await summary(desk, organization) == {("abnormal", "annual-report", 1)}
    await record(desk, organization, 2)
    assert await summary(desk, organization) == {
        ("abnormal", "annual-report", 1),
        ("abnormal", "minor-penalty", 1),
        ("serious", "repeated-penalties", 2),
    }


async def test_a_lead_is_dismissed_with_a_reason(desk: Desk) -> None:
    organization = await desk.an_organization()
    await record(desk, organization)
    [lead] = await leads(desk)
    path = f"{PATH}/{lead['id']}/dismiss"
    assert (await desk.act(path, {"reason": ""}, desk.clerk)).status_code == 422
    assert (await dismiss(desk, lead["id"])).json()["dismiss_reason"]
    assert (await take(desk, lead["id"])).status_code == 409


async def test_a_new_fact_while_a_case_is_open_becomes_a_lead_when_it_is_closed(
    desk: Desk,
) -> None:
    organization = await desk.an_organization()
    case = await desk.a_case(organization, list="abnormal", trigger="minor-penalty")
    await record(desk, organization)
    assert await leads(desk) == []
    await desk.service.settle()
    assert await leads(desk) == []
    assert (await desk.withdraw(case)).status_code == 200
    await desk.pass_days(1)
    assert await summary(desk, organization) == {("abnormal", "minor-penalty", 1)}


async def test_a_lead_taken_beside_an_open_case_of_the_list_is_joined_to_it(desk: Desk) -> None:
    organization = await desk.an_organization()
    found = await record(desk, organization)
    case = await desk.a_case(organization, list="abnormal", trigger="annual-report")
    [lead] = await leads(desk)
    answer = await take(desk, lead["id"])
    assert (answer.json()["status"], answer.json()["case_id"]) == ("taken", case)
    [joined] = (await desk.read(f"/v1/cases/{case}"))["joined"]
    assert joined["trigger"] == "minor-penalty"
    assert f"信用记录{found}" in joined["evidence"]
    await desk.pass_days(1)
    assert await noted(desk) == ["opened", "taken"]


async def test_a_case_by_hand_on_the_facts_of_a_lead_takes_it(desk: Desk) -> None:
    organization = await desk.an_organization()
    await record(desk, organization)
    minor = {"list": "abnormal", "trigger": "minor-penalty"}
    case = await desk.a_case(organization, **minor, evidence=["庐市监罚〔2019〕1号"])
    [lead] = await leads(desk)
    assert (lead["status"], lead["case_id"]) == ("taken", case)


async def test_a_case_by_hand_on_other_facts_leaves_the_lead_to_be_joined(desk: Desk) -> None:
    organization = await desk.an_organization()
    await record(desk, organization)
    minor = {"list": "abnormal", "trigger": "minor-penalty"}
    case = await desk.a_case(organization, **minor, evidence=["另一份处罚决定书"])
    [lead] = await leads(desk)
    assert lead["status"] == "proposed"
    assert (await take(desk, lead["id"])).json()["case_id"] == case


async def test_a_fact_joined_by_hand_takes_its_lead(desk: Desk) -> None:
    organization = await desk.an_organization()
    case = await desk.a_case(organization, list="abnormal", trigger="annual-report")
    await record(desk, organization)
    evidence = ["庐市监罚〔2019〕1号"]
    assert (await desk.join(case, trigger="minor-penalty", evidence=evidence)).status_code == 200
    assert [(one["status"], one["case_id"]) for one in await leads(desk)] == [("taken", case)]
    await record(desk, organization, 2)
    assert await summary(desk, organization) == {("serious", "repeated-penalties", 2)}


async def test_taking_a_lead_against_the_decision_of_its_list_loses_nothing(desk: Desk) -> None:
    organization = await desk.an_organization()
    case = await desk.a_case(organization, list="abnormal", trigger="annual-report")
    await desk.serve(case)
    await desk.pass_days(19)
    await record(desk, organization)
    [lead] = await leads(desk)
    taken, decided = await asyncio.gather(
        take(desk, lead["id"], version=lead["version"]), desk.decide(case)
    )
    assert taken.status_code == 200, taken.text
    if taken.json()["case_id"] == case:
        assert decided.status_code in (409, 412)
        assert len((await desk.read(f"/v1/cases/{case}"))["joined"]) == 1
    else:
        assert decided.status_code == 200
        another = await desk.read(f"/v1/cases/{taken.json()['case_id']}")
        assert (another["status"], another["trigger"]) == ("proposed", "minor-penalty")


async def test_taking_and_dismissing_at_once_is_one_of_them(desk: Desk) -> None:
    organization = await desk.an_organization()
    await record(desk, organization)
    [lead] = await leads(desk)
    answers = await asyncio.gather(
        take(desk, lead["id"], version=lead["version"]),
        dismiss(desk, lead["id"], version=lead["version"]),
    )
    assert sorted(one.status_code for one in answers) == [200, 412]
    [after] = await leads(desk)
    assert (after["status"] == "taken") == (len((await desk.read("/v1/cases"))["items"]) == 1)


async def test_facts_at_once_open_one_lead(desk: Desk) -> None:
    organization = await desk.an_organization()
    await asyncio.gather(*(record(desk, organization, number) for number in range(1, 5)))
    assert await summary(desk, organization) == {
        ("abnormal", "minor-penalty", 4),
        ("serious", "repeated-penalties", 4),
    }


async def test_two_years_on_the_abnormal_list_open_a_lead_by_time_alone(desk: Desk) -> None:
    organization = await desk.an_organization()
    await desk.a_listing(organization, list="abnormal", trigger="annual-report")
    since = date.fromisoformat((await desk.standing(organization))["lists"][0]["listed_on"])
    reached = since.replace(year=since.year + 2)
    desk.set_day((reached - timedelta(days=1)).isoformat())
    await desk.service.settle()
    assert await leads(desk) == []
    desk.set_day(reached.isoformat())
    await desk.service.settle()
    assert await summary(desk, organization) == {("serious", "two-years-abnormal", 1)}
    await desk.pass_days(1)
    assert await noted(desk) == ["opened"]
    [lead] = await leads(desk)
    case = (await take(desk, lead["id"])).json()["case_id"]
    assert since.isoformat() in (await desk.read(f"/v1/cases/{case}"))["facts"]


async def test_the_worker_looks_once_a_day(desk: Desk) -> None:
    organization = await desk.an_organization()
    await desk.a_listing(organization, list="abnormal", trigger="annual-report")
    chore = next(one for one in desk.service.definition.chores if one.name == "leads")
    await desk.service.settle()
    assert await chore.work(desk.service.runtime) == 0
    desk.service.clock.advance(timedelta(days=1))
    assert await chore.work(desk.service.runtime) == 1
    assert await chore.work(desk.service.runtime) == 0


async def test_workers_at_once_open_one_lead(desk: Desk) -> None:
    organization = await desk.an_organization()
    await desk.a_listing(organization, list="abnormal", trigger="annual-report")
    desk.service.clock.advance(timedelta(days=800))
    chore = next(one for one in desk.service.definition.chores if one.name == "leads")
    await asyncio.gather(*(chore.work(desk.service.runtime) for _ in range(3)))
    assert await noted(desk) == ["opened"]


async def test_a_fact_told_before_its_organisation_opens_the_lead_when_that_is_learnt(
    desk: Desk,
) -> None:
    organization = uuid7()
    await desk.learn(penalty(events.PenaltyServed, organization))
    await desk.service.settle()
    assert await leads(desk) == []
    await desk.learn(desk.told("registered", organization))
    await desk.service.settle()
    assert await summary(desk, organization) == {("abnormal", "minor-penalty", 1)}


async def test_a_cancelled_organisation_has_no_open_leads(desk: Desk) -> None:
    organization = await desk.an_organization()
    await record(desk, organization)
    await desk.learn(desk.told("cancelled", organization))
    await desk.pass_days(1)
    assert await noted(desk) == ["opened", "void"]


async def test_facts_in_any_order_come_to_the_same_leads(desk: Desk) -> None:
    outcomes: list[set[tuple[str, str, int]]] = []
    for number, order in enumerate(permutations(range(3)), start=1):
        organization = await desk.an_organization(number)
        served = [
            penalty(events.PenaltyServed, organization),
            penalty(events.PenaltyServed, organization, sanctions=["fine"], fine_fen=5_000_000),
            penalty(events.PenaltyServed, organization, sanctions=["fine"], fine_fen=100),
        ]
        deliveries = [desk.delivery(one) for one in served]
        for place in (*order, *order):
            await desk.deliver(deliveries[place])
        outcomes.append(await summary(desk, organization))
    assert outcomes == [outcomes[0]] * 6
    assert outcomes[0] == {
        ("abnormal", "minor-penalty", 2),
        ("serious", "fine-50000", 1),
        ("serious", "repeated-penalties", 2),
    }


async def test_leads_are_found_by_list_trigger_status_and_district(desk: Desk) -> None:
    organization = await desk.an_organization()
    await record(desk, organization, fine_fen=5_000_000)
    [lead] = await leads(desk, list="serious", trigger="fine-50000", status="proposed")
    assert (await desk.read(f"{PATH}/{lead['id']}"))["facts"] == lead["facts"]
    assert await leads(desk, list="abnormal") == []
    assert await leads(desk, status="taken") == []
    assert await leads(desk, trigger="minor-penalty") == []
    own = await desk.client.get(PATH, headers=desk.organization(organization))
    assert own.status_code == 403
