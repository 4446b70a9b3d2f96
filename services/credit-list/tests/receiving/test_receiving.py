"""Lists of other departments and cities: each once, whole, in order, about the right body."""

import asyncio
import hashlib
from datetime import date
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from liandong.identity.actors import Role
from liandong.ids import uuid7
from liandong.testing.services import bearer
from liandong.values.credit_code import make

Desk = Any
COURT = bearer("court", Role.PARTNER, district="340100", scopes=("receiving:write",))
BATCHES = "/v1/receiving/batches"
NAME = "合肥市庐阳区阳光社会工作服务中心{}"


def code(number: int) -> str:
    return make("52", "340103", f"XN{number:06}")


def row(number: int = 1, about: int = 1, **given: Any) -> dict[str, Any]:
    return {
        "number": number,
        "operation": "add",
        "record_key": f"K{number}",
        "kind": "court-defaulter",
        "name": NAME.format(about),
        "credit_code": code(about),
        "authority": "合肥市庐阳区人民法院",
        "document_number": f"（2019）皖0103执{about}号",
        "decided_on": "2019-09-10",
    } | given


def batch(*rows: dict[str, Any], sequence: int = 1, **given: Any) -> dict[str, Any]:
    return {
        "sender": "hefei-court",
        "sender_name": "合肥市中级人民法院",
        "sender_kind": "department",
        "number": f"2019-{sequence:03}",
        "sequence": sequence,
        "total": len(rows),
        "rows": list(rows),
    } | given


async def send(
    desk: Desk, *rows: dict[str, Any], who: dict[str, str] = COURT, **given: Any
) -> httpx.Response:
    return await desk.client.post(BATCHES, json=batch(*rows, **given), headers=who)


async def taken(desk: Desk, *rows: dict[str, Any], **given: Any) -> dict[str, Any]:
    answer = await send(desk, *rows, **given)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def rows(desk: Desk, **query: Any) -> list[dict[str, Any]]:
    return (await desk.read("/v1/receiving/rows", **query))["items"]


async def records(desk: Desk, organization: UUID) -> list[tuple[str, str]]:
    found = await desk.read("/v1/records", organization_id=organization)
    return [(one["kind"], one["status"]) for one in found["items"]]


async def foreign(desk: Desk, **query: Any) -> list[dict[str, Any]]:
    return (await desk.read("/v1/foreign-listings", **query))["items"]


def kind_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rsplit(":", 1)[1]


async def test_a_court_defaulter_becomes_a_record_and_a_lead_and_lists_nobody(desk: Desk) -> None:
    organization = await desk.an_organization()
    sent = await taken(desk, row())
    assert sent["status"] == "applied"
    assert await records(desk, organization) == [("court_defaulter", "recorded")]
    leads = await desk.read("/v1/leads", organization_id=organization)
    assert [one["trigger"] for one in leads["items"]] == ["court-defaulter"]
    assert (await desk.standing(organization))["lists"] == []
    [found] = await foreign(desk)
    assert found["stands"]
    assert [(one["sender"], one["batch_number"], one["row"]) for one in found["sources"]] == [
        ("hefei-court", "2019-001", 1)
    ]


async def test_a_list_that_no_rule_names_is_shown_and_counts_for_nothing(desk: Desk) -> None:
    organization = await desk.an_organization()
    await taken(desk, row(kind="外地社会组织严重违法失信名单"))
    assert await records(desk, organization) == []
    [found] = await foreign(desk, organization_id=organization)
    assert (found["kind"], found["record_id"]) == ("social-serious", None)
    own = await desk.read("/v1/foreign-listings", desk.organization(organization))
    assert [one["id"] for one in own["items"]] == [found["id"]]


async def test_the_same_batch_twice_has_one_answer_and_nothing_twice(desk: Desk) -> None:
    organization = await desk.an_organization()
    first = await taken(desk, row())
    again = await send(desk, row())
    assert (again.status_code, again.json()) == (200, first)
    assert len(await rows(desk)) == 1
    assert len(await records(desk, organization)) == 1


