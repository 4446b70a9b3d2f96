"""Whatever is tried in whatever order: no decision without the rights of the party."""

from random import Random
from typing import Any

import pytest

from liandong.testing.services import ServiceUnderTest
from services.registry.tests.penalties.casebook import (
    CHIEF,
    CLERK,
    DEPUTY,
    EVIDENCE,
    REVIEWER,
    REVOCATION,
    SAID,
    SUSPENSION,
    WARNING,
    day,
    done,
    filed,
    organization,
    proposal,
    read,
    registered,
    served,
    step,
)

_WALK: list[tuple[str, dict[str, str], Any]] = [
    ("evidence", CLERK, EVIDENCE),
    ("propose", CLERK, proposal()),
    ("propose", CLERK, proposal(**SUSPENSION)),
    ("propose", CLERK, proposal(**REVOCATION)),
    ("propose", CLERK, proposal(**WARNING)),
    ("serve-notice", CLERK, None),
    ("state", CLERK, {"statement": SAID}),
    ("request-hearing", CLERK, {}),
    ("end-hearing", CLERK, {"outcome": "held", "record": "听证笔录"}),
    ("end-hearing", CLERK, {"outcome": "given_up", "record": "书面放弃"}),
    ("review", REVIEWER, {"opinion": "程序合法", "recheck": "已复核"}),
    ("review", CLERK, {"opinion": "程序合法", "recheck": "已复核"}),
    ("reopen", REVIEWER, {"reason": "补充调查"}),
    ("decide", CHIEF, None),
    ("decide", DEPUTY, None),
    ("decide", CLERK, None),
]


_CHANCES = [0.1 if action == "reopen" else 1.0 for action, _, _ in _WALK]
"""Otherwise hardly any walk would come to a decision."""


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_is_tried_no_decision_comes_without_the_rights_of_the_party(
    registry: ServiceUnderTest, seed: int
) -> None:
    dice = Random(seed)
    body = await registered(registry)
    penalty = await filed(registry, body["id"])
    penalty = await done(registry, penalty, "evidence", body=EVIDENCE)
    for _ in range(60):
        [(action, who, json)] = dice.choices(_WALK, _CHANCES)
        today = registry.clock.now().date()
        if action == "serve-notice":
            json = served(today.isoformat())
        if action == "decide":
            json = {"discussion": {"held_on": today.isoformat(), "outcome": "同意"}}
        answer = await step(registry, penalty, action, who, json)
        assert answer.status_code in (200, 403, 409, 422), answer.text
        penalty = await read(registry, penalty)
        if penalty["status"] == "decided":
            break
        if dice.random() < 0.3:
            day(registry, today.replace(day=min(today.day + dice.randint(1, 5), 28)).isoformat())
            if today.day > 22:
                day(registry, today.replace(month=today.month + 1, day=2).isoformat())
    if penalty["status"] == "decided":
        assert penalty["notice_served_on"] <= penalty["statement_until"] < penalty["decided_on"]
        if penalty["hearing_requested_on"]:
            assert penalty["hearing_ended_on"]
        elif penalty["hearing_until"]:
            assert penalty["hearing_until"] < penalty["decided_on"]
        handlers = {*penalty["handlers"], penalty["reviewed_by"]}
        assert penalty["decided_by"] not in handlers
        assert penalty["reviewed_by"] not in penalty["handlers"]
    else:
        assert penalty["decision_number"] is None
    assert (await organization(registry, body["id"]))["status"] == "active"
