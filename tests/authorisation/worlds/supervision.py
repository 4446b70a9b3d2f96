"""Supervision in the registry: officers, penalty cases at every step, orders to rectify."""

from typing import Any

from liandong.identity.actors import Role
from liandong.testing.services import ServiceUnderTest, bearer
from services.registry.tests.checks import tasks as check
from services.registry.tests.penalties import casebook as case
from services.registry.tests.rectifications import orders as order
from services.registry.tests.revocations import desk as revocation
from services.registry.tests.yearly_checks import test_yearly_checks as yearly
from tests.authorisation.attempt import OWN, Attempt, get, of

ON, THEN = "2026-02-02", "2026-03-02"
"""Noticed in February, so that on the day of the attempts every window has passed."""
REASON = {"reason": "示例事由"}


async def supervision(service: ServiceUnderTest) -> dict[str, Attempt]:
    bodies = iter([await case.registered(service, 500 + number) for number in range(25)])

    def a_body() -> str:
        return next(bodies)["id"]

    found = {
        **await _officers(service, a_body()),
        **await _penalties(service, [a_body() for _ in range(9)]),
        **await _rectifications(service, [a_body() for _ in range(4)]),
        **await _checks(service, a_body()),
        **await _yearly_checks(service, a_body()),
        **await _sampling(service),
        **await _liquidations(service, [a_body() for _ in range(3)]),
        **await _revocations(service, [a_body() for _ in range(5)]),
    }
    case.day(service, THEN)
    return found


async def _yearly_checks(service: ServiceUnderTest, body: str) -> dict[str, Attempt]:
    """A body of which credit-list tells that it is to be checked twice a year."""
    await yearly.graded(service, body, 2)
    return {"GET /v1/yearly-checks": get("/v1/yearly-checks", body)}


async def _officers(service: ServiceUnderTest, body: str) -> dict[str, Attempt]:
    path = "/v1/officers"
    made = await case.an_officer(service, "inspector-own", district=OWN)
    new = {
        "subject": "inspector-new",
        "district": OWN,
        "certificate_number": "皖执法-新",
        "certificate_until": "2030-12-31",
    }
    interest = {"organization_id": body, "reason": "曾在该组织任职"}
    return {
        f"POST {path}": Attempt(path, new),
        f"GET {path}": get(path, made["id"]),
        f"GET {path}/{{officer_id}}": get(f"{path}/{made['id']}", made["id"]),
        f"PATCH {path}/{{officer_id}}": of(made, path + "/{}", {"is_active": False}),
        f"POST {path}/{{officer_id}}/interests": of(made, path + "/{}/interests", interest),
    }


async def _penalties(service: ServiceUnderTest, bodies: list[str]) -> dict[str, Attempt]:
    path, one = "/v1/penalties", "/v1/penalties/{penalty_id}"
    chosen = {"investigators": await case.two_officers(service)}
    chair = (await case.an_officer(service, "chair-1"))["id"]
    clue = await case.reported(service, bodies[0])
    filed = await case.filed(service, bodies[1])
    filed = await case.done(service, filed, "evidence", body=case.EVIDENCE)
    proposed = await case.proposed(service, bodies[2])
    noticed = await case.noticed(service, bodies[3], ON, **case.SUSPENSION)
    noticed = await case.done(service, noticed, "state", body={"statement": case.SAID})
    hearing = await case.noticed(service, bodies[4], ON, **case.SUSPENSION)
    hearing = await case.done(service, hearing, "request-hearing", body={})
    reviewed = await case.reviewed(service, bodies[5], ON, THEN)
    decided = await case.decided(service, bodies[6], ON, THEN)
    served = await case.in_force(service, bodies[7], ON, THEN)
    shown = await case.in_force(service, bodies[8], ON, THEN, **case.SUSPENSION)
    shown = await case.done(service, shown, "publish", case.CHIEF, {})
    light = await case.in_force(service, bodies[0], ON, THEN, **case.WARNING)
    arranged = {"held_on": "2026-03-12", "place": "会议室", "told_on": THEN, "chair": chair}
    gone = {"ground": "judgment", "reasons": "人民法院判决撤销"}
    spared = {**REASON, "ground": "no-fault"}
    moved = {**REASON, "authority": "示例机关"}
    paid = {"amount_fen": 1, "paid_on": THEN, "receipt": "0001"}
    steps: dict[str, tuple[dict[str, Any], Any, str]] = {
        "file": (clue, chosen, "clerk-1"),
        "refuse-filing": (clue, REASON, "clerk-1"),
        "evidence": (filed, case.EVIDENCE, ""),
        "reassign": (filed, chosen, ""),
        "propose": (filed, case.proposal(), ""),
        "reopen": (noticed, REASON, ""),
        "extend": (filed, REASON, "inspector-1"),
        "serve-notice": (proposed, case.served(THEN), ""),
        "arrange-hearing": (hearing, arranged, ""),
        "end-hearing": (hearing, {"outcome": "given_up", "record": "书面放弃"}, ""),
        "review": (noticed, {"opinion": "程序合法", "recheck": "已复核"}, "inspector-1"),
        "decide": (reviewed, {}, "reviewer-1"),
        "spare": (filed, spared, "inspector-1"),
        "dismiss": (filed, REASON, "inspector-1"),
        "transfer": (filed, moved, "inspector-1"),
        "serve": (decided, case.served(THEN), ""),
        "payments": (served, paid, ""),
        "execute": (light, None, ""),
        "publish": (served, {}, ""),
        "withdraw": (served, gone, "chief-1"),
    }
    own = noticed["organization_id"]
    by_id = f"{path}/{noticed['id']}"
    late = await case.noticed(service, bodies[1], THEN, **case.SUSPENSION)
    board = "/v1/penalty-decisions"
    return {
        f"POST {path}": Attempt(path, case.clue(bodies[2])),
        f"GET {path}": get(path, noticed["id"], organization=own),
        f"GET {one}": get(by_id, noticed["id"], organization=own),
        f"GET {one} (陈述、听证笔录)": get(by_id, case.SAID, organization=own),
        **{
            f"POST {one}/{name}": of(made, path + "/{}/" + name, body, first=first)
            for name, (made, body, first) in steps.items()
        },
        f"POST {one}/state": of(
            noticed, path + "/{}/state", {"statement": "请从轻处理"}, organization=own
        ),
        f"POST {one}/request-hearing": of(
            late, path + "/{}/request-hearing", {}, organization=bodies[1]
        ),
        f"GET {board}": get(board, shown["id"]),
        f"GET {board}/{{penalty_id}}": get(f"{board}/{shown['id']}", shown["id"]),
    }


