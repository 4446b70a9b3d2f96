"""Every endpoint, called by everybody: who is refused changes nothing, who may gets through."""

from collections.abc import Mapping

import pytest

from liandong.settings import SERVICES
from tests.authorisation import callers
from tests.authorisation.stage import Stage, problem
from tests.authorisation.table import Decision, decisions_of, every_decision, route_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

Callers = Mapping[str, Mapping[str, str]]

TESTED = [one for one in every_decision() if not one[2].untested_because]


def each(*chosen: tuple[str, str, Decision]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        ("service", "key", "decision"), chosen, ids=[f"{one[0]} {one[1]}" for one in chosen]
    )


async def passed(stage: Stage, key: str, who: Callers, how: str, kind: str = "") -> dict[str, str]:
    """The callers who were not refused as decided, with what they were answered."""
    answers = {name: await stage.refusal(key, one, how, kind) for name, one in who.items()}
    return {name: answer for name, answer in answers.items() if answer}


@pytest.mark.parametrize("service", SERVICES)
async def test_every_decision_is_tried_and_nothing_else(stage: Stage, service: str) -> None:
    tried = {key for name, key, _ in TESTED if name == service}
    assert set(stage.world.attempts) == tried


@each(*TESTED)
async def test_whoever_holds_a_named_role_gets_through(
    stage: Stage, key: str, decision: Decision
) -> None:
    who = callers.who_may(decision, stage.attempt(key))
    blocked = {name: await stage.may(key, header) for name, header in who.items()}
    assert not {name: why for name, why in blocked.items() if why}


@each(*(one for one in TESTED if one[2].roles != "public"))
async def test_the_public_is_refused(
    stage: Stage, service: str, key: str, decision: Decision
) -> None:
    whole = decisions_of(service)[route_of(key)]
    how = decision.refused if whole.roles == "public" else "401"
    async with stage.unchanged():
        assert not await stage.refusal(key, {}, how)


@each(*(one for one in TESTED if not isinstance(one[2].roles, str)))
async def test_without_a_named_role_one_is_refused_and_changes_nothing(
    stage: Stage, key: str, decision: Decision
) -> None:
    who = callers.without_the_role(decision, stage.attempt(key))
    async with stage.unchanged():
        assert not await passed(stage, key, who, decision.refused)


@each(*(one for one in TESTED if one[2].bound))
async def test_another_district_is_refused_and_changes_nothing(
    stage: Stage, key: str, decision: Decision
) -> None:
    others = callers.of_other_districts(decision, stage.attempt(key))
    nowhere = callers.of_no_district(decision)
    kind = "other-district" if decision.other == "403" else ""
    async with stage.unchanged():
        assert not await passed(stage, key, others, decision.other, kind)
        assert not await passed(stage, key, nowhere, decision.other)


@each(*(one for one in TESTED if one[2].organization == "own"))
async def test_another_organisation_is_refused_and_changes_nothing(
    stage: Stage, key: str, decision: Decision
) -> None:
    who = callers.of_other_organizations(stage.attempt(key))
    async with stage.unchanged():
        assert not await passed(stage, key, who, decision.other_organization)


@each(*(one for one in TESTED if one[2].two_persons))
async def test_who_took_the_first_step_may_not_take_the_second(
    stage: Stage, key: str, decision: Decision
) -> None:
    who = callers.who_took_the_first_step(decision, stage.attempt(key))
    async with stage.unchanged():
        assert not await passed(stage, key, who, "403", "two-person-rule")


@each(*(one for one in TESTED if one[2].roles == "public" and one[1].startswith("GET /v1")))
async def test_a_token_that_is_not_valid_is_refused_even_where_none_is_needed(
    stage: Stage, key: str, decision: Decision
) -> None:
    answer = await stage.call(key, {"Authorization": "Bearer not-a-token"})
    assert (answer.status_code, problem(answer)) == (401, "not-authenticated")
