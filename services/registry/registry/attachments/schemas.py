"""What goes over HTTP about attachments."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from registry.attachments.models import Attachment
from registry.attachments.service import Done


class AttachmentRead(BaseModel):
    """附件。内容另行下载；审计人员看不到文件名。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    application_id: UUID
    document: str = Field(description="材料代码；为空的是其他文件")
    file_name: str
    media_type: str
    size_bytes: int
    sha256: str
    has_content: bool = Field(description="内容是否还在；递交前撤下的，内容已删除")
    uploaded_at: datetime
    uploaded_by: str
    removed_at: datetime | None = Field(description="撤下的时间；撤下的不再算作已递交的材料")
    removed_by: str | None
    rule_set: str

    @classmethod
    def of(cls, attachment: Attachment, *, masked: bool = False) -> "AttachmentRead":
        read = cls.model_validate(attachment)
        return read.model_copy(update={"file_name": attachment.masked_name}) if masked else read


class AttachmentDone(AttachmentRead):
    """增减附件的结果。"""

    application_version: int = Field(description="申请现在的版本，用于下一步的 If-Match")

    @classmethod
    def after(cls, done: Done) -> "AttachmentDone":
        read = AttachmentRead.of(done.attachment).model_dump()
        return cls(**read, application_version=done.application.version)
