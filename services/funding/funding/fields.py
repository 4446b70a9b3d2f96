"""Text as it comes over HTTP: without NUL, without blanks at the ends, of a limited length."""

from typing import Annotated

from pydantic import AfterValidator, Field


def _text(value: str) -> str:
    if "\x00" in value:
        raise ValueError("不应含有空字符")
    return value.strip()


Text = Annotated[str, AfterValidator(_text)]
Reason = Annotated[Text, Field(min_length=2, max_length=500, description="事由")]
