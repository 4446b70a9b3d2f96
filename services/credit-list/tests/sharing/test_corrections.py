"""A repair leaves the files that were closed before, in the same act."""

import asyncio
import hashlib
import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from credit_list.learned import events
from credit_list.sharing import files, repository
from credit_list.sharing.closing import CLOSING
from credit_list.sharing.domain import Subject
from credit_list.sharing.files import Format, Part, Wanted
from liandong.identity.actors import Role
from liandong.ids import uuid7
from liandong.testing.services import bearer, eventually

Desk = Any
PARTNER = bearer("partner-1", Role.PARTNER, district="340100", scopes=("exports:read",))
ELSEWHERE = bearer("partner-2", Role.PARTNER, district="340700", scopes=("exports:read",))
DAY = "/v1/exports/daily"
_WAITING = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


async def closed(desk: Desk) -> str:
    day = desk.today
    await desk.pass_days(1)
    return day


async def file(desk: Desk, day: str, part: str, **query: Any) -> Any:
    asked = {"format": "jsonl", **query}
    return await desk.client.get(f"{DAY}/{day}/{part}", params=asked, headers=PARTNER)


async def told(desk: Desk, day: str, part: str, **query: Any) -> list[dict[str, Any]]:
    answer = await file(desk, day, part, **query)
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


async def correct(desk: Desk, listing: str, **given: Any) -> Any:
    body = {"reason": "张冠李戴"} | given
    return await desk.act(f"/v1/listings/{listing}/correct", body, desk.other_approver)


async def revisions(desk: Desk, who: dict[str, str] = PARTNER) -> list[tuple[str, str, int]]:
    found = await desk.read("/v1/exports/revisions", who)
    return [(one["day"], one["part"], one["revision"]) for one in found["files"]]


def penalty(organization: UUID, penalty_id: UUID, **given: Any) -> dict[str, Any]:
    return {
        "penalty_id": penalty_id,
        "organization_id": organization,
        "district": "340103",
        "authority": "合肥市庐阳区民政局",
        "authority_credit_code": "113401030029853123",
        "decision_number": "庐民罚〔2019〕3号",
        "sanctions": ["fine"],
        "violations": ["beyond-scope"],
        "fine_fen": 4_000_000,
        "decided_on": date(2019, 9, 20),
    } | given


async def test_a_repair_takes_the_listing_out_of_every_file_that_is_handed_out(desk: Desk) -> None:
    organization = await desk.an_organization(1)
    other = await desk.a_listing(await desk.an_organization(2))
    listing = await desk.a_listing(organization)
    desk.set_day("2022-11-10")
    await desk.service.settle()
    days = [(await closed(desk)) for _ in range(2)]
    before = await file(desk, days[0], "full")
    repair = await desk.a_checked_repair(listing, desk.organization(organization))
    assert (await file(desk, days[0], "full", revision=1)).content == before.content
    assert (await desk.decide_repair(repair)).status_code == 200

    for day in days:
        gone = await file(desk, day, "full", revision=1)
        assert gone.status_code == 410
        assert gone.json()["type"].endswith(":file-superseded")
        assert gone.json()["revision"] == 2
        assert [one["key"] for one in await told(desk, day, "full")] == [f"listing:{other}"]
        assert (await file(desk, day, "full", revision=3)).status_code == 404
    manifest = await desk.read(f"{DAY}/{days[0]}", PARTNER)
    for one in manifest["files"]:
        answer = await desk.client.get(one["path"], headers=PARTNER)
        assert hashlib.sha256(answer.content).hexdigest() == one["sha256"]
        is_new = one["part"] == "full" and one["subject"] == "listing"
        assert (one["revision"], one["rows"]) == ((2, 1) if is_new else (1, 0))
        assert (one["revised_at"] is not None) is is_new
    assert ("2022-11-09", "full", 2) in await revisions(desk)
    assert await revisions(desk, ELSEWHERE) == []

    second = await closed(desk)
    [marker] = await told(desk, second, "delta")
    assert (marker["key"], marker["operation"]) == (f"listing:{listing}", "delete")
    shown = await desk.client.get(f"/v1/boards/340100/on/{days[0]}")
    assert [one["listing_id"] for one in shown.json()["rows"]] == [other]
    statement = text("SELECT subject_id FROM backbone.audit_entry WHERE action = :action")
    async with desk.service.runtime.worker_engine.connect() as connection:
        kept = await connection.scalars(statement, {"action": "sharing.superseded"})
        assert kept.all() == [listing]


async def test_the_delta_that_told_of_it_has_its_delete_marker_instead(desk: Desk) -> None:
    listing = await desk.a_listing(await desk.an_organization())
    day = await closed(desk)
    [added] = await told(desk, day, "delta")
    assert (await correct(desk, listing)).status_code == 200
    [marker] = await told(desk, day, "delta")
    assert marker == {
        "key": added["key"],
        "operation": "delete",
        "day": day,
        "position": added["position"],
    }
    assert (await file(desk, day, "delta", revision=1)).status_code == 410
    assert await revisions(desk) == [(day, "delta", 2), (day, "full", 2)]
    [now] = (await desk.read("/v1/exports/deletions", PARTNER))["items"]
    assert now["key"] == added["key"]


