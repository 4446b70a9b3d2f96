"""Community organisations in the registry's world: filings, hubs, money kept, duties."""

from typing import Any

from liandong.identity.actors import Role
from liandong.testing.services import ServiceUnderTest, bearer
from liandong.values.credit_code import make
from liandong.values.filing_number import format_number
from tests.authorisation.attempt import OWN, Attempt, get, of

CLERK = bearer("clerk-1", Role.CLERK)
PLACE = "340103002001"
"""A community of the district, in another street than the one whose officials are refused."""
PERSON = "示例李四光"
REASON = {"reason": "依申请办理"}
DAY = "2026-03-02"


async def _made(
    service: ServiceUnderTest, path: str, body: Any, version: int | None = None
) -> dict[str, Any]:
    matched = {} if version is None else {"If-Match": f'"v{version}"'}
    answer = await service.client.post(path, json=body, headers=CLERK | matched)
    assert answer.is_success, answer.text
    return answer.json()


async def _body(service: ServiceUnderTest, number: int, **given: Any) -> dict[str, Any]:
    filed = {
        "kind": "community_group",
        "name": f"合肥市庐阳区示例互助会{number}",
        "filing_number": format_number(PLACE, 2019, number),
        "district": PLACE,
        "is_community": True,
        "registered_on": "2019-05-06",
        **given,
    }
    return await _made(service, "/v1/organizations", filed)


def a_form(trade_name: str, **given: Any) -> dict[str, Any]:
    return {
        "name": {
            "division": "合肥市庐阳区",
            "trade_name": trade_name,
            "field": "邻里互助",
            "form": "会",
            "explanation": "不致混淆",
        },
        "district": PLACE,
        "contact_name": PERSON,
        "contact_phone": "13800009001",
        "individual_members": 12,
        "address": "示例活动室",
        "purpose": "邻里互助",
        "articles_template": "short-articles",
        "nature": "mutual_aid",
        "community_class": "life_service",
        "management": "street",
        "is_internal_group": False,
        "documents": ["application", "member-list", "premises"],
        **given,
    }


_WAY: list[tuple[str, Any]] = [
    ("opine", {"recommended": True, "opinion": "建议备案"}),
    ("review", {"agreed": True, "review": "同意备案"}),
    ("return", REASON),
]


async def _filing(service: ServiceUnderTest, trade_name: str, steps: int) -> dict[str, Any]:
    filing = await _made(service, "/v1/filings", a_form(trade_name))
    for step, body in _WAY[:steps]:
        filing = await _made(service, f"/v1/filings/{filing['id']}/{step}", body, filing["version"])
    return filing


async def attempts(service: ServiceUnderTest) -> dict[str, Attempt]:
    return {
        **await _filings(service),
        **await _hubs(service),
        **await _duties(service, await _body(service, 1)),
    }


async def _filings(service: ServiceUnderTest) -> dict[str, Attempt]:
    path = "/v1/filings"
    one = f"{path}/{{filing_id}}"
    submitted, opined, reviewed, returned = [
        await _filing(service, name, steps)
        for steps, name in enumerate(("甲子", "乙丑", "丙寅", "丁卯"))
    ]
    old = await _body(service, 20)
    registered = {
        "kind": "service_institution",
        "name": "合肥市庐阳区示例互助服务中心",
        "credit_code": make("52", OWN, "XN700001"),
        "district": OWN,
        "registered_on": "2019-05-06",
    }
    new = await _made(service, "/v1/organizations", registered)
    year = await _made(service, "/v1/filing-lists", {"district": OWN, "year": 2024})
    lineage = f"/v1/organizations/{old['id']}/lineage"
    return {
        "GET /v1/filing-requirements": get(
            "/v1/filing-requirements", "registry.filings", params={"district": OWN}
        ),
        f"POST {path}": Attempt(path, a_form("戊辰")),
        f"GET {path}": get(path, submitted["id"]),
        f"GET {one}": get(f"{path}/{submitted['id']}", submitted["id"]),
        f"GET {one} (联系人)": get(f"{path}/{submitted['id']}", PERSON),
        f"PUT {one}": of(submitted, path + "/{}", a_form("甲子", purpose="助老")),
        f"POST {one}/resubmit": of(returned, path + "/{}/resubmit"),
        f"POST {one}/opine": of(submitted, path + "/{}/opine", _WAY[0][1]),
        f"POST {one}/review": of(opined, path + "/{}/review", _WAY[1][1]),
        f"POST {one}/return": of(reviewed, path + "/{}/return", REASON),
        f"POST {one}/file": of(reviewed, path + "/{}/file", first="clerk-1"),
        f"POST {one}/refuse": of(reviewed, path + "/{}/refuse", REASON, first="clerk-1"),
        f"POST {one}/withdraw": of(submitted, path + "/{}/withdraw", REASON),
        "POST /v1/filing-lists": Attempt("/v1/filing-lists", {"district": OWN, "year": 2025}),
        "GET /v1/filing-lists": get("/v1/filing-lists", year["id"]),
        "POST /v1/organizations/{organization_id}/upgrade": of(
            old, "/v1/organizations/{}/upgrade", {"successor_id": new["id"]}
        ),
        "GET /v1/organizations/{organization_id}/lineage": get(lineage, old["id"]),
    }


