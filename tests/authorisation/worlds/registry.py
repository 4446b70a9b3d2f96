"""The registry: organisations on the register, one of them suspended, one of them filed."""

from collections.abc import Callable
from typing import Any

from liandong.definition import ServiceDefinition
from liandong.identity.actors import Role
from liandong.testing.services import ServiceUnderTest, bearer, start
from liandong.values.credit_code import make
from liandong.values.filing_number import format_number
from services.registry.tests.standing import suspended
from tests.authorisation.attempt import CITY, OWN, SIBLING, Attempt, World, get, of
from tests.authorisation.worlds import inspections
from tests.authorisation.worlds.community import attempts as of_community
from tests.authorisation.worlds.supervision import supervision

CLERK = bearer("clerk-1", Role.CLERK)
APPROVER = bearer("approver-1", Role.APPROVER)
REVIEWER = bearer("reviewer-1", Role.CLERK)
PERSON = "示例张三丰"
ENDING = {"reason": "依申请办理"}


def a_registration(number: int, **given: Any) -> dict[str, Any]:
    return {
        "kind": "service_institution",
        "name": f"合肥市庐阳区示例社会工作服务中心{number}",
        "credit_code": make("52", OWN, f"XN{number:06}"),
        "district": OWN,
        "registered_on": "2019-05-06",
        "legal_representative": PERSON,
        **given,
    }


async def _registered(service: ServiceUnderTest, body: dict[str, Any]) -> dict[str, Any]:
    answer = await service.client.post("/v1/organizations", json=body, headers=CLERK)
    assert answer.status_code == 201, answer.text
    return answer.json()


def a_reservation(trade_name: str) -> dict[str, Any]:
    return {
        "kind": "service_institution",
        "district": OWN,
        "division": "合肥市庐阳区",
        "trade_name": trade_name,
        "field": "养老",
        "form": "中心",
        "applicant": PERSON,
    }


async def _reserved(service: ServiceUnderTest, body: dict[str, Any]) -> dict[str, Any]:
    answer = await service.client.post("/v1/name-reservations", json=body, headers=CLERK)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def build(definition: ServiceDefinition, url: str) -> World:
    service = start(definition, url)
    inspected = await inspections.attempts(service)
    active = await _registered(service, a_registration(1))
    stopped = await _registered(service, a_registration(2))
    stopped = await suspended(service, stopped, "2026-06-30")
    community = a_registration(
        3,
        kind="community_group",
        credit_code=None,
        filing_number=format_number("340103001001", 2019, 1),
        is_community=True,
    )
    filed = await _registered(service, community)
    kept = await _reserved(service, a_reservation("甲子"))
    path = "/v1/organizations"
    by_id = get(f"{path}/{active['id']}", PERSON, organization=active["id"])
    by_code = get(f"{path}/by-credit-code/{active['credit_code']}", PERSON)
    by_number = get(f"{path}/by-filing-number/{filed['filing_number']}", PERSON)
    persons = " (法定代表人与电话)"
    return World(
        service,
        {
            f"POST {path}": Attempt(path, a_registration(4)),
            f"GET {path}": get(path, active["id"], params={"number": active["credit_code"]}),
            f"GET {path}/by-credit-code/{{code}}": get(by_code.path, active["id"]),
            f"GET {path}/by-credit-code/{{code}}{persons}": get(
                by_code.path, PERSON, organization=active["id"]
            ),
            f"GET {path}/by-filing-number/{{number}}": get(by_number.path, filed["id"]),
            f"GET {path}/by-filing-number/{{number}}{persons}": get(
                by_number.path, PERSON, organization=filed["id"]
            ),
            f"GET {path}/{{organization_id}}": get(by_id.path, active["id"]),
            f"GET {path}/{{organization_id}}{persons}": by_id,
            f"PATCH {path}/{{organization_id}}": of(
                active, path + "/{}", {"address": "庐阳区某路 2 号"}
            ),
            f"PATCH {path}/{{organization_id}} (迁往另一区)": of(
                active, path + "/{}", {"district": SIBLING}, place=CITY
            ),
            f"POST {path}/{{organization_id}}/resume": of(stopped, path + "/{}/resume"),
            f"POST {path}/{{organization_id}}/cancel": of(active, path + "/{}/cancel", ENDING),
            f"POST {path}/{{organization_id}}/correct": of(
                active, path + "/{}/correct", {"registered_on": "2019-05-07", **ENDING}
            ),
            **await _histories(service),
            **await _governance(service),
            **await _transfers(service),
            f"GET {path}/{{organization_id}}/marks": get(f"{by_id.path}/marks", "grade"),
            f"GET {path}/export": get(f"{path}/export", "名称"),
            f"GET {path}/export{persons}": get(
                f"{path}/export",
                PERSON,
                params={"with_persons": True, "district": OWN},
                commits=True,
            ),
            "GET /v1/figures": get("/v1/figures", "total"),
            "GET /v1/figures/years": get("/v1/figures/years", "growth"),
            "GET /v1/figures/shares": get("/v1/figures/shares", "percent"),
            "GET /v1/figures/check": get("/v1/figures/check", "compared"),
            **_names(kept),
            **await _applications(service, active),
            **await _attachments(service),
            **inspected,
            **await supervision(service),
            **await of_community(service),
        },
    )


