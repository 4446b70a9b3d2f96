"""What goes over HTTP about lists of others."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from credit_list.receiving.domain import BatchStatus, Operation, Reason, RowStatus, SenderKind
from credit_list.texts import Codes, Reference, Text
from credit_list.texts import Reason as ReasonText
from liandong.imports.cells import SheetDay
from liandong.values.credit_code import CreditCode
from liandong.values.districts import DistrictCode

SenderCode = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,39}$")]
BatchNumber = Annotated[Text, Field(min_length=1, max_length=60)]
SequenceNumber = Annotated[int, Field(ge=1, le=10**9)]
Total = Annotated[int, Field(ge=0, le=20_000)]
Checksum = Annotated[str, Field(pattern=r"^[0-9A-Fa-f]{64}$")]
Name = Annotated[Text, Field(min_length=2, max_length=200)]


class RowGiven(BaseModel):
    """名单中的一行。"""

    model_config = ConfigDict(extra="forbid")

    number: int = Field(ge=1, le=20_000, description="行号，自1起")
    operation: Operation = Field(description="add 新增、change 变更、delete 删除")
    record_key: Annotated[Text, Field(min_length=1, max_length=100)] = Field(
        description="来源单位的数据主键，新增到删除保持不变"
    )
    kind: Annotated[Text, Field(min_length=2, max_length=100)] = Field(
        description="名单代码或名称，见规则集 credit-list.receiving"
    )
    name: Name = Field(description="社会组织名称")
    credit_code: CreditCode | None = None
    registration_number: Annotated[Text, Field(min_length=1, max_length=60)] | None = Field(
        default=None, description="登记证号或备案编号"
    )
    district: DistrictCode | None = Field(default=None, description="社会组织所在行政区划")
    authority: Reference = Field(description="认定机关")
    document_number: Reference = Field(description="决定文书号")
    decided_on: SheetDay = Field(description="决定日期")
    ends_on: SheetDay | None = Field(default=None, description="截止日期")

    @model_validator(mode="after")
    def _in_order(self) -> "RowGiven":
        if self.ends_on is not None and self.ends_on < self.decided_on:
            raise ValueError("截止日期早于决定日期")
        return self


Rows = Annotated[list[RowGiven], Field(max_length=20_000)]
ListWords = Annotated[
    list[Annotated[Text, Field(min_length=2, max_length=100)]], Field(max_length=20)
]


class BatchHead(BaseModel):
    """一批名单的来源、编号与申报行数。"""

    model_config = ConfigDict(extra="forbid")

    sender: SenderCode = Field(description="来源单位代码，自行约定，首次使用时登记")
    sender_name: Name = Field(description="来源单位名称")
    sender_kind: SenderKind = Field(description="department 部门、city 其他城市")
    number: BatchNumber = Field(description="批次号")
    sequence: SequenceNumber = Field(description="该来源单位的批次序号，自1起连续")
    total: Total = Field(description="申报行数")
    whole_lists: ListWords = Field(
        default_factory=list,
        description="本批为全量的名单（代码或名称）：该来源单位此前提供、本批没有的，视为已经删除",
    )
    checksum: Checksum | None = Field(
        default=None,
        description="SHA-256：文件为全部字节；JSON 为每行“行号,操作,数据主键”，以换行相连",
    )


class BatchGiven(BatchHead):
    """一批名单。"""

    rows: Rows


class BatchRead(BaseModel):
    """收到的一批名单。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    sender: str
    number: str
    sequence: int
    total: int
    whole_lists: Codes = Field(description="本批为全量的名单")
    status: BatchStatus = Field(description="held 等待前一批、applied 已处理")
    district: str
    applied_at: datetime | None
    created_at: datetime


Counts = dict[str, int]


class BatchDetail(BatchRead):
    rows: Counts = Field(description="各状态的行数")


class RowRead(BaseModel):
    """收到的一行及其来源。原始内容加密保存，不在此显示。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    batch_id: UUID
    sender: str
    number: int
    record_key: str
    operation: Operation
    district: str
    kind: str
    name: str
    credit_code: str | None
    registration_number: str | None
    named_district: str | None
    authority: str
    document_number: str
    decided_on: date
    ends_on: date | None
    status: RowStatus
    reason: Reason | None = Field(description="未能对应的原因")
    organization_id: UUID | None
    listing_id: UUID | None
    note: str | None
    created_at: datetime = Field(description="收到的时间")


class Candidate(BaseModel):
    """可能是同一家的社会组织。"""

    organization_id: UUID
    name: str
    credit_code: str | None
    filing_number: str | None
    district: str
    status: str


Candidates = list[Candidate]


class RowDetail(RowRead):
    candidates: Candidates = Field(default_factory=list)


class ResolveRow(BaseModel):
    """对应到一家社会组织。"""

    model_config = ConfigDict(extra="forbid")

    organization_id: UUID
    reason: ReasonText = Field(description="核对情况")


class DismissRow(BaseModel):
    """不予对应。"""

    model_config = ConfigDict(extra="forbid")

    reason: ReasonText = Field(description="理由")


class SourceRead(BaseModel):
    """谁在哪一批、哪一行提供。"""

    sender: str
    sender_name: str
    batch_number: str
    row: int
    received_at: datetime
    status: RowStatus = Field(description="该来源现在是否仍在提供：linked 仍在提供")


Sources = list[SourceRead]


class ForeignListingRead(BaseModel):
    """外部列入：其他部门或城市的名单。不等于在本地列入。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    organization_id: UUID
    district: str
    kind: str
    kind_name: str
    adverse: bool
    authority: str
    document_number: str
    decided_on: date
    ends_on: date | None
    stands: bool = Field(description="来源单位仍在提供；全部删除后为 false")
    withdrawn_on: date | None
    record_id: UUID | None = Field(description="由此形成或者对应的信用记录")
    sources: Sources = Field(default_factory=list)