async def test_a_ground_that_is_corrected_is_told_of_by_no_file_any_more(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    first = await closed(desk)
    await desk.a_listing(organization, trigger="suspension-penalty")
    second = await closed(desk)
    [wrong] = await told(desk, second, "full")
    assert (await correct(desk, listing, ground=2)).status_code == 200
    [right] = await told(desk, second, "full")
    assert (wrong["content"]["trigger"], right["content"]["trigger"]) == (
        "suspension-penalty",
        "fine-50000",
    )
    assert "suspension-penalty" not in (await file(desk, second, "delta")).text
    assert (await told(desk, first, "full"))[0]["content"] == right["content"]
    [again] = await told(desk, await closed(desk), "delta")
    assert (again["operation"], again["content"]) == ("change", right["content"])


async def test_a_file_that_is_being_read_during_a_repair_is_wholly_the_old_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_AT_ONCE", 1)
    listings = [await desk.a_listing(await desk.an_organization(number)) for number in (1, 2, 3)]
    whole = (await file(desk, day := await closed(desk), "full")).content
    engine = desk.service.runtime.read_engine
    wanted = Wanted(Part.FULL, Subject.LISTING, Format.JSONL)
    async with AsyncSession(engine) as session:
        found = await repository.day(session, date.fromisoformat(day))
    assert found is not None
    edition = await files.edition(engine, found, "340100", wanted.part, wanted.subject)
    reading = files.content(engine, edition, wanted)
    read = await anext(reading) + await anext(reading)
    for listing in listings:
        assert (await correct(desk, listing)).status_code == 200
    assert read + b"".join([some async for some in reading]) == whole
    later = await file(desk, day, "full")
    assert (later.content, later.headers["etag"]) == (b"", '"r4"')


async def test_a_correction_that_meets_the_close_of_the_day_finds_what_was_closed(
    desk: Desk,
) -> None:
    cases = [await desk.a_case(await desk.an_organization(number)) for number in (1, 2)]
    for case in cases:
        assert (await desk.serve(case)).status_code == 200
    await desk.pass_days(19)
    first, second = [(await desk.decide(case)).json()["listing_id"] for case in cases]
    day = desk.today
    desk.service.clock.advance(timedelta(days=1))
    engine = desk.service.runtime.worker_engine

    async def waiting(number: int) -> bool:
        async with engine.connect() as connection:
            return int(await connection.scalar(_WAITING) or 0) >= number

    async with engine.begin() as holding:
        statement = text("SELECT 1 FROM listing WHERE id = :id FOR UPDATE")
        await holding.execute(statement, {"id": second})
        closing = asyncio.create_task(CLOSING.work(desk.service.runtime))
        await eventually(lambda: waiting(1))  # it holds the first
        correcting = asyncio.create_task(correct(desk, first))
        await eventually(lambda: waiting(2))
    assert await closing == 1
    assert (await correcting).status_code == 200
    assert [one["key"] for one in await told(desk, day, "full")] == [f"listing:{second}"]


async def test_a_penalty_that_the_registry_stops_publishing_early_leaves_the_files(
    desk: Desk,
) -> None:
    organization = await desk.an_organization()
    repaired, expired, wrong = uuid7(), uuid7(), uuid7()
    numbers = {one: f"庐民罚〔2019〕{one}号" for one in (repaired, expired, wrong)}
    for one, number in numbers.items():
        facts = penalty(organization, one, decision_number=number)
        await desk.learn(events.PenaltyServed(**facts, served_on=date(2019, 9, 23)))
        until = date(2019, 9, 23) if one == expired else date(2020, 9, 20)
        shown = {"publication_class": "ordinary", "publication_until": until}
        await desk.learn(events.PenaltyPublished(**facts, **shown))
    day = await closed(desk)
    [row, *_] = await told(desk, day, "full", subject="penalty")
    assert row["content"]["authority"] == "合肥市庐阳区民政局"
    assert row["content"]["authority_code"] == "113401030029853123"
    stopped = desk.service.clock.now().date()
    keys = {
        one["content"]["document_number"]: one["key"]
        for one in await told(desk, day, "full", subject="penalty")
    }
    for one in (repaired, expired):
        facts = penalty(organization, one, decision_number=numbers[one])
        await desk.learn(events.PenaltyUnpublished(**facts, unpublished_on=stopped))
    facts = penalty(organization, wrong, decision_number=numbers[wrong], fine_fen=3_000_000)
    await desk.learn(events.PenaltyExecuted(**facts))
    full = {one["key"]: one["content"] for one in await told(desk, day, "full", subject="penalty")}
    gone, over, amended = (keys[number] for number in numbers.values())
    assert full.keys() == {over, amended}
    assert full[amended]["fine_fen"] == 3_000_000
    ended = (await desk.read("/v1/exports/deletions", PARTNER))["items"]
    assert {one["key"] for one in ended} == {over, gone}
    again = await told(desk, await closed(desk), "delta", subject="penalty")
    assert {one["key"]: one["operation"] for one in again} == {
        gone: "delete",
        over: "delete",
        amended: "change",
    }
