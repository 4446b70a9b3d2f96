"""Qualifications in tests: what is handed in, and the way of an application to its end."""

from typing import Any

from sqlalchemy import text

from liandong.testing.services import ServiceUnderTest
from registry.applications.domain import Matter
from registry.organizations.domain import Kind
from services.registry.tests.applications import desk
from services.registry.tests.applications.desk import an_officer
from services.registry.tests.governance.test_terms import an_election, posted
from services.registry.tests.shipped import APPLICATION_RULES as RULES

COUNCIL = [
    an_officer(1, "chair"),
    an_officer(2),
    an_officer(3, "secretary_general"),
    an_officer(4, "supervisor"),
]


def asked(body: dict[str, Any], matter: Matter, **given: Any) -> dict[str, Any]:
    """The content of a whole application."""
    procedure = RULES.procedure(Kind(body["kind"]), matter)
    assert procedure is not None
    assert procedure.requires is not None
    return {
        "matter": matter.value,
        "organization_id": body["id"],
        "resolved_on": "2026-02-20",
        "explanation": "长期开展助老服务",
        "declared": [one.code for one in procedure.requires.declared],
        **given,
    }


def papers(matter: Matter) -> list[str]:
    procedure = RULES.procedure(Kind.SERVICE_INSTITUTION, matter)
    assert procedure is not None
    return [one.code for one in procedure.documents]


async def drafted(
    registry: ServiceUnderTest, body: dict[str, Any], matter: Matter, **given: Any
) -> dict[str, Any]:
    content = asked(body, matter, **given)
    return await desk.drafted(registry, content, documents=papers(matter))


async def reviewed(
    registry: ServiceUnderTest, body: dict[str, Any], matter: Matter, **given: Any
) -> dict[str, Any]:
    application = await drafted(registry, body, matter, **given)
    application = await desk.done(registry, application, "submit")
    application = await desk.done(registry, application, "accept")
    return await desk.done(registry, application, "review", desk.REVIEWER, opinion="建议准予")


async def approved(
    registry: ServiceUnderTest, body: dict[str, Any], matter: Matter, **given: Any
) -> dict[str, Any]:
    application = await reviewed(registry, body, matter, **given)
    return await desk.done(registry, application, "approve", desk.APPROVER)


async def completed(
    registry: ServiceUnderTest, body: dict[str, Any], matter: Matter, **given: Any
) -> dict[str, Any]:
    """The organisation as it is then."""
    application = await approved(registry, body, matter, **given)
    application = await desk.done(registry, application, "certify")
    about = {"medium": "示例日报", "announced_on": application["certified_on"]}
    await desk.done(registry, application, "announce", **about)
    return await desk.organization(registry, body["id"])


async def a_body(registry: ServiceUnderTest, number: int = 1, **given: Any) -> dict[str, Any]:
    """With money, staff, and a council that is filed."""
    body = await desk.registered(
        registry, number, **{"funds_fen": 5_000_000, "full_time_staff": 3, **given}
    )
    answer = await posted(registry, body, "terms", **an_election(officers=COUNCIL))
    assert answer.status_code == 201, answer.text
    return await desk.organization(registry, body["id"])


async def a_charity(registry: ServiceUnderTest, number: int = 1, **given: Any) -> dict[str, Any]:
    charity = {"charity_status": "registered", "charity_since": "2020-03-02"}
    return await a_body(registry, number, **{**charity, **given})


async def listed(registry: ServiceUnderTest, body: dict[str, Any], name: str) -> None:
    """What the credit-list service told is known."""
    async with registry.runtime.worker_engine.begin() as connection:
        await connection.execute(
            text(
                "INSERT INTO organization_mark (organization_id, is_serious, is_abnormal, is_red,"
                " grades, listings) VALUES (:id, :serious, :abnormal, false, '{}', '{}')"
            ),
            {"id": body["id"], "serious": name == "serious", "abnormal": name == "abnormal"},
        )
