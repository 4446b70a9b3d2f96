"""The data of the scenario "Hefei 2019": the city's figures, and nobody's real data."""

import csv
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from liandong.imports.reading import read_table
from liandong.imports.rows import Rejection, row_of
from liandong.testing.postgres import DatabaseTemplates
from liandong.testing.services import Role, bearer, migrated, start
from liandong.values.credit_code import is_synthetic, parse_social_organization
from liandong.values.districts import districts
from registry.app import DEFINITION as REGISTRY
from registry.organizations.imports import ORGANIZATIONS

FOLDER = Path(__file__).parents[2] / "scenarios" / "hefei-2019"
GENERATED = (
    "organizations.csv", "organizations.xlsx", "organizations-broken.csv", "sites.csv",
    "grades.csv",
)  # fmt: skip
MUST_FAIL = {3, 4, 5, 7, 8, 9, 10, 11, 12}
"""Rows of the broken table, as its README says."""


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


ROWS = rows("organizations.csv")
SITES = rows("sites.csv")
GRADES = rows("grades.csv")
REGISTERED = {row["统一社会信用代码"]: row for row in ROWS if row["统一社会信用代码"]}


def test_there_are_1270_community_organisations_of_which_562_are_hubs() -> None:
    assert len(ROWS) == 1270
    assert {row["社区社会组织"] for row in ROWS} == {"是"}
    assert Counter(row["枢纽型"] for row in ROWS)["是"] == 562


def test_there_are_402_sites() -> None:
    assert Counter(row["站点类型"] for row in SITES) == {
        "呼叫中心": 1,
        "社会服务中心": 50,
        "社会服务站": 351,
    }
    assert len({row["站点编号"] for row in SITES}) == 402


def test_the_sites_are_worth_45_600_000_yuan() -> None:
    wan = {"呼叫中心": 50, "社会服务中心": 20, "社会服务站": 10}
    assert sum(wan[row["站点类型"]] for row in SITES) == 4560


def test_there_are_73_grades_worth_2_140_000_yuan() -> None:
    assert Counter(row["评估等级"] for row in GRADES) == {"5A": 5, "4A": 19, "3A": 49}
    wan = {"5A": 8, "4A": 4, "3A": 2}
    assert sum(wan[row["评估等级"]] for row in GRADES) == 214
    assert {(row["评估年度"], row["公告日期"]) for row in GRADES} == {("2018", "2018-12-28")}


def test_every_credit_code_is_valid_and_plainly_invented() -> None:
    for code in REGISTERED:
        assert parse_social_organization(code) == code
        assert is_synthetic(code)


def test_nobody_is_real() -> None:
    assert len({row["名称"] for row in ROWS}) == 1270
    assert all("示例" in row["名称"] for row in ROWS)
    assert all(row["法定代表人"].startswith("示例") for row in ROWS)
    assert all(row["联系电话"].startswith("1380000") for row in ROWS)


def test_each_site_and_each_grade_is_carried_by_a_registered_organisation_of_its_own() -> None:
    operators = {row["运营单位统一社会信用代码"] for row in SITES}
    graded = {row["统一社会信用代码"] for row in GRADES}
    assert len(operators) == 402
    assert len(graded) == 73
    assert operators | graded <= REGISTERED.keys()
    assert len(operators & graded) >= 2


def test_organisations_are_older_than_what_they_carry() -> None:
    assert all(row["登记日期"] < "2019-08-01" for row in ROWS)
    for row in SITES:
        operator = REGISTERED[row["运营单位统一社会信用代码"]]
        assert operator["登记日期"] < row["认定日期"] <= "2019-09-01"
        assert operator["行政区划代码"] == row["行政区划代码"]
    assert all(REGISTERED[row["统一社会信用代码"]]["登记日期"] < "2016-12-28" for row in GRADES)
    assert {row["认定日期"][:4] for row in SITES} == {"2015", "2016", "2017", "2018", "2019"}


def test_the_districts_are_those_of_hefei_in_2019() -> None:
    counties = {one.code for one in districts().children("340100", date(2019, 9, 1))}
    assert {row["行政区划代码"] for row in ROWS} <= counties | {"340100"}


@pytest.mark.parametrize("name", ["organizations.csv", "organizations.xlsx"])
def test_every_row_is_importable_in_both_formats(name: str) -> None:
    table = read_table(
        (FOLDER / name).read_bytes(),
        name,
        ORGANIZATIONS.vocabulary,
    )
    assert table.headings == list(ROWS[0])
    found = [row_of(ORGANIZATIONS, row.cells) for row in table.rows]
    assert [str(one.name) for one in found] == [row["名称"] for row in ROWS]  # type: ignore[attr-defined]
    assert [one.registered_on.isoformat() for one in found] == [row["登记日期"] for row in ROWS]  # type: ignore[attr-defined]


def test_what_is_wrong_with_the_broken_rows_is_told_in_words() -> None:
    data = (FOLDER / "organizations-broken.csv").read_bytes()
    table = read_table(
        data,
        "organizations-broken.csv",
        ORGANIZATIONS.vocabulary,
    )
    assert len(table.rows) == 12
    refused = set()
    for row in table.rows:
        try:
            row_of(ORGANIZATIONS, row.cells)
        except Rejection as rejection:
            refused.add((row.number, bool(rejection.reason)))
    # The date in the future (row 7) is refused by the desk, which knows what day it is.
    assert refused == {(number, True) for number in MUST_FAIL - {7}}


async def test_the_registry_refuses_exactly_the_broken_rows(
    database_templates: DatabaseTemplates,
) -> None:
    url = await migrated(database_templates, REGISTRY)
    service = start(REGISTRY, url)
    clerk = bearer("clerk-1", Role.CLERK)
    data = (FOLDER / "organizations-broken.csv").read_bytes()
    handed_in = await service.client.post(
        "/v1/imports/organizations",
        files={"file": ("organizations-broken.csv", data, "text/csv")},
        headers=clerk,
    )
    assert handed_in.status_code == 202, handed_in.text
    await service.settle()
    address = f"/v1/imports/{handed_in.json()['id']}/rows"
    answer = await service.client.get(address, headers=clerk)
    outcomes = {row["number"]: row["outcome"] for row in answer.json()["items"]}
    assert {number for number, outcome in outcomes.items() if outcome == "rejected"} == MUST_FAIL
    assert {outcomes[2], outcomes[13]} == {"created"}
    assert outcomes[6] == "unchanged"
    await service.close()
    await database_templates.drop(url)


def test_the_generator_gives_the_same_bytes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, FOLDER / "generate.py", tmp_path], check=True)
    for name in GENERATED:
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), name
