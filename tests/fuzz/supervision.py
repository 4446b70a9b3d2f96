"""Supervision in the registry's fuzzing: cases and orders at every step, and sound bodies."""

from collections.abc import Mapping
from random import Random

from liandong.ids import uuid7
from services.registry.tests.checks import tasks as check
from services.registry.tests.penalties import casebook as case
from services.registry.tests.rectifications import orders as order
from services.registry.tests.revocations import desk as revocation
from tests.fuzz import samples
from tests.fuzz.world import Body, Row, Sample, World

ON, THEN = "2026-02-02", "2026-03-02"
_PROPOSALS: list[Body] = [
    {}, case.WARNING, case.SUSPENSION, case.REVOCATION, {"sanctions": ["fine"]},
]  # fmt: skip


PLANS, LIQUIDATIONS = "/v1/sampling-plans", "/v1/liquidations"
_GROUP = {"formed_on": THEN, "members": 3}
_REPORT = {"ended_on": THEN, "assets_fen": 1, "debts_fen": 0, "summary": "财产已经清点"}


def a_plan(number: int) -> Body:
    return {
        "district": "340103",
        "pool_district": "340100",
        "season": "2026-Q1",
        "topic": "general",
        "number": number + 1,
        "checked_from": "2026-03-09",
        "checked_until": "2026-03-31",
    }


async def build(world: World) -> None:
    """Bodies of their own, so that nothing here ends those of the other scenes."""
    service = world.service
    for number in range(20):
        await case.an_officer(service, f"officer-{number}")
    for at in range(3):
        made_now = [await case.registered(service, 700 + 20 * at + n) for n in range(20)]
        a_body = iter([one["id"] for one in made_now]).__next__
        case.day(service, THEN)
        await case.reported(service, a_body())
        await case.filed(service, a_body())
        for given in (case.WARNING, case.SUSPENSION):
            await case.proposed(service, a_body(), **given)
            hearing = await case.noticed(service, a_body(), ON, **case.SUSPENSION)
            hearing = await case.done(service, hearing, "request-hearing", body={})
            await case.reviewed(service, a_body(), ON, THEN, **given)
            await case.decided(service, a_body(), ON, THEN, **given)
            await case.in_force(service, a_body(), ON, THEN, **given)
            await case.noticed(service, a_body(), ON, **given)
            await case.noticed(service, a_body(), THEN, **case.SUSPENSION)
        await check.planned(service, made_now[0]["id"])
        made = await check.planned(service, made_now[0]["id"])
        await check.done(service, made, "record", case.CLERK, check.found(check.BOOKS))
        for body in made_now[:3]:
            await check.concluded(service, body["id"], "case", check.FEES)
        await _liquidations(world, 780 + 4 * at)
        await _revocations(world, 800 + 4 * at)
        for steps in ([], ["draw"], ["draw", "publish"]):
            made = await world.do("POST", PLANS, case.CLERK, a_plan(at))
            for name in steps:
                who = case.CHIEF if name == "publish" else case.CLERK
                made = await check.done(service, made, name, who, path=PLANS)
        for body in ("issue", "serve", "submit"):
            made = await order.drafted(service, a_body())
            made = await order.done(service, made, "issue", case.CHIEF)
            if body != "issue":
                made = await order.done(service, made, "serve", body=case.served(THEN))
            if body == "submit":
                await order.done(service, made, "submit", body=order.REPORT)


async def _liquidations(world: World, number: int) -> None:
    """One at each stage; the last body was cancelled."""
    for at in range(4):
        body = await case.registered(world.service, number + at)
        made = await world.do("POST", LIQUIDATIONS, case.CLERK, _begun(body["id"]))
        for name, json in [("form", _GROUP), ("end", _REPORT)][:at]:
            made = await check.done(world.service, made, name, case.CLERK, json, path=LIQUIDATIONS)
        if at == 3:
            await world.do(
                "POST",
                f"/v1/organizations/{body['id']}/cancel",
                case.CHIEF,
                {"reason": "示例事由"},
                body["version"],
            )


async def _revocations(world: World, number: int) -> None:
    """Two proposed, one noticed, one whose window has passed."""
    bodies = [(await case.registered(world.service, number + at))["id"] for at in range(4)]
    for body in bodies[:2]:
        await revocation.proposed(world.service, body)
    await revocation.noticed(world.service, bodies[2], THEN)
    await revocation.heard(world.service, bodies[3], ON, THEN)


