"""Names of files: what a browser sends may hold a path, control signs or text that runs backwards.

Pure.
"""

import unicodedata
from typing import Final

LENGTH: Final = 200
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Control, formatting (directions, zero width), lone surrogates, private and unassigned signs."""
_LONGEST_EXTENSION: Final = 10


def cleaned(name: str) -> str:
    """The last part of the path without unseen signs, at most ``LENGTH`` signs; may be empty.

    A name that is too long loses the end of its stem and keeps its extension.
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(
        " " if sign.isspace() else sign
        for sign in unicodedata.normalize("NFC", last)
        if sign.isspace() or unicodedata.category(sign) not in _UNSEEN
    )
    whole = " ".join(seen.split()).strip(". ")
    stem, dot, extension = whole.rpartition(".")
    if not dot or len(extension) > _LONGEST_EXTENSION:
        return whole[:LENGTH]
    return stem[: LENGTH - len(extension) - 1].rstrip(". ") + dot + extension


def masked(name: str) -> str:
    """For whoever may know that there is a file, but not of whom it speaks."""
    _, dot, extension = name.rpartition(".")
    return f"***{dot}{extension}" if dot else "***"
