"""慈善组织认定、公开募捐资格, and giving them up: the forms."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from liandong.problems import FieldError
from liandong.values.days import IsoDay
from liandong.values.text import Text
from registry.applications.content_base import MatterContent
from registry.applications.domain import Matter


class Qualification(MatterContent):
    """What a registered body asks for, or gives up."""

    touched: ClassVar[tuple[str, ...]]

    organization_id: UUID
    resolved_on: IsoDay | None = Field(default=None, description="按照章程作出决定的会议日期")
    explanation: Text = Field(default="", max_length=4000, description="理由和有关情况的说明")
    declared: list[Annotated[Text, Field(max_length=60)]] = Field(
        default_factory=list, max_length=50, description="书面承诺的事项代码，见规则集"
    )

    def items(self) -> list[str]:
        return sorted(self.touched)

    def happened(self) -> Mapping[str, date | None]:
        return {"resolved_on": self.resolved_on}

    def missing(self) -> Iterator[FieldError]:
        if self.resolved_on is None:
            yield FieldError("/resolved_on", "missing", "未填写作出决定的会议日期")
        if not self.explanation:
            yield FieldError("/explanation", "missing", "未填写理由和有关情况的说明")


class CharityRecognition(Qualification):
    """慈善组织认定：已登记的组织申请认定为慈善组织。"""

    touched = ("charity_status",)

    matter: Literal[Matter.CHARITY_RECOGNITION]


class CharityWithdrawal(Qualification):
    """终止慈善组织属性；有公开募捐资格的一并终止。"""

    touched = ("charity_status", "raises_in_public_since")

    matter: Literal[Matter.CHARITY_WITHDRAWAL]


class Fundraising(Qualification):
    """公开募捐资格。"""

    touched = ("raises_in_public_since",)

    matter: Literal[Matter.FUNDRAISING]


class FundraisingWithdrawal(Qualification):
    """注销公开募捐资格。"""

    touched = ("raises_in_public_since",)

    matter: Literal[Matter.FUNDRAISING_WITHDRAWAL]
