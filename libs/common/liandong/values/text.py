"""Text as people type it into a request: blanks at the ends are dropped, a NUL is refused."""

from typing import Annotated

from pydantic import AfterValidator, StringConstraints


def _without_nul(value: str) -> str:
    if "\x00" in value:
        raise ValueError("不应含有空字符")
    return value


Text = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_without_nul)]
"""Lengths of a field are counted after the blanks are gone; PostgreSQL cannot store a NUL."""
