import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from liandong.imports import table, workbook
from liandong.imports.headings import Vocabulary
from liandong.imports.reading import read_table
from liandong.imports.table import Table, Unreadable

KNOWN = ["编号", "名称", "区划", "成立日期"]
REQUIRED = ["编号", "名称"]
CSV = "编号,名称,区划,成立日期\n001,爱心社,340100,2019-05-01\n002,合肥会,340100,\n"


def read(data: bytes | str, file_name: str = "名单.csv") -> Table:
    content = data.encode() if isinstance(data, str) else data
    return read_table(content, file_name, Vocabulary(KNOWN, REQUIRED))


def xlsx(fill: Callable[[Any], object]) -> bytes:
    book = Workbook()
    fill(book.active)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def of_rows(*rows: list[Any]) -> bytes:
    return xlsx(lambda sheet: [sheet.append(row) for row in rows])


def with_sheet(xml: str) -> bytes:
    """A workbook whose sheet is written by hand."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(of_rows(KNOWN))) as old, zipfile.ZipFile(made, "w") as new:
        for part in old.infolist():
            sheet = part.filename == "xl/worksheets/sheet1.xml"
            new.writestr(part.filename, xml if sheet else old.read(part))
    return made.getvalue()


def sheet_with(cells: str, before: str = "") -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return with_sheet(
        f'{before}<worksheet xmlns="{space}"><sheetData>{cells}</sheetData></worksheet>'
    )


def refusal(data: bytes | str, file_name: str = "名单.csv") -> tuple[str, str]:
    with pytest.raises(Unreadable) as refused:
        read(data, file_name)
    assert refused.value.status == 422
    return refused.value.errors[0].code, refused.value.detail


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_is_read_in_every_encoding_that_offices_write(encoding: str) -> None:
    found = read(CSV.encode(encoding))
    assert found.headings == KNOWN
    assert [row.number for row in found.rows] == [2, 3]
    assert found.rows[0].cells == {
        "编号": "001", "名称": "爱心社", "区划": "340100", "成立日期": "2019-05-01",
    }  # fmt: skip
    assert found.rows[1].cells == {"编号": "002", "名称": "合肥会", "区划": "340100"}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_the_one_that_shows_the_headings(delimiter: str) -> None:
    text = CSV.replace(",", delimiter).replace("爱心社", '"爱心,社;会\t站"')
    assert read(text).rows[0].cells["名称"] == "爱心,社;会 站"


def test_blank_rows_are_left_out_and_numbers_stay_those_of_the_sheet() -> None:
    found = read("编号,名称\r\n001,甲\r\n\r\n , \r\n002,乙\r\n")
    assert [row.number for row in found.rows] == [2, 5]


def test_a_title_above_the_headings_is_tolerated() -> None:
    found = read("合肥市社会组织名单,,\n2019年6月,,\n编号,名称,备注\n001,甲,无\n")
    assert found.headings == ["编号", "名称", "备注"]
    assert found.rows[0].number == 4


def test_the_mandatory_columns_alone_are_headings_enough() -> None:
    known = ["编号", *(f"选填{n}" for n in range(10))]
    assert read_table("编号\n1\n".encode(), "a.csv", Vocabulary(known, ["编号"])).rows[0].cells == {
        "编号": "1"
    }


def test_headings_are_known_without_regard_to_width_blanks_and_marks() -> None:
    found = read_table(
        "编 号＊,ＩＤ（主）\n1,2\n".encode(),
        "a.CSV",
        Vocabulary(["编号", "id(主)"], ["编号", "id(主)"]),
    )
    assert found.headings == ["编号", "id(主)"]


def test_blanks_are_made_plain_and_invisible_characters_vanish() -> None:
    found = read("编号,名称\n\u3000001\u00a0,\ufeff爱\u3000心\u200b社\x07\n")
    assert found.rows[0].cells == {"编号": "001", "名称": "爱 心社"}


def test_a_quoted_cell_over_two_lines_is_one_row() -> None:
    found = read('编号,名称\n001,"爱心\n社"\n002,乙\n')
    assert [(row.number, row.cells["名称"]) for row in found.rows] == [(2, "爱心\n社"), (3, "乙")]


def test_the_apostrophe_of_a_mended_report_is_taken_away() -> None:
    assert read("编号,名称\n'-1,'甲\n").rows[0].cells == {"编号": "-1", "名称": "'甲"}


def test_a_workbook_gives_text_as_it_is_shown() -> None:
    found = read(
        of_rows(
            ["名单"],
            [],
            [None, *KNOWN, "人数", "比例", "大数", "在册", "时间"],
            [None, "0012", " 甲\n社 ", 340100, date(2019, 5, 1), 12.0, 0.5, 9e17, True,
             datetime(2020, 1, 2, 3, 4, 5)],  # noqa: DTZ001 - sheets know no time zones
            [],
            [None, "0013", "乙"],
        ),
        "名单.XLSX",
    )  # fmt: skip
    assert found.rows[0].number == 4
    assert found.rows[0].cells == {
        "编号": "0012", "名称": "甲\n社", "区划": "340100", "成立日期": "2019-05-01", "人数": "12",
        "比例": "0.5", "大数": "9.00000000000000E+17", "在册": "true",
        "时间": "2020-01-02T03:04:05",
    }  # fmt: skip
    assert (found.rows[1].number, found.rows[1].cells) == (6, {"编号": "0013", "名称": "乙"})


def test_the_first_visible_sheet_is_read() -> None:
    book = Workbook()
    book.active.sheet_state = "hidden"
    sheet = book.create_sheet("名单")
    sheet.append(KNOWN)
    sheet.append(["1", "甲"])
    content = io.BytesIO()
    book.save(content)
    assert read(content.getvalue(), "a.xlsx").rows[0].cells == {"编号": "1", "名称": "甲"}


def test_a_format_in_the_last_cell_of_a_sheet_does_no_harm() -> None:
    def fill(sheet: Any) -> None:
        sheet.append(KNOWN)
        sheet.append(["1", "甲"])
        sheet["XFD1048576"].font = Font(bold=True)

    assert len(read(xlsx(fill), "a.xlsx").rows) == 1


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.csv", "empty-file"),
        (b"", "a.xlsx", "empty-file"),
        (b"%PDF-1.7", "a.pdf", "wrong-extension"),
        (CSV.encode(), "", "wrong-extension"),
        (of_rows(KNOWN), "a.csv", "wrong-extension"),
        (CSV.encode(), "a.xlsx", "broken-file"),
        (b"PK\x03\x04" + bytes(400), "a.xlsx", "broken-file"),
        (of_rows(KNOWN)[:2000], "a.xlsx", "broken-file"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512), "a.xlsx", "old-format"),
        (
            bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"),
            "a.xlsx",
            "encrypted",
        ),
        (b"\xff\xfe\x00\x00\xff", "a.csv", "encoding"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\xff\xff", "a.csv", "encoding"),
        ("编号,名称\n1,\"甲\n2,乙\n".encode(), "a.csv", "broken-file"),
        ("编号,名称\n".encode(), "a.csv", "no-rows"),
        (of_rows(KNOWN), "a.xlsx", "no-rows"),
        (of_rows([]), "a.xlsx", "no-headings"),
        ("\n" * 30 + CSV, "a.csv", "no-headings"),
        ("姓名,电话\n甲,1\n", "a.csv", "no-headings"),
        ("编号,名称,编号\n1,甲,2\n", "a.csv", "duplicate-headings"),
        ("编号,区划,成立日期\n1,2,3\n", "a.csv", "missing-headings"),
        ("编号,名称," + ",".join(f"x{n}" for n in range(70)) + "\n1,甲\n", "a.csv", "too-large"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused(data: bytes | str, name: str, code: str) -> None:
    found, detail = refusal(data, name)
    assert found == code
    assert not detail.isascii()


def test_the_refusal_names_what_to_change() -> None:
    assert "重复的列：编号" in refusal("编号,名称,编号\n1,甲,2\n")[1]
    assert "缺少必需的列：名称" in refusal("编号,区划,成立日期\n1,2,3\n")[1]
    assert "第 3 行起" in refusal('编号,名称\n1,甲\n2,"乙\n3,丙\n')[1]


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="1"><c r="A200001"><v>1</v></c></row>',
        '<row r="1"><c r="BM1" t="inlineStr"><is><t>x</t></is></c></row>',
        '<row r="1">' + "<c><v>1</v></c>" * 65 + "</row>",
        '<row r="200000"><c><v>1</v></c></row><row><c><v>1</v></c></row>',
    ],
)
def test_a_lonely_cell_far_away_cannot_exhaust_the_memory(cells: str) -> None:
    assert refusal(sheet_with(cells), "a.xlsx")[0] == "too-large"


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="1"><c r="ZZZZZZZZZ1"><v>1</v></c></row>',
        '<row r="1"><c r="A99999999999"><v>1</v></c></row>',
        '<row r="0"><c><v>1</v></c></row>',
        '<row r="4294967295"><c><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</c></row>',
        '<row r="1"><c r="A1" t="s"><v>77</v></c></row>',
    ],
)
def test_positions_that_mislead_the_reader_are_refused(cells: str) -> None:
    code, _ = refusal(sheet_with(cells), "a.xlsx")
    assert code in ("broken-file", "no-headings")


def test_entities_and_foreign_encodings_are_refused() -> None:
    row = '<row r="1"><c r="A1"><v>1</v></c></row>'
    assert refusal(sheet_with(row, '<!DOCTYPE a [<!ENTITY b "c">]>'), "a.xlsx")[0] == "broken-file"
    in_ebcdic = '<?xml version="1.0" encoding="cp037"?>' + "<a/>"
    assert refusal(with_sheet(in_ebcdic), "a.xlsx")[0] in ("broken-file", "no-headings")


def test_a_zip_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_UNPACKED_BYTES", 1_000_000)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/worksheets/sheet1.xml", b" " * 5_000_000)
    assert len(made.getvalue()) < 10_000
    assert refusal(made.getvalue(), "a.xlsx")[0] == "too-large"


def test_too_many_parts_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_PARTS", 3)
    assert refusal(of_rows(KNOWN), "a.xlsx")[0] == "too-large"


def test_too_many_rows_and_cells_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MAX_ROWS", 2)
    assert refusal(CSV)[0] == "too-large"
    assert refusal("编号,名称\n" + "," * 2_000_001)[0] == "too-large"
