"""Annual inspections: one organisation's at each stage of the way, in a season of the county."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from liandong.identity.actors import Role
from liandong.testing.services import START, ServiceUnderTest, bearer
from liandong.values.credit_code import make
from tests.authorisation.attempt import OWN, PARENT, SIBLING, Attempt, Place, get, of

CLERK = bearer("clerk-1", Role.CLERK)
REVIEWER = bearer("reviewer-1", Role.CLERK)
CONCLUDER = bearer("concluder-1", Role.APPROVER)
PERSON = "示例李四光"
PATH, SEASONS = "/v1/inspections", "/v1/inspection-seasons"
_AFTER = datetime(2026, 6, 2, 1, 0, tzinfo=UTC)
_FINANCE = ("opening_net_assets", "income", "expense", "net_assets", "assets", "liabilities")
REPORT = {
    "compliance": {"obeyed_law": True, "acted_by_articles": True},
    "formalities": {
        "changes_registered": True,
        "articles_approved": True,
        "certificate_held": True,
    },
    "activities": {"summary": "助老"},
    "personnel": {"full_time_staff": 3},
    "finance": {f"{name}_fen": 0 for name in _FINANCE},
    "documents": ["declaration", "audit"],
    "contact": {"name": PERSON, "phone": "13800009001"},
}
BAD = {
    "verdict": "basically_qualified",
    "reasons": [{"code": "meetings-not-held", "severity": "minor"}],
}
GOOD = {"verdict": "qualified", "reasons": []}
REASON = {"reason": "经核实办理"}
MISSING = {"missing": [{"code": "audit", "message": "审计报告缺页"}]}
_REVIEW = ("review", REVIEWER, BAD)
_CONCLUDE = ("conclude", CONCLUDER, BAD)
_ORDER = ("order-rectification", CONCLUDER, {"requirements": "补开会员大会"})
_EXAMINE = ("examine-rectification", REVIEWER, {"met": True, "opinion": "已补开"})


@dataclass
class _County:
    service: ServiceUnderTest
    number: int = 0

    async def call(
        self, method: str, path: str, who: Mapping[str, str], json: Any, **given: Any
    ) -> Any:
        headers = dict(who) | given
        answer = await self.service.client.request(method, path, json=json, headers=headers)
        assert answer.is_success, f"{path}: {answer.text}"
        return answer.json()

    async def body(self, supervisor: str = "") -> dict[str, Any]:
        self.number += 1
        named = {"supervisor": supervisor} if supervisor else {"direct_class": "community"}
        json = {
            "kind": "service_institution",
            "name": f"合肥市庐阳区受检第{self.number}服务中心",
            "credit_code": make("52", OWN, f"XN{900000 + self.number:06}"),
            "district": OWN,
            "registered_on": "2015-05-06",
            **named,
        }
        return await self.call("POST", "/v1/organizations", CLERK, json)

    async def now(self, body: dict[str, Any]) -> dict[str, Any]:
        own = bearer("own", Role.ORGANIZATION, district=None, organization_id=body["id"])
        [one] = (await self.call("GET", PATH, own, None))["items"]
        return one

    async def at(
        self, body: dict[str, Any], *steps: tuple[str, Mapping[str, str], Any], filled: bool = True
    ) -> dict[str, Any]:
        """The body's inspection, so far on its way."""
        one = await self.now(body)
        if filled:
            tag = f'"v{one["version"]}"'
            path = f"{PATH}/{one['id']}/report"
            one = await self.call("PUT", path, CLERK, REPORT, **{"If-Match": tag})
        for step, who, json in steps:
            tag = f'"v{one["version"]}"'
            path = f"{PATH}/{one['id']}/{step}"
            one = await self.call("POST", path, who, json, **{"If-Match": tag})
        return one


