"""What goes over HTTP about monthly reports."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from credit_list.reports.domain import Status
from credit_list.texts import Reason
from liandong.values.districts import DistrictCode

MonthName = Annotated[
    str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", description="月份，例如 2019-09")
]


class ReportMonth(BaseModel):
    """上报月报。"""

    model_config = ConfigDict(extra="forbid")

    month: MonthName
    district: DistrictCode


class NoteReport(BaseModel):
    """对已确认月报的更正说明。"""

    model_config = ConfigDict(extra="forbid")

    note: Reason


class NoteRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    number: int
    note: str
    by: str
    at: datetime


class DifferenceRead(BaseModel):
    """上报以后有变化的一项：上报数与现在的数。"""

    model_config = ConfigDict(from_attributes=True)

    figure: str
    reported: int
    now: int


Differences = list[DifferenceRead]
Notes = list[NoteRead]


class MonthlyRead(BaseModel):
    """名单月报。没有上报的，数字为现在统计的结果；确认以后的数字不再改变。"""

    id: UUID | None
    version: int
    month: str
    district: str
    status: Status = Field(description="open 尚未上报、reported 待确认、confirmed 已确认")
    is_over: bool = Field(description="该月已经结束")
    due_on: date = Field(description="应上报的最后一日")
    is_late: bool
    reported_on: date | None
    confirmed_on: date | None
    figures: dict[str, Any] = Field(
        description="lists 各名单的列入、移出（按原因）与月末在列；cases 案件；repairs 修复"
    )
    differences: Differences
    notes: Notes
