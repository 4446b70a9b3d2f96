"""The texts of cases and decisions, with their lengths."""

from typing import Annotated

from pydantic import Field

from liandong.values.text import Text

Reason = Annotated[Text, Field(min_length=2, max_length=2000)]
Reference = Annotated[Text, Field(min_length=1, max_length=200)]
"""A document number or the file number of a piece of evidence."""
References = Annotated[list[Reference], Field(max_length=50)]

Codes = list[str]
"""A list of codes; the name leaves ``list`` free for the field that says which credit list."""
