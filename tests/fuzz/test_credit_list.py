"""Credit-list's API, tried by its own document."""

from datetime import timedelta
from random import Random
from uuid import UUID

from liandong.clock import china_date
from liandong.identity.actors import Role
from liandong.ids import uuid7
from tests.fuzz import samples
from tests.fuzz.access import official
from tests.fuzz.trial import Trial
from tests.fuzz.world import Body, Row, Scene, World

CLERK = official(Role.CLERK)
APPROVER = official(Role.APPROVER, subject="approver")
CASE = "/v1/cases/{id}"
REPAIR = "/v1/repairs/{id}"
CHECKED = {"obligations_met": True, "findings": "示例核查意见"}
JOINED = {"trigger": "suspension-penalty", "facts": "示例事实", "evidence": ["示例材料"]}
PROPOSAL = "/v1/red-list-proposals/{id}"
CODE = "52110000MJ0163191U"
CAMPAIGN = "/v1/red-list-campaigns"
TRIGGERS = (("abnormal", "annual-report"), ("serious", "fine-50000"))
FACT = {
    "kind": "penalty",
    "authority": "示例机关",
    "sanctions": ["fine"],
    "fine_fen": 4_000_000,
    "evidence": ["示例材料"],
}
STATEMENT = {"content": "示例陈述", "evidence": ["示例材料"]}
DECISION = {"outcome": "list", "reasons": "事实清楚", "decision_document": "示例〔2026〕1号"}


async def _case(world: World, name: str = "abnormal", trigger: str = "annual-report") -> Row:
    body = {
        "organization_id": str(await world.an_organization()),
        "list": name,
        "trigger": trigger,
        "facts": "示例事实",
        "evidence": ["示例材料"],
    }
    return await world.do("POST", "/v1/cases", CLERK, body)


async def _drafted(world: World, name: str = "abnormal", trigger: str = "annual-report") -> Row:
    case = await _case(world, name, trigger)
    return await world.step(f"{CASE}/notice-draft", CLERK, case, {"document_number": "示例告1号"})


async def _noticed(world: World, name: str = "abnormal", trigger: str = "annual-report") -> Row:
    case = await _drafted(world, name, trigger)
    today = china_date(world.service.clock.now()).isoformat()
    notice = {"method": "mail", "served_on": today, "proof": "示例凭证"}
    return await world.step(f"{CASE}/notice", CLERK, case, notice)


async def _graded(world: World) -> UUID:
    organization, grade = await world.an_organization(), uuid7()
    await world.tell(
        "evaluation.grade.confirmed",
        grade,
        grade_id=grade,
        organization_id=organization,
        grade="5A",
        valid_from="2025-01-01",
        valid_until="2029-12-31",
    )
    return organization


async def _recommended(world: World) -> Row:
    body = {"organization_id": str(await _graded(world)), "reasons": "服务优良"}
    return await world.do("POST", "/v1/red-list-proposals", CLERK, body)


def _fact(world: World, organization: object, number: int) -> Body:
    today = china_date(world.service.clock.now()).isoformat()
    document = {"document_number": f"示例罚〔2026〕{number}号", "arose_on": today}
    return FACT | document | {"organization_id": str(organization)}


async def _records(world: World) -> None:
    """Records in every state, with the leads that they open."""
    record, lead = "/v1/records/{id}", "/v1/leads/{id}"
    for _ in range(4):
        made: list[Row] = []
        for number in range(5):
            body = _fact(world, await world.an_organization(), number)
            made.append(await world.do("POST", "/v1/records", CLERK, body))
        await world.step(f"{record}/withdraw", APPROVER, made[0])
        objection = {"content": "示例异议"}
        await world.step(f"{record}/objections", CLERK, made[1], objection)
        objected = await world.step(f"{record}/objections", CLERK, made[2], objection)
        await world.step(f"{record}/check", CLERK, objected, {"findings": "示例核查意见"})
    open_ = await world.do("GET", "/v1/leads?status=proposed&limit=200", CLERK)
    for one in open_["items"][:2]:
        await world.step(f"{lead}/open-case", CLERK, one, {})
    for one in open_["items"][2:4]:
        await world.step(f"{lead}/dismiss", CLERK, one, {"reason": "示例理由"})