async def _rectifications(service: ServiceUnderTest, bodies: list[str]) -> dict[str, Attempt]:
    path, one = order.PATH, order.PATH + "/{rectification_id}"
    drafted = await order.drafted(service, bodies[0])
    issued = await order.done(service, await order.drafted(service, bodies[1]), "issue", case.CHIEF)
    ordered = await order.ordered(service, bodies[2])
    submitted = await order.ordered(service, bodies[3])
    submitted = await order.done(service, submitted, "submit", body=order.REPORT)
    whole = order.order(bodies[0])
    form = {name: whole[name] for name in ("facts", "items", "evidence", "days")}
    steps: dict[str, tuple[dict[str, Any], Any, str]] = {
        "issue": (drafted, None, "clerk-1"),
        "serve": (issued, case.served(THEN), ""),
        "extend": (ordered, {"days": 10, **REASON}, "clerk-1"),
        "confirm": (submitted, order.FOUND, "clerk-1"),
        "return": (submitted, order.FOUND, "clerk-1"),
        "withdraw": (ordered, REASON, ""),
    }
    own = ordered["organization_id"]
    return {
        f"POST {path}": Attempt(path, order.order(bodies[0])),
        f"GET {path}": get(path, ordered["id"], organization=own),
        f"GET {one}": get(f"{path}/{ordered['id']}", ordered["id"], organization=own),
        f"PUT {one}": of(drafted, path + "/{}", form),
        **{
            f"POST {one}/{name}": of(made, path + "/{}/" + name, body, first=first)
            for name, (made, body, first) in steps.items()
        },
        f"POST {one}/submit": of(ordered, path + "/{}/submit", order.REPORT, organization=own),
    }


async def _checks(service: ServiceUnderTest, body: str) -> dict[str, Attempt]:
    path, one = check.PATH, check.PATH + "/{check_id}"
    planned = await check.planned(service, body)
    recorded = await check.planned(service, body)
    recorded = await check.done(service, recorded, "record", case.CLERK, check.found(check.BOOKS))
    concluded = await check.concluded(service, body, "rectify", check.BOOKS)
    shown = await check.concluded(service, body, "no_problem")
    shown = await check.done(service, shown, "publish")
    chosen = {"inspectors": await case.two_officers(service)}
    new = {
        "organization_id": body,
        "form": "special",
        "topic": "finance",
        "planned_on": THEN,
        **chosen,
    }
    steps: dict[str, tuple[dict[str, Any], Any, str]] = {
        "reassign": (planned, chosen, ""),
        "record": (planned, check.found(), ""),
        "return": (recorded, REASON, ""),
        "conclude": (recorded, {"result": "rectify"}, "inspector-1"),
        "publish": (concluded, None, ""),
        "cancel": (planned, REASON, ""),
        "open-rectification": (concluded, {"days": 30}, ""),
        "open-case": (concluded, check.CASE, ""),
    }
    return {
        f"POST {path}": Attempt(path, new),
        f"GET {path}": get(path, concluded["id"], organization=body),
        f"GET {one}": get(f"{path}/{concluded['id']}", concluded["id"], organization=body),
        **{
            f"POST {one}/{name}": of(made, path + "/{}/" + name, json, first=first)
            for name, (made, json, first) in steps.items()
        },
        "GET /v1/check-results": get("/v1/check-results", shown["id"]),
    }


