"""What goes over HTTP about figures."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field


class FigureRead(BaseModel):
    """一类社会组织的数量。"""

    of: dict[str, Any] = Field(description="各分组维度的取值；空文字表示没有填写")
    number: int


class FiguresRead(BaseModel):
    """某一日终了时的数量。"""

    district: str
    as_of: date
    by: list[str]
    total: int
    items: list[FigureRead]


class YearRead(BaseModel):
    """一年年末（当年为所查之日）的数量与增长。"""

    year: int
    total: int
    growth: int = Field(description="比上年末净增")
    growth_percent: str | None = Field(description="比上年末增长的百分比；上年末为零的不计")
    items: list[FigureRead]


class YearsRead(BaseModel):
    district: str
    by: list[str]
    items: list[YearRead]


class ShareRead(BaseModel):
    """一项占比：分子、分母与百分比。"""

    name: str
    title: str
    part: int
    whole: int
    percent: str | None = Field(description="百分比，保留一位小数；分母为零的为空")


class SharesRead(BaseModel):
    district: str
    as_of: date
    items: list[ShareRead]


class CheckRead(BaseModel):
    """统计与名册的循环核对。"""

    compared: int = Field(description="本轮已核对的组织数")
    corrected: int = Field(description="本轮发现不符并已改正的组织数")
    began_at: datetime | None = Field(description="本轮开始的时间；空值表示尚未核对")
    last_compared: int | None = Field(description="上一轮核对的组织数")
    last_corrected: int | None = Field(description="上一轮改正的组织数")
    last_ended_at: datetime | None = Field(description="上一轮结束的时间")
