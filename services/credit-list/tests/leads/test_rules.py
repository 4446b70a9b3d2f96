"""Facts of a district whose rules are broken wait, and nothing of them is lost."""

import json
from importlib import import_module
from typing import Any
from uuid import UUID

from sqlalchemy import text

from credit_list.leads.watching import watch
from credit_list.learned import events
from liandong.events.letters import Letters
from liandong.identity.actors import Role
from liandong.ids import uuid7
from liandong.metrics import LEADS_WITHOUT_RULES
from liandong.testing.services import bearer

tellings = import_module("services.credit-list.tests.records.tellings")

Desk = Any
ADMIN = bearer("admin-1", Role.SYSTEM_ADMIN)


async def a_broken_override(desk: Desk, subject: str) -> UUID:
    """One that an earlier program would have accepted."""
    override = uuid7()
    async with desk.service.runtime.worker_engine.begin() as connection:
        await connection.execute(
            text(
                "INSERT INTO backbone.rule_set_override (id, subject, jurisdiction, version,"
                " valid_from, parameters, legal_basis, made_by, made_at) VALUES (:id, :subject,"
                " '340100', 'old', '2019-01-01', CAST(:none AS jsonb), '本市办法', 'a', now())"
            ),
            {"id": override, "subject": subject, "none": json.dumps({"conditions": []})},
        )
    return override


async def mend(desk: Desk, override: UUID) -> None:
    path = f"/v1/rule-sets/overrides/{override}/withdraw"
    assert (await desk.client.post(path, headers=ADMIN)).status_code == 204


async def proposed(desk: Desk) -> list[str]:
    return [one["trigger"] for one in (await desk.read("/v1/leads"))["items"]]


async def test_without_usable_triggers_the_fact_is_kept_and_the_lead_follows(desk: Desk) -> None:
    organization = await desk.an_organization()
    override = await a_broken_override(desk, "credit-list.triggers")
    fact = tellings.penalty(
        events.PenaltyServed, organization, sanctions=["fine"], fine_fen=5_000_000
    )
    await desk.learn(fact)
    assert len((await desk.read("/v1/records"))["items"]) == 1
    assert await watch(desk.service.runtime) == 0
    assert (await proposed(desk), LEADS_WITHOUT_RULES._value.get()) == ([], 1)
    await mend(desk, override)
    assert await watch(desk.service.runtime) == 1
    assert await proposed(desk) == ["fine-50000"]
    await watch(desk.service.runtime)
    assert LEADS_WITHOUT_RULES._value.get() == 0


async def test_an_event_that_died_for_want_of_rules_is_handled_when_they_are_mended(
    desk: Desk,
) -> None:
    organization = await desk.an_organization()
    override = await a_broken_override(desk, "credit-list.records")
    fact = tellings.penalty(
        events.PenaltyServed, organization, sanctions=["fine"], fine_fen=5_000_000
    )
    await desk.learn(fact)
    async with desk.service.runtime.worker_engine.begin() as connection:
        died = await connection.scalars(
            text(
                "UPDATE backbone.dead_letter SET status = 'dead', attempts = 9"
                " RETURNING consumer_group || ' ' || reason"
            )
        )
        assert died.all() == ["credit-list.records UnusableRuleSet"]
        await connection.execute(text("UPDATE backbone.held_key SET next_attempt_at = NULL"))
    driven = [Letters(consumer) for consumer in desk.service.runtime.consumers]
    assert sum([await one.retry_due() for one in driven]) == 0
    await mend(desk, override)
    assert sum([await one.retry_due() for one in driven]) == 1
    assert await proposed(desk) == ["fine-50000"]


async def test_triggers_for_which_no_case_could_be_opened_are_refused(desk: Desk) -> None:
    rules = await desk.read("/v1/rule-sets", subject="credit-list.triggers")
    [conditions] = [one["parameters"]["conditions"] for one in rules]
    unknown = conditions[0] | {"code": "late-coffee"}
    body = {
        "subject": "credit-list.triggers",
        "jurisdiction": "340100",
        "version": "hefei-1",
        "valid_from": "2019-01-01",
        "legal_basis": "本市办法",
        "parameters": {"conditions": [*conditions, unknown]},
    }
    refused = await desk.client.post("/v1/rule-sets/overrides", json=body, headers=ADMIN)
    assert refused.status_code == 422
    [error] = refused.json()["errors"]
    assert error["pointer"] == f"/parameters/conditions/{len(conditions)}/code"
    assert error["code"] == "unknown-trigger"