async def attempts(service: ServiceUnderTest) -> dict[str, Attempt]:
    """Made before anything else is: in between its clock goes on to the day after the last."""
    county = _County(service)
    bodies = [await county.body() for _ in range(10)]
    dual = await county.body("庐阳区教育局")
    season = await county.call("POST", SEASONS, CLERK, {"year": 2025, "district": OWN})
    await service.settle()
    submit = ("submit", CLERK, None)
    charity = {"regime": "charity_report", "reason": "已认定为慈善组织"}
    await county.at(bodies[0], submit)
    drawn = await county.call(
        "POST", f"{SEASONS}/{season['id']}/samplings", CLERK, {"percent": 100}
    )
    drawn = await county.call(
        "POST",
        f"/v1/inspection-samplings/{drawn['id']}/draw",
        CONCLUDER | {"If-Match": f'"v{drawn["version"]}"'},
        {"public_number": "0417"},
    )
    await service.settle()
    sampled = await county.now(bodies[0])
    await county.at(bodies[1])
    submitted = await county.at(bodies[2], submit)
    reviewed = await county.at(bodies[3], submit, _REVIEW)
    concluded = await county.at(bodies[4], submit, _REVIEW, _CONCLUDE)
    await county.at(bodies[5], submit, _REVIEW, _CONCLUDE, _ORDER)
    await county.at(bodies[6], submit, _REVIEW, _CONCLUDE, _ORDER, _EXAMINE)
    exempted = await county.at(bodies[7], ("exempt", CONCLUDER, REASON), filled=False)
    reported = await county.at(bodies[8], ("regime", CLERK, charity), filled=False)
    tag = {"If-Match": f'"v{reported["version"]}"'}
    papers = REPORT | {"documents": ["work-report", "financial-report"]}
    reported = await county.call("PUT", f"{PATH}/{reported['id']}/report", CLERK, papers, **tag)
    tag = {"If-Match": f'"v{reported["version"]}"'}
    reported = await county.call("POST", f"{PATH}/{reported['id']}/submit", CLERK, None, **tag)
    first_review = await county.at(dual, submit)
    waiting = await county.call(
        "POST", f"{SEASONS}/{season['id']}/samplings", CLERK, {"regime": "service_institution"}
    )
    service.clock.set(_AFTER)
    await service.settle()
    rectifying, examined, missed = [await county.now(bodies[number]) for number in (5, 6, 9)]
    excusing = {"due_on": "2026-12-31", "reason": "系统故障未能报送"}
    draft = await county.at(bodies[1], ("excuse", CONCLUDER, excusing), filled=False)
    service.clock.set(START)
    mistaken = Place(SIBLING, PARENT, OWN, SIBLING + "001")
    wrong_season = await county.call(
        "POST",
        SEASONS,
        bearer("clerk-1", Role.CLERK, district="340000"),
        {"year": 2025, "district": SIBLING},
    )
    own = draft["organization_id"]
    one = f"{PATH}/{{inspection_id}}"
    by_official: dict[str, tuple[dict[str, Any], Any]] = {
        "supervisor-opinion": (
            first_review,
            {"opinion": "qualified", "given_on": "2026-03-02"},
        ),
        "return": (submitted, MISSING),
        "regime": (draft, charity),
        "record-check": (sampled, {"result": "账实相符", "checked_on": "2026-03-02"}),
        "review": (submitted, GOOD),
        "receive": (reported, None),
        "examine-rectification": (rectifying, _EXAMINE[2]),
        "exempt": (draft, REASON),
        "readmit": (exempted, REASON),
        "excuse": (missed, {"due_on": "2026-06-30", "reason": "系统故障"}),
        "reconsider": (reviewed, REASON),
        "order-rectification": (concluded, _ORDER[2]),
        "extend-rectification": (rectifying, REASON),
    }
    by_second: dict[str, tuple[dict[str, Any], Any, str]] = {
        "conclude": (reviewed, BAD, "reviewer-1"),
        "correct": (concluded, {**GOOD, **REASON}, "concluder-1"),
        "complete-rectification": (examined, None, "reviewer-1"),
        "fail-rectification": (examined, REASON, "reviewer-1"),
    }
    extension = {
        "regime": "service_institution",
        "registrar_due_on": "2026-06-30",
        "reason": "系统升级",
    }
    seasons = f"{SEASONS}/{{season_id}}"
    held = await county.call("GET", f"{SEASONS}/{season['id']}", CLERK, None)
    return {
        f"POST {SEASONS}": Attempt(
            SEASONS,
            {"year": 2025, "district": "340102"},
            place=Place("340102", PARENT, OWN, "340102001"),
        ),
        f"GET {SEASONS}": get(SEASONS, season["id"]),
        f"GET {seasons}": get(f"{SEASONS}/{season['id']}", season["id"]),
        f"POST {seasons}/extend": of(held, SEASONS + "/{}/extend", extension),
        f"POST {seasons}/announce": of(
            held, SEASONS + "/{}/announce", {"medium": "示例日报", "announced_on": "2026-03-02"}
        ),
        f"POST {seasons}/close": of(held, SEASONS + "/{}/close", at=_AFTER),
        f"POST {seasons}/withdraw": of(
            wrong_season, SEASONS + "/{}/withdraw", REASON, place=mistaken
        ),
        f"POST {seasons}/samplings": Attempt(
            f"{SEASONS}/{season['id']}/samplings", {"regime": "charity_report"}
        ),
        f"GET {seasons}/samplings": get(f"{SEASONS}/{season['id']}/samplings", drawn["id"]),
        "GET /v1/inspection-samplings/{sampling_id}": get(
            f"/v1/inspection-samplings/{drawn['id']}", drawn["id"]
        ),
        "POST /v1/inspection-samplings/{sampling_id}/draw": of(
            waiting, "/v1/inspection-samplings/{}/draw", {"public_number": "0417"}, first="clerk-1"
        ),
        "POST /v1/inspection-samplings/{sampling_id}/cancel": of(
            waiting, "/v1/inspection-samplings/{}/cancel", REASON
        ),
        "GET /v1/inspection-statistics": get(
            "/v1/inspection-statistics",
            "inspection_rate",
            params={"year": 2025, "district": OWN},
        ),
        "GET /v1/inspection-conclusions": get("/v1/inspection-conclusions", "items"),
        f"GET {PATH}": get(PATH, draft["id"], organization=own),
        f"GET {one}": get(f"{PATH}/{draft['id']}", draft["id"], organization=own),
        f"GET {one} (填报人)": get(f"{PATH}/{draft['id']}", PERSON, organization=own),
        f"GET {one}/history": get(f"{PATH}/{draft['id']}/history", "enrolled", organization=own),
        f"PUT {one}/report": of(draft, PATH + "/{}/report", REPORT, organization=own),
        f"POST {one}/submit": of(draft, PATH + "/{}/submit", organization=own),
        f"POST {one}/report-rectification": of(
            rectifying,
            PATH + "/{}/report-rectification",
            {"report": "已补开会员大会"},
            organization=rectifying["organization_id"],
        ),
        **{
            f"POST {one}/{name}": of(made, PATH + "/{}/" + name, json)
            for name, (made, json) in by_official.items()
        },
        **{
            f"POST {one}/{name}": of(made, PATH + "/{}/" + name, json, first=first)
            for name, (made, json, first) in by_second.items()
        },
    }
