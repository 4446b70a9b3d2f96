"""Deltas, classes of penalties, cells: pure."""

import csv
import io
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_list.sharing import facts, fields, files
from credit_list.sharing.domain import (
    Change,
    Content,
    Line,
    Operation,
    Subject,
    applied,
    operation_of,
)
from credit_list.sharing.rules import SharingParameters

ONE = UUID("018f0000-0000-7000-8000-000000000001")
STATES = st.dictionaries(st.sampled_from("abcdef"), st.fixed_dictionaries({"n": st.integers(0, 3)}))


def _delta(before: dict[str, Content], after: dict[str, Content]) -> list[Change]:
    found = [
        (key, operation_of(before.get(key), after.get(key)), after.get(key))
        for key in sorted(before.keys() | after.keys())
    ]
    return [Change(key, said, content) for key, said, content in found if said is not None]


@given(st.lists(STATES, min_size=1, max_size=8), st.integers(0, 7))
def test_from_any_full_the_deltas_that_follow_give_the_last_full(
    days: list[dict[str, Content]], start: int
) -> None:
    start = min(start, len(days) - 1)
    kept = days[start]
    for before, after in zip(days[start:], days[start + 1 :], strict=False):
        delta = _delta(before, after)
        assert len({one.key for one in delta}) == len(delta)
        kept = applied(kept, delta)
        assert kept == after
        assert applied(kept, delta) == after  # taken twice, it does no harm


def test_a_deletion_has_no_content_and_an_unknown_one_is_not_said() -> None:
    assert operation_of({"n": 1}, None) is Operation.DELETE
    assert operation_of(None, None) is None
    assert operation_of(None, {"n": 1}) is Operation.ADD
    assert operation_of({"n": 2}, {"n": 1}) is Operation.CHANGE


RULES = SharingParameters.model_validate(
    {
        "penalty_classes": [
            {
                "name": name,
                "published": name != "minor",
                "max_months": months,
                "legal_basis": "试行办法",
                "certainty": "recalled",
                **given,
            }
            for name, months, given in (
                ("serious", 36, {"sanctions": ["suspension"]}),
                ("serious-fine", 36, {"fine_from_fen": 5_000_000}),
                ("ordinary", 12, {"sanctions": ["fine"]}),
                ("minor", 3, {"sanctions": ["warning"]}),
            )
        ],
        "kept_days": 92,
    }
)


@pytest.mark.parametrize(
    ("sanctions", "fine", "name"),
    [
        (["warning"], 0, "minor"),
        (["warning", "fine"], 4_999_999, "ordinary"),
        (["fine"], 5_000_000, "serious-fine"),
        (["warning", "suspension"], 0, "serious"),
        (["revocation"], 0, None),
    ],
)
def test_the_first_class_that_fits_holds(sanctions: list[str], fine: int, name: str | None) -> None:
    found = facts.class_of(sanctions, fine, RULES)
    assert (found.name if found else None) == name


def test_the_authority_is_that_of_the_district_unless_the_rule_names_one() -> None:
    assert facts.authority_name("340103", RULES) == "安徽省合肥市庐阳区民政部门"
    named = RULES.model_copy(update={"authority_name": "合肥市庐阳区民政局"})
    assert facts.authority_name("340103", named) == "合肥市庐阳区民政局"


@pytest.mark.parametrize(
    ("fen", "told"), [(0, "0"), (1, "0.000001"), (4_000_000, "4"), (12_345_678, "12.345678")]
)
def test_a_fine_is_told_in_ten_thousands_exactly(fen: int, told: str) -> None:
    assert fields.ten_thousands(fen) == told


def _line(**given: Any) -> Line:
    content = {
        "name": "=cmd|' /C calc'!A0",
        "credit_code": None,
        "filing_number": "BA-340103001001-2019-0001",
        "authority": "合肥市庐阳区民政局",
        "authority_code": None,
        "district": "340103",
        "document_number": "庐民罚〔2019〕3号",
        "violations": ["beyond-scope"],
        "sanctions": ["fine"],
        "fine_fen": 4_000_000,
        "effective_on": "2019-09-23",
        "publication_ends_on": "2020-09-23",
    }
    facts: dict[str, Any] = {
        "subject": Subject.PENALTY,
        "key": f"penalty:{ONE}",
        "position": 7,
        "day": date(2019, 9, 23),
        "operation": Operation.ADD,
        "content": content,
    }
    return Line(**(facts | given))


def _row(line: Line, encoding: files.Encoding) -> dict[str, str]:
    wanted = files.Wanted(files.Part.DELTA, Subject.PENALTY, files.Format.CSV, encoding)
    data = files.start_of(wanted) + files.written([line], wanted)
    text = data.decode("utf-8-sig" if encoding is files.Encoding.UTF_8 else "gb18030")
    [row] = csv.DictReader(io.StringIO(text, newline=""))
    return row


@pytest.mark.parametrize("encoding", list(files.Encoding))
def test_a_line_reads_the_same_in_both_encodings_and_is_no_formula(
    encoding: files.Encoding,
) -> None:
    row = _row(_line(), encoding)
    assert row["行政相对人名称"] == "'=cmd|' /C calc'!A0"
    assert (row["行政相对人代码类型"], row["行政相对人代码"]) == ("6", "BA-340103001001-2019-0001")
    assert (row["罚款金额（万元）"], row["处罚类别"], row["操作"]) == ("4", "罚款", "新增")
    assert row["法定代表人证件号码"] == ""


def test_a_delete_marker_carries_key_and_day_and_nothing_else() -> None:
    row = _row(_line(operation=Operation.DELETE, content=None), files.Encoding.UTF_8)
    assert {name: cell for name, cell in row.items() if cell} == {
        "数据主键": f"penalty:{ONE}",
        "变更序号": "7",
        "操作": "删除",
        "变更日期": "2019-09-23",
    }


def test_no_heading_comes_twice() -> None:
    for subject in Subject:
        names = fields.headings(subject)
        assert len(names) == len(set(names))