def _begun(organization_id: str) -> Body:
    return {"organization_id": organization_id, "ground": "dissolution", "triggered_on": THEN}


async def _liquidation(world: World, row: Row, dice: Random) -> Body:
    return _begun(await _living(world, dice))


async def _living(world: World, dice: Random) -> str:
    found = await world.one("organization_id", dice, status="active", kind="association")
    return str(found.get("id", uuid7()))


async def _clue(world: World, row: Row, dice: Random) -> Body:
    return case.clue(await _living(world, dice))


async def _revocation(world: World, row: Row, dice: Random) -> Body:
    return revocation.proposal(await _living(world, dice))


async def _order(world: World, row: Row, dice: Random) -> Body:
    return order.order(await _living(world, dice))


async def _form(world: World, row: Row, dice: Random) -> Body:
    whole = order.order("")
    return {name: whole[name] for name in ("facts", "items", "evidence", "days")}


async def _officers(world: World, row: Row, dice: Random) -> Body:
    known = [str(one["id"]) for one in await world.rows("officer_id") if one["is_active"]]
    return {"investigators": dice.sample(known, min(3, len(known)))}


async def _officer(world: World, row: Row, dice: Random) -> Body:
    number = dice.randrange(10**9)
    return {
        "subject": f"officer-{number}",
        "district": "340100",
        "certificate_number": f"示例-{number}",
        "certificate_until": "2030-12-31",
    }


async def _interest(world: World, row: Row, dice: Random) -> Body:
    return {
        "organization_id": str(await world.value("organization_id", dice) or uuid7()),
        "reason": "示例事由",
        "is_ended": dice.random() < 0.5,
    }


async def _proposal(world: World, row: Row, dice: Random) -> Body:
    return case.proposal(**dice.choice(_PROPOSALS))


async def _hearing(world: World, row: Row, dice: Random) -> Body:
    known = [str(one["id"]) for one in await world.rows("officer_id")
             if one["is_active"] and one["subject"] not in row.get("handlers", ())]  # fmt: skip
    return {
        "held_on": "2026-04-01",
        "place": "会议室",
        "told_on": THEN,
        "chair": dice.choice(known) if known else str(uuid7()),
    }


async def _payment(world: World, row: Row, dice: Random) -> Body:
    left = int(row.get("due_fen", 1)) - int(row.get("paid_fen", 0))
    return {"amount_fen": max(left, 1), "paid_on": THEN, "receipt": f"{dice.randrange(10**9):09}"}


async def _publication(world: World, row: Row, dice: Random) -> Body:
    months = {"minor": 3, "ordinary": 6, "serious": 24}.get(str(row.get("publication_class")), 3)
    return {"months": months, "reason": "确有必要"}


async def _plan(world: World, row: Row, dice: Random) -> Body:
    return a_plan(dice.randrange(3))


async def _inspectors(world: World, row: Row, dice: Random) -> Body:
    return {"inspectors": (await _officers(world, row, dice))["investigators"]}


async def _check(world: World, row: Row, dice: Random) -> Body:
    body = {
        "organization_id": await _living(world, dice),
        "topic": "finance",
        "planned_on": THEN,
    }
    if dice.random() < 0.3:
        return body | check.AUDIT
    return body | {"form": "special", **await _inspectors(world, row, dice)}


async def _found(world: World, row: Row, dice: Random) -> Body:
    report = {"report_number": "示例 1 号", "reported_on": THEN}
    found = check.found(*dice.choice([[], [check.BOOKS]])) | {"checked_on": THEN}
    return found | (report if row.get("form") == "audit" else {})


async def _conclusion(world: World, row: Row, dice: Random) -> Body:
    return {"result": "case" if row.get("findings") else "no_problem"}