async def _build(world: World) -> None:
    """Records, leads, cases, listings, repairs and recommendations in every state."""
    await _records(world)
    elapsed = [await _noticed(world, *trigger) for _ in range(12) for trigger in TRIGGERS]
    shown = [
        await world.step(f"{PROPOSAL}/publicise", CLERK, await _recommended(world))
        for _ in range(8)
    ]
    world.service.clock.advance(timedelta(days=19))
    await world.service.settle()
    for case in elapsed[:20]:
        found = await world.do("GET", CASE.format(**case), CLERK)
        await world.step(f"{CASE}/decide", APPROVER, found, DECISION)
    for proposal in shown[:3]:
        await world.step(f"{PROPOSAL}/confirm", APPROVER, proposal, {"reasons": "公示无异议"})
    for _ in range(4):
        await _graded(world)
        await _case(world)
        await _drafted(world)
        await _noticed(world)
        await _heard(world)
        joined = await _noticed(world, "serious", "fine-50000")
        await world.step(f"{CASE}/join", CLERK, joined, JOINED)
        await world.step(f"{CASE}/statements", CLERK, await _noticed(world), STATEMENT)
        stated = await world.step(f"{CASE}/statements", CLERK, await _noticed(world), STATEMENT)
        await world.step(f"{CASE}/verify", CLERK, stated, {"findings": "示例核实意见"})
        await _recommended(world)
        shown_now = await world.step(f"{PROPOSAL}/publicise", CLERK, await _recommended(world))
        await world.step(f"{PROPOSAL}/objections", CLERK, shown_now, {"content": "示例异议"})
    await _repairs(world)
    for subject in ("clerk-1", "clerk-2"):
        who = official(Role.CLERK, subject=subject)
        for _ in range(5):
            await world.do("POST", "/v1/watch-lists", who, {"name": "示例清单", "codes": [CODE]})
    await _campaigns(world)


async def _campaigns(world: World) -> None:
    """Campaigns that wait for proposals, one in publicity, one that is closed."""
    day = china_date(world.service.clock.now()).isoformat()
    call = {"district": "340100", "as_of": day, "applications_until": day}
    for _ in range(6):
        await _graded(world)  # left for proposals beside the campaigns
    for year in (2015, 2016, 2017, 2018, 2019):
        graded = str(await _graded(world))
        made = await world.do("POST", CAMPAIGN, CLERK, call | {"year": year})
        await world.service.settle()
        made = await world.do("GET", f"{CAMPAIGN}/{made['id']}", CLERK)
        body = {"organization_ids": [graded], "reasons": "符合条件"}
        await world.step(f"{CAMPAIGN}/{{id}}/propose", CLERK, made, body)
        if year == 2019:
            made = await world.do("GET", f"{CAMPAIGN}/{made['id']}", CLERK)
            await world.step(f"{CAMPAIGN}/{{id}}/publicise", CLERK, made)
        if year == 2015:
            made = await world.do("GET", f"{CAMPAIGN}/{made['id']}", CLERK)
            end = {"reason": "示例事由", "withdraw_undecided": True}
            await world.step(f"{CAMPAIGN}/{{id}}/close", APPROVER, made, end)
    await _received(world)


async def _heard(world: World) -> None:
    """Hearings asked for, and one that was given up."""
    asked = [await _noticed(world, "serious", "fine-50000") for _ in range(2)]
    asked = [
        await world.step(f"{CASE}/hearing", CLERK, one, {"reasons": "示例理由"}) for one in asked
    ]
    await world.step(f"{CASE}/hearing/give-up", CLERK, asked[0], {"reason": "示例事由"})


async def _repairs(world: World) -> None:
    """Organisations on a list ask to leave it; each application comes a step further."""
    listed = await world.do("GET", "/v1/listings?status=listed&limit=200", CLERK)
    adverse = [one for one in listed["items"] if one["list"] != "red"]
    for number, listing in enumerate(adverse[:-3]):
        body = {"listing_id": listing["id"], "content": "示例说明", "evidence": ["示例材料"]}
        made = await world.do("POST", "/v1/repairs", CLERK, body)
        if number % 5 == 1:
            await world.step(f"{REPAIR}/return", CLERK, made, {"reason": "示例事由"})
        if number % 5 in (2, 3):
            made = await world.step(f"{REPAIR}/accept", CLERK, made)
        if number % 5 == 3:
            await world.step(f"{REPAIR}/check", CLERK, made, CHECKED)


