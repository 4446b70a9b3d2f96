"""Credit-list: cases at every step, listings, repairs and red-list proposals."""

from importlib import import_module
from typing import Any
from uuid import UUID

from liandong.clock import FixedClock
from liandong.definition import ServiceDefinition
from liandong.testing.services import start
from tests.authorisation.attempt import Attempt, World, get, of
from tests.authorisation.worlds import credit_grades, credit_sharing
from tests.authorisation.worlds.questions import questions

desks = import_module("services.credit-list.tests.conftest")

REPAIR = {"content": "罚款已缴纳", "evidence": ["缴款书1号"]}
DECISION = {"reasons": "事实清楚", "decision_document": "合民〔2019〕8号"}
FACT = {
    "kind": "penalty",
    "authority": "合肥市庐阳区市场监督管理局",
    "document_number": "庐市监罚〔2019〕7号",
    "arose_on": "2019-09-20",
    "sanctions": ["fine"],
    "fine_fen": 4_000_000,
}
REASON = {"reason": "事实有误"}
REASONS = {"reasons": "公示无异议"}


class Town:
    """The desk, and organisations enough."""

    def __init__(self, desk: Any) -> None:
        self.desk = desk
        self.number = 0

    async def organization(self) -> UUID:
        self.number += 1
        return await self.desk.an_organization(self.number)

    async def case(self, *, served: bool, drafted: bool = False) -> tuple[str, UUID]:
        organization = await self.organization()
        case = await self.desk.a_case(organization)
        if drafted:
            assert (await self.desk.draft(case)).status_code == 200
        if served:
            assert (await self.desk.serve(case)).status_code == 200
        return case, organization

    async def proposal(self, *steps: tuple[str, Any]) -> str:
        organization = await self.organization()
        await self.desk.a_grade(organization)
        body = {"organization_id": str(organization), "reasons": "服务优良"}
        path = "/v1/red-list-proposals"
        made = await self.desk.act(path, body, self.desk.clerk)
        assert made.status_code == 201, made.text
        for step, given in steps:
            path_of = f"{path}/{made.json()['id']}/{step}"
            answer = await self.desk.act(path_of, given, self.desk.clerk)
            assert answer.status_code == 200, answer.text
        return made.json()["id"]

    async def listing(self, case: str) -> str:
        answer = await self.desk.decide(case)
        assert answer.status_code == 200, answer.text
        return answer.json()["listing_id"]

    async def repair(self, listing: str) -> str:
        body = REPAIR | {"listing_id": listing}
        answer = await self.desk.act("/v1/repairs", body, self.desk.clerk)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    async def step(self, repair: str, step: str, body: Any) -> dict[str, Any]:
        path = f"/v1/repairs/{repair}/{step}"
        answer = await self.desk.act(path, body, self.desk.clerk)
        assert answer.status_code == 200, answer.text
        return await self.read("repairs", repair)

    async def decided(self, case: tuple[str, UUID]) -> tuple[str, UUID]:
        assert (await self.desk.decide(case[0], "not_list")).status_code == 200
        return case

    async def record(self, *steps: tuple[str, Any]) -> tuple[dict[str, Any], UUID]:
        organization = await self.organization()
        body = FACT | {"organization_id": str(organization)}
        made = await self.desk.act("/v1/records", body, self.desk.clerk)
        assert made.status_code == 201, made.text
        for step, given in steps:
            path = f"/v1/records/{made.json()['id']}/{step}"
            answer = await self.desk.act(path, given, self.desk.clerk)
            assert answer.status_code == 200, answer.text
        return await self.read("records", made.json()["id"]), organization

    async def read(self, kind: str, found: str) -> dict[str, Any]:
        return await self.desk.read(f"/v1/{kind}/{found}")


