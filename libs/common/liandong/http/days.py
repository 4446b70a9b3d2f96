"""Days in the query of a request: ISO dates and nothing else.

Of text pydantic also takes seconds since 1970 for a date, which the document does not promise.
"""

import re
from datetime import date
from typing import Annotated, Any, Final

from pydantic import BeforeValidator

_ISO: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _iso(value: Any) -> Any:
    if isinstance(value, str) and not _ISO.fullmatch(value):
        raise ValueError("日期应写作 2026-03-02 的形式")
    return value


QueryDay = Annotated[date, BeforeValidator(_iso)]
