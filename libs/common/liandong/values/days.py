"""A day in an address or a query: written out, not as a number of seconds."""

import re
from datetime import date
from typing import Annotated, Any, Final

from pydantic import BeforeValidator

_WRITTEN: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def _written(value: Any) -> Any:
    """A number in a JSON body would be taken for seconds as well."""
    if not isinstance(value, date | str) or (
        isinstance(value, str) and not _WRITTEN.fullmatch(value)
    ):
        raise ValueError("日期应写作YYYY-MM-DD，例如2026-03-02")
    return value


IsoDay = Annotated[date, BeforeValidator(_written)]
"""Text is taken for a day only in the form that the API document promises: ``0`` is no day."""
