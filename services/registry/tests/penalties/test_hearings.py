"""陈述、申辩与听证: the party is heard before anything is decided."""

from liandong.ids import uuid7
from liandong.testing.services import ServiceUnderTest
from services.registry.tests.penalties.casebook import (
    CHIEF,
    CLERK,
    REVIEWER,
    SAID,
    SUSPENSION,
    an_officer,
    codes,
    day,
    done,
    meeting,
    noticed,
    party,
    registered,
    slug,
    step,
    two_officers,
)


async def test_the_window_is_the_partys_to_its_last_day(registry: ServiceUnderTest) -> None:
    penalty = await noticed(registry, (await registered(registry))["id"], **SUSPENSION)
    day(registry, "2026-03-09")
    early = await step(registry, penalty, "review", REVIEWER, {"opinion": "程序合法"})
    assert (early.status_code, slug(early)) == (409, "safeguards-missing")
    assert codes(early) == ["statement-window-open", "hearing-window-open"]
    day(registry, "2026-03-10")
    assert await done(registry, penalty, "review", REVIEWER, {"opinion": "程序合法"})


async def test_what_the_party_said_is_answered(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    penalty = await noticed(registry, body["id"])
    penalty = await done(registry, penalty, "state", party(body), {"statement": SAID})
    day(registry, "2026-03-10")
    silent = await step(registry, penalty, "review", REVIEWER, {"opinion": "程序合法"})
    assert (silent.status_code, silent.json()["errors"][0]["pointer"]) == (422, "/recheck")


async def test_a_light_penalty_gives_no_right_to_a_hearing(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    penalty = await noticed(registry, body["id"])
    refused = await step(registry, penalty, "request-hearing", party(body), {})
    assert (refused.status_code, slug(refused)) == (409, "no-hearing-right")


async def test_a_hearing_is_asked_for_in_time_and_a_letter_counts_when_it_came(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    penalty = await noticed(registry, body["id"], **SUSPENSION)
    day(registry, "2026-03-10")
    late = await step(registry, penalty, "request-hearing", party(body), {})
    assert (late.status_code, slug(late)) == (409, "hearing-too-late")
    # The party cannot backdate its own word.
    backdated = {"received_on": "2026-03-09"}
    again = await step(registry, penalty, "request-hearing", party(body), backdated)
    assert slug(again) == "hearing-too-late"
    at_the_desk = await step(registry, penalty, "request-hearing", CLERK, backdated)
    assert at_the_desk.json()["status"] == "hearing"


async def test_while_the_hearing_is_open_nothing_is_reviewed_or_decided(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    penalty = await noticed(registry, body["id"], **SUSPENSION)
    penalty = await done(registry, penalty, "request-hearing", party(body), {})
    day(registry, "2026-04-01")
    for action, who, json in (
        ("review", REVIEWER, {"opinion": "程序合法", "recheck": "已复核"}),
        ("decide", CHIEF, meeting()),
        ("reopen", REVIEWER, {"reason": "补充调查"}),
    ):
        assert slug(await step(registry, penalty, action, who, json)) == "illegal-transition"
    given_up = {"outcome": "given_up", "record": "当事人书面放弃听证"}
    penalty = await done(registry, penalty, "end-hearing", body=given_up)
    checked = {"opinion": "程序合法", "recheck": "当事人未提出新的意见"}
    assert (await done(registry, penalty, "review", REVIEWER, checked))["status"] == "reviewed"


async def test_the_hearing_is_told_seven_working_days_before_and_not_chaired_by_an_investigator(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    penalty = await noticed(registry, body["id"], **SUSPENSION)
    penalty = await done(registry, penalty, "request-hearing", party(body), {})
    chair = (await an_officer(registry, "chair-1"))["id"]
    arranged = {"held_on": "2026-03-12", "place": "会议室", "told_on": "2026-03-02", "chair": chair}
    for changes, pointer in (
        ({"held_on": "2026-03-11"}, "/held_on"),
        ({"told_on": "2026-03-03"}, "/told_on"),
        ({"chair": (await two_officers(registry))[0]}, "/chair"),
        ({"chair": str(uuid7())}, "/chair/0"),
    ):
        refused = await step(registry, penalty, "arrange-hearing", body={**arranged, **changes})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
    await done(registry, penalty, "arrange-hearing", body=arranged)