async def _sampling(service: ServiceUnderTest) -> dict[str, Attempt]:
    path, board = "/v1/sampling-plans", "/v1/sampling-results"
    for number in (1, 2):
        await case.an_officer(service, f"inspector-county-{number}", district=OWN)
    plan = {
        "district": OWN,
        "season": "2026-Q1",
        "topic": "general",
        "number": 2,
        "checked_from": "2026-03-09",
        "checked_until": "2026-03-31",
    }

    async def a_plan(*steps: tuple[str, dict[str, str]]) -> dict[str, Any]:
        answer = await service.client.post(path, json=plan, headers=case.CLERK)
        assert answer.status_code == 201, answer.text
        made = answer.json()
        for name, who in steps:
            made = await check.done(service, made, name, who, path=path)
        return made

    planned = await a_plan()
    drawn = await a_plan(("draw", case.CLERK))
    shown = await a_plan(("draw", case.CLERK), ("publish", case.CHIEF))
    one = path + "/{plan_id}"
    listed = f"{board}/{shown['id']}"
    return {
        f"POST {path}": Attempt(path, plan),
        f"GET {path}": get(path, drawn["id"]),
        f"GET {one}": get(f"{path}/{drawn['id']}", drawn["id"]),
        f"GET {one}/draws": get(f"{path}/{drawn['id']}/draws", "sha256-tickets-v1"),
        f"POST {one}/draw": of(planned, path + "/{}/draw"),
        f"POST {one}/redraw": of(drawn, path + "/{}/redraw", REASON, first="clerk-1"),
        f"POST {one}/publish": of(drawn, path + "/{}/publish", first="clerk-1"),
        f"POST {one}/cancel": of(planned, path + "/{}/cancel", REASON),
        f"GET {board}": get(board, shown["id"]),
        f"GET {board}/{{plan_id}}": get(listed, "sha256-tickets-v1"),
        f"GET {board}/{{plan_id}}/candidates": get(listed + "/candidates", "candidates_digest"),
    }


async def _liquidations(service: ServiceUnderTest, bodies: list[str]) -> dict[str, Attempt]:
    path, one = "/v1/liquidations", "/v1/liquidations/{liquidation_id}"
    group = {"formed_on": THEN, "members": 3}
    report = {"ended_on": THEN, "assets_fen": 0, "debts_fen": 0, "summary": "财产已经清点"}
    new = {"organization_id": bodies[0], "ground": "dissolution", "triggered_on": THEN}

    async def begun(body: str, *steps: tuple[str, Any]) -> dict[str, Any]:
        json = {**new, "organization_id": body}
        answer = await service.client.post(path, json=json, headers=case.CLERK)
        assert answer.status_code == 201, answer.text
        made = answer.json()
        for name, given in steps:
            made = await check.done(service, made, name, case.CLERK, given, path=path)
        return made

    due = await begun(bodies[1])
    running = await begun(bodies[2], ("form", group))
    ended = await begun(
        (await case.registered(service, 560))["id"], ("form", group), ("end", report)
    )
    gone = await service.client.post(
        f"/v1/organizations/{ended['organization_id']}/cancel",
        json=REASON,
        headers=case.CHIEF | {"If-Match": '"v1"'},
    )
    assert gone.status_code == 200, gone.text
    return {
        f"POST {path}": Attempt(path, new, organization=bodies[0]),
        f"GET {path}": get(path, due["id"], organization=bodies[1]),
        f"GET {one}": get(f"{path}/{due['id']}", due["id"], organization=bodies[1]),
        f"POST {one}/form": of(due, path + "/{}/form", group, organization=bodies[1]),
        f"POST {one}/end": of(running, path + "/{}/end", report, organization=bodies[2]),
        f"POST {one}/close": of(ended, path + "/{}/close"),
        f"POST {one}/withdraw": of(due, path + "/{}/withdraw", REASON),
    }


async def _revocations(service: ServiceUnderTest, bodies: list[str]) -> dict[str, Attempt]:
    """The clerk who is tried is the one who proposed what is withdrawn."""
    path, one = revocation.PATH, revocation.PATH + "/{revocation_id}"
    case.day(service, ON)
    noticed = await revocation.noticed(service, bodies[0], ON)
    said = {"statement": revocation.SAID}
    noticed = await check.done(service, noticed, "state", case.CLERK, said, path=path)
    proposed = await revocation.proposed(service, bodies[1])
    mine = await revocation.proposed(service, bodies[2], bearer("somebody-clerk", Role.CLERK))
    ripe = await revocation.noticed(service, bodies[3], ON)
    own, by_id = noticed["organization_id"], f"{path}/{noticed['id']}"
    case.day(service, THEN)
    return {
        f"POST {path}": Attempt(path, revocation.proposal(bodies[4])),
        f"GET {path}": get(path, noticed["id"], organization=own),
        f"GET {one}": get(by_id, noticed["id"], organization=own),
        f"GET {one} (陈述、申辩)": get(by_id, revocation.SAID, organization=own),
        f"POST {one}/serve-notice": of(proposed, path + "/{}/serve-notice", case.served(THEN)),
        f"POST {one}/state": of(noticed, path + "/{}/state", said, organization=own),
        f"POST {one}/decide": of(ripe, path + "/{}/decide", {}, first="clerk-1"),
        f"POST {one}/withdraw": of(mine, path + "/{}/withdraw", REASON),
    }