async def _histories(service: ServiceUnderTest) -> dict[str, Attempt]:
    """Of a body whose head was another before."""
    made = await _registered(service, a_registration(5, legal_representative="示例李四"))
    answer = await service.client.patch(
        f"/v1/organizations/{made['id']}",
        json={"legal_representative": PERSON},
        headers=CLERK | {"If-Match": '"v1"'},
    )
    assert answer.status_code == 200, answer.text
    path = "/v1/organizations/{organization_id}"
    own = made["id"]
    questions = {
        "versions/{version}": ("versions/2", {}),
        "as-of/{day}": ("as-of/2026-03-02", {}),
        "differences": ("differences", {"from_version": 1, "to_version": 2}),
        "provenance": ("provenance", {}),
    }
    attempts = {
        f"GET {path}/changes": get(
            f"/v1/organizations/{own}/changes", "legal_representative", organization=own
        )
    }
    for name, (asked, params) in questions.items():
        whole = f"/v1/organizations/{own}/{asked}"
        attempts[f"GET {path}/{name}"] = get(whole, own, organization=own, params=params)
        attempts[f"GET {path}/{name} (个人信息)"] = get(
            whole, PERSON, organization=own, params=params
        )
    return attempts


async def _transfers(service: ServiceUnderTest) -> dict[str, Attempt]:
    """One that leaves the district, and one that comes from another city."""
    path = "/v1/transfers"
    leaving = await _registered(service, a_registration(7))
    form = {"organization_id": leaving["id"], "to_district": "340703", **ENDING}
    elsewhere = bearer("clerk-7", Role.CLERK, district="340703")
    answer = await service.client.post(
        "/v1/organizations",
        json=a_registration(8, name="铜陵市示例服务中心", district="340703"),
        headers=elsewhere,
    )
    assert answer.status_code == 201, answer.text
    own = answer.json()["id"]
    answer = await service.client.post(
        path,
        json={"organization_id": own, "to_district": OWN, **ENDING},
        headers=elsewhere,
    )
    assert answer.status_code == 201, answer.text
    coming = answer.json()
    going = await _registered(service, a_registration(9))
    answer = await service.client.post(
        path,
        json={"organization_id": going["id"], "to_district": "340703", **ENDING},
        headers=CLERK,
    )
    assert answer.status_code == 201, answer.text
    one = f"{path}/{{transfer_id}}"
    return {
        f"POST {path}": Attempt(path, form),
        f"GET {path}": get(path, coming["id"], organization=own),
        f"GET {one}": get(f"{path}/{coming['id']}", coming["id"], organization=own),
        f"POST {one}/accept": of(coming, path + "/{}/accept", first="clerk-7"),
        f"POST {one}/refuse": of(coming, path + "/{}/refuse", ENDING),
        f"POST {one}/withdraw": of(answer.json(), path + "/{}/withdraw", ENDING),
    }


ID_NUMBER = "11010519491231002X"


def an_election(number: int) -> dict[str, Any]:
    return {
        "number": number,
        "elected_on": f"202{number}-02-20",
        "term_from": f"202{number}-02-21",
        "term_until": f"202{number}-12-31",
        "officers": [{"name": PERSON, "id_number": ID_NUMBER, "post": "chair"}],
    }


