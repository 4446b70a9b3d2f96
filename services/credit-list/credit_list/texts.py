"""The text that people type: blanks around it are dropped, a NUL is refused."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints


def _without_nul(value: str) -> str:
    if "\x00" in value:
        raise ValueError("不应含有空字符")
    return value


Text = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_without_nul)]

Reason = Annotated[Text, Field(min_length=2, max_length=2000)]
Reference = Annotated[Text, Field(min_length=1, max_length=200)]
"""A document number or the file number of a piece of evidence."""
References = Annotated[list[Reference], Field(max_length=50)]

Codes = list[str]
"""A list of codes; the name leaves ``list`` free for the field that says which credit list."""