async def _hubs(service: ServiceUnderTest) -> dict[str, Attempt]:
    hub = await _body(service, 10, name="合肥市庐阳区示例社区联合会", is_hub=True, district=OWN)
    member, stranger = await _body(service, 11), await _body(service, 12)
    path, own = f"/v1/hubs/{hub['id']}", hub["id"]
    joining = {"member_id": member["id"], "joined_on": DAY, "is_public_benefit": True}
    membership = await _made(service, f"{path}/memberships", joining)
    second = await _body(service, 13)
    await _made(service, f"{path}/memberships", joining | {"member_id": second["id"]})
    covering = {"on": DAY, "add_urban": [PLACE]}
    await _made(service, f"{path}/coverage", covering, 2)
    counted = {"district": OWN, "year": 2026, "urban": 5, "rural": 0, "source": "示例资料"}
    count = await _made(service, "/v1/community-counts", counted)
    one = f"/v1/hub-memberships/{membership['id']}"
    hubs, many = "/v1/hubs/{hub_id}", "/v1/hub-memberships/{membership_id}"
    return {
        f"POST {hubs}/memberships": Attempt(
            f"{path}/memberships", joining | {"member_id": stranger["id"]}, organization=own
        ),
        f"GET {hubs}/memberships": get(f"{path}/memberships", membership["id"]),
        f"GET {hubs}/counts": get(f"{path}/counts", own),
        "GET /v1/organizations/{organization_id}/hub-memberships": get(
            f"/v1/organizations/{member['id']}/hub-memberships", membership["id"]
        ),
        f"GET {many}": get(one, membership["id"]),
        f"POST {many}/leave": Attempt(f"{one}/leave", {"left_on": DAY}, 3, organization=own),
        f"POST {many}/correct": Attempt(f"{one}/correct", {"annulled": True, **REASON}, 3),
        f"POST {hubs}/coverage": Attempt(
            f"{path}/coverage", {"on": DAY, "add_urban": ["340103002002"]}, 3
        ),
        f"GET {hubs}/coverage": get(f"{path}/coverage", PLACE),
        "GET /v1/hub-coverage": get(
            "/v1/hub-coverage", '"covered":1', params={"district": OWN, "on": DAY}
        ),
        "POST /v1/community-counts": Attempt("/v1/community-counts", counted),
        "GET /v1/community-counts": get("/v1/community-counts", count["id"]),
        **await _custody(service, path, own, member, second),
    }


