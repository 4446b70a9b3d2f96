"""Evaluation's API, tried by its own document."""

from datetime import UTC, datetime, time, timedelta
from datetime import date as day
from random import Random
from typing import Any

from liandong.identity.actors import Role
from liandong.ids import uuid7
from tests.fuzz import samples
from tests.fuzz.access import official
from tests.fuzz.trial import Trial
from tests.fuzz.world import Body, Row, Scene, World

CLERK = official(Role.CLERK)
APPROVER = official(Role.APPROVER, subject="approver")
GRADE = "/v1/grades/{id}"
COMMITTEE = {"members": 7, "present": 5, "yes": 4}


async def _proposed(world: World, organization: Any = None) -> Row:
    body = {
        "organization_id": str(organization or await world.an_organization()),
        "grade": "4A",
        "round": "2025",
        "committee": COMMITTEE,
    }
    return await world.do("POST", "/v1/grades", CLERK, body)


async def _publicised(world: World) -> Row:
    return await world.step(f"{GRADE}/publicise", CLERK, await _proposed(world))


async def _build(world: World) -> None:
    """Grades, changes and reviews in every state, and organisations without a grade."""
    await samples.imported(world, "grades", "grades.csv", APPROVER)
    shown = [await _publicised(world) for _ in range(20)]
    ends = day.fromisoformat(shown[-1]["publicity_ends_on"]) + timedelta(days=1)
    world.service.clock.set(datetime.combine(ends, time(2), UTC))
    current = [await world.step(f"{GRADE}/confirm", APPROVER, one) for one in shown[:16]]
    for _ in range(4):
        await world.an_organization()
        await _proposed(world)
        await _publicised(world)
        withdrawn = {"reason": "示例事由"}
        await world.step(f"{GRADE}/withdraw", CLERK, await _proposed(world), withdrawn)
    for grade in current[:4]:
        await _listed(world, grade)
    for grade in current[4:8]:
        await world.do("POST", "/v1/grade-changes", CLERK, _change(grade["id"], "adjust"))
    body = _change(current[8]["id"], "adjust")
    decided = await world.do("POST", "/v1/grade-changes", CLERK, body)
    await world.step("/v1/grade-changes/{id}/approve", APPROVER, decided)


async def _listed(world: World, grade: Row) -> None:
    """The organisation comes on the serious list: its grade is to be reviewed."""
    listing = uuid7()
    await world.tell(
        "credit-list.organization.listed",
        listing,
        listing_id=listing,
        organization_id=grade["organization_id"],
        district="340103",
        list="serious",
        trigger="fine-50000",
        listed_on="2026-03-02",
        measures=["bar-bids", "hold-payments", "review-grade"],
    )


def _change(grade_id: str, kind: str) -> Body:
    return {
        "grade_id": grade_id,
        "kind": kind,
        "explanation": "示例说明",
        "reason": "administrative-penalty",
    }


async def _new_change(world: World, row: Row, dice: Random) -> Body:
    if dice.random() < 0.5:
        review = await world.one("review_id", dice, status="open")
        body = _change(str(review["grade_id"]), "keep") | {"review_id": str(review["id"])}
        return {name: value for name, value in body.items() if name != "reason"}
    grade = await world.one("grade_id", dice, status="current")
    return _change(str(grade["id"]), dice.choice(["adjust", "cancel"]))


async def _new_grade(world: World, row: Row, dice: Random) -> Body:
    organization = await world.one("organization_id", dice, status="active")
    return {
        "organization_id": str(organization["organization_id"]),
        "grade": dice.choice(["1A", "2A", "3A", "4A", "5A"]),
        "round": str(dice.randint(2020, 2026)),
        "committee": COMMITTEE,
        "score": dice.choice(["812.50", 812.5, None]),
    }


SCENE = Scene(
    "evaluation",
    _build,
    samples={
        "POST /v1/grades": _new_grade,
        "PATCH /v1/grades/{grade_id}": samples.of(grade=["3A", "5A"]),
        "POST /v1/grades/{grade_id}/withdraw": samples.of(reason="示例事由"),
        "POST /v1/grade-changes": _new_change,
        "POST /v1/imports/{kind}": samples.file("grades.csv"),
        "POST /v1/rule-sets/overrides": samples.override,
    },
    places={
        **samples.PLACES,
        "change_id": ("grade_change", "id"),
        "review_id": ("grade_review", "id"),
        "organization_id": ("known_organization", "organization_id"),
    },
)


class TestEvaluation(Trial):
    scene = SCENE