async def test_the_same_batch_from_two_connections_at_once_is_kept_once(desk: Desk) -> None:
    await desk.an_organization()
    answers = await asyncio.gather(*(send(desk, row()) for _ in range(4)))
    assert sorted(one.status_code for one in answers) == [200, 200, 200, 201]
    assert len({one.json()["id"] for one in answers}) == 1
    assert len(await rows(desk)) == 1


async def test_the_same_number_with_other_content_is_refused(desk: Desk) -> None:
    await desk.an_organization()
    await taken(desk, row())
    other = await send(desk, row(decided_on="2019-09-11"))
    assert kind_of(other) == (409, "batch-differs")
    second = await send(desk, row(), number="2019-999")
    assert kind_of(second) == (409, "sequence-taken")
    assert second.json()["next_sequence"] == 2
    assert len(await rows(desk)) == 1


async def test_half_a_batch_is_refused_with_what_is_missing_and_may_come_whole(desk: Desk) -> None:
    await desk.an_organization()
    half = await send(desk, row(1), row(3), total=3)
    assert half.status_code == 422
    assert half.json()["missing"] == [2]
    assert await rows(desk) == []
    await taken(desk, row(1), row(2), row(3))


async def test_a_batch_ahead_of_its_turn_waits_for_the_one_before(desk: Desk) -> None:
    organization = await desk.an_organization()
    held = await taken(desk, row(operation="delete"), sequence=2)
    assert held["status"] == "held"
    assert [one["status"] for one in await rows(desk)] == ["held"]
    await taken(desk, row(), sequence=1)
    assert (await desk.read(f"{BATCHES}/{held['id']}"))["status"] == "applied"
    assert await records(desk, organization) == [("court_defaulter", "withdrawn")]
    [found] = await foreign(desk)
    assert not found["stands"]


async def test_the_same_fact_from_two_departments_is_linked_and_ends_with_the_last(
    desk: Desk,
) -> None:
    organization = await desk.an_organization()
    await taken(desk, row())
    again = row(document_number="(2019)皖0103执1号", record_key="tax-7")
    bureau = {"sender": "hefei-tax", "sender_name": "合肥市税务局", "who": desk.clerk}
    await taken(desk, again, **bureau)
    [found] = await foreign(desk)
    assert len(found["sources"]) == 2
    assert len(await records(desk, organization)) == 1
    await taken(desk, row(operation="delete"), sequence=2)
    assert await records(desk, organization) == [("court_defaulter", "recorded")]
    await taken(desk, again | {"operation": "delete"}, sequence=2, **bureau)
    assert await records(desk, organization) == [("court_defaulter", "withdrawn")]


async def test_what_an_officer_had_entered_is_linked_and_stays_when_the_sender_deletes(
    desk: Desk,
) -> None:
    organization = await desk.an_organization()
    body = {
        "organization_id": str(organization),
        "kind": "court_defaulter",
        "authority": "合肥市庐阳区人民法院",
        "document_number": "（2019）皖0103执1号",
        "arose_on": "2019-09-10",
    }
    assert (await desk.act("/v1/records", body, desk.clerk)).status_code == 201
    await taken(desk, row())
    await taken(desk, row(operation="delete"), sequence=2)
    assert await records(desk, organization) == [("court_defaulter", "recorded")]


async def test_a_change_takes_the_place_of_what_was_said(desk: Desk) -> None:
    organization = await desk.an_organization(1)
    other = await desk.an_organization(2)
    await taken(desk, row())
    changed = row(operation="change", about=2)
    await taken(desk, changed, sequence=2)
    assert await records(desk, organization) == [("court_defaulter", "withdrawn")]
    assert await records(desk, other) == [("court_defaulter", "recorded")]
    assert sorted(one["status"] for one in await rows(desk)) == ["linked", "superseded"]


async def test_what_was_deleted_may_be_said_again(desk: Desk) -> None:
    organization = await desk.an_organization()
    for sequence, operation in enumerate(("add", "delete", "add"), start=1):
        await taken(desk, row(operation=operation), sequence=sequence)
    assert await records(desk, organization) == [("court_defaulter", "recorded")]


