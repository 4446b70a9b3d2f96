"""Files of a day: who has them, what they say, that they say it again."""

import asyncio
import csv
import hashlib
import io
import json
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from credit_list.learned import events
from credit_list.sharing.closing import CLOSING
from liandong.identity.actors import Role
from liandong.ids import uuid7
from liandong.testing.services import bearer

Desk = Any
PARTNER = bearer("partner-1", Role.PARTNER, district="340100", scopes=("exports:read",))
AUDITOR = bearer("auditor-1", Role.AUDITOR)
DAY = "/v1/exports/daily"


def today(desk: Desk) -> date:
    return desk.service.clock.now().date()


async def closed(desk: Desk) -> str:
    """The next morning: the day that has just been closed."""
    day = today(desk)
    await desk.pass_days(1)
    return day.isoformat()


async def file(desk: Desk, day: str, part: str, **query: Any) -> bytes:
    answer = await desk.client.get(f"{DAY}/{day}/{part}", params=query, headers=PARTNER)
    assert answer.status_code == 200, answer.text
    return answer.content


async def told(desk: Desk, day: str, part: str, **query: Any) -> list[dict[str, Any]]:
    content = await file(desk, day, part, format="jsonl", **query)
    return [json.loads(line) for line in content.decode().splitlines()]


def penalty(organization: UUID, penalty_id: UUID, **given: Any) -> events.PenaltyServed:
    facts: dict[str, Any] = {
        "penalty_id": penalty_id,
        "organization_id": organization,
        "district": "340103",
        "decision_number": "庐民罚〔2019〕3号",
        "sanctions": ["fine"],
        "violations": ["beyond-scope"],
        "fine_fen": 4_000_000,
        "decided_on": date(2019, 9, 20),
        "served_on": date(2019, 9, 23),
    }
    return events.PenaltyServed(**(facts | given))


async def correct(desk: Desk, listing: str) -> None:
    answer = await desk.act(
        f"/v1/listings/{listing}/correct", {"reason": "张冠李戴"}, desk.other_approver
    )
    assert answer.status_code == 200, answer.text


async def test_a_listing_is_added_with_its_facts_and_deleted_without_any(desk: Desk) -> None:
    listing = await desk.a_listing(await desk.an_organization())
    first = await closed(desk)
    [added] = await told(desk, first, "delta")
    assert (added["key"], added["operation"]) == (f"listing:{listing}", "add")
    content = added["content"]
    assert content["name"] == "合肥市庐阳区阳光社会工作服务中心1"
    assert content["document_number"] == "合民〔2019〕8号"
    assert content["authority"] == "安徽省合肥市庐阳区民政部门"
    await correct(desk, listing)
    second = await closed(desk)
    [deleted] = await told(desk, second, "delta")
    assert deleted == {
        "key": added["key"],
        "operation": "delete",
        "day": second,
        "position": added["position"] + 1,
    }
    assert await told(desk, second, "full") == []


async def test_what_ends_is_named_at_once_by_its_key(desk: Desk) -> None:
    listing = await desk.a_listing(await desk.an_organization())
    await closed(desk)
    path = "/v1/exports/deletions"
    assert (await desk.read(path, PARTNER))["items"] == []
    await correct(desk, listing)
    [marker] = (await desk.read(path, PARTNER))["items"]
    assert marker.keys() == {"key", "operation", "position"}
    assert (marker["key"], marker["operation"]) == (f"listing:{listing}", "delete")
    await closed(desk)
    assert (await desk.read(path, PARTNER))["items"] == []


async def test_what_was_listed_and_corrected_between_two_closes_never_leaves(desk: Desk) -> None:
    await correct(desk, await desk.a_listing(await desk.an_organization()))
    day = await closed(desk)
    assert await told(desk, day, "delta") == await told(desk, day, "full") == []


async def test_the_same_day_gives_the_same_bytes_unless_something_is_corrected(desk: Desk) -> None:
    organization = await desk.an_organization()
    await desk.a_listing(organization)
    day = await closed(desk)
    forms = [
        {"format": "csv"},
        {"format": "csv", "encoding": "gb18030"},
        {"format": "jsonl"},
    ]
    before = [await file(desk, day, part, **form) for part in ("full", "delta") for form in forms]
    sums = (await desk.read(f"{DAY}/{day}", PARTNER))["files"]
    await desk.learn(desk.told("changed", organization, name="合肥市新名称服务中心"))
    await closed(desk)
    after = [await file(desk, day, part, **form) for part in ("full", "delta") for form in forms]
    assert after == before
    manifest = await desk.read(f"{DAY}/{day}", PARTNER)
    assert manifest["files"] == sums


