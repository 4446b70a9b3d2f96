"""What is applied for, matter by matter, as it goes over HTTP and is kept with the application.

A draft may be incomplete: what is missing is told as a list, once, when it has been submitted.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from liandong.problems import FieldError
from liandong.values.days import IsoDay
from liandong.values.text import Text
from registry.applications.change import Change
from registry.applications.charity import (
    CharityRecognition,
    CharityWithdrawal,
    Fundraising,
    FundraisingWithdrawal,
)
from registry.applications.content_base import MatterContent
from registry.applications.domain import EVERY_ITEM, Ground, Matter
from registry.applications.establishment import Establishment


class Articles(MatterContent):
    """章程核准。"""

    matter: Literal[Matter.ARTICLES]
    organization_id: UUID
    adopted_on: IsoDay | None = Field(
        default=None, description="会员（代表）大会或理事会通过的日期"
    )
    summary: Text = Field(default="", max_length=2000, description="修改的主要内容")

    def items(self) -> list[str]:
        return ["articles"]

    def happened(self) -> Mapping[str, date | None]:
        return {"adopted_on": self.adopted_on}

    def missing(self) -> Iterator[FieldError]:
        if self.adopted_on is None:
            yield FieldError("/adopted_on", "missing", "未填写通过的日期")
        if not self.summary:
            yield FieldError("/summary", "missing", "未填写修改的主要内容")


class Renewal(MatterContent):
    """换发证书。"""

    matter: Literal[Matter.RENEWAL]
    organization_id: UUID
    reason: Literal["expiry", "re-election", "lost", "damaged"] = Field(
        description="expiry 有效期届满；re-election 换届；lost 遗失；damaged 损毁"
    )

    def items(self) -> list[str]:
        return ["certificate"]


class Cancellation(MatterContent):
    """注销登记。"""

    matter: Literal[Matter.CANCELLATION]
    organization_id: UUID
    ground: Ground
    successor_ids: list[UUID] = Field(
        default_factory=list,
        max_length=50,
        description="分立、合并后承继的组织；一家为合并，多家为分立",
    )
    liquidation_ended_on: IsoDay | None = Field(default=None, description="清算结束的日期")
    reason: Text = Field(default="", max_length=500, description="说明")

    @model_validator(mode="after")
    def _successors(self) -> Self:
        if self.successor_ids and self.ground is not Ground.MERGER_OR_DIVISION:
            raise ValueError("只有因分立、合并注销的填写承继的组织")
        if len(self.successor_ids) != len({*self.successor_ids}):
            raise ValueError("承继的组织填写了两次")
        if self.organization_id in self.successor_ids:
            raise ValueError("承继的组织不能是注销的组织自身")
        return self

    def items(self) -> list[str]:
        return [EVERY_ITEM]

    def happened(self) -> Mapping[str, date | None]:
        return {"liquidation_ended_on": self.liquidation_ended_on}

    def missing(self) -> Iterator[FieldError]:
        if self.ground is Ground.MERGER_OR_DIVISION and not self.successor_ids:
            yield FieldError("/successor_ids", "missing", "未填写承继的组织")
        if self.liquidation_ended_on is None:
            yield FieldError("/liquidation_ended_on", "missing", "未填写清算结束的日期")


Content = Annotated[
    Establishment
    | Change
    | Articles
    | Renewal
    | Cancellation
    | CharityRecognition
    | CharityWithdrawal
    | Fundraising
    | FundraisingWithdrawal,
    Field(discriminator="matter"),
]
