"""What goes over HTTP about coverage."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from liandong.values.districts import DistrictCode
from liandong.values.text import Text
from registry.coverage.domain import Setting, is_community
from registry.organizations.schemas import Count, Day


def _community(code: str) -> str:
    if not is_community(code):
        raise ValueError("应为社区（村）的12位区划代码")
    return code


CommunityCode = Annotated[DistrictCode, AfterValidator(_community)]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ChangeCoverage(_Closed):
    """自某日起增加、减少覆盖的社区。"""

    on: Day = Field(description="自该日起，不晚于今日")
    add_urban: list[CommunityCode] = Field(default_factory=list, max_length=2000)
    add_rural: list[CommunityCode] = Field(default_factory=list, max_length=2000)
    drop: list[CommunityCode] = Field(default_factory=list, max_length=2000)


class RecordCount(_Closed):
    """一地一年的社区数。更正时再填一次，以最后一次为准。"""

    district: DistrictCode
    year: int = Field(ge=1949, le=2999)
    urban: Count = Field(description="城市社区数")
    rural: Count = Field(description="农村社区（村）数")
    source: Text = Field(min_length=2, max_length=300, description="数据来源")


class CountRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    district: str
    year: int
    urban: int
    rural: int
    source: str
    entered_on: date


class CoverageRead(BaseModel):
    """一个社区由枢纽型社会组织覆盖的一段时间。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    hub_id: UUID
    community: str
    is_urban: bool
    covered_from: date
    covered_until: date | None = Field(description="自该日起不再覆盖")


class CoverageChanged(BaseModel):
    hub_id: UUID
    version: int = Field(description="成员名册的版本")
    on: date
    added: list[str]
    dropped: list[str]


class CoverageShare(BaseModel):
    """某一日的覆盖率；对过去的日期，答复始终可以重现。"""

    district: str
    on: date
    setting: Setting
    hubs: int = Field(description="当日覆盖本地社区的枢纽型社会组织数")
    covered: int = Field(description="当日有枢纽型社会组织覆盖的社区数")
    total: int | None = Field(description="社区总数；没有填报的为空")
    percent: str | None = Field(description="覆盖率（%），两位小数", examples=["83.00"])
    is_full: bool = Field(description="全部覆盖")
    is_consistent: bool = Field(description="覆盖数不多于社区总数")
    count: CountRead | None = Field(description="所依据的社区数")
