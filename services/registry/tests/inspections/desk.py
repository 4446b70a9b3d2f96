"""The inspection desk in tests: seasons, reports and the steps of an inspection over HTTP."""

from datetime import date, datetime, time, timedelta
from typing import Any

import httpx

from liandong.clock import CHINA
from liandong.identity.actors import Role
from liandong.testing.services import ServiceUnderTest, bearer
from liandong.values.credit_code import make

CLERK = bearer("clerk-1", Role.CLERK)
REVIEWER = bearer("clerk-2", Role.CLERK, Role.APPROVER)
APPROVER = bearer("approver-1", Role.APPROVER)
SECOND = bearer("approver-2", Role.APPROVER)
PROVINCE = bearer("province-1", Role.CLERK, Role.APPROVER, district="340000")
ELSEWHERE = bearer("clerk-9", Role.CLERK, Role.APPROVER, district="340700")
AUDITOR = bearer("auditor-1", Role.AUDITOR)
PERSON = "示例张三丰"
PREFIX = "cn.liandong.registry.inspection"
_CODES = {"association": "51", "service_institution": "52", "foundation": "53"}
MINOR = {"code": "meetings-not-held", "severity": "minor"}
SERIOUS = {"code": "finance-irregular", "severity": "serious"}


def a_report(**given: Any) -> dict[str, Any]:
    """One that lacks nothing and raises no question."""
    return {
        "compliance": {"obeyed_law": True, "acted_by_articles": True},
        "formalities": {
            "changes_registered": True,
            "articles_approved": True,
            "certificate_held": True,
        },
        "activities": {"summary": "开展为老服务", "held": []},
        "personnel": {"full_time_staff": 3, "meetings_required": 2, "meetings_held": 2},
        "finance": {
            "opening_net_assets_fen": 100_00,
            "income_fen": 500_00,
            "expense_fen": 400_00,
            "net_assets_fen": 200_00,
            "assets_fen": 250_00,
            "liabilities_fen": 50_00,
        },
        "documents": ["declaration", "audit"],
        "contact": {"name": PERSON, "phone": "13800009001"},
        **given,
    }


def foundation_part(**given: Any) -> dict[str, Any]:
    return {
        "raises_in_public": False,
        "donations_fen": 300_00,
        "public_benefit_spending_fen": 300_00,
        "management_cost_fen": 40_00,
        "grants_fen": 100_00,
        "last_income_fen": 400_00,
        "last_balance_fen": 1000_00,
        **given,
    }


def at(registry: ServiceUnderTest, day: date, hour: int = 9) -> None:
    """It is that day in China."""
    registry.clock.set(datetime.combine(day, time(hour), CHINA))


async def night(registry: ServiceUnderTest, day: date) -> None:
    """The day has begun, and the worker has done what is due."""
    at(registry, day, 0)
    registry.clock.advance(timedelta(minutes=5))
    await registry.settle()


async def registered(registry: ServiceUnderTest, number: int = 1, **given: Any) -> dict[str, Any]:
    """A body registered directly, unless told otherwise: it has no supervising unit."""
    kind = given.get("kind", "service_institution")
    district = given.get("district", "340103")
    body = {
        "kind": kind,
        "name": f"合肥市庐阳区示例第{number}社会工作服务中心",
        "credit_code": make(_CODES[kind], "340103", f"XN{number:06}"),
        "district": district,
        "registered_on": "2015-03-02",
        "direct_class": "community",
        **given,
    }
    if body.get("supervisor"):
        body["direct_class"] = None
    answer = await registry.client.post("/v1/organizations", json=body, headers=PROVINCE)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def open_season(
    registry: ServiceUnderTest,
    year: int = 2025,
    district: str = "340100",
    by: dict[str, str] = CLERK,
) -> httpx.Response:
    body = {"year": year, "district": district}
    return await registry.client.post("/v1/inspection-seasons", json=body, headers=by)


async def opened(registry: ServiceUnderTest, **given: Any) -> dict[str, Any]:
    """Open, with every body that is due enrolled."""
    answer = await open_season(registry, **given)
    assert answer.status_code == 201, answer.text
    await registry.settle()
    return answer.json()


async def season_step(
    registry: ServiceUnderTest,
    season: dict[str, Any],
    action: str,
    by: dict[str, str] = APPROVER,
    **body: Any,
) -> httpx.Response:
    path = f"/v1/inspection-seasons/{season['id']}"
    held = await registry.client.get(path, headers=by)
    version = held.headers.get("ETag", '"v1"')
    return await registry.client.post(
        f"{path}/{action}", json=body or None, headers=by | {"If-Match": version}
    )


