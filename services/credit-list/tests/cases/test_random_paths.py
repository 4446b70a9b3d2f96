"""Whatever people do in whatever order: nobody is listed but by the whole procedure."""

import random
from typing import Any

import pytest

from liandong.clock import CHINA
from liandong.identity.actors import Role
from liandong.testing.services import bearer

Desk = Any
BOTH = bearer("double", Role.CLERK, Role.APPROVER)


ACTS = ("serve", "state", "paper", "verify", "decide", "decide-own", "days", "withdraw")
LIKELY = (3, 2, 1, 3, 5, 3, 4, 0.3)


async def one_act(desk: Desk, chance: random.Random, case: str, organization: Any) -> None:
    [act] = chance.choices(ACTS, LIKELY)
    if act == "serve":
        await desk.serve(case)
    elif act == "state":
        await desk.state(case, desk.organization(organization))
    elif act == "paper":
        await desk.state(case, desk.clerk, received_on="2019-09-27")
    elif act == "verify":
        await desk.verify(case)
    elif act == "decide":
        await desk.decide(case, chance.choice(["list", "list", "not_list"]))
    elif act == "decide-own":
        await desk.decide(case, who=BOTH)
    elif act == "days":
        await desk.pass_days(chance.choice([1, 4, 11, 20]))
    else:
        await desk.withdraw(case)


def assert_lawful(case: dict[str, Any], decided_at: Any) -> None:
    """What a listing must rest on."""
    actions = [step["action"] for step in case["steps"]]
    assert actions[:2] == [None, "serve_notice"]
    assert actions[-1] == "decide"
    if case["statements"]:
        assert all(one["verified_at"] for one in case["statements"])
        assert actions[-2] == "verify_statement"
    else:
        assert actions[-2] == "elapse"
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
