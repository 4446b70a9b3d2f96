"""What every service has: the feed, the rules, the imports, the operational addresses."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from liandong.identity.actors import Role
from liandong.ids import uuid7
from liandong.rules.overrides import RuleSetRead
from liandong.testing.services import ServiceUnderTest, bearer
from tests.authorisation.attempt import OWN, Attempt, World, get

SUBMITTER = bearer("import-1", Role.APPROVER, district=OWN)
ADMINISTRATOR = bearer("administrator-1", Role.SYSTEM_ADMIN, district=OWN)

_WITHDRAWABLE = text("""
    INSERT INTO backbone.rule_set_override
        (id, subject, jurisdiction, version, valid_from, parameters, legal_basis, made_by, made_at)
    VALUES (:id, 'of-before', :jurisdiction, 'local', '2018-01-01', '{}', '示例', 'x', now())
""")


async def add_shared(world: World) -> None:
    service = world.service
    world.attempts.update(_operational() | await _feed(service) | await _rules(service))
    kinds = service.definition.imports
    if kinds:
        attempts = await _imports(service, kinds[0].name, list(kinds[0].columns))
        world.attempts.update(attempts)


def _operational() -> dict[str, Attempt]:
    plain = ("/health/live", "/health/ready", "/metrics", "/openapi.json", "/docs")
    found = {f"GET {path}": get(path) for path in (*plain, "/docs/oauth2-redirect")}
    found["MOUNT /static-offline-docs"] = get("/static-offline-docs/swagger-ui.css")
    return found


async def _feed(service: ServiceUnderTest) -> dict[str, Attempt]:
    events = await service.published()
    marker = next(one["id"] for one in events if (one.get("district") or "").startswith(OWN))
    headers = bearer("reader", Role.SYSTEM_ADMIN, district=OWN)
    states = await service.client.get("/v1/states", params={"limit": 1000}, headers=headers)
    state = states.json()["items"][0]["subject"]
    return {
        "GET /v1/states": get("/v1/states", state, params={"limit": 1000}),
        "GET /v1/states (指明区划)": get(
            "/v1/states", state, params={"limit": 1000, "district": OWN}
        ),
        "GET /v1/events": get("/v1/events", marker, params={"limit": 1000}),
        "GET /v1/events (指明区划)": get(
            "/v1/events", marker, params={"limit": 1000, "district": OWN}
        ),
    }


async def _rules(service: ServiceUnderTest) -> dict[str, Attempt]:
    book = service.runtime.rule_book
    path = "/v1/rule-sets/overrides"
    body: dict[str, Any] = {
        "subject": "none",
        "jurisdiction": OWN,
        "version": "local-1",
        "valid_from": "2090-01-01",  # in force for no other request
        "legal_basis": "示例",
        "parameters": {},
    }
    if book.subjects:
        subject = min(book.subjects)
        shipped = RuleSetRead.model_validate(book.shipped[subject][-1].as_dict())
        body |= {"subject": subject} | shipped.model_dump(mode="json", include={"parameters"})
        made = await service.client.post(
            path, json=body | {"version": "local-2"}, headers=ADMINISTRATOR
        )
        assert made.status_code == 201, made.text
        override = made.json()["id"]
    else:
        override = await _override_of_a_former_subject(service)
    return {
        "GET /v1/rule-sets": get("/v1/rule-sets"),
        # A service without rules has nothing to override: it says so to those who may.
        f"POST {path}": Attempt(path, body, otherwise=None if book.subjects else 404),
        f"POST {path}/{{override_id}}/withdraw": Attempt(f"{path}/{override}/withdraw"),
    }


async def _override_of_a_former_subject(service: ServiceUnderTest) -> UUID:
    override = uuid7()
    async with service.runtime.api_engine.begin() as connection:
        await connection.execute(_WITHDRAWABLE, {"id": override, "jurisdiction": OWN})
    return override


async def _imports(service: ServiceUnderTest, kind: str, columns: list[str]) -> dict[str, Attempt]:
    sheet = ",".join(columns) + "\n" + ",".join("不合格的内容" for _ in columns) + "\n"
    files = {"file": ("表.csv", sheet.encode(), "text/csv")}
    answer = await service.client.post(f"/v1/imports/{kind}", files=files, headers=SUBMITTER)
    assert answer.status_code == 202, answer.text
    job = answer.json()["id"]
    await service.settle()
    path = f"/v1/imports/{job}"
    return {
        "POST /v1/imports/{kind}": Attempt(f"/v1/imports/{kind}", files=files),
        "GET /v1/imports/templates/{kind}.xlsx": get(f"/v1/imports/templates/{kind}.xlsx"),
        "GET /v1/imports": get("/v1/imports"),
        "GET /v1/imports (他人提交的)": get("/v1/imports", job),
        "GET /v1/imports/{import_id}": get(path, job),
        "GET /v1/imports/{import_id}/rows": get(f"{path}/rows", '"number"'),
        "GET /v1/imports/{import_id}/report.csv": get(f"{path}/report.csv", "不合格的内容"),
    }
