"""Whatever people do in whatever order: nobody is listed but by the whole procedure."""

import random
from typing import Any

import pytest

from liandong.clock import CHINA
from liandong.identity.actors import Role
from liandong.testing.services import bearer

Desk = Any
BOTH = bearer("double", Role.CLERK, Role.APPROVER)
THIRD = bearer("third", Role.CLERK, Role.APPROVER)
CHAIR = bearer("chair", Role.APPROVER)


ACTS = {
    "draft": 1,
    "serve": 3,
    "correct": 0.7,
    "join": 0.5,
    "state": 2,
    "paper": 1,
    "verify": 3,
    "ask": 0.7,
    "hold": 1.5,
    "give-up": 0.5,
    "decide": 6,
    "decide-own": 3,
    "days": 4,
    "withdraw": 0.2,
}


async def one_act(desk: Desk, chance: random.Random, case: str, organization: Any) -> None:
    [act] = chance.choices(list(ACTS), list(ACTS.values()))
    own = desk.organization(organization)
    acts = {
        "draft": lambda: desk.draft(case),
        "serve": lambda: desk.serve(case),
        "correct": lambda: desk.correct_service(case, chance.choice([THIRD, desk.clerk])),
        "join": lambda: desk.join(case),
        "state": lambda: desk.state(case, own),
        "paper": lambda: desk.state(case, desk.clerk, received_on="2019-09-27"),
        "verify": lambda: desk.verify(case),
        "ask": lambda: desk.ask_hearing(case, own),
        "hold": lambda: desk.hold_hearing(case, chance.choice([THIRD, CHAIR])),
        "give-up": lambda: desk.act(f"/v1/cases/{case}/hearing/give-up", {"reason": "放弃"}, own),
        "decide": lambda: desk.decide(case, chance.choice(["list", "list", "not_list"])),
        "decide-own": lambda: desk.decide(case, who=chance.choice([BOTH, THIRD, CHAIR])),
        "days": lambda: desk.pass_days(chance.choice([1, 4, 11, 20])),
        "withdraw": lambda: desk.withdraw(case),
    }
    answer = await acts[act]()
    assert answer is None or answer.status_code < 500, answer.text


def assert_lawful(case: dict[str, Any], decided_at: Any) -> None:
    """What a listing must rest on."""
    actions = [step["action"] for step in case["steps"]]
    assert actions[0] is None
    assert actions[-1] == "decide"
    last = max(number for number, one in enumerate(actions) if one == "serve_notice")
    assert "draft_notice" in actions[:last]
    assert "join" not in actions[last:]
    assert all(one["told"] for one in case["joined"])
    assert all(one["verified_at"] for one in case["statements"])
    assert all(one["status"] != "requested" for one in case["hearings"])
    assert decided_at.isoformat() > case["window_ends_on"]
    officers = [step["by"] for step in case["steps"]]
    assert officers[-1] not in officers[:-1]


@pytest.mark.parametrize("seed", range(12))
async def test_no_order_of_acts_lists_anybody_without_the_procedure(desk: Desk, seed: int) -> None:
    chance = random.Random(seed)  # the seed is the test's name
    organization = await desk.an_organization()
    case = await desk.a_case(organization, who=BOTH if chance.random() < 0.5 else desk.clerk)
    for _ in range(40):
        await one_act(desk, chance, case, organization)
        found = await desk.read(f"/v1/cases/{case}")
        standing = await desk.standing(organization)
        assert bool(standing["lists"]) == (found["outcome"] == "list")
        if found["status"] == "withdrawn":
            break
        if found["status"] == "decided":
            assert_lawful(found, desk.service.clock.now().astimezone(CHINA).date())
            break