def _row(number: int, name: str, code: object = None) -> Body:
    return {
        "number": number,
        "operation": "add",
        "record_key": f"K{number}",
        "kind": "court-defaulter",
        "name": name,
        "credit_code": code,
        "authority": "示例法院",
        "document_number": f"示例执{number}号",
        "decided_on": "2026-02-10",
    }


def _batch(sender: str, number: str, sequence: int, *rows: Body) -> Body:
    return {
        "sender": sender,
        "sender_name": "示例法院",
        "sender_kind": "department",
        "number": number,
        "sequence": sequence,
        "total": len(rows),
        "rows": list(rows),
    }


async def _received(world: World) -> None:
    """Rows that nobody knows, for clerks to resolve; reports of two months, one confirmed."""
    rows = [_row(number, f"示例没有的中心{number}") for number in range(1, 13)]
    await world.do("POST", "/v1/receiving/batches", CLERK, _batch("world", "1", 1, *rows))
    for month in ("2025-12", "2026-01"):
        body = {"month": month, "district": "340100"}
        report = await world.do("POST", "/v1/reports/monthly", CLERK, body)
        if month == "2025-12":
            await world.step("/v1/reports/{id}/confirm", APPROVER, report)


async def _new_batch(world: World, row: Row, dice: Random) -> Body:
    organization = await world.one("organization_id", dice)
    name, code = organization["name"], organization["credit_code"]
    said = [_row(1, name, code), _row(2, "示例没有的中心")]
    operation = dice.choice(["add", "change", "delete"])
    number = dice.randrange(1, 6)
    ends_on = dice.choice([None, "2026-02-11", "2029-12-31"])
    batch = _batch(
        dice.choice(["fuzz-a", "fuzz-b"]),
        f"B{number}",
        number,
        *(
            {**one, "operation": operation, "ends_on": ends_on}
            for one in said[: dice.randint(0, 2)]
        ),
    )
    return batch | {"whole_lists": dice.choice([[], ["失信被执行人"], ["示例没有的名单"]])}


async def _new_file(world: World, row: Row, dice: Random) -> Body:
    sheet = (
        "序号,操作,数据主键,名单,组织名称,认定机关,决定文书号,决定日期\n"
        "1,新增,K1,失信被执行人,示例没有的中心,示例法院,1号,2026-02-10\n"
    )
    return {"file": sheet.encode(dice.choice(["utf-8", "gbk"]))}


async def _resolution(world: World, row: Row, dice: Random) -> Body:
    organization = await world.one("organization_id", dice)
    return {"organization_id": str(organization["organization_id"]), "reason": "示例核对情况"}


async def _new_record(world: World, row: Row, dice: Random) -> Body:
    organization = await world.one("organization_id", dice)
    body = _fact(world, organization["organization_id"], dice.randrange(30))
    kind = dice.choice(["penalty", "penalty", "court_defaulter", "letter_undelivered"])
    return body if kind == "penalty" else body | {"kind": kind, "sanctions": [], "fine_fen": 0}


async def _new_case(world: World, row: Row, dice: Random) -> Body:
    organization = await world.one("organization_id", dice)
    name, trigger = dice.choice(TRIGGERS)
    return {
        "organization_id": str(organization["organization_id"]),
        "list": name,
        "trigger": trigger,
        "facts": "示例事实",
        "evidence": ["示例材料"],
    }


async def _notice(world: World, row: Row, dice: Random) -> Body:
    today = china_date(world.service.clock.now()).isoformat()
    method = dice.choice(["mail", "e-delivery", "public-notice"])
    day = "published_on" if method == "public-notice" else "served_on"
    return {"method": method, day: today, "proof": "示例凭证"}


async def _failed(world: World, row: Row, dice: Random) -> Body:
    today = china_date(world.service.clock.now()).isoformat()
    return {"method": "mail", "attempted_on": today, "proof": "示例退件", "reason": "示例事由"}


