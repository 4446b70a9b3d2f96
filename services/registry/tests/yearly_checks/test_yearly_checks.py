"""The yearly checks of bodies by their supervision level."""

from datetime import date
from typing import Any
from uuid import UUID

from liandong.ids import uuid7
from liandong.testing.services import ServiceUnderTest
from registry.learned import events as news
from services.registry.tests.checks.tasks import concluded
from services.registry.tests.learned.telling import deliver
from services.registry.tests.penalties.casebook import (
    AUDITOR,
    CLERK,
    ELSEWHERE,
    day,
    registered,
    told,
)

GRADE = uuid7()


async def graded(registry: ServiceUnderTest, body: str, times: int, sequence: int = 1) -> None:
    event = news.CreditGradeChanged(
        credit_grade_id=GRADE,
        organization_id=UUID(body),
        grade="D",
        score=20,
        supervision_level="key",
        sampling_weight="highest",
        checks_per_year=times,
        evaluated_on=date(2026, 3, 2),
    )
    await deliver(registry, event, sequence)
    await registry.settle()


async def due(registry: ServiceUnderTest, by: Any = CLERK, **query: Any) -> list[tuple[str, str]]:
    answer = await registry.client.get("/v1/yearly-checks", params=query, headers=by)
    assert answer.status_code == 200, answer.text
    return [(one["due_on"], one["status"]) for one in answer.json()["items"]]


async def test_a_level_plans_the_checks_of_the_year_and_a_check_makes_one(
    registry: ServiceUnderTest,
) -> None:
    body = (await registered(registry))["id"]
    await graded(registry, body, 2)
    planned = [("2026-06-30", "open"), ("2026-12-31", "open")]
    assert await due(registry) == planned
    assert await due(registry, AUDITOR, limit=1) == planned[:1]
    assert await due(registry, ELSEWHERE) == []
    check = await concluded(registry, body, "no_problem")
    answer = await registry.client.get(
        "/v1/yearly-checks", params={"status": "done"}, headers=CLERK
    )
    [made] = answer.json()["items"]
    assert (made["due_on"], made["check_id"], made["done_on"]) == (
        "2026-06-30",
        check["id"],
        "2026-03-02",
    )
    await graded(registry, body, 0, 2)
    assert await due(registry, status="open") == []


async def test_checks_that_are_due_are_reminded_of_and_planned_anew_each_year(
    registry: ServiceUnderTest,
) -> None:
    body = (await registered(registry))["id"]
    await graded(registry, body, 1)
    day(registry, "2026-12-01")
    await registry.settle()
    assert await due(registry, overdue=True) == []
    day(registry, "2027-01-01")
    await registry.settle()
    assert await due(registry, overdue=True) == [("2026-12-31", "open")]
    assert await due(registry, year=2027) == [("2027-12-31", "open")]
    reminders = [one["data"] for one in await told(registry, "yearly-check.")]
    assert [(one["notice"], one["district"]) for one in reminders] == [
        ("due-soon", "340103"),
        ("overdue", "340103"),
    ]
