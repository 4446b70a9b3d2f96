"""The check of a file: it is what its name says, and of a kind and size that is allowed. Pure.

Nothing here reads a disk or the network; a caller runs it in a thread.
"""

import hashlib
from dataclasses import dataclass

from registry.attachments import archives, images, office, pdf
from registry.attachments.kinds import FileKind, agrees, kind_by_name
from registry.attachments.refusals import refused
from registry.attachments.rules import AttachmentRules


@dataclass(frozen=True, slots=True)
class Inspected:
    """A file that may be attached."""

    kind: FileKind
    size: int
    sha256: str


def inspect(data: bytes, name: str, declared: str, rules: AttachmentRules) -> Inspected:
    """``name`` is cleaned, ``declared`` is the media type of the upload. Raises FileRefused."""
    if not data:
        raise refused("empty", "文件是空的")
    named = kind_by_name(name)
    allowed = None if named is None else rules.allowed(named)
    if named is None or allowed is None:
        kinds = "、".join(one.kind.label for one in rules.types)
        raise refused("type-not-allowed", f"只接收以下类型的文件：{kinds}")
    if len(data) > allowed.max_bytes:
        raise refused("too-large", f"{named.label} 文件不得超过 {_in_mib(allowed.max_bytes)}")
    if not agrees(named, declared):
        raise refused("type-mismatch", "上传时声明的文件类型与文件名不一致")
    if _checked(data, rules) is not named:
        raise refused("type-mismatch", f"文件内容不是 {named.label}，与文件名不一致")
    return Inspected(named, len(data), hashlib.sha256(data).hexdigest())


def _checked(data: bytes, rules: AttachmentRules) -> FileKind | None:
    """What the content is, looked through; None when it is nothing that we know."""
    if data.startswith(pdf.BEGINS):
        pdf.check_pdf(data, rules.archives)
        return FileKind.PDF
    if data.startswith(images.PNG_BEGINS):
        images.check_png(data, rules.images)
        return FileKind.PNG
    if data.startswith(images.JPEG_BEGINS):
        images.check_jpeg(data, rules.images)
        return FileKind.JPEG
    if data.startswith(archives.BEGINS):
        archive = archives.open_archive(data, rules.archives)
        kind = office.kind_inside(archive)
        if kind in (FileKind.DOCX, FileKind.XLSX):
            office.check_office(archive)
        return kind
    return None


def _in_mib(size: int) -> str:
    return f"{size / (1024 * 1024):.1f}".removesuffix(".0") + " MB"