async def _corrected(world: World, row: Row, dice: Random) -> Body:
    return await _notice(world, row, dice) | {"reason": "示例事由"}


async def _held(world: World, row: Row, dice: Random) -> Body:
    today = china_date(world.service.clock.now()).isoformat()
    return {"held_on": today, "record": "示例笔录", "opinion": "示例意见"}


async def _new_proposal(world: World, row: Row, dice: Random) -> Body:
    graded = await world.one("graded", dice, in_force=True)
    return {"organization_id": str(graded["organization_id"]), "reasons": "服务优良"}


async def _repair(world: World, row: Row, dice: Random) -> Body:
    listing = await world.one("listing_id", dice, status="listed", list="abnormal")
    return {"listing_id": str(listing["id"]), "content": "示例说明", "evidence": ["示例材料"]}


async def _check(world: World, row: Row, dice: Random) -> Body:
    known = [await world.one("organization_id", dice) for _ in range(dice.randrange(1, 5))]
    codes = [str(one.get(dice.choice(["credit_code", "organization_id"]))) for one in known]
    spoilt = [dice.choice(["5234", "", "11622700013944908W", "张三\x00", *codes])]
    day = dice.choice([None, None, "2020-01-01", "9999-12-31"])
    return {"codes": codes + spoilt, "purpose": dice.choice(["award", "other"]), "day": day}


async def _verify(world: World, row: Row, dice: Random) -> Body:
    given = await world.do("GET", f"/v1/checks/{CODE}?purpose=other", CLERK)
    return given if dice.random() < 0.7 else given | {"answer": {"\u2028": dice.random()}}


async def _watch(world: World, row: Row, dice: Random) -> Body:
    known = await world.one("organization_id", dice)
    return {"name": "示例清单", "codes": [known.get("credit_code") or CODE, CODE]}


async def _watched(world: World, row: Row, dice: Random) -> Body:
    return {"codes": (await _watch(world, row, dice))["codes"]}


async def _new_campaign(world: World, row: Row, dice: Random) -> Body:
    day = china_date(world.service.clock.now()).isoformat()
    year = dice.randrange(2020, 2900)
    return {"district": "340100", "year": year, "as_of": day, "applications_until": day}


async def _some_organizations(world: World, row: Row, dice: Random) -> Body:
    graded = await world.one("graded", dice, in_force=True)
    return {"organization_ids": [str(graded["organization_id"])], "reasons": "符合条件"}


async def _some_proposals(world: World, row: Row, dice: Random) -> Body:
    proposal = await world.one("proposal_id", dice)
    return {"proposal_ids": [str(proposal["id"])], "reasons": "公示无异议"}