async def _governance(service: ServiceUnderTest) -> dict[str, Attempt]:
    """Of a body whose third term ran out."""
    made = await _registered(service, a_registration(6))
    path = f"/v1/organizations/{made['id']}"
    answer = await service.client.post(
        f"{path}/terms", json=an_election(3), headers=CLERK | {"If-Match": '"v1"'}
    )
    assert answer.status_code == 201, answer.text
    await service.settle()  # tells that the term has run out
    made = (await service.client.get(path, headers=CLERK)).json()
    shown = await service.client.get(f"{path}/posts", headers=CLERK)
    post = shown.json()["items"][0]["id"]
    slip = {"name": PERSON, "id_number": ID_NUMBER, "starts_on": "2023-02-22", **ENDING}
    another = {"name": "示例甲子", "id_number": "110105194912310046", "post": "councillor"}
    commands: dict[str, tuple[str, Any]] = {
        "terms": ("terms", an_election(4)),
        "terms/extend": ("terms/extend", {"until": "2024-06-30", **ENDING}),
        "temporary-certificate": (
            "temporary-certificate",
            {"starts_on": "2026-03-02", **ENDING},
        ),
        "posts": ("posts", {**another, "starts_on": "2026-03-02"}),
        "posts/{post_id}/end": (
            f"posts/{post}/end",
            {"ended_on": "2026-03-01", "ending": "resigned"},
        ),
        "posts/{post_id}/correct": (f"posts/{post}/correct", slip),
    }
    whole = "/v1/organizations/{organization_id}"
    own = made["id"]
    return {
        f"GET {whole}/supervision": get(f"{path}/supervision", "registry.checks@100000"),
        f"GET {whole}/terms": get(f"{path}/terms", own, organization=own),
        f"GET {whole}/posts": get(f"{path}/posts", own, organization=own),
        f"GET {whole}/posts (个人信息)": get(f"{path}/posts", PERSON, organization=own),
        **{
            f"POST {whole}/{name}": of(made, "/v1/organizations/{}/" + at, body)
            for name, (at, body) in commands.items()
        },
    }


def _names(kept: dict[str, Any]) -> dict[str, Attempt]:
    path = "/v1/name-reservations"
    asked = a_reservation("乙丑")
    del asked["applicant"]
    return {
        "POST /v1/name-checks": Attempt("/v1/name-checks", asked, commits=True),
        f"POST {path}": Attempt(path, a_reservation("丙寅")),
        f"GET {path}": get(path, kept["id"]),
        f"GET {path}/{{reservation_id}}": get(f"{path}/{kept['id']}", kept["id"]),
        f"POST {path}/{{reservation_id}}/extend": of(kept, path + "/{}/extend"),
        f"POST {path}/{{reservation_id}}/release": of(kept, path + "/{}/release", ENDING),
    }


def an_application(organization: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "content": {
            "matter": "change",
            "organization_id": organization["id"],
            "changes": {
                "legal_representative": PERSON,
                "representative_id_number": ID_NUMBER,
                **changes,
            },
            "reason": "理事会决议",
        },
        "applicant": "示例甲子",
        "documents": ["application", "consent", "resolution", "officers", "audit", "premises"],
    }


_ASKED = {
    "cause": "experts",
    "asked": "专家评审",
    "expected_days": 10,
    "applicant_told_on": "2026-03-02",
}
_WAY: list[tuple[str, dict[str, str], Any]] = [
    ("submit", CLERK, None),
    ("accept", CLERK, None),
    ("review", REVIEWER, {"opinion": "建议准予"}),
    ("approve", APPROVER, None),
    ("certify", CLERK, {}),
]


def a_recognition(organization: dict[str, Any]) -> dict[str, Any]:
    """认定为慈善组织: the decision may take longer."""
    declared = ["charitable-purpose", "not-for-profit", "no-distribution"]
    return {
        "content": {
            "matter": "charity_recognition",
            "organization_id": organization["id"],
            "resolved_on": "2026-03-01",
            "explanation": "长期开展助老服务",
            "declared": [*declared, "remaining-assets", "spending", "finance"],
        },
        "applicant": "示例甲子",
        "documents": ["application", "commitment", "resolution", "audit", "consent"],
    }


_LONGER = {
    "days": 30,
    "approval": "示例批〔2026〕1号",
    "reason": "情况复杂",
    "applicant_told_on": "2026-03-02",
}


