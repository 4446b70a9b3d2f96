"""Import of historical grades, row by row as the import runner carries them out."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import text

from evaluation.grades.imports import GRADES_IMPORT, GradeRow
from liandong.identity.actors import Role
from liandong.imports.kinds import Outcome, RowResult
from liandong.problems import Problem
from liandong.testing.services import an_actor
from liandong.values.credit_code import make
from services.evaluation.tests.conftest import APPROVER, CLERK, Bureau

IMPORTER = an_actor("approver-1", Role.APPROVER)


def a_row(code: str | None, **given: Any) -> GradeRow:
    cells = {"评估等级": "5A", "评估年度": "2018", "公告日期": "2018-12-28"} | given
    fields = {GRADES_IMPORT.columns[heading]: cell for heading, cell in cells.items()}
    return GradeRow.model_validate({"credit_code": code} | fields)


async def carry_out(bureau: Bureau, code: str | None, **given: Any) -> RowResult:
    row = a_row(code, **given)
    return await bureau.service.runtime.work.run(
        IMPORTER, lambda uow: GRADES_IMPORT.carry_out(row, uow)
    )


async def refusal(bureau: Bureau, code: str | None, **given: Any) -> Problem:
    with pytest.raises(Problem) as refused:
        await carry_out(bureau, code, **given)
    return refused.value


def test_only_approvers_and_administrators_import_grades() -> None:
    assert set(GRADES_IMPORT.roles) == {Role.APPROVER, Role.SYSTEM_ADMIN}


async def test_a_historical_grade_is_confirmed_under_the_rules_of_its_announcement(
    bureau_2019: Bureau,
) -> None:
    organization = await bureau_2019.an_organization()
    result = await carry_out(bureau_2019, organization.credit_code)
    assert result.outcome is Outcome.CREATED
    address = f"/v1/organizations/{organization.organization_id}/grade"
    found = await bureau_2019.get(address, CLERK)
    assert found["id"] == str(result.subject_id)
    assert (found["grade"], found["round"], found["source"]) == ("5A", "2018", "imported")
    assert found["decided_by"] == "approver-1"
    assert found["rule_set"] == "evaluation.grades@100000/order-39"
    [event] = await bureau_2019.service.published()
    assert event["type"] == "cn.liandong.evaluation.grade.confirmed"
    assert event["data"]["confirmed_on"] == event["data"]["valid_from"] == "2018-12-28"
    assert event["data"]["valid_until"] == "2023-12-28"


async def test_an_import_is_in_the_audit_log(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    await carry_out(bureau, organization.credit_code)
    async with bureau.service.runtime.work.engine.connect() as connection:
        query = text("SELECT actor, action FROM backbone.audit_entry")
        entries = (await connection.execute(query)).all()
    assert [tuple(entry) for entry in entries] == [("approver-1", "grade.imported")]


async def test_importing_again_adds_nothing(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    first = await carry_out(bureau, organization.credit_code)
    second = await carry_out(bureau, organization.credit_code)
    assert second == RowResult(Outcome.UNCHANGED, first.subject_id)
    assert await bureau.facts() == ["confirmed"]


async def test_importing_again_adds_nothing_after_the_grade_was_lowered_or_ended(
    bureau_2019: Bureau,
) -> None:
    bureau = bureau_2019
    organization = await bureau.an_organization()
    first = await carry_out(bureau, organization.credit_code)
    grade = {"id": str(first.subject_id)}
    await bureau.decide_change(grade)
    assert (await carry_out(bureau, organization.credit_code)).outcome is Outcome.UNCHANGED
    await bureau.decide_change(grade, kind="cancel", reason="other-breach")
    assert (await carry_out(bureau, organization.credit_code)).outcome is Outcome.UNCHANGED
    assert await bureau.facts() == ["confirmed", "adjusted", "cancelled"]


async def test_the_same_row_twice_at_once_makes_one_grade(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    results = await asyncio.gather(*(carry_out(bureau, organization.credit_code) for _ in range(4)))
    assert sorted(one.outcome for one in results) == ["created"] + ["unchanged"] * 3


async def test_two_rounds_at_once_leave_one_current_grade(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    rounds = [
        {"评估年度": str(year), "公告日期": f"{year}-12-28"} for year in (2021, 2022, 2023, 2024)
    ]
    await asyncio.gather(
        *(carry_out(bureau, organization.credit_code, **one) for one in rounds),
        return_exceptions=True,
    )
    found = await bureau.get("/v1/grades", status="current")
    assert len(found["items"]) == 1
    assert found["items"][0]["round"] == "2024"


async def test_the_database_itself_allows_one_current_grade(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    await carry_out(bureau, organization.credit_code, 评估年度="2022", 公告日期="2022-12-28")
    await carry_out(bureau, organization.credit_code, 评估年度="2024", 公告日期="2024-12-28")
    with pytest.raises(Exception, match="uq_grade_current"):
        async with bureau.service.runtime.work.engine.begin() as connection:
            await connection.execute(text("UPDATE grade SET status = 'current'"))


async def test_a_later_round_supersedes_and_an_earlier_one_is_refused(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    later = {"评估年度": "2023", "公告日期": "2023-12-20"}
    await carry_out(bureau, organization.credit_code)
    await carry_out(bureau, organization.credit_code, **later)
    problem = await refusal(
        bureau, organization.credit_code, 评估年度="2020", 公告日期="2020-12-20"
    )
    assert problem.slug == "later-grade-known"
    found = await bureau.get(f"/v1/organizations/{organization.organization_id}/grade")
    assert found["round"] == "2023"


async def test_another_result_of_the_same_round_is_refused(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    await carry_out(bureau, organization.credit_code)
    problem = await refusal(bureau, organization.credit_code, 评估等级="3A")
    assert problem.slug == "round-already-graded"


async def test_an_imported_grade_whose_time_is_over_expires_at_once(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    await carry_out(bureau, organization.credit_code)
    await bureau.service.settle()
    assert await bureau.facts() == ["confirmed", "expired"]


async def test_an_unknown_organisation_is_refused(bureau: Bureau) -> None:
    unknown = await refusal(bureau, make("52", "340103", "XN999999"))
    assert unknown.errors[0].code == "unknown-organization"


@pytest.mark.parametrize(
    ("organization", "row", "slug"),
    [
        ({"kind": "community_group"}, {}, "organization-not-eligible"),
        ({"status": "cancelled"}, {}, "organization-not-eligible"),
        ({"district": "340700"}, {}, "other-district"),
        ({}, {"公告日期": "2030-01-01"}, "invalid"),
        ({}, {"公告日期": "2012-05-05", "评估年度": "2012"}, "invalid"),
        ({}, {"评估年度": "2019"}, "invalid"),
        ({"registered_on": date(2001, 1, 1)}, {"公告日期": "2010-12-01", "评估年度": "2010"},
         "no-rule-set"),
    ],
)  # fmt: skip
async def test_a_row_against_the_rules_is_refused_with_its_reason(
    bureau: Bureau, organization: dict[str, Any], row: dict[str, Any], slug: str
) -> None:
    made = await bureau.an_organization(**organization)
    problem = await refusal(bureau, made.credit_code, **row)
    assert problem.slug == slug
    assert problem.detail
    assert await bureau.facts() == []


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"评估等级": "6A"}, "grade"),
        ({"评估等级": "优秀"}, "grade"),
        ({"评估年度": "去年"}, "round"),
        ({"公告日期": "2018-13-01"}, "announced_on"),
    ],
)
def test_a_broken_cell_is_named(cells: dict[str, str], reason: str) -> None:
    with pytest.raises(ValidationError) as refused:
        a_row("52110000MJ0163191U", **cells)
    assert [error["loc"] for error in refused.value.errors()] == [(reason,)]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("BA-340103001001-2019-0001", "no-legal-personality"),
        ("52110000MJ01631912", "credit-code.check-digit"),
        ("91350100M000100Y43", "credit-code.not-social-organization"),
    ],
)
def test_a_code_that_is_none_is_explained(code: str, kind: str) -> None:
    with pytest.raises(ValidationError) as refused:
        a_row(code)
    [error] = refused.value.errors()
    assert error["type"] == kind


def test_grades_and_years_are_read_as_sheets_write_them() -> None:
    row = a_row("52110000MJ0163191U", 评估等级="AAAAA", 评估年度="2018年")
    assert (row.grade, row.round) == ("5A", "2018")


async def test_an_imported_grade_of_a_listed_organisation_is_reviewed(bureau: Bureau) -> None:
    bureau.service.clock.set(datetime(2020, 1, 2, tzinfo=UTC))
    organization = await bureau.an_organization()
    await bureau.listed(organization.organization_id)
    result = await carry_out(bureau, organization.credit_code)
    [review] = (await bureau.get("/v1/grade-reviews", CLERK))["items"]
    assert review["grade_id"] == str(result.subject_id)


async def hand_in(bureau: Bureau, *lines: str) -> dict[int, tuple[str, str | None]]:
    """The sheet goes through the import runner; outcome and reason of each row."""
    sheet = "\n".join([",".join(GRADES_IMPORT.columns), *lines])
    handed_in = await bureau.client.post(
        "/v1/imports/grades",
        files={"file": ("grades.csv", sheet.encode("gb18030"), "text/csv")},
        headers=APPROVER,
    )
    assert handed_in.status_code == 202, handed_in.text
    await bureau.service.settle()
    found = await bureau.get(f"/v1/imports/{handed_in.json()['id']}/rows", APPROVER)
    return {row["number"]: (row["outcome"], row["reason"]) for row in found["items"]}


async def test_broken_rows_are_refused_one_by_one_and_a_re_run_adds_nothing(
    bureau_2019: Bureau,
) -> None:
    codes = [(await bureau_2019.an_organization()).credit_code for _ in range(4)]
    lines = [
        f"{codes[0]},5A,2018,2018-12-28",
        f"{codes[1]},6A,2018,2018-12-28",
        "BA-340103001001-2018-0001,3A,2018,2018-12-28",
        f"{make('52', '340103', 'XN999999')},3A,2018,2018-12-28",
        f"{codes[2]},AAAA,2018年,2018-12-28",
        f"{codes[3]},3A,2018,2019-12-28",
        f"{codes[0]},5A,2018,2018-12-28",
    ]
    first = await hand_in(bureau_2019, *lines)
    assert [outcome for outcome, _ in first.values()] == [
        "created", "rejected", "rejected", "rejected", "created", "rejected", "unchanged",
    ]  # fmt: skip
    assert all(reason for outcome, reason in first.values() if outcome == "rejected")
    assert "法人资格" in (first[4][1] or "")
    again = await hand_in(bureau_2019, *lines)
    assert "created" not in {outcome for outcome, _ in again.values()}
    assert await bureau_2019.facts() == ["confirmed", "confirmed"]


async def test_a_clerk_may_not_import_grades(bureau: Bureau) -> None:
    answer = await bureau.client.post(
        "/v1/imports/grades",
        files={"file": ("grades.csv", b"x", "text/csv")},
        headers=CLERK,
    )
    assert answer.status_code == 403
