"""Finding organisations: by every condition, page by page, for common and for rare words."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text

from benchmarks.masses import Sort, fill
from liandong.ids import uuid7
from liandong.testing.services import ServiceUnderTest
from liandong.values.encryption import keyring
from services.registry.tests.organizations.test_organizations import register

COUNTIES = [("340103", "合肥市庐阳区"), ("340104", "合肥市蜀山区"), ("340702", "铜陵市铜官区")]


def a_person() -> tuple[str, str]:
    ring = keyring()
    return (
        ring.encrypt("示例甲子", "organization.legal_representative"),
        ring.encrypt("13800001234", "organization.phone"),
    )


@pytest_asyncio.fixture
async def register_of_many(registry: ServiceUnderTest) -> AsyncIterator[ServiceUnderTest]:
    """Five thousand: more than are looked at first."""
    sorts = [Sort(3000, "association"), Sort(2000, "community_group", True, "mutual_aid")]
    async with registry.runtime.worker_engine.begin() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        assert raw is not None
        await fill(raw, sorts, person=a_person(), places=COUNTIES)
    yield registry


async def found(registry: ServiceUnderTest, **asked: Any) -> list[dict[str, Any]]:
    """Everything, page by page."""
    items: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        answer = await registry.client.get("/v1/organizations", params={**asked, **cursor})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        items += page["items"]
        if page["next_cursor"] is None:
            return items
        cursor = {"cursor": page["next_cursor"]}


async def counted(registry: ServiceUnderTest, condition: str) -> int:
    async with registry.runtime.read_engine.connect() as connection:
        query = f"SELECT count(*) FROM organization WHERE {condition}"
        return int(await connection.scalar(text(query)) or 0)


@pytest.mark.parametrize("word", ["协会", "庐阳", "互助会", "龙舟", "合肥市庐阳区阳光", "不在其中"])
async def test_every_hit_is_found_once_whether_the_word_is_common_or_rare(
    register_of_many: ServiceUnderTest, word: str
) -> None:
    items = await found(register_of_many, name=word, limit=50)
    assert all(word in one["name"] for one in items)
    assert len({one["id"] for one in items}) == len(items)
    assert len(items) == await counted(register_of_many, f"name LIKE '%{word}%'")


async def test_conditions_are_satisfied_together(register_of_many: ServiceUnderTest) -> None:
    asked = {"name": "协会", "district": "340100", "kind": "association", "service_field": "科普"}
    items = await found(register_of_many, **asked, limit=200)
    wanted = "name LIKE '%协会%' AND district LIKE '3401%' AND service_field = '科普'"
    assert len(items) == await counted(register_of_many, wanted) > 0


async def test_a_page_in_the_middle_neither_skips_nor_repeats_while_others_register(
    register_of_many: ServiceUnderTest,
) -> None:
    client = register_of_many.client
    first = (await client.get("/v1/organizations", params={"name": "龙舟", "limit": 5})).json()
    for number in range(1, 4):
        name = f"合肥市庐阳区龙舟运动协会{number}"
        await register(register_of_many, number, name=name)
    rest = await found(register_of_many, name="龙舟", limit=5, cursor=first["next_cursor"])
    ids = [one["id"] for one in (*first["items"], *rest)]
    assert len(set(ids)) == len(ids)
    assert len(ids) >= await counted(register_of_many, "name LIKE '%龙舟%'") - 3


async def test_the_random_digits_are_those_of_the_index(register_of_many: ServiceUnderTest) -> None:
    items = await found(register_of_many, district="340702", limit=200)
    digits = [one["id"][-12:] for one in items]
    assert digits == sorted(digits)
    async with register_of_many.runtime.read_engine.connect() as connection:
        await connection.execute(text("SET enable_seqscan = off"))
        rows = await connection.scalars(
            text(
                'EXPLAIN SELECT id, name FROM organization ORDER BY "right"(CAST(id AS text), 12),'
                " id LIMIT 10"
            )
        )
        assert any("ix_organization_chance" in row for row in rows)


def a_sign(answer: httpx.Response) -> str:
    [error] = answer.json()["errors"]
    return f"{error['pointer']} {error['code']}"


@pytest.mark.parametrize("word", ["会", " 会 ", "　会"])
async def test_a_single_sign_is_refused_and_the_reason_told(
    registry: ServiceUnderTest, word: str
) -> None:
    answer = await registry.client.get("/v1/organizations", params={"name": word})
    assert answer.status_code == 422
    assert a_sign(answer) == "/query/name too-short"


async def test_signs_of_patterns_are_only_signs(registry: ServiceUnderTest) -> None:
    await register(registry)
    for word in ("%%", "__", "\\\\", "合_", "\x00\x00合肥市庐阳区阳光%"):
        assert await found(registry, name=word) == []


@pytest.mark.parametrize("change", [str, str.lower, lambda code: f" {code[:6]} {code[6:]} "])
async def test_a_number_is_found_however_it_was_typed(
    registry: ServiceUnderTest, change: Any
) -> None:
    made = (await register(registry)).json()
    await register(registry, 2)
    wide = change(made["credit_code"]).translate({n: n + 0xFEE0 for n in range(0x30, 0x7B)})
    for number in (change(made["credit_code"]), wide):
        assert [one["id"] for one in await found(registry, number=number)] == [made["id"]]


async def test_a_filing_number_is_found_and_part_of_one_is_not(registry: ServiceUnderTest) -> None:
    number = "BA-340103001001-2020-0001"
    filed = {"kind": "community_group", "credit_code": None, "is_community": True}
    made = (await register(registry, filing_number=number, **filed)).json()
    assert [one["id"] for one in await found(registry, number=number.lower())] == [made["id"]]
    assert await found(registry, number=number[:-1]) == []


ITEMS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"direct_class": "charity"}, {"direct_class": "charity"}),
    ({"service_field": "助老"}, {"service_field": "助老"}),
    ({"nature": "mutual_aid"}, {"nature": "mutual_aid"}),
    (
        {"is_community": True, "community_class": "mediation"},
        {"community_class": "mediation", "is_community": "true"},
    ),
    (
        {"charity_status": "registered", "charity_since": "2020-01-01"},
        {"is_charity": "true"},
    ),
    ({"is_hub": True}, {"is_hub": "true"}),
    ({"registered_on": "2021-07-01"}, {"registered_from": "2021-07-01"}),
    ({"registered_on": "2001-07-01"}, {"registered_to": "2001-07-01"}),
    (
        {"certificate_from": "2022-01-01", "certificate_until": "2026-01-01"},
        {"certificate_until": "2026-01-01"},
    ),
    ({"name": "ＡＢＣ　服务中心"}, {"name": "abc服务".upper()}),
]


@pytest.mark.parametrize(("item", "asked"), ITEMS, ids=lambda one: next(iter(one)))
async def test_an_item_of_the_record_is_found_by_it_alone(
    registry: ServiceUnderTest, item: dict[str, Any], asked: dict[str, Any]
) -> None:
    await register(registry, 1)
    made = (await register(registry, 2, **item)).json()
    assert [one["id"] for one in await found(registry, **asked)] == [made["id"]]


async def mark(registry: ServiceUnderTest, organization_id: str, **marks: Any) -> None:
    row = {
        "grade": None,
        "until": None,
        "is_serious": False,
        "is_abnormal": False,
        "is_red": False,
        **marks,
    }
    async with registry.runtime.api_engine.begin() as connection:
        await connection.execute(
            text(
                "INSERT INTO organization_mark (organization_id, grade, grade_valid_until,"
                " is_serious, is_abnormal, is_red, grades, listings) VALUES"
                " (:id, :grade, :until, :is_serious, :is_abnormal, :is_red, '{}', '{}')"
            ),
            {"id": organization_id, **row},
        )


async def test_grades_are_found_exactly_or_at_least_while_they_are_in_force(
    registry: ServiceUnderTest,
) -> None:
    ids = [(await register(registry, number)).json()["id"] for number in range(1, 6)]
    last, over = date(2026, 3, 2), date(2026, 3, 1)
    await mark(registry, ids[0], grade="5A", until=last)
    await mark(registry, ids[1], grade="4A", until=None)
    await mark(registry, ids[2], grade="3A", until=last)
    await mark(registry, ids[3], grade="5A", until=over)
    assert {one["id"] for one in await found(registry, grade_at_least="4A")} == {*ids[:2]}
    [three] = await found(registry, grade="3A")
    assert three["id"] == ids[2]
    assert three["marks"] == {"grade": "3A", "grade_valid_until": "2026-03-02", "lists": []}
    assert await found(registry, grade="1A") == []
    answer = await registry.client.get(
        "/v1/organizations", params={"grade": "3A", "grade_at_least": "4A"}
    )
    assert answer.status_code == 422
    assert a_sign(answer) == "/query/grade_at_least contradiction"


async def test_lists_are_found_each_and_together(registry: ServiceUnderTest) -> None:
    ids = [(await register(registry, number)).json()["id"] for number in range(1, 4)]
    await mark(registry, ids[0], is_serious=True, is_abnormal=True)
    await mark(registry, ids[1], is_red=True)
    await mark(registry, str(uuid7()), is_red=True)
    assert [one["id"] for one in await found(registry, list="serious")] == [ids[0]]
    assert [one["id"] for one in await found(registry, list=["serious", "abnormal"])] == [ids[0]]
    [red] = await found(registry, list="red")
    assert (red["id"], red["marks"]["lists"]) == (ids[1], ["red"])


async def test_a_common_mark_is_found_by_looking_and_a_rare_one_by_the_index(
    register_of_many: ServiceUnderTest,
) -> None:
    async with register_of_many.runtime.api_engine.begin() as connection:
        await connection.execute(
            text(
                "INSERT INTO organization_mark (organization_id, grade, is_serious, is_abnormal,"
                " is_red, grades, listings) SELECT id, CASE WHEN n < 5 THEN '5A' ELSE '3A' END,"
                " n % 900 = 1, false, false, '{}', '{}' FROM (SELECT id, row_number() OVER"
                " (ORDER BY id) AS n FROM organization) AS counted WHERE n % 2 = 0 OR n < 5"
            )
        )
    assert len(await found(register_of_many, grade_at_least="5A")) == 4
    some = await found(register_of_many, grade="3A", name="协会", limit=200)
    both = "name LIKE '%协会%' AND id IN (SELECT organization_id FROM organization_mark WHERE grade"
    assert len(some) == await counted(register_of_many, f"{both} = '3A')") > 200


async def test_lists_show_nobody(registry: ServiceUnderTest) -> None:
    await register(registry)
    answer = await registry.client.get("/v1/organizations", params={"name": "阳光"})
    assert "张三丰" not in answer.text
    assert "13800001234" not in answer.text


async def test_marks_of_an_organisation_nobody_registered_are_not_told(
    registry: ServiceUnderTest,
) -> None:
    stranger = str(uuid7())
    await mark(registry, stranger, is_red=True)
    answer = await registry.client.get(f"/v1/organizations/{stranger}/marks")
    assert answer.status_code == 404


@pytest.mark.parametrize("day", ["0", "20260302", "2026-3-2", "2026-02-30", "3000-01-01"])
async def test_a_day_is_written_as_a_day(registry: ServiceUnderTest, day: str) -> None:
    for path in ("organizations?registered_to", "figures?as_of"):
        assert (await registry.client.get(f"/v1/{path}={day}")).status_code == 422