SAMPLES: Mapping[str, Sample] = {
    "POST /v1/officers": _officer,
    "PATCH /v1/officers/{officer_id}": samples.of(certificate_until=["2031-12-31", "2032-06-30"]),
    "POST /v1/officers/{officer_id}/interests": _interest,
    "POST /v1/penalties": _clue,
    "POST /v1/penalties/{penalty_id}/file": _officers,
    "POST /v1/penalties/{penalty_id}/reassign": _officers,
    "POST /v1/penalties/{penalty_id}/evidence": samples.of(evidence=[case.EVIDENCE["evidence"]]),
    "POST /v1/penalties/{penalty_id}/propose": _proposal,
    "POST /v1/penalties/{penalty_id}/serve-notice": samples.of(**case.served(THEN)),
    "POST /v1/penalties/{penalty_id}/state": samples.of(statement="请从轻处理"),
    "POST /v1/penalties/{penalty_id}/request-hearing": samples.of(),
    "POST /v1/penalties/{penalty_id}/arrange-hearing": _hearing,
    "POST /v1/penalties/{penalty_id}/end-hearing": samples.of(
        outcome="given_up", record="书面放弃听证"
    ),
    "POST /v1/penalties/{penalty_id}/review": samples.of(opinion="程序合法", recheck="已复核"),
    "POST /v1/penalties/{penalty_id}/decide": samples.of(**case.meeting(THEN)),
    "POST /v1/penalties/{penalty_id}/spare": samples.of(ground="no-fault", reason="示例事由"),
    "POST /v1/penalties/{penalty_id}/transfer": samples.of(authority="示例机关", reason="示例事由"),
    "POST /v1/penalties/{penalty_id}/serve": samples.of(**case.served(THEN)),
    "POST /v1/penalties/{penalty_id}/payments": _payment,
    "POST /v1/penalties/{penalty_id}/publish": _publication,
    "POST /v1/penalties/{penalty_id}/withdraw": samples.of(
        ground=["judgment", "supervision"], reasons="示例撤销理由"
    ),
    **{
        f"POST /v1/penalties/{{penalty_id}}/{step}": samples.of(reason="示例事由")
        for step in ("refuse-filing", "reopen", "extend", "dismiss")
    },
    "POST /v1/checks": _check,
    "POST /v1/checks/{check_id}/reassign": _inspectors,
    "POST /v1/checks/{check_id}/record": _found,
    "POST /v1/checks/{check_id}/return": samples.of(reason="示例事由"),
    "POST /v1/checks/{check_id}/cancel": samples.of(reason="示例事由"),
    "POST /v1/checks/{check_id}/conclude": _conclusion,
    "POST /v1/checks/{check_id}/open-rectification": samples.of(days=[10, 30]),
    "POST /v1/checks/{check_id}/open-case": samples.of(
        cause=check.CASE["cause"], suspected=[check.CASE["suspected"]]
    ),
    "POST /v1/sampling-plans": _plan,
    "POST /v1/sampling-plans/{plan_id}/redraw": samples.of(reason="示例事由"),
    "POST /v1/sampling-plans/{plan_id}/cancel": samples.of(reason="示例事由"),
    "POST /v1/liquidations": _liquidation,
    "POST /v1/liquidations/{liquidation_id}/form": samples.of(**_GROUP),
    "POST /v1/liquidations/{liquidation_id}/end": samples.of(**_REPORT),
    "POST /v1/liquidations/{liquidation_id}/withdraw": samples.of(reason="示例事由"),
    "POST /v1/revocations": _revocation,
    "POST /v1/revocations/{revocation_id}/serve-notice": samples.of(**case.served(THEN)),
    "POST /v1/revocations/{revocation_id}/state": samples.of(statement="请核实"),
    "POST /v1/revocations/{revocation_id}/decide": samples.of(answer=["", "不予采纳"]),
    "POST /v1/revocations/{revocation_id}/withdraw": samples.of(reason="示例事由"),
    "POST /v1/rectifications": _order,
    "PUT /v1/rectifications/{rectification_id}": _form,
    "POST /v1/rectifications/{rectification_id}/serve": samples.of(**case.served(THEN)),
    "POST /v1/rectifications/{rectification_id}/extend": samples.of(days=10, reason="示例事由"),
    "POST /v1/rectifications/{rectification_id}/submit": samples.of(report="已经改正"),
    "POST /v1/rectifications/{rectification_id}/confirm": samples.of(found="已经改正"),
    "POST /v1/rectifications/{rectification_id}/return": samples.of(found="尚未改正"),
    "POST /v1/rectifications/{rectification_id}/withdraw": samples.of(reason="示例事由"),
}
PLACES = {
    "officer_id": ("officer", "id"),
    "penalty_id": ("penalty", "id"),
    "rectification_id": ("rectification", "id"),
    "check_id": ("check_task", "id"),
    "liquidation_id": ("liquidation", "id"),
    "revocation_id": ("revocation", "id"),
    "plan_id": ("sampling_plan", "id"),
}