async def build(definition: ServiceDefinition, url: str) -> World:
    desk = desks.Desk(start(definition, url, clock=FixedClock(desks.MONDAY)))
    town = Town(desk)
    # What needs weeks is begun together.
    listed, listed_organization = await town.case(served=True)
    repaired_all = [await town.case(served=True) for _ in range(4)]
    repaired = [one for one, _ in repaired_all]
    repaired_of = [one for _, one in repaired_all]
    told = await town.case(served=True)
    decidable, _ = await town.case(served=True)
    misjudged, mistaken = await town.case(served=True)
    confirmable = await town.proposal(("publicise", None))
    exemplary = await town.proposal(("publicise", None))
    await desk.pass_days(19)
    answer = await desk.act(f"/v1/red-list-proposals/{exemplary}/confirm", REASONS, desk.approver)
    assert answer.status_code == 200, answer.text
    listing = await town.listing(listed)
    mistake = await town.listing(misjudged)
    code = desks.make("52", "340103", "XN000001")
    decided, decided_of = await town.decided(told)
    repairs = [await town.repair(await town.listing(one)) for one in repaired]
    return World(
        desk.service,
        {
            **await _records(town),
            **await _leads(town),
            **await _cases(town, decidable),
            **await _hearings(town),
            **_decided(await town.read("cases", decided), decided_of),
            **await _listings(town, listing, listed_organization, answer.json()["listing_id"]),
            **await _repairs(town, repairs, listing, listed_organization, repaired_of),
            **await _proposals(town, confirmable),
            **await credit_grades.attempts(town),
            **await credit_sharing.attempts(town),
            **_standings(listed_organization, listing, await desk.standing(listed_organization)),
            **await questions(desk, listed_organization, code, listing, mistaken, mistake),
        },
    )


async def _records(town: Town) -> dict[str, Attempt]:
    path = "/v1/records"
    objection, findings = {"content": "金额有误"}, {"findings": "属实"}
    free = await town.organization()
    recorded, recorded_of = await town.record()
    objected, _ = await town.record(("objections", objection))
    checked, _ = await town.record(("objections", objection), ("check", findings))
    one = f"{path}/{recorded['id']}"
    return {
        f"POST {path}": Attempt(path, FACT | {"organization_id": str(free)}),
        f"GET {path}": get(path, recorded["id"], organization=recorded_of),
        f"GET {path}/{{record_id}}": get(one, recorded["id"], organization=recorded_of),
        f"GET {path}/{{record_id}} (经办人员)": get(one, "clerk-1", organization=recorded_of),
        f"POST {path}/{{record_id}}/objections": of(
            recorded, path + "/{}/objections", objection, organization=recorded_of
        ),
        f"POST {path}/{{record_id}}/check": of(objected, path + "/{}/check", findings),
        f"POST {path}/{{record_id}}/decide": of(
            checked,
            path + "/{}/decide",
            {"outcome": "reject", "reasons": "不成立"},
            first="clerk-1",
        ),
        f"POST {path}/{{record_id}}/withdraw": of(recorded, path + "/{}/withdraw", first="clerk-1"),
    }


async def _leads(town: Town) -> dict[str, Attempt]:
    path = "/v1/leads"
    _, organization = await town.record()
    found = await town.desk.read(path, organization_id=organization)
    [lead] = found["items"]
    return {
        f"GET {path}": get(path, lead["id"]),
        f"GET {path}/{{lead_id}}": get(f"{path}/{lead['id']}", lead["id"]),
        f"POST {path}/{{lead_id}}/open-case": of(lead, path + "/{}/open-case", {}),
        f"POST {path}/{{lead_id}}/dismiss": of(lead, path + "/{}/dismiss", REASON),
    }