async def test_the_manifest_tells_rows_and_checksums_of_every_file(desk: Desk) -> None:
    await desk.a_listing(await desk.an_organization())
    day = await closed(desk)
    manifest = await desk.read(f"{DAY}/{day}", PARTNER)
    assert len(manifest["files"]) == 12
    for one in manifest["files"]:
        answer = await desk.client.get(one["path"], headers=PARTNER)
        assert hashlib.sha256(answer.content).hexdigest() == one["sha256"]
        assert len(answer.content) == one["size"]
        assert one["rows"] == (1 if one["subject"] == "listing" else 0)


async def test_days_follow_each_other_without_a_gap(desk: Desk) -> None:
    await desk.a_listing(await desk.an_organization(1))
    first = await desk.read(f"{DAY}/{await closed(desk)}", PARTNER)
    idle = await desk.read(f"{DAY}/{await closed(desk)}", PARTNER)
    await desk.a_listing(await desk.an_organization(2))
    later = await desk.read(f"{DAY}/{await closed(desk)}", PARTNER)
    assert idle["first_position"] == first["last_position"] + 1 == idle["last_position"] + 1
    assert later["first_position"] == first["last_position"] + 1
    assert idle["previous_day"] == first["day"]


async def test_a_csv_has_the_field_set_and_reads_in_both_encodings(desk: Desk) -> None:
    await desk.a_listing(await desk.an_organization())
    day = await closed(desk)
    data = await file(desk, day, "full")
    assert data.startswith(b"\xef\xbb\xbf")
    plain = data.decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(plain, newline=""))
    assert (row["行政相对人代码类型"], row["名单名称"]) == ("1", "严重违法失信名单")
    assert row["法定代表人证件号码"] == ""
    assert (await file(desk, day, "full", encoding="gb18030")).decode("gb18030") == plain


async def test_a_penalty_is_shared_by_its_class_and_until_its_term_is_over(desk: Desk) -> None:
    organization = await desk.an_organization()
    fine, warning = uuid7(), uuid7()
    await desk.learn(
        penalty(organization, fine),
        penalty(organization, warning, sanctions=["warning"], fine_fen=0),
    )
    day = await closed(desk)
    [row] = await told(desk, day, "delta", subject="penalty")
    assert row["content"]["publication_ends_on"] == "2020-09-23"
    desk.set_day("2020-09-23")
    await desk.service.settle()
    assert len(await told(desk, "2020-09-22", "full", subject="penalty")) == 1
    last = await closed(desk)
    [marker] = await told(desk, last, "delta", subject="penalty")
    assert (marker["operation"], last) == ("delete", "2020-09-23")
    assert "content" not in marker


async def test_a_penalty_of_a_body_not_yet_learnt_is_shared_when_it_is(desk: Desk) -> None:
    organization = uuid7()
    await desk.learn(penalty(organization, uuid7()))
    assert await told(desk, await closed(desk), "delta", subject="penalty") == []
    await desk.learn(desk.told("registered", organization))
    assert len(await told(desk, await closed(desk), "delta", subject="penalty")) == 1


async def test_another_departments_penalty_is_theirs_to_publish(desk: Desk) -> None:
    body = {
        "organization_id": str(await desk.an_organization()),
        "kind": "penalty",
        "authority": "合肥市庐阳区市场监督管理局",
        "document_number": "庐市监罚〔2019〕7号",
        "arose_on": "2019-09-20",
        "sanctions": ["fine"],
        "fine_fen": 4_000_000,
    }
    assert (await desk.act("/v1/records", body, desk.clerk)).status_code == 201
    assert await told(desk, await closed(desk), "full", subject="penalty") == []


async def test_a_new_name_is_a_change_and_an_old_one_said_again_is_none(desk: Desk) -> None:
    organization = await desk.an_organization()
    await desk.a_listing(organization)
    await closed(desk)
    await desk.learn(desk.told("changed", organization, name="合肥市新名称服务中心"))
    [row] = await told(desk, await closed(desk), "delta")
    assert (row["operation"], row["content"]["name"]) == ("change", "合肥市新名称服务中心")
    await desk.learn(desk.told("changed", organization, name="合肥市新名称服务中心"))
    assert await told(desk, await closed(desk), "delta") == []


