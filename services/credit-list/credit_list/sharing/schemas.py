"""What goes over HTTP about sharing."""

from datetime import date, datetime

from pydantic import BaseModel, Field

from credit_list.sharing.domain import Operation, Subject
from credit_list.sharing.files import Encoding, Format, Part


class FileRead(BaseModel):
    """一个文件。"""

    part: Part = Field(description="full 全量、delta 增量")
    subject: Subject = Field(description="listing 名单、penalty 行政处罚")
    format: Format
    encoding: Encoding
    path: str
    rows: int
    size: int = Field(description="字节数")
    sha256: str
    revision: int = Field(description="版本，自1起；每有一条数据修复、更正或者移出，加1")
    revised_at: datetime | None = Field(description="现行版本的时间；第1版为空")


Files = list[FileRead]


class ManifestRead(BaseModel):
    """一日的共享文件。前一日全量加上本日增量，即为本日全量。"""

    day: date
    district: str
    closed_at: datetime
    previous_day: date | None = Field(description="增量所接续的那一日；首日为空")
    first_position: int = Field(description="全平台统一编号，接续前一日的 last_position")
    last_position: int
    files: Files


class RevisedFile(BaseModel):
    """已有新版本的文件，各种格式相同。"""

    day: date
    part: Part = Field(description="full 全量、delta 增量")
    subject: Subject
    revision: int
    revised_at: datetime


RevisedFiles = list[RevisedFile]


class RevisionsRead(BaseModel):
    """保留期内有新版本、须重新下载的文件。"""

    district: str
    files: RevisedFiles


class DeletionRead(BaseModel):
    """删除标记：只有数据主键，没有内容。"""

    key: str
    operation: Operation = Operation.DELETE
    position: int = Field(description="此前共享该数据的变更序号")
