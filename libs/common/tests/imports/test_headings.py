"""Headings as ledgers have them. Pure."""

import pytest

from liandong.imports.headings import Alias, Vocabulary
from liandong.imports.table import Unreadable, table_of

WORDS = Vocabulary(
    ["编号", "名称", "登记日期", "证书有效期自", "证书有效期至", "资金（元）"],
    ["编号", "名称"],
    {"组织名称": Alias("名称"), "资金（万元）": Alias("资金（元）", "万元")},
)


def test_groups_above_their_columns_are_headings_of_two_rows() -> None:
    found = table_of(
        [
            ["某区社会组织台账"],
            ["编号", "组织名称", "登记信息", "", "证书有效期", "", "备注"],
            ["", "", "登记日期", "经办人", "自", "至", ""],
            ["1", "甲", "2019-05-06", "王", "2020-01-01", "2025-01-01", "无"],
        ],
        WORDS,
    )
    assert found.headings == [
        "编号", "名称", "登记日期", "登记信息经办人", "证书有效期自", "证书有效期至", "备注",
    ]  # fmt: skip
    (row,) = found.rows
    assert row.number == 4
    assert row.cells == {
        "编号": "1", "名称": "甲", "登记日期": "2019-05-06", "登记信息经办人": "王",
        "证书有效期自": "2020-01-01", "证书有效期至": "2025-01-01", "备注": "无",
    }  # fmt: skip


def test_the_same_words_below_two_groups_are_two_columns() -> None:
    found = table_of(
        [
            ["编号", "名称", "法定代表人", "", "联系人", ""],
            ["", "", "姓名", "电话", "姓名", "电话"],
            ["1", "甲", "王", "1", "李", "2"],
        ],
        Vocabulary(["编号", "名称", "联系人电话"], ["编号", "名称"]),
    )
    assert found.headings[2:] == ["法定代表人姓名", "法定代表人电话", "联系人姓名", "联系人电话"]


def test_the_first_row_below_a_single_heading_is_data() -> None:
    found = table_of([["编号", "名称"], ["1", "登记日期"], ["2", "乙"]], WORDS)
    assert [row.number for row in found.rows] == [2, 3]


def test_a_title_above_is_no_group() -> None:
    found = table_of([["编号"], ["编号", "名称"], ["1", "甲"]], WORDS)
    assert found.headings == ["编号", "名称"]
    assert [row.cells for row in found.rows] == [{"编号": "1", "名称": "甲"}]


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("3", "3万元"),
        ("1,200.5", "1,200.5万元"),
        ("３", "３万元"),
        ("3万元", "3万元"),
        ("无", "无"),
    ],
)
def test_bare_numbers_are_counted_in_the_unit_of_the_heading(cell: str, read: str) -> None:
    found = table_of([["编号", "名称", "资金（万元）"], ["1", "甲", cell]], WORDS)
    assert found.rows[0].cells["资金（元）"] == read


def test_a_column_under_two_of_its_names_is_refused() -> None:
    with pytest.raises(Unreadable, match="重复的列：名称"):
        table_of([["编号", "名称", "组织名称"], ["1", "甲", "乙"]], WORDS)
