"""Rows of one file about the same thing. Pure."""

from liandong.imports.kinds import ImportKind, Outcome
from liandong.imports.repeats import repeated_rows
from liandong.imports.table import SheetRow


def rows(*codes_and_names: tuple[str, str]) -> list[SheetRow]:
    return [
        SheetRow(number, {"编号": code, "名称": name})
        for number, (code, name) in enumerate(codes_and_names, start=2)
    ]


def test_the_same_row_again_adds_nothing(quick_kind: ImportKind) -> None:
    (again,) = repeated_rows(quick_kind, rows(("001", "甲"), ("002", "甲"), ("001", "甲")))
    assert (again.number, again.outcome) == (4, Outcome.UNCHANGED)
    assert again.reason == "与第2行完全相同"


def test_another_row_about_the_same_is_left_to_the_clerk(quick_kind: ImportKind) -> None:
    (again,) = repeated_rows(quick_kind, rows(("001", "甲"), (" ００１", "乙")))
    assert (again.number, again.outcome) == (3, Outcome.REJECTED)
    assert again.reason == "与第2行的编号相同，内容不同，请核对后只留一行"
    assert again.errors[0]["pointer"] == "/编号"


def test_what_has_no_number_repeats_nothing(quick_kind: ImportKind) -> None:
    bare = [SheetRow(number, {"名称": "甲"}) for number in (2, 3)]
    assert repeated_rows(quick_kind, bare) == []


def test_without_identities_every_row_counts(quick_kind: ImportKind) -> None:
    kind = ImportKind(
        name="a", title="a", columns=quick_kind.columns, row=quick_kind.row,
        carry_out=quick_kind.carry_out,
    )  # fmt: skip
    assert repeated_rows(kind, rows(("001", "甲"), ("001", "乙"))) == []