async def _cases(town: Town, decidable: str) -> dict[str, Attempt]:
    proposed, proposed_of = await town.case(served=False)
    drafted, _ = await town.case(served=False, drafted=True)
    noticed, noticed_of = await town.case(served=True)
    stated, _ = await town.case(served=True)
    assert (await town.desk.state(stated, town.desk.clerk)).status_code == 200
    free = await town.organization()
    body = {
        "organization_id": str(free),
        "list": "serious",
        "trigger": "fine-50000",
        "facts": "被处以罚款八万元",
        "evidence": ["合民罚〔2019〕12号"],
    }
    today = town.desk.service.clock.now().date().isoformat()
    found = (proposed, drafted, noticed, stated, decidable)
    cases = {one: await town.read("cases", one) for one in found}
    notice = {"method": "mail", "served_on": today, "proof": "EMS1234567890"}
    failed = {"method": "mail", "attempted_on": today, "proof": "退件", "reason": "查无此人"}
    joined = {"trigger": "suspension-penalty", "facts": "停止活动", "evidence": ["决定书"]}
    early = " (告知书送达之前)"
    return {
        "POST /v1/cases": Attempt("/v1/cases", body),
        "GET /v1/cases": get("/v1/cases", noticed, organization=noticed_of),
        f"GET /v1/cases{early}": get("/v1/cases", proposed, organization=proposed_of),
        "GET /v1/cases/{case_id}": get(f"/v1/cases/{noticed}", noticed, organization=noticed_of),
        f"GET /v1/cases/{{case_id}}{early}": get(
            f"/v1/cases/{proposed}", proposed, organization=proposed_of
        ),
        "GET /v1/cases/{case_id} (经办人员与办理过程)": get(
            f"/v1/cases/{noticed}", "clerk-1", organization=noticed_of
        ),
        "POST /v1/cases/{case_id}/notice": of(cases[drafted], "/v1/cases/{}/notice", notice),
        "GET /v1/cases/{case_id}/documents": get(
            f"/v1/cases/{noticed}/documents", "合民告", organization=noticed_of
        ),
        "POST /v1/cases/{case_id}/join": of(cases[proposed], "/v1/cases/{}/join", joined),
        "POST /v1/cases/{case_id}/notice-draft": of(
            cases[proposed], "/v1/cases/{}/notice-draft", {"document_number": "合民告2号"}
        ),
        "POST /v1/cases/{case_id}/failed-services": of(
            cases[drafted], "/v1/cases/{}/failed-services", failed
        ),
        "POST /v1/cases/{case_id}/service-corrections": of(
            cases[noticed],
            "/v1/cases/{}/service-corrections",
            notice | {"reason": "日期误登"},
            first="clerk-1",
        ),
        "POST /v1/cases/{case_id}/statements": of(
            cases[noticed],
            "/v1/cases/{}/statements",
            {"content": "罚款决定正在复议"},
            organization=noticed_of,
        ),
        "POST /v1/cases/{case_id}/verify": of(
            cases[stated], "/v1/cases/{}/verify", {"findings": "理由不予采纳"}
        ),
        "POST /v1/cases/{case_id}/decide": of(
            cases[decidable], "/v1/cases/{}/decide", DECISION | {"outcome": "list"}, first="clerk-1"
        ),
        "POST /v1/cases/{case_id}/withdraw": of(cases[noticed], "/v1/cases/{}/withdraw", REASON),
    }


async def _hearings(town: Town) -> dict[str, Attempt]:
    path = "/v1/cases/{}/hearing"
    free, free_of = await town.case(served=True)
    asked, asked_of = await town.case(served=True)
    assert (await town.desk.ask_hearing(asked, town.desk.clerk)).status_code == 200
    requested = await town.read("cases", asked)
    one = "POST /v1/cases/{case_id}/hearing"
    today = town.desk.today
    held = {"held_on": today, "record": "笔录1号", "opinion": "事实清楚"}
    return {
        one: of(await town.read("cases", free), path, {"reasons": "有争议"}, organization=free_of),
        f"{one}/hold": of(requested, path + "/hold", held, first="clerk-1"),
        f"{one}/give-up": of(requested, path + "/give-up", REASON, organization=asked_of),
    }


def _decided(case: dict[str, Any], organization: UUID) -> dict[str, Attempt]:
    body = {"method": "mail", "served_on": case["decided_on"], "proof": "回执"}
    return {
        "POST /v1/cases/{case_id}/decision-service": of(
            case, "/v1/cases/{}/decision-service", body, organization=organization
        ),
    }


async def _listings(town: Town, listing: str, organization: UUID, red: str) -> dict[str, Attempt]:
    serious = await town.read("listings", listing)
    exemplary = await town.read("listings", red)
    return {
        "GET /v1/listings": get("/v1/listings", listing, organization=organization),
        "GET /v1/listings/{listing_id}": get(
            f"/v1/listings/{listing}", listing, organization=organization
        ),
        "GET /v1/listings/{listing_id}/measures": get(
            f"/v1/listings/{listing}/measures", listing, organization=organization
        ),
        "GET /v1/measures": get("/v1/measures", "bar-bids"),
        "GET /v1/measures/in-force": get(
            "/v1/measures/in-force", listing, organization=organization
        ),
        "GET /v1/measures/unacknowledged": get("/v1/measures/unacknowledged", listing),
        # Only a red listing can be removed at any time.
        "POST /v1/listings/{listing_id}/remove": of(
            exemplary, "/v1/listings/{}/remove", REASON | {"duty_done": True}, first="approver-1"
        ),
        "POST /v1/listings/{listing_id}/correct": of(
            serious, "/v1/listings/{}/correct", REASON, first="approver-1"
        ),
        "GET /v1/boards/{list}": get("/v1/boards/serious", listing),
    }


