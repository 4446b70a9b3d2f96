"""Rows of one file about the same thing: only the first is imported. Pure."""

import unicodedata
from collections.abc import Collection, Sequence

from liandong.imports.jobs import Handled
from liandong.imports.kinds import ImportKind, Outcome
from liandong.imports.rows import pointer_to
from liandong.imports.table import SheetRow


def repeated_rows(kind: ImportKind, rows: Sequence[SheetRow]) -> list[Handled]:
    """What becomes of the rows that repeat an earlier one, by the kind's identities.

    A row that says the same in every column that is used adds nothing; one that says something
    else is rejected, since nobody but the clerk knows which of the two is right.
    """
    headings = {name: heading for heading, name in kind.columns.items()}
    used = kind.columns.keys()
    identities = [[headings[name] for name in names] for names in kind.identities]
    first: dict[tuple[str, ...], SheetRow] = {}
    found: list[Handled] = []
    for row in rows:
        keys = [
            (names[0], *(_plain(row.cells.get(name, "")) for name in names))
            for names in identities
            if names[0] in row.cells
        ]
        earlier = next((key for key in keys if key in first), None)
        if earlier is None:
            first.update(dict.fromkeys(keys, row))
        else:
            found.append(_settled(row, first[earlier], earlier[0], used))
    return found


def _settled(row: SheetRow, earlier: SheetRow, heading: str, used: Collection[str]) -> Handled:
    if all(row.cells.get(name) == earlier.cells.get(name) for name in used):
        return Handled(row.number, Outcome.UNCHANGED, reason=f"与第{earlier.number}行完全相同")
    told = f"与第{earlier.number}行的{heading}相同，内容不同，请核对后只留一行"
    error = {"pointer": pointer_to(heading), "code": "repeated-row", "message": told}
    return Handled(row.number, Outcome.REJECTED, reason=told, errors=[error])


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()
