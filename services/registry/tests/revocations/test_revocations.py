"""撤销登记 over HTTP: two officers, a notice, a window, and what the decision brings about."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from liandong.db.errors import violated_constraint
from liandong.identity.actors import Role
from liandong.testing.services import ServiceUnderTest, bearer
from liandong.values.filing_number import format_number
from services.registry.tests.checks.tasks import done, step
from services.registry.tests.penalties.casebook import (
    AUDITOR,
    CHIEF,
    CLERK,
    DEPUTY,
    ELSEWHERE,
    REVIEWER,
    REVOCATION,
    codes,
    day,
    in_force,
    organization,
    party,
    registered,
    served,
    slug,
    told,
)
from services.registry.tests.revocations.desk import (
    EARLY,
    LAST,
    LATE,
    PATH,
    SAID,
    heard,
    noticed,
    propose,
    proposed,
)

BOTH = bearer("clerk-1", Role.CLERK, Role.APPROVER)
REASON = {"reason": "事实不成立"}


async def kinds(registry: ServiceUnderTest) -> list[str]:
    return [one["type"].rpartition(".")[2] for one in await told(registry, "revocation.")]


async def liquidations(registry: ServiceUnderTest) -> list[tuple[str, str]]:
    answer = await registry.client.get("/v1/liquidations", headers=CLERK)
    return [(one["ground"], one["status"]) for one in answer.json()["items"]]


async def test_from_the_proposal_to_the_revocation_and_the_liquidation(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    made = await noticed(registry, body["id"])
    assert made["statement_until"] == LAST
    assert "第六十九条" in made["basis"]
    made = await done(registry, made, "state", party(body), {"statement": SAID}, path=PATH)
    day(registry, LATE)
    silent = await step(registry, made, "decide", CHIEF, {}, path=PATH)
    assert (silent.status_code, codes(silent)) == (422, ["missing"])
    answer = {"answer": "复函与陈述不符，不予采纳"}
    made = await done(registry, made, "decide", CHIEF, answer, path=PATH)
    assert (made["status"], made["decided_on"]) == ("decided", LATE)
    assert made["decision_number"] == "340103民撤字〔2026〕1号"
    now = await organization(registry, body["id"])
    assert (now["status"], now["ended_on"]) == ("revoked", LATE)
    assert await liquidations(registry) == [("revocation", "due")]
    assert await kinds(registry) == ["decided"]
    types = [one["type"].rpartition("registry.")[2] for one in await registry.published()]
    assert types.count("organization.revoked") == 1
    assert SAID not in str(await registry.published())


async def test_nothing_is_decided_before_the_window_has_passed(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    made = await proposed(registry, body["id"])
    unheard = await step(registry, made, "decide", CHIEF, {}, path=PATH)
    assert (unheard.status_code, slug(unheard)) == (409, "illegal-transition")
    made = await done(registry, made, "serve-notice", CLERK, served(EARLY), path=PATH)
    day(registry, LAST)
    early = await step(registry, made, "decide", CHIEF, {}, path=PATH)
    assert (early.status_code, slug(early)) == (409, "statement-window-open")
    day(registry, LATE)
    await done(registry, made, "decide", CHIEF, {}, path=PATH)


async def test_whoever_proposed_does_not_decide(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    made = await heard(registry, body["id"])
    own = await step(registry, made, "decide", BOTH, {}, path=PATH)
    assert (own.status_code, slug(own)) == (403, "two-person-rule")
    assert (await organization(registry, body["id"]))["status"] == "active"
    await done(registry, made, "decide", CHIEF, {}, path=PATH)


async def test_the_table_itself_demands_the_second_person(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    await heard(registry, body["id"])
    with pytest.raises(Exception, match="decided_with_every_safeguard") as refused:
        async with registry.runtime.api_engine.begin() as connection:
            await connection.execute(
                text("UPDATE revocation SET decided_on = '2026-03-10', decided_by = proposed_by")
            )
    assert violated_constraint(refused.value) == "ck_revocation_decided_with_every_safeguard"


async def test_two_who_decide_at_once_revoke_once(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    made = await heard(registry, body["id"])
    both = await asyncio.gather(
        *(step(registry, made, "decide", by, {}, path=PATH) for by in (CHIEF, DEPUTY))
    )
    assert sorted(one.status_code for one in both) == [200, 412]
    assert await kinds(registry) == ["decided"]
    assert await liquidations(registry) == [("revocation", "due")]


async def test_two_who_propose_at_once_begin_one(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    both = await asyncio.gather(*(propose(registry, body["id"], by) for by in (CLERK, REVIEWER)))
    assert sorted(one.status_code for one in both) == [201, 409]
    assert {slug(one) for one in both if one.status_code == 409} == {"revocation-open"}


async def test_it_is_withdrawn_by_the_proposer_or_an_approver(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    made = await proposed(registry, body["id"])
    other = await step(registry, made, "withdraw", REVIEWER, REASON, path=PATH)
    assert (other.status_code, slug(other)) == (403, "not-the-proposer")
    await done(registry, made, "withdraw", CLERK, REASON, path=PATH)
    made = await heard(registry, body["id"])
    made = await done(registry, made, "withdraw", CHIEF, REASON, path=PATH)
    assert (made["status"], made["reason"]) == ("withdrawn", REASON["reason"])
    late = await step(registry, made, "decide", CHIEF, {}, path=PATH)
    assert slug(late) == "illegal-transition"
    assert (await organization(registry, body["id"]))["status"] == "active"
    assert await kinds(registry) == []


async def test_causes_are_those_of_the_rules_for_the_legal_type(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    assert codes(await propose(registry, body["id"], cause="dislike")) == ["unknown-cause"]
    assert codes(await propose(registry, body["id"], cause="approval-withdrawn")) == ["no-basis"]
    assert codes(await propose(registry, body["id"], cause="filing-inactive")) == ["no-basis"]
    assert await kinds(registry) == []


async def test_a_filed_body_is_revoked_without_a_liquidation(registry: ServiceUnderTest) -> None:
    body = await registered(
        registry,
        kind="community_group",
        credit_code=None,
        filing_number=format_number("340103001001", 2019, 1),
        is_community=True,
    )
    made = await noticed(registry, body["id"], cause="filing-inactive")
    day(registry, LATE)
    await done(registry, made, "decide", CHIEF, {}, path=PATH)
    assert (await organization(registry, body["id"]))["status"] == "revoked"
    assert await liquidations(registry) == []


async def test_a_liquidation_that_runs_already_goes_on(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    begun = {"organization_id": body["id"], "ground": "dissolution", "triggered_on": EARLY}
    await registry.client.post("/v1/liquidations", json=begun, headers=CLERK)
    made = await heard(registry, body["id"])
    await done(registry, made, "decide", CHIEF, {}, path=PATH)
    assert await liquidations(registry) == [("dissolution", "due")]


async def test_a_body_that_a_penalty_revoked_meanwhile_is_not_revoked_again(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    made = await noticed(registry, body["id"])
    await in_force(registry, body["id"], EARLY, LATE, **REVOCATION)
    late = await step(registry, made, "decide", CHIEF, {}, path=PATH)
    assert (late.status_code, slug(late)) == (409, "illegal-transition")
    again = await propose(registry, body["id"])
    assert slug(again) == "organization-ended"
    await done(registry, made, "withdraw", CHIEF, REASON, path=PATH)


async def test_a_body_that_moved_meanwhile_is_not_revoked_from_here(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    made = await heard(registry, body["id"])
    moved = await registry.client.patch(
        f"/v1/organizations/{body['id']}",
        json={"district": "340104"},
        headers=CLERK | {"If-Match": '"v1"'},
    )
    assert moved.status_code == 200, moved.text
    refused = await step(registry, made, "decide", CHIEF, {}, path=PATH)
    assert (refused.status_code, slug(refused)) == (409, "organization-moved")
    assert (await organization(registry, body["id"]))["status"] == "active"


async def test_the_body_sees_it_when_it_was_told_and_nobody_elses(
    registry: ServiceUnderTest,
) -> None:
    body, other = await registered(registry), await registered(registry, 2)
    made = await proposed(registry, body["id"])

    async def seen(by: dict[str, str]) -> tuple[int, list[Any]]:
        one = await registry.client.get(f"{PATH}/{made['id']}", headers=by)
        every = await registry.client.get(PATH, headers=by)
        return one.status_code, [item["id"] for item in every.json()["items"]]

    assert await seen(party(body)) == (404, [])
    unknown = await step(registry, made, "state", party(body), {"statement": SAID}, path=PATH)
    assert unknown.status_code == 404
    made = await done(registry, made, "serve-notice", CLERK, served(EARLY), path=PATH)
    made = await done(registry, made, "state", party(body), {"statement": SAID}, path=PATH)
    assert await seen(party(body)) == (200, [made["id"]])
    assert await seen(party(other)) == (403, [])
    assert await seen(ELSEWHERE) == (403, [])
    own = (await registry.client.get(f"{PATH}/{made['id']}", headers=party(body))).json()
    assert (own["statements"][0]["statement"], own["proposed_by"]) == (SAID, "")
    audited = await registry.client.get(f"{PATH}/{made['id']}", headers=AUDITOR)
    assert audited.status_code == 200
    assert SAID not in audited.text


@pytest.mark.parametrize(("when", "status"), [("2026-03-01", 422), (EARLY, 200), (LATE, 422)])
async def test_a_letter_at_the_desk_came_after_the_notice_and_before_tomorrow(
    registry: ServiceUnderTest, when: str, status: int
) -> None:
    body = await registered(registry)
    made = await noticed(registry, body["id"])
    day(registry, LAST)
    given = {"statement": SAID, "received_on": when}
    answer = await step(registry, made, "state", CLERK, given, path=PATH)
    assert answer.status_code == status, answer.text