SCENE = Scene(
    "credit-list",
    _build,
    samples={
        "POST /v1/receiving/batches": _new_batch,
        "POST /v1/receiving/files": _new_file,
        "POST /v1/receiving/rows/{row_id}/resolve": _resolution,
        "POST /v1/receiving/rows/{row_id}/dismiss": samples.of(reason="示例理由"),
        "POST /v1/reports/monthly": samples.of(
            month=["2025-11", "2026-01", "2026-02"], district=["340100", "340103"]
        ),
        "POST /v1/reports/{report_id}/notes": samples.of(note="示例更正说明"),
        "POST /v1/records": _new_record,
        "POST /v1/records/{record_id}/objections": samples.of(content="示例异议"),
        "POST /v1/records/{record_id}/check": samples.of(findings="示例核查意见"),
        "POST /v1/records/{record_id}/decide": samples.of(
            outcome=["withdraw", "reject"], reasons="示例理由"
        ),
        "POST /v1/leads/{lead_id}/open-case": samples.of(evidence=[["示例材料"]]),
        "POST /v1/leads/{lead_id}/dismiss": samples.of(reason="示例理由"),
        "POST /v1/cases": _new_case,
        "POST /v1/cases/{case_id}/join": samples.of(**JOINED | {"evidence": [["示例材料"]]}),
        "POST /v1/cases/{case_id}/notice-draft": samples.of(document_number="示例告2号"),
        "POST /v1/cases/{case_id}/notice": _notice,
        "POST /v1/cases/{case_id}/failed-services": _failed,
        "POST /v1/cases/{case_id}/service-corrections": _corrected,
        "POST /v1/cases/{case_id}/hearing": samples.of(reasons="示例理由"),
        "POST /v1/cases/{case_id}/hearing/hold": _held,
        "POST /v1/cases/{case_id}/hearing/give-up": samples.of(reason="示例事由"),
        "POST /v1/cases/{case_id}/decision-service": _notice,
        "POST /v1/cases/{case_id}/statements": samples.of(**STATEMENT | {"evidence": [["示例"]]}),
        "POST /v1/cases/{case_id}/verify": samples.of(findings="示例核实意见"),
        "POST /v1/cases/{case_id}/decide": samples.of(
            **DECISION | {"outcome": ["list", "not_list"]}
        ),
        "POST /v1/cases/{case_id}/withdraw": samples.of(reason="示例事由"),
        "POST /v1/listings/{listing_id}/correct": samples.of(reason="示例事由"),
        "POST /v1/listings/{listing_id}/remove": samples.of(duty_done=True, reason="示例事由"),
        "POST /v1/red-list-proposals": _new_proposal,
        "POST /v1/red-list-proposals/{proposal_id}/confirm": samples.of(reasons="公示无异议"),
        "POST /v1/red-list-proposals/{proposal_id}/refuse": samples.of(reasons="示例理由"),
        "POST /v1/red-list-proposals/{proposal_id}/withdraw": samples.of(reasons="示例理由"),
        "POST /v1/red-list-proposals/{proposal_id}/objections": samples.of(content="示例异议"),
        "POST /v1/red-list-proposals/{proposal_id}/objections/{number}/settle": samples.of(
            outcome=["upheld", "dismissed"], findings="示例核查意见"
        ),
        "POST /v1/red-list-campaigns": _new_campaign,
        "POST /v1/red-list-campaigns/{campaign_id}/applications": samples.of(statement="服务优良"),
        "POST /v1/red-list-campaigns/{campaign_id}/propose": _some_organizations,
        "POST /v1/red-list-campaigns/{campaign_id}/confirm": _some_proposals,
        "POST /v1/red-list-campaigns/{campaign_id}/close": samples.of(
            reason="示例事由", withdraw_undecided=[True, False]
        ),
        "POST /v1/red-list-campaigns/{campaign_id}/reopen": samples.of(reason="示例事由"),
        "POST /v1/red-list-campaigns/{campaign_id}/cancel": samples.of(reason="示例事由"),
        "POST /v1/repairs": _repair,
        "POST /v1/repairs/{repair_id}/return": samples.of(reason="示例事由"),
        "POST /v1/repairs/{repair_id}/supplement": samples.of(
            content="示例说明", evidence=[["示例材料"]]
        ),
        "POST /v1/repairs/{repair_id}/check": samples.of(**CHECKED),
        "POST /v1/repairs/{repair_id}/decide": samples.of(
            outcome=["grant", "refuse"],
            reasons="示例理由",
            decision_document="示例〔2026〕2号",
        ),
        "POST /v1/repairs/{repair_id}/withdraw": samples.of(reason="示例事由"),
        "POST /v1/checks": _check,
        "POST /v1/checks/verify": _verify,
        "POST /v1/watch-lists": _watch,
        "POST /v1/watch-lists/{watch_list_id}/add": _watched,
        "POST /v1/watch-lists/{watch_list_id}/remove": _watched,
        "POST /v1/rule-sets/overrides": samples.override,
    },
    places={
        **samples.PLACES,
        "record_id": ("credit_record", "id"),
        "batch_id": ("received_batch", "id"),
        "row_id": ("received_row", "id"),
        "report_id": ("monthly_report", "id"),
        "day": ("shared_day", "day"),
        "case_id": ("credit_case", "id"),
        "proposal_id": ("red_proposal", "id"),
        "campaign_id": ("red_campaign", "id"),
        "number": ("red_objection", "number"),
        "organization_id": ("known_organization", "organization_id"),
        "graded": ("known_grade", "organization_id"),
        "code": ("known_organization", "credit_code"),
    },
)


class TestCreditList(Trial):
    scene = SCENE
