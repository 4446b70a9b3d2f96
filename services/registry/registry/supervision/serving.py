"""送达: how a document reached the party, with its proof (行政处罚法 art. 61)."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from liandong.problems import FieldError, Invalid
from liandong.values.days import IsoDay
from liandong.values.text import Text
from registry.organizations.schemas import LAST_DAY


class Method(StrEnum):
    DIRECT = "direct"
    """直接送达"""
    LEFT = "left"
    """留置送达"""
    MAIL = "mail"
    """邮寄送达"""
    ELECTRONIC = "electronic"
    """电子送达: only with the party's written consent"""
    ENTRUSTED = "entrusted"
    """委托送达"""
    ANNOUNCEMENT = "announcement"
    """公告送达: where the others are impossible"""


class ServiceProof(BaseModel):
    """送达回证。"""

    model_config = ConfigDict(extra="forbid")

    served_on: IsoDay = Field(le=LAST_DAY, description="送达日期；公告送达的为公告期满之日")
    method: Method = Field(
        description="direct 直接；left 留置；mail 邮寄；electronic 电子；entrusted 委托；"
        "announcement 公告"
    )
    proof: Text = Field(min_length=2, max_length=200, description="送达回证、邮件或公告的编号")
    consented: bool = Field(default=False, description="当事人书面同意电子送达")
    announced_on: IsoDay | None = Field(default=None, le=LAST_DAY, description="公告送达的公告日期")

    def require(
        self, *, since: date, today: date, announcement_days: int, after: str = "作出之日"
    ) -> None:
        """Raises Invalid unless the document can have been served so, on that day."""
        if not since <= self.served_on <= today:
            raise _wrong("/served_on", "out-of-range", f"应在{after}与今日之间")
        if self.method is Method.ELECTRONIC and not self.consented:
            raise _wrong("/consented", "no-consent", "电子送达须经当事人书面同意")
        if self.method is not Method.ANNOUNCEMENT:
            if self.announced_on is not None:
                raise _wrong("/announced_on", "not-announced", "只有公告送达填写公告日期")
            return
        if self.announced_on is None:
            raise _wrong("/announced_on", "missing", "公告送达须填写公告日期")
        if self.announced_on < since:
            raise _wrong("/announced_on", "out-of-range", f"公告日期不能早于{after}")
        if self.served_on < self.announced_on + timedelta(days=announcement_days):
            told = f"公告满 {announcement_days} 日方视为送达"
            raise _wrong("/served_on", "announcement-running", told)

    def kept(self) -> dict[str, Any]:
        return self.model_dump(mode="json", exclude_none=True)


def _wrong(pointer: str, code: str, message: str) -> Invalid:
    return Invalid(message, [FieldError(pointer, code, message)])