async def test_a_deletion_of_what_never_came_is_noted(desk: Desk) -> None:
    await taken(desk, row(operation="delete"))
    [found] = await rows(desk)
    assert (found["status"], found["note"]) == (
        "done",
        "来源删除的数据此前没有收到，或者已经不再有效",
    )


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"credit_code": code(9), "name": NAME.format(9)}, "unknown"),
        ({"name": NAME.format(2)}, "name-differs"),
        ({"about": 3}, "cancelled"),
        ({"about": 4}, "other-district"),
    ],
)
async def test_a_row_about_nobody_of_ours_is_kept_with_the_reason(
    desk: Desk, given: dict[str, Any], reason: str
) -> None:
    await desk.an_organization(1)
    cancelled = await desk.an_organization(3)
    await desk.learn(desk.told("cancelled", cancelled, 3))
    await desk.an_organization(4, district="340702")
    await taken(desk, row(**given))
    [found] = await rows(desk, status="unresolved")
    assert (found["reason"], found["organization_id"]) == (reason, None)
    assert await foreign(desk) == []


async def test_an_organisation_that_becomes_known_is_found_by_itself(desk: Desk) -> None:
    await taken(desk, row(1), row(2, about=2))
    organization = uuid7()
    await desk.learn(desk.told("registered", organization))
    assert await records(desk, organization) == [("court_defaulter", "recorded")]
    assert sorted(one["status"] for one in await rows(desk)) == ["linked", "unresolved"]
    [found] = await foreign(desk)
    assert found["organization_id"] == str(organization)


async def test_a_clerk_resolves_among_candidates_or_dismisses(desk: Desk) -> None:
    organization = await desk.an_organization()
    await taken(desk, row(1, credit_code=None, name="庐阳区阳光社会工作服务中心1"), row(2, about=8))
    first, second = sorted(await rows(desk), key=lambda one: one["number"])
    detail = await desk.read(f"/v1/receiving/rows/{first['id']}")
    assert [one["organization_id"] for one in detail["candidates"]] == [str(organization)]
    body = {"organization_id": str(organization), "reason": "来源单位漏写市名"}
    resolved = await desk.act(f"/v1/receiving/rows/{first['id']}/resolve", body, desk.clerk, 0)
    assert (resolved.status_code, resolved.json()["status"]) == (200, "linked")
    assert await records(desk, organization) == [("court_defaulter", "recorded")]
    again = await desk.act(f"/v1/receiving/rows/{first['id']}/resolve", body, desk.clerk, 0)
    assert again.status_code == 412
    path = f"/v1/receiving/rows/{second['id']}"
    dismissed = await desk.act(f"{path}/dismiss", {"reason": "不是社会组织"}, desk.clerk, 0)
    assert dismissed.json()["status"] == "dismissed"
    late = await desk.act(f"{path}/resolve", body, desk.clerk, dismissed.json()["version"])
    assert kind_of(late) == (409, "illegal-transition")


async def test_two_clerks_who_resolve_at_once_make_one_record(desk: Desk) -> None:
    organization = await desk.an_organization()
    await taken(desk, row(credit_code=None, name="阳光社会工作服务中心"))
    [found] = await rows(desk)
    body = {"organization_id": str(organization), "reason": "简称"}
    path = f"/v1/receiving/rows/{found['id']}/resolve"
    answers = await asyncio.gather(*(desk.act(path, body, desk.clerk, 0) for _ in range(3)))
    assert sorted(one.status_code for one in answers) == [200, 412, 412]
    assert len(await records(desk, organization)) == 1


async def test_a_cancelled_or_foreign_organisation_is_not_resolved_to(desk: Desk) -> None:
    cancelled = await desk.an_organization(3)
    await desk.learn(desk.told("cancelled", cancelled, 3))
    elsewhere = await desk.an_organization(4, district="340702")
    await taken(desk, row(about=3))
    [found] = await rows(desk)
    path = f"/v1/receiving/rows/{found['id']}/resolve"
    for organization, refused in (
        (cancelled, (409, "organization-not-eligible")),
        (elsewhere, (403, "other-district")),
        (uuid7(), (409, "organization-not-learnt")),
    ):
        body = {"organization_id": str(organization), "reason": "核对无误"}
        assert kind_of(await desk.act(path, body, desk.clerk, 0)) == refused