async def _repairs(
    town: Town, repairs: list[str], listing: str, listed: UUID, of_: list[UUID]
) -> dict[str, Attempt]:
    """Applications as they were made, returned, accepted and checked."""
    repair, repaired = repairs[0], of_[0]
    path = "/v1/repairs/{}"
    applied = await town.read("repairs", repair)
    returned = await town.step(repairs[1], "return", REASON)
    accepted = await town.step(repairs[2], "accept", None)
    await town.step(repairs[3], "accept", None)
    findings = {"obligations_met": False, "findings": "凭证不实"}
    checked = await town.step(repairs[3], "check", findings)
    refusal = DECISION | {"outcome": "refuse"}
    one = "POST /v1/repairs/{repair_id}"
    return {
        f"{one}/accept": of(applied, path + "/accept"),
        f"{one}/return": of(applied, path + "/return", REASON),
        f"{one}/supplement": of(returned, path + "/supplement", REPAIR, organization=of_[1]),
        f"{one}/check": of(accepted, path + "/check", findings),
        "POST /v1/repairs": Attempt(
            "/v1/repairs", REPAIR | {"listing_id": listing}, organization=listed
        ),
        "GET /v1/repairs": get("/v1/repairs", repair, organization=repaired),
        "GET /v1/repairs/{repair_id}": get(f"/v1/repairs/{repair}", repair, organization=repaired),
        "POST /v1/repairs/{repair_id}/decide": of(
            checked, "/v1/repairs/{}/decide", refusal, first="clerk-1"
        ),
        "POST /v1/repairs/{repair_id}/withdraw": of(
            applied, "/v1/repairs/{}/withdraw", REASON, organization=repaired
        ),
    }


async def _proposals(town: Town, confirmable: str) -> dict[str, Attempt]:
    path = "/v1/red-list-proposals"
    objection = {"content": "收费不公开"}
    free = await town.organization()
    await town.desk.a_grade(free)
    drafted = await town.read("red-list-proposals", await town.proposal())
    shown = await town.read(
        "red-list-proposals",
        await town.proposal(("publicise", None), ("objections", objection)),
    )
    ready = await town.read("red-list-proposals", confirmable)
    one = f"POST {path}/{{proposal_id}}"
    return {
        f"POST {path}": Attempt(path, REASONS | {"organization_id": str(free)}),
        f"GET {path}": get(path, drafted["id"]),
        f"GET {path}/publicity": get(f"{path}/publicity", shown["id"]),
        f"GET {path}/{{proposal_id}}": get(f"{path}/{drafted['id']}", drafted["id"]),
        f"{one}/publicise": of(drafted, path + "/{}/publicise"),
        f"{one}/objections": of(shown, path + "/{}/objections", objection),
        f"{one}/objections/{{number}}/settle": of(
            shown, path + "/{}/objections/1/settle", {"outcome": "dismissed", "findings": "已公示"}
        ),
        f"{one}/confirm": of(ready, path + "/{}/confirm", REASONS, first="clerk-1"),
        f"{one}/refuse": of(ready, path + "/{}/refuse", REASONS, first="clerk-1"),
        f"{one}/withdraw": of(shown, path + "/{}/withdraw", REASONS),
    }


def _standings(organization: UUID, listing: str, standing: dict[str, Any]) -> dict[str, Attempt]:
    assert standing["known"]
    code = desks.make("52", "340103", "XN000001")
    by_code = get(f"/v1/standings/by-credit-code/{code}", listing, organization=organization)
    by_id = get(f"/v1/standings/{organization}", listing, organization=organization)
    return {
        "GET /v1/standings/by-credit-code/{code}": by_code,
        "GET /v1/standings/{organization_id}": by_id,
    }
