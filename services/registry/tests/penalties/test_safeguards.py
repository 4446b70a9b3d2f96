"""What must be impossible: decisions by the wrong person, too late, twice, elsewhere."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from liandong.identity.actors import Role
from liandong.ids import uuid7
from liandong.testing.services import ServiceUnderTest, bearer
from services.registry.tests.penalties.casebook import (
    AUDITOR,
    CHIEF,
    CLERK,
    ELSEWHERE,
    EVIDENCE,
    REVIEWER,
    SAID,
    an_officer,
    clue,
    codes,
    day,
    decided,
    done,
    filed,
    in_force,
    noticed,
    party,
    proposal,
    proposed,
    read,
    registered,
    report,
    reported,
    reviewed,
    served,
    slug,
    step,
    told,
    two_officers,
)


async def test_nobody_decides_on_the_own_work(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    both = bearer("clerk-1", Role.CLERK, Role.APPROVER)
    investigator = bearer("inspector-1", Role.CLERK, Role.APPROVER)
    reviewing = bearer("reviewer-1", Role.APPROVER)
    penalty = await reported(registry, body["id"])
    investigators = {"investigators": await two_officers(registry)}
    own = await step(registry, penalty, "file", both, investigators)
    assert (own.status_code, slug(own)) == (403, "two-person-rule")
    penalty = await noticed(registry, body["id"])
    day(registry, "2026-03-10")
    for who in (CLERK, investigator):
        own = await step(registry, penalty, "review", who, {"opinion": "程序合法"})
        assert (own.status_code, slug(own)) == (403, "two-person-rule")
    penalty = await done(registry, penalty, "review", REVIEWER, {"opinion": "程序合法"})
    for who in (both, investigator, reviewing):
        own = await step(registry, penalty, "decide", who, {})
        assert (own.status_code, slug(own)) == (403, "two-person-rule")
        own = await step(registry, penalty, "dismiss", who, {"reason": "事实不清"})
        if who is not reviewing:
            assert (own.status_code, slug(own)) == (403, "two-person-rule")
            continue
        assert own.status_code == 200


async def test_an_investigator_who_was_replaced_stays_kept_from_the_decision(
    registry: ServiceUnderTest,
) -> None:
    penalty = await filed(registry, (await registered(registry))["id"])
    others = [(await an_officer(registry, f"inspector-{n}"))["id"] for n in (3, 4)]
    penalty = await done(registry, penalty, "reassign", CHIEF, {"investigators": others})
    before = bearer("inspector-1", Role.APPROVER)
    own = await step(registry, penalty, "dismiss", before, {"reason": "事实不清"})
    assert (own.status_code, slug(own)) == (403, "two-person-rule")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"certificate_until": "2026-03-01"}, "certificate-expired"),
        ({"district": "340104"}, "officer-of-other-district"),
    ],
)
async def test_an_officer_who_may_not_act_is_not_accepted(
    registry: ServiceUnderTest, given: dict[str, Any], code: str
) -> None:
    penalty = await reported(registry, (await registered(registry))["id"])
    unfit = (await an_officer(registry, "inspector-9", **given))["id"]
    fit = await two_officers(registry)
    refused = await step(registry, penalty, "file", CHIEF, {"investigators": [fit[0], unfit]})
    assert (refused.status_code, codes(refused)) == (422, [code])


async def test_one_officer_is_not_enough_even_when_named_twice(registry: ServiceUnderTest) -> None:
    penalty = await reported(registry, (await registered(registry))["id"])
    one = (await two_officers(registry))[0]
    for named in ([one], [one, one]):
        refused = await step(registry, penalty, "file", CHIEF, {"investigators": named})
        assert (refused.status_code, codes(refused)) == (422, ["too-few-officers"])


async def test_an_officer_with_an_interest_keeps_away(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    penalty = await reported(registry, body["id"])
    named = await two_officers(registry)
    interest = {"organization_id": body["id"], "reason": "曾在该组织任职"}
    path = f"/v1/officers/{named[0]}/interests"
    noted = await registry.client.post(path, json=interest, headers=CLERK | {"If-Match": '"v1"'})
    assert noted.status_code == 200, noted.text
    refused = await step(registry, penalty, "file", CHIEF, {"investigators": named})
    assert (refused.status_code, codes(refused)) == (422, ["officer-recused"])
    ended = interest | {"is_ended": True}
    await registry.client.post(path, json=ended, headers=CLERK | {"If-Match": '"v2"'})
    assert await done(registry, penalty, "file", CHIEF, {"investigators": named})


async def test_what_was_sent_back_is_noticed_again_and_not_made_heavier_for_the_defence(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    penalty = await noticed(registry, body["id"])
    penalty = await done(registry, penalty, "state", party(body), {"statement": SAID})
    day(registry, "2026-03-10")
    penalty = await done(registry, penalty, "reopen", REVIEWER, {"reason": "事实需要补充"})
    assert (penalty["status"], penalty["notice_served_on"]) == ("filed", None)
    heavier = proposal(fine_fen=2_400_000)
    refused = await step(registry, penalty, "propose", CLERK, heavier)
    assert (refused.status_code, slug(refused)) == (409, "heavier-after-defence")
    assert await done(registry, penalty, "propose", body=proposal(fine_fen=1_600_000))
    penalty = await read(registry, penalty)
    penalty = await done(registry, penalty, "reopen", REVIEWER, {"reason": "发现新的证据"})
    penalty = await done(registry, penalty, "evidence", body=EVIDENCE)
    refused = await step(registry, penalty, "propose", CLERK, heavier)
    assert refused.status_code == 200
    penalty = await done(registry, refused.json(), "serve-notice", body=served("2026-03-10"))
    assert penalty["statement_until"] == "2026-03-17"
    early = await step(registry, penalty, "review", REVIEWER, {"opinion": "程序合法"})
    assert slug(early) == "safeguards-missing"
    whole = await read(registry, penalty)
    assert [one["reason"] for one in whole["rounds"]] == ["事实需要补充", "发现新的证据"]


async def test_what_was_found_too_late_is_not_filed(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    investigators = {"investigators": await two_officers(registry)}
    late = await reported(
        registry, body["id"], violation_ended_on="2024-02-29", discovered_on="2026-03-02"
    )
    refused = await step(registry, late, "file", CHIEF, investigators)
    assert (refused.status_code, slug(refused)) == (409, "time-barred")
    # 1 March 2026 is a Sunday: the two years end on the Monday.
    just = await reported(
        registry, body["id"], violation_ended_on="2024-03-01", discovered_on="2026-03-02"
    )
    assert await done(registry, just, "file", CHIEF, investigators)


async def test_nothing_is_proposed_without_evidence(registry: ServiceUnderTest) -> None:
    penalty = await filed(registry, (await registered(registry))["id"])
    refused = await step(registry, penalty, "propose", CLERK, proposal())
    assert (refused.status_code, slug(refused)) == (409, "no-evidence")


async def test_a_clue_is_followed_once(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    source = {"source": "inspection", "source_id": str(uuid7())}
    first = await reported(registry, body["id"], **source)
    again = await report(registry, clue(body["id"], **source))
    assert (again.status_code, slug(again)) == (409, "already-reported")
    await done(registry, first, "refuse-filing", CHIEF, {"reason": "没有违法事实"})
    assert (await report(registry, clue(body["id"], **source))).status_code == 201


async def test_the_time_of_a_case_is_extended_once_by_somebody_else(
    registry: ServiceUnderTest,
) -> None:
    penalty = await filed(registry, (await registered(registry))["id"])
    why = {"reason": "案情复杂"}
    penalty = await done(registry, penalty, "extend", CHIEF, why)
    assert penalty["clock"]["due_on"] == "2026-06-30"
    again = await step(registry, penalty, "extend", CHIEF, why)
    assert (again.status_code, slug(again)) == (409, "extensions-used-up")


async def test_overdue_cases_are_told_without_telling_whose_they_are(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    await filed(registry, body["id"])
    for when in ("2026-05-17", "2026-06-01", "2026-06-02", "2026-06-03"):
        day(registry, when)
        await registry.settle()
    events = await told(registry)
    assert [(one["data"]["stage"], one["data"]["notice"]) for one in events] == [
        ("decision", "due-soon"),
        ("decision", "overdue"),
    ]
    assert body["id"] not in str(events)


async def test_service_payment_and_publication_are_reminded_of(registry: ServiceUnderTest) -> None:
    penalty = await decided(registry, (await registered(registry))["id"])
    day(registry, "2026-03-20")
    await registry.settle()
    penalty = await done(
        registry, await read(registry, penalty), "serve", body=served("2026-03-20")
    )
    day(registry, "2026-04-08")
    await registry.settle()
    found = [(one["data"]["stage"], one["data"]["notice"])
             for one in await told(registry, "penalty.reminded")]  # fmt: skip
    assert sorted(found) == [
        ("payment", "overdue"), ("publication", "overdue"), ("service", "overdue"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"served_on": "2026-03-03"}, "/served_on"),
        ({"served_on": "2026-03-01"}, "/served_on"),
        ({"method": "electronic"}, "/consented"),
        ({"method": "announcement"}, "/announced_on"),
        ({"announced_on": "2026-03-02"}, "/announced_on"),
        ({"method": "announcement", "announced_on": "2026-03-02"}, "/served_on"),
    ],
)
async def test_a_notice_counts_only_when_it_was_served(
    registry: ServiceUnderTest, changes: dict[str, Any], pointer: str
) -> None:
    penalty = await proposed(registry, (await registered(registry))["id"])
    refused = await step(registry, penalty, "serve-notice", CLERK, served("2026-03-02") | changes)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_a_fine_is_paid_in_parts_and_never_twice(registry: ServiceUnderTest) -> None:
    penalty = await in_force(registry, (await registered(registry))["id"])
    part = {"amount_fen": 500_000, "paid_on": "2026-03-10", "receipt": "0001"}
    penalty = await done(registry, penalty, "payments", body=part)
    assert slug(await step(registry, penalty, "execute")) == "not-executed"
    twice = await step(registry, penalty, "payments", CLERK, part)
    assert (twice.status_code, twice.json()["errors"][0]["pointer"]) == (422, "/receipt")
    much = {**part, "amount_fen": 1_500_001, "receipt": "0002"}
    refused = await step(registry, penalty, "payments", CLERK, much)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/amount_fen")
    penalty = await done(registry, penalty, "payments", body={**much, "amount_fen": 1_500_000})
    assert (await done(registry, penalty, "execute"))["status"] == "executed"


async def test_a_double_click_decides_once(registry: ServiceUnderTest) -> None:
    penalty = await reviewed(registry, (await registered(registry))["id"])
    await done(registry, penalty, "decide", CHIEF, {})
    assert (await step(registry, penalty, "decide", CHIEF, {})).status_code == 412
    assert len(await told(registry, "penalty.decided")) == 1


async def test_numbers_run_by_authority_and_year(registry: ServiceUnderTest) -> None:
    numbers: list[str] = []
    for at, district in enumerate(("340103", "340104", "340103")):
        body = await registered(registry, at + 1, district=district)
        numbers.append((await decided(registry, body["id"]))["decision_number"])
    assert numbers == [
        "340103民罚决字〔2026〕1号", "340104民罚决字〔2026〕1号", "340103民罚决字〔2026〕2号",
    ]  # fmt: skip


async def test_another_district_neither_acts_nor_reads(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    assert slug(await report(registry, clue(body["id"]), ELSEWHERE)) == "other-district"
    penalty = await reported(registry, body["id"])
    refused = await step(registry, penalty, "refuse-filing", ELSEWHERE, {"reason": "不予立案"})
    assert (refused.status_code, slug(refused)) == (403, "other-district")
    answer = await registry.client.get(f"/v1/penalties/{penalty['id']}", headers=ELSEWHERE)
    assert answer.status_code == 403
    assert (await registry.client.get("/v1/penalties", headers=ELSEWHERE)).json()["items"] == []


async def test_the_body_learns_of_its_case_by_the_notice_and_not_before(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    other = await registered(registry, 2)
    penalty = await proposed(registry, body["id"])
    path = f"/v1/penalties/{penalty['id']}"
    assert (await registry.client.get(path, headers=party(body))).status_code == 404
    spoke = await step(registry, penalty, "state", party(body), {"statement": SAID})
    assert spoke.status_code == 404
    assert (await registry.client.get("/v1/penalties", headers=party(body))).json()["items"] == []
    penalty = await done(registry, penalty, "serve-notice", body=served("2026-03-02"))
    penalty = await done(registry, penalty, "state", party(body), {"statement": SAID})
    own = await read(registry, penalty, party(body))
    assert own["said"][0]["statement"] == SAID
    assert (own["handlers"], own["review"], own["decided_by"]) == ([], None, None)
    assert (await registry.client.get(path, headers=party(other))).status_code == 403
    listed = (await registry.client.get("/v1/penalties", headers=party(body))).json()["items"]
    assert [one["id"] for one in listed] == [penalty["id"]]
    seen = await read(registry, penalty, AUDITOR)
    assert SAID not in str(seen)
    assert await told(registry) == []


async def test_pages_neither_skip_nor_repeat(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    made = [(await reported(registry, body["id"]))["id"] for _ in range(3)]
    first = await registry.client.get("/v1/penalties", params={"limit": 2}, headers=CLERK)
    asked = {"limit": 2, "cursor": first.json()["next_cursor"]}
    second = await registry.client.get("/v1/penalties", params=asked, headers=CLERK)
    assert [one["id"] for one in first.json()["items"] + second.json()["items"]] == made
    assert second.json()["next_cursor"] is None


async def test_the_table_itself_refuses_a_decision_without_the_safeguards(
    registry: ServiceUnderTest,
) -> None:
    penalty = await noticed(registry, (await registered(registry))["id"])
    statement = text(
        "UPDATE penalty SET status = 'decided', decided_on = '2026-03-02', decided_by = 'x',"
        " reviewed_by = 'y' WHERE id = :id"
    )
    engine = registry.runtime.worker_engine
    with pytest.raises(IntegrityError, match="decided_with_every_safeguard"):
        async with engine.begin() as connection:
            await connection.execute(statement, {"id": penalty["id"]})