async def found(
    registry: ServiceUnderTest, by: dict[str, str] = CLERK, **filters: Any
) -> list[dict[str, Any]]:
    answer = await registry.client.get(
        "/v1/inspections", params={"limit": 200, **filters}, headers=by
    )
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def of(
    registry: ServiceUnderTest, organization: dict[str, Any], year: int = 2025
) -> dict[str, Any]:
    """The organisation's inspection, as it is in the list."""
    own = bearer("own", Role.ORGANIZATION, district=None, organization_id=organization["id"])
    [one] = await found(registry, own, year=year)
    return one


async def step(
    registry: ServiceUnderTest,
    inspection: dict[str, Any],
    action: str,
    by: dict[str, str] = CLERK,
    **body: Any,
) -> httpx.Response:
    return await registry.client.post(
        f"/v1/inspections/{inspection['id']}/{action}",
        json=body or None,
        headers=by | {"If-Match": f'"v{inspection["version"]}"'},
    )


async def done(
    registry: ServiceUnderTest,
    inspection: dict[str, Any],
    action: str,
    by: dict[str, str] = CLERK,
    **body: Any,
) -> dict[str, Any]:
    answer = await step(registry, inspection, action, by, **body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def fill_in(
    registry: ServiceUnderTest,
    inspection: dict[str, Any],
    report: dict[str, Any] | None = None,
    by: dict[str, str] = CLERK,
) -> httpx.Response:
    return await registry.client.put(
        f"/v1/inspections/{inspection['id']}/report",
        json=a_report() if report is None else report,
        headers=by | {"If-Match": f'"v{inspection["version"]}"'},
    )


async def filled(
    registry: ServiceUnderTest, inspection: dict[str, Any], report: dict[str, Any] | None = None
) -> dict[str, Any]:
    answer = await fill_in(registry, inspection, report)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def submitted(
    registry: ServiceUnderTest, organization: dict[str, Any], year: int = 2025
) -> dict[str, Any]:
    """With the registration organ, of a body registered directly."""
    inspection = await of(registry, organization, year)
    report = a_report(documents=["declaration", "audit", "rectification"])
    if inspection["regime"] == "foundation":
        report["foundation"] = foundation_part()
    return await done(registry, await filled(registry, inspection, report), "submit")


async def concluded(
    registry: ServiceUnderTest,
    organization: dict[str, Any],
    verdict: str = "qualified",
    year: int = 2025,
) -> dict[str, Any]:
    """By four eyes."""
    reasons = {"qualified": [], "basically_qualified": [MINOR], "unqualified": [SERIOUS]}[verdict]
    said = {"verdict": verdict, "reasons": reasons}
    inspection = await submitted(registry, organization, year)
    inspection = await done(registry, inspection, "review", REVIEWER, **said)
    return await done(registry, inspection, "conclude", APPROVER, **said)


async def whole(
    registry: ServiceUnderTest, inspection: dict[str, Any], by: dict[str, str] = CLERK
) -> dict[str, Any]:
    answer = await registry.client.get(f"/v1/inspections/{inspection['id']}", headers=by)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def statistics(
    registry: ServiceUnderTest,
    district: str = "340100",
    year: int = 2025,
    on: date | None = None,
) -> dict[str, Any]:
    asked = {"year": year, "district": district} | ({} if on is None else {"on": on.isoformat()})
    answer = await registry.client.get("/v1/inspection-statistics", params=asked, headers=PROVINCE)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def events(registry: ServiceUnderTest, fact: str = "") -> list[dict[str, Any]]:
    """Payloads of the events about inspections of this fact, or the facts themselves."""
    return [
        one["data"]
        for one in await registry.published()
        if one["type"] in (f"{PREFIX}.{fact}", f"{PREFIX}-{fact}")
    ]


async def told(registry: ServiceUnderTest) -> list[str]:
    """Facts about inspections and seasons, in order; reminders aside."""
    types = [one["type"] for one in await registry.published()]
    facts = [one.removeprefix(PREFIX).lstrip(".-") for one in types if one.startswith(PREFIX)]
    return [one for one in facts if one != "season.reminded"]


def slug(answer: httpx.Response) -> str:
    return answer.json()["type"].removeprefix("urn:liandong:problem:")


def codes(answer: httpx.Response) -> list[str]:
    return [one["code"] for one in answer.json()["errors"]]
