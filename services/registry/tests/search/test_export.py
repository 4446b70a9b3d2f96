"""Handing out the register: what is in the file, who may have it, what is put on record."""

import csv
import io
import json
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook
from sqlalchemy import text

from liandong.identity.actors import Role
from liandong.testing.services import ServiceUnderTest, bearer
from liandong.values.spreadsheets import guarded
from registry.search.sheets import HEADINGS
from services.registry.tests.organizations.test_organizations import APPROVER, CLERK, register


async def export(
    registry: ServiceUnderTest, who: dict[str, str] | None = None, **asked: Any
) -> httpx.Response:
    return await registry.client.get("/v1/organizations/export", params=asked, headers=who or {})


def table(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


async def records(registry: ServiceUnderTest) -> list[dict[str, Any]]:
    async with registry.runtime.api_engine.connect() as connection:
        rows = await connection.scalars(
            text("SELECT details FROM backbone.audit_entry WHERE action = 'personal-data.read'")
        )
        return [json.loads(row) for row in rows]


async def test_the_public_is_given_all_that_was_searched_for_and_nobody(
    registry: ServiceUnderTest,
) -> None:
    for number in range(1, 4):
        await register(registry, number)
    await register(registry, 4, district="340104")
    answer = await export(registry, district="340103")
    rows = table(answer)
    assert list(rows[0]) == HEADINGS
    assert len(rows) == 3
    assert rows[0]["组织类型"] == "社会服务机构"
    assert rows[0]["登记日期"] == "2019-05-06"
    assert "张三丰" not in answer.text
    assert "13800001234" not in answer.text
    assert "filename*=UTF-8''%E7%A4%BE" in answer.headers["content-disposition"]
    assert await records(registry) == []


@pytest.mark.parametrize("who", [CLERK, APPROVER])
async def test_an_official_is_given_the_persons_of_the_district_and_it_is_on_record(
    registry: ServiceUnderTest, who: dict[str, str]
) -> None:
    await register(registry, 1)
    await register(registry, 2)
    rows = table(await export(registry, who, district="340103", with_persons=True))
    assert {(row["法定代表人"], row["联系电话"]) for row in rows} == {("张三丰", "13800001234")}
    assert await records(registry) == [{"rows": 2, "conditions": ["district"]}]


@pytest.mark.parametrize(
    ("who", "district"),
    [
        (None, "340103"),
        (bearer("auditor-1", Role.AUDITOR), "340103"),
        (CLERK, ""),
        (CLERK, "340000"),
        (CLERK, "340700"),
    ],
)
async def test_nobody_else_is_given_persons(
    registry: ServiceUnderTest, who: dict[str, str] | None, district: str
) -> None:
    await register(registry)
    answer = await export(registry, who, district=district, with_persons=True)
    assert answer.status_code == 403
    assert await records(registry) == []


async def test_a_workbook_holds_the_same_as_the_table(registry: ServiceUnderTest) -> None:
    for number in range(1, 4):
        await register(registry, number)
    answer = await export(registry, format="xlsx")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    found = [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert found[0] == HEADINGS
    assert found[1:] == [list(row.values()) for row in table(await export(registry))]


@pytest.mark.parametrize(
    "text_of_cell",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＋1", "－1", "＠SUM", " =1", "\n=1"],
)
def test_no_cell_is_a_formula(text_of_cell: str) -> None:
    assert guarded(text_of_cell).startswith("'")
    assert "\r" not in guarded(text_of_cell)


def test_ordinary_text_is_left_as_it_is() -> None:
    assert [guarded(one) for one in ("合肥市", "13800001234", None, "a=b")] == [
        "合肥市",
        "13800001234",
        "",
        "a=b",
    ]


async def test_too_many_at_once_are_refused_with_the_number_that_may_be(
    registry: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 4):
        await register(registry, number)
    monkeypatch.setattr("registry.search.exporting._most", lambda *_, **__: 2)
    answer = await export(registry)
    assert answer.status_code == 422
    assert [error["code"] for error in answer.json()["errors"]] == ["too-many-rows"]
    assert "2 家" in answer.json()["detail"]


async def test_between_batches_no_connection_is_held(registry: ServiceUnderTest) -> None:
    for number in range(1, 4):
        await register(registry, number)
    async with registry.client.stream("GET", "/v1/organizations/export") as answer:
        assert answer.status_code == 200
    assert registry.runtime.read_engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    assert len(table(await export(registry))) == 3