async def _applied(
    service: ServiceUnderTest,
    number: int,
    *steps: tuple[str, dict[str, str], Any],
    form: Callable[[dict[str, Any]], dict[str, Any]] = an_application,
) -> dict[str, Any]:
    """An application of an organisation of its own, so far on its way."""
    organization = await _registered(service, a_registration(number))
    body = form(organization)
    answer = await service.client.post("/v1/applications", json=body, headers=CLERK)
    for step, who, json in steps:
        assert answer.is_success, answer.text
        made = answer.json()
        answer = await service.client.post(
            f"/v1/applications/{made['id']}/{step}",
            json=json,
            headers=who | {"If-Match": f'"v{made["version"]}"'},
        )
    assert answer.is_success, answer.text
    return answer.json()


async def _applications(
    service: ServiceUnderTest, organization: dict[str, Any]
) -> dict[str, Attempt]:
    path = "/v1/applications"
    one = f"{path}/{{application_id}}"
    draft = await _applied(service, 100)
    own = draft["organization_id"]
    submitted, accepted, reviewed, approved, certified = [
        await _applied(service, 100 + length, *_WAY[:length]) for length in range(1, 6)
    ]
    consulting = await _applied(service, 110, *_WAY[:2], ("consult", CLERK, _ASKED))
    recognition = await _applied(service, 111, *_WAY[:2], form=a_recognition)
    missing = {"missing": [{"code": "consent", "message": "请补交同意文件"}]}
    by_official: dict[str, tuple[dict[str, Any], Any]] = {
        "request-correction": (submitted, missing),
        "accept": (submitted, None),
        "not-accept": (submitted, ENDING),
        "consult": (accepted, _ASKED),
        "resume": (consulting, {"result": "专家同意"}),
        "supervisor-refuse": (submitted, ENDING),
        "review": (accepted, {"opinion": "建议准予"}),
        "extend": (recognition, _LONGER),
        "return": (reviewed, ENDING),
        "certify": (approved, {}),
        "announce": (certified, {"medium": "示例日报", "announced_on": "2026-03-02"}),
    }
    decided = {"approve": None, "refuse": ENDING}
    form = an_application({"id": own}, address="庐阳区某路 3 号")
    return {
        f"POST {path}": Attempt(
            path, an_application(organization), organization=organization["id"]
        ),
        f"GET {path}": get(path, draft["id"], organization=own),
        f"GET {one}": get(f"{path}/{draft['id']}", draft["id"], organization=own),
        f"GET {one} (个人信息)": get(f"{path}/{draft['id']}", PERSON, organization=own),
        f"PUT {one}": of(draft, path + "/{}", form, organization=own),
        f"POST {one}/submit": of(draft, path + "/{}/submit", organization=own),
        f"POST {one}/withdraw": of(draft, path + "/{}/withdraw", ENDING, organization=own),
        **{
            f"POST {one}/{name}": of(made, path + "/{}/" + name, body)
            for name, (made, body) in by_official.items()
        },
        **{
            f"POST {one}/{name}": of(reviewed, path + "/{}/" + name, body, first="reviewer-1")
            for name, body in decided.items()
        },
    }


_PAGE = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


def _a_file(name: str, content: bytes = _PAGE) -> dict[str, Any]:
    return {"file": (name, content, "application/pdf")}


async def _attachments(service: ServiceUnderTest) -> dict[str, Attempt]:
    draft = await _applied(service, 120)
    own = draft["organization_id"]
    path = f"/v1/applications/{draft['id']}/attachments"
    answer = await service.client.post(path, files=_a_file(f"{PERSON}.pdf"), headers=CLERK)
    assert answer.status_code == 201, answer.text
    made = answer.json()["id"]
    several = "/v1/applications/{application_id}/attachments"
    one = several + "/{attachment_id}"
    return {
        f"POST {several}": Attempt(path, files=_a_file("新.pdf", _PAGE * 2), organization=own),
        f"GET {several}": get(path, made, organization=own),
        f"GET {several} (文件名)": get(path, PERSON, organization=own),
        f"GET {one}": get(f"{path}/{made}", made, organization=own),
        f"GET {one}/content": get(f"{path}/{made}/content", "%PDF", organization=own),
        f"DELETE {one}": Attempt(f"{path}/{made}", organization=own),
    }
