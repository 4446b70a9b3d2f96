"""What goes over HTTP about reviews."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from funding.fields import Reason


class SettleReview(BaseModel):
    """人工复核的结论：维持（keep）或取消（cancel，仅限未拨付）。"""

    model_config = ConfigDict(extra="forbid")

    outcome: Literal["keep", "cancel"]
    note: Reason
