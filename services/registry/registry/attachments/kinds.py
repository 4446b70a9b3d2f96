"""Which files there are: by what their content says, not by what they are called. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class FileKind(StrEnum):
    """A file whose content can be checked.

    The old binary formats (DOC, XLS) are not among them: macros and embedded programs in them
    cannot be told apart from content without carrying out the format itself.
    """

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    DOCX = "docx"
    XLSX = "xlsx"
    OFD = "ofd"
    """版式文件（GB/T 33190）"""

    @property
    def label(self) -> str:
        return self.value.upper()

    @property
    def media_type(self) -> str:
        return _MEDIA_TYPES[self]

    @property
    def is_image(self) -> bool:
        return self in (FileKind.JPEG, FileKind.PNG)


_OOXML: Final = "application/vnd.openxmlformats-officedocument"
_MEDIA_TYPES: Final = {
    FileKind.PDF: "application/pdf",
    FileKind.JPEG: "image/jpeg",
    FileKind.PNG: "image/png",
    FileKind.DOCX: f"{_OOXML}.wordprocessingml.document",
    FileKind.XLSX: f"{_OOXML}.spreadsheetml.sheet",
    FileKind.OFD: "application/ofd",
}
_ALSO: Final[Mapping[str, FileKind]] = {
    "image/jpg": FileKind.JPEG,
    "image/pjpeg": FileKind.JPEG,
    "application/x-pdf": FileKind.PDF,
    "application/vnd.ofd": FileKind.OFD,
}
_SAYS_NOTHING: Final = frozenset({"", "application/octet-stream", "binary/octet-stream"})
"""What programs send for a file that they do not know."""
_ARCHIVES: Final = frozenset({"application/zip", "application/x-zip-compressed"})
_BY_EXTENSION: Final = {
    "pdf": FileKind.PDF,
    "jpg": FileKind.JPEG,
    "jpeg": FileKind.JPEG,
    "png": FileKind.PNG,
    "docx": FileKind.DOCX,
    "xlsx": FileKind.XLSX,
    "ofd": FileKind.OFD,
}


def kind_by_name(name: str) -> FileKind | None:
    """What the extension says."""
    _, dot, extension = name.rpartition(".")
    return _BY_EXTENSION.get(extension.lower()) if dot else None


def agrees(kind: FileKind, declared: str) -> bool:
    """Whether a declared media type is one for this kind, or says nothing."""
    declared = declared.partition(";")[0].strip().lower()
    if declared in _SAYS_NOTHING or _ALSO.get(declared) is kind:
        return True
    if declared in _ARCHIVES:
        return kind in (FileKind.DOCX, FileKind.XLSX, FileKind.OFD)
    return declared == kind.media_type