@pytest.mark.parametrize("seed", range(3))
async def test_deltas_add_up_to_the_full_file_on_a_random_path(desk: Desk, seed: int) -> None:
    dice = Random(seed)
    organizations = [await desk.an_organization(number) for number in range(1, 5)]
    penalties: dict[UUID, UUID] = {}
    kept: dict[str, Any] = {}
    days: list[str] = []
    for _ in range(12):
        for _ in range(dice.randrange(3)):
            organization = dice.choice(organizations)
            one = penalties.setdefault(organization, uuid7())
            served = penalty(organization, one, fine_fen=dice.choice([4_000_000, 4_100_000]))
            match dice.randrange(3):
                case 0:
                    await desk.learn(served)
                case 1:
                    facts = served.model_dump(exclude={"served_on"})
                    await desk.learn(events.PenaltyWithdrawn(**facts))
                case _:
                    name = f"合肥市名称{dice.randrange(3)}服务中心"
                    await desk.learn(desk.told("changed", organization, name=name))
        day = await closed(desk)
        for row in await told(desk, day, "delta", subject="penalty"):
            take(kept, row)
        full = await told(desk, day, "full", subject="penalty")
        assert {row["key"]: row["content"] for row in full} == kept
        days.append(day)
    kept = {}
    for day in days:  # whoever begins only now: what was withdrawn since is in none of them
        for row in await told(desk, day, "delta", subject="penalty"):
            take(kept, row)
        full = await told(desk, day, "full", subject="penalty")
        assert {row["key"]: row["content"] for row in full} == kept


def take(kept: dict[str, Any], row: dict[str, Any]) -> None:
    """What a receiver does with a line of a delta."""
    if row["operation"] == "delete":
        kept.pop(row["key"], None)
    else:
        kept[row["key"]] = row["content"]


async def test_a_district_reads_its_own_and_what_is_open_to_it(desk: Desk) -> None:
    await desk.a_listing(await desk.an_organization())
    day = await closed(desk)
    tongling = bearer("partner-2", Role.PARTNER, district="340700", scopes=("exports:read",))
    path = f"{DAY}/{day}/full"
    own = await desk.client.get(path, headers=tongling)
    assert own.status_code == 200
    assert len(own.text.splitlines()) == 1
    other = await desk.client.get(path, params={"district": "340100"}, headers=tongling)
    assert other.status_code == 403


async def test_an_unknown_district_and_a_day_not_closed_are_explained(desk: Desk) -> None:
    await desk.pass_days(1)
    for district, status in (("999999", 422), ("340103", 200)):
        answer = await desk.client.get(
            f"{DAY}/2019-09-23", params={"district": district}, headers=PARTNER
        )
        assert answer.status_code == status
    for day in (today(desk).isoformat(), "2001-01-01", "9999-12-31"):
        answer = await desk.client.get(f"{DAY}/{day}/delta", headers=PARTNER)
        assert answer.status_code == 404
        assert answer.json()["type"].endswith("day-not-closed")
    assert (await desk.client.get(f"{DAY}/2019-02-30/full", headers=PARTNER)).status_code == 422


async def test_a_partner_is_given_no_file_after_its_time_and_an_auditor_is(desk: Desk) -> None:
    day = await closed(desk)
    for days, status in ((91, 200), (1, 409)):
        await desk.pass_days(days)
        answer = await desk.client.get(f"{DAY}/{day}/full", headers=PARTNER)
        assert answer.status_code == status, days
    assert answer.json()["type"].endswith("day-no-longer-kept")
    assert (await desk.client.get(f"{DAY}/{day}/full", headers=AUDITOR)).status_code == 200


async def test_a_day_is_closed_once_even_by_two_workers_and_tells_of_idle_days(desk: Desk) -> None:
    await desk.a_listing(await desk.an_organization())
    desk.service.clock.advance(timedelta(days=3))
    runtime = desk.service.runtime
    assert sorted(await asyncio.gather(*(CLOSING.work(runtime) for _ in range(4)))) == [0, 0, 0, 1]
    last = (today(desk) - timedelta(days=1)).isoformat()
    assert len(await told(desk, last, "delta")) == 1
    missing = (today(desk) - timedelta(days=2)).isoformat()
    assert (await desk.client.get(f"{DAY}/{missing}", headers=PARTNER)).status_code == 404


async def test_the_first_close_takes_stock_of_what_was_never_marked(desk: Desk) -> None:
    organization = await desk.an_organization()
    await desk.a_listing(organization)
    await desk.learn(penalty(organization, uuid7()))
    async with desk.service.runtime.worker_engine.begin() as connection:
        await connection.execute(text("TRUNCATE shared_mark, shared_change, shared_day CASCADE"))
    day = await closed(desk)
    assert len(await told(desk, day, "full")) == 1
    assert len(await told(desk, day, "full", subject="penalty")) == 1
