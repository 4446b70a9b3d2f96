"""What the registry publishes about the files of an application.

No file name: it may hold the name of a person. Of a draft nothing is told; when it is submitted,
each of its files is.
"""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from registry.applications.events import ApplicationFacts


class AttachmentFacts(ApplicationFacts):
    attachment_id: UUID
    document: str = Field(description="材料代码；其他文件为空")
    media_type: str
    size_bytes: int
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class ApplicationAttachmentAdded(AttachmentFacts):
    """附件递交: the office has it from now on."""

    type: ClassVar[str] = "cn.liandong.registry.application.attachment-added"


class ApplicationAttachmentRemoved(AttachmentFacts):
    """附件撤下: it counts no longer; its content stays on record."""

    type: ClassVar[str] = "cn.liandong.registry.application.attachment-removed"


EVENTS = (ApplicationAttachmentAdded, ApplicationAttachmentRemoved)
