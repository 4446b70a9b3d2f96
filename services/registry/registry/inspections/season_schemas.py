"""What goes over HTTP about seasons and statistics."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from liandong.values.days import IsoDay
from liandong.values.districts import DistrictCode
from liandong.values.text import Text
from registry.inspections.domain import Regime, SeasonStatus, Verdict
from registry.inspections.models import InspectionSeason
from registry.organizations.schemas import LAST_DAY


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class OpenSeason(_Closed):
    """开展年检。应检组织由规则确定，无须逐个添加。"""

    year: int = Field(
        strict=True, ge=1990, le=2990, description="检查年度，即上一年度", examples=[2025]
    )
    district: DistrictCode = Field(description="辖区，含下级")


class ExtendSeason(_Closed):
    """延长一类组织的报送期限。"""

    regime: Regime
    registrar_due_on: IsoDay = Field(le=LAST_DAY, description="报送登记管理机关的最后一日")
    supervisor_due_on: IsoDay | None = Field(
        default=None, le=LAST_DAY, description="报送业务主管单位初审的最后一日"
    )
    reason: Text = Field(min_length=2, max_length=1000, description="延期的理由与依据")


class AnnounceSeason(_Closed):
    medium: Text = Field(min_length=2, max_length=200, description="公告的媒介")
    announced_on: IsoDay


class WithdrawSeason(_Closed):
    reason: Text = Field(min_length=2, max_length=1000, description="撤销的理由")


class DueDays(BaseModel):
    supervisor: date | None = Field(description="报送业务主管单位初审的最后一日")
    registrar: date = Field(description="报送登记管理机关的最后一日")


class SeasonRead(BaseModel):
    """年检。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    year: int
    district: str
    status: SeasonStatus
    opened_on: date
    closed_on: date | None
    rule_set: str
    last_days: dict[Regime, DueDays]
    extensions: list[dict[str, Any]]
    announcements: list[dict[str, Any]]
    enrolled_at: datetime | None = Field(description="最近一次核对应检组织名单的时间")
    reason: str

    @classmethod
    def of(cls, season: InspectionSeason) -> "SeasonRead":
        return cls.model_validate(season)


class Counted(BaseModel):
    """一组统计数。比率为百分数，保留两位小数；分母为零时为空。"""

    due: int = Field(description="应检")
    inspected: int = Field(description="已检（含已接收的年度报告）")
    qualified: int
    basically_qualified: int
    unqualified: int
    received: int = Field(description="已接收的慈善组织年度报告")
    missed: int = Field(description="逾期未报送，现仍未报送的")
    late: int = Field(description="逾期后报送的")
    rectification_ordered: int
    rectified: int
    inspection_rate: float | None = Field(description="年检率：已检/应检")
    qualified_rate: float | None = Field(description="合格率：合格/有结论的")
    passed_rate: float | None = Field(description="合格与基本合格/有结论的")
    rectification_rate: float | None = Field(description="整改完成率：整改合格/责令整改的")
    by_status: dict[str, int]


class CountedDistrict(Counted):
    district: str
    own: bool = Field(description="只含登记在本级的组织，不含下级")


class Statistics(BaseModel):
    year: int
    district: str
    on: date
    total: Counted
    by_district: list[CountedDistrict] = Field(description="本级和各下级")
    by_regime: dict[Regime, Counted]


class ConclusionRead(BaseModel):
    """已公告的年检结论。"""

    inspection_id: UUID
    organization_id: UUID
    organization_name: str
    district: str
    year: int
    regime: Regime
    verdict: Verdict
    concluded_on: date
    corrected_on: date | None