async def test_what_is_refused_changes_nothing(desk: Desk) -> None:
    await desk.an_organization()
    for wrong in (
        row(kind="no-such-list"),
        row(credit_code="52340103MJ0000001A"),
        row(decided_on="2019-02-30"),
        row(ends_on="2019-01-01"),
        row(record_key=""),
        row(number=0),
        row(extra="x"),
    ):
        assert (await send(desk, wrong)).status_code == 422, wrong
    assert (await send(desk, row(), checksum="0" * 64)).status_code == 422
    assert await rows(desk) == []
    assert (await desk.read(BATCHES))["items"] == []


async def test_one_system_does_not_send_for_another(desk: Desk) -> None:
    await desk.an_organization()
    await taken(desk, row())
    other = bearer("other", Role.PARTNER, district="340100", scopes=("receiving:write",))
    assert kind_of(await send(desk, row(), sequence=2, who=other)) == (403, "other-sender")
    without = bearer("third", Role.PARTNER, district="340100")
    assert (await send(desk, row(), sequence=2, who=without)).status_code == 403


async def test_what_was_received_is_kept_unreadable(desk: Desk) -> None:
    await desk.an_organization()
    await taken(desk, row())
    async with desk.service.runtime.worker_engine.connect() as connection:
        raw = await connection.scalar(text("SELECT raw FROM received_row"))
    assert raw.startswith("v1:")
    assert "法院" not in raw


HEADINGS = "序号,操作,数据主键,名单,组织名称,统一社会信用代码,认定机关,决定文书号,决定日期"


def sheet(*lines: str) -> str:
    return "\r\n".join([HEADINGS, *lines]) + "\r\n"


def line(number: int = 1, about: int = 1, day: str = "2019年9月10日") -> str:
    return (
        f"{number},新增,K{number},失信被执行人,{NAME.format(about)},{code(about)},"
        f"合肥市庐阳区人民法院,（2019）皖0103执{about}号,{day}"
    )


async def send_file(desk: Desk, data: bytes, total: int = 1, **given: Any) -> httpx.Response:
    head = {name: value for name, value in batch(total=total).items() if name != "rows"} | given
    return await desk.client.post(
        "/v1/receiving/files", params=head, files={"file": ("名单.csv", data)}, headers=COURT
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
async def test_a_file_is_read_in_whatever_encoding_it_comes(desk: Desk, encoding: str) -> None:
    organization = await desk.an_organization()
    data = sheet(line()).encode(encoding)
    sent = await send_file(desk, data, checksum=hashlib.sha256(data).hexdigest())
    assert sent.status_code == 201, sent.text
    assert await records(desk, organization) == [("court_defaulter", "recorded")]
    [found] = await foreign(desk)
    assert date.fromisoformat(found["decided_on"]) == date(2019, 9, 10)
    assert (await send_file(desk, data)).status_code == 200
    # The same rows as JSON are the same batch.
    assert (await send(desk, row())).status_code == 200


async def test_a_bad_file_names_row_and_column_and_changes_nothing(desk: Desk) -> None:
    wrong = await send_file(desk, sheet(line(), line(2, day="九月")).encode("gbk"), total=2)
    assert wrong.status_code == 422
    assert "第3行决定日期" in wrong.json()["errors"][0]["message"]
    half = await send_file(desk, sheet(line()).encode(), total=2)
    assert half.json()["missing"] == [2]
    torn = await send_file(desk, sheet(line()).encode(), checksum="0" * 64)
    assert torn.json()["errors"][0]["code"] == "checksum-mismatch"
    for junk in (b"", b"\xff\xfe\x00", b"a,b\n1,2\n", b'"' * 50):
        assert (await send_file(desk, junk)).status_code == 422
    assert await rows(desk) == []
