"""Fields that several capabilities take over HTTP."""

from typing import Annotated

from pydantic import Field

from liandong.values.text import Text

Reason = Annotated[Text, Field(min_length=2, max_length=500, description="事由")]
