"""Cells of tables that people open in a spreadsheet program."""

import unicodedata
from typing import Any, Final

_STARTS: Final = ("=", "+", "-", "@", "|", "%")


def guarded(value: Any) -> str:
    """Text that no spreadsheet takes for a formula, however the sign in front is written.

    Control characters become blanks: a cell holds one line, and .xlsx knows none of them.
    """
    text = "" if value is None else str(value)
    text = "".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in text)
    seen = unicodedata.normalize("NFKC", text).lstrip()
    return f"'{text}" if seen.startswith(_STARTS) else text
