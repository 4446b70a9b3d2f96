"""Evaluation: a grade in each state, changes to be decided, a review."""

from typing import Any

from liandong.definition import ServiceDefinition
from liandong.identity.actors import Role
from liandong.testing.services import bearer, start
from services.evaluation.tests.conftest import Bureau, a_proposal
from tests.authorisation.attempt import Attempt, World, get, of

CORRECTOR = bearer("corrector-1", Role.CLERK)
PROPOSER = '"proposed_by":"clerk-1"'


async def _organization(bureau: Bureau) -> Any:
    return (await bureau.an_organization()).organization_id


async def _corrected(bureau: Bureau) -> dict[str, Any]:
    """Corrected by another than the proposer, publicised, and the publicity is over."""
    made = await bureau.a_proposed_grade(await _organization(bureau))
    answer = await bureau.client.patch(
        f"/v1/grades/{made['id']}",
        json={"grade": "3A"},
        headers=CORRECTOR | {"If-Match": '"v1"'},
    )
    assert answer.status_code == 200, answer.text
    answer = await bureau.post(f"/v1/grades/{made['id']}/publicise", version=2)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def build(definition: ServiceDefinition, url: str) -> World:
    bureau = Bureau(start(definition, url))
    corrected = await _corrected(bureau)
    publicised = await bureau.a_publicised_grade(await _organization(bureau))
    current = await bureau.a_current_grade(await _organization(bureau))
    proposed = await bureau.a_proposed_grade(await _organization(bureau))
    lowered = await bureau.a_current_grade(await _organization(bureau))
    change = (await bureau.propose_change(lowered)).json()
    reviewed = await bureau.a_current_grade(await _organization(bureau))
    await bureau.listed(reviewed["organization_id"])
    [review] = (await bureau.get("/v1/grade-reviews", bearer("c", Role.CLERK)))["items"]
    another = {"kind": "cancel", "reason": "other-breach", "explanation": "示例"}
    inside = " (得分、表决与经办人)"
    draft = " (拟定未公示的)"
    holder = current["organization_id"]
    return World(
        bureau.service,
        {
            "POST /v1/grades": Attempt("/v1/grades", a_proposal(await _organization(bureau))),
            "GET /v1/grades": get("/v1/grades", current["id"]),
            f"GET /v1/grades{draft}": get("/v1/grades", proposed["id"]),
            "GET /v1/grades/summary": get("/v1/grades/summary", '"total"'),
            "GET /v1/grades/{grade_id}": get(f"/v1/grades/{current['id']}", current["id"]),
            f"GET /v1/grades/{{grade_id}}{draft}": get(
                f"/v1/grades/{proposed['id']}", proposed["id"]
            ),
            f"GET /v1/grades/{{grade_id}}{inside}": get(f"/v1/grades/{current['id']}", PROPOSER),
            "PATCH /v1/grades/{grade_id}": of(proposed, "/v1/grades/{}", {"grade": "3A"}),
            "POST /v1/grades/{grade_id}/publicise": of(proposed, "/v1/grades/{}/publicise"),
            "POST /v1/grades/{grade_id}/withdraw": of(
                proposed, "/v1/grades/{}/withdraw", {"reason": "材料有误"}
            ),
            "POST /v1/grades/{grade_id}/confirm": of(
                publicised, "/v1/grades/{}/confirm", first="clerk-1"
            ),
            "POST /v1/grades/{grade_id}/confirm (更正人)": of(
                corrected, "/v1/grades/{}/confirm", first="corrector-1"
            ),
            "GET /v1/organizations/{organization_id}/grade": get(
                f"/v1/organizations/{holder}/grade", current["id"]
            ),
            f"GET /v1/organizations/{{organization_id}}/grade{inside}": get(
                f"/v1/organizations/{holder}/grade", PROPOSER
            ),
            "POST /v1/grade-changes": Attempt(
                "/v1/grade-changes", another | {"grade_id": current["id"]}
            ),
            "GET /v1/grade-changes": get("/v1/grade-changes", change["id"]),
            "GET /v1/grade-changes/{change_id}": get(
                f"/v1/grade-changes/{change['id']}", change["id"]
            ),
            "POST /v1/grade-changes/{change_id}/approve": of(
                change, "/v1/grade-changes/{}/approve", first="clerk-1"
            ),
            "POST /v1/grade-changes/{change_id}/withdraw": of(
                change, "/v1/grade-changes/{}/withdraw"
            ),
            "GET /v1/grade-reviews": get("/v1/grade-reviews", review["id"]),
            "GET /v1/grade-reviews/{review_id}": get(
                f"/v1/grade-reviews/{review['id']}", review["id"]
            ),
            "POST /v1/grade-reviews/{review_id}/take": of(review, "/v1/grade-reviews/{}/take"),
        },
    )