async def _custody(
    service: ServiceUnderTest,
    hub: str,
    own: str,
    member: dict[str, Any],
    second: dict[str, Any],
) -> dict[str, Attempt]:
    account = await _made(service, f"{hub}/custody-accounts", {"member_id": member["id"]})
    path = f"/v1/custody-accounts/{account['id']}"
    money = {"amount_fen": 100_000, "purpose": "街道扶持经费"}
    entry = await _made(service, f"{path}/deposits", money, 1)
    payout = await _made(service, f"{path}/payouts", money)
    one, outgoing = "/v1/custody-accounts/{account_id}", "/v1/custody-payouts/{payout_id}"
    confirming: dict[str, Any] = {"organization": member["id"], "first": "clerk-1"}
    return {
        "POST /v1/hubs/{hub_id}/custody-accounts": Attempt(
            f"{hub}/custody-accounts", {"member_id": second["id"]}, organization=own
        ),
        "GET /v1/custody-accounts": get("/v1/custody-accounts", account["id"], organization=own),
        f"GET {one}": get(path, account["id"], organization=own),
        f"GET {one}/entries": get(f"{path}/entries", entry["id"], organization=own),
        f"GET {one}/statement": get(f"{path}/statement", account["id"], organization=own),
        f"GET {one}/payouts": get(f"{path}/payouts", payout["id"], organization=own),
        f"POST {one}/deposits": Attempt(f"{path}/deposits", money, 3, organization=own),
        f"POST {one}/payouts": Attempt(f"{path}/payouts", money, organization=own),
        f"POST {outgoing}/confirm": of(payout, "/v1/custody-payouts/{}/confirm", **confirming),
        f"POST {outgoing}/refuse": of(
            payout, "/v1/custody-payouts/{}/refuse", REASON, **confirming
        ),
        f"POST {outgoing}/withdraw": of(
            payout, "/v1/custody-payouts/{}/withdraw", REASON, organization=own
        ),
        "POST /v1/custody-entries/{entry_id}/reverse": Attempt(
            f"/v1/custody-entries/{entry['id']}/reverse", REASON, first="clerk-1"
        ),
    }


async def _duties(service: ServiceUnderTest, body: dict[str, Any]) -> dict[str, Attempt]:
    own = body["id"]
    form = {
        "kind": "festival",
        "title": "示例邻里节",
        "place": "示例广场",
        "starts_on": DAY,
        "ends_on": DAY,
        "participants": 100,
    }
    activity = await _made(service, "/v1/activities", form | {"organization_id": own})
    told = {"organization_id": own, "day": "2026-01-05", "summary": "示例活动情况"}
    report = await _made(service, "/v1/community-reports", told)
    scores = {"residents_score": 90, "residents": 20, "committees_score": 80}
    judged = {"organization_id": own, "year": 2025, **scores}
    appraisal = await _made(service, "/v1/appraisals", judged)
    opened = {"district": OWN, "day": DAY}
    begun = await _made(service, "/v1/report-rounds", opened | {"district": "340103002"})
    result = {"actual_participants": 90, "spent_fen": 0, "incident": False, "result": "顺利"}
    path, one = "/v1/activities", "/v1/activities/{activity_id}"
    answer = {"answer": "已知悉"}
    reports, marks = "/v1/community-reports", "/v1/appraisals"
    return {
        f"POST {path}": Attempt(path, form | {"organization_id": own}, organization=own),
        f"GET {path}": get(path, activity["id"], organization=own),
        f"GET {one}": get(f"{path}/{activity['id']}", activity["id"], organization=own),
        f"PUT {one}": of(activity, path + "/{}", form, organization=own),
        **{
            f"POST {one}/{step}": of(activity, path + "/{}/" + step, answer)
            for step in ("acknowledge", "request-changes", "advise-against")
        },
        f"POST {one}/cancel": of(activity, path + "/{}/cancel", REASON, organization=own),
        f"POST {one}/conclude": of(activity, path + "/{}/conclude", result, organization=own),
        f"POST {reports}": Attempt(reports, told | {"day": "2025-10-01"}, organization=own),
        f"GET {reports}": get(reports, report["id"], organization=own),
        f"GET {reports}/{{report_id}}": get(
            f"{reports}/{report['id']}", report["id"], organization=own
        ),
        f"POST {reports}/{{report_id}}/answer": of(report, reports + "/{}/answer", answer),
        "POST /v1/report-rounds": Attempt("/v1/report-rounds", opened),
        "GET /v1/report-rounds": get("/v1/report-rounds", begun["id"]),
        f"POST {marks}": Attempt(marks, judged | {"year": 2024}),
        f"GET {marks}": get(marks, appraisal["id"], organization=own),
        f"PUT {marks}/{{appraisal_id}}": of(appraisal, marks + "/{}", {**scores, **REASON}),
    }
