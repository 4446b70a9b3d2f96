"""Why a file is not taken. Pure."""

from typing import ClassVar

from liandong.problems import FieldError, Invalid

POINTER = "/file"


class FileRefused(Invalid):
    """The file is not one that may be attached; ``errors`` say why."""

    slug: ClassVar[str] = "file-refused"
    title: ClassVar[str] = "不能接收该文件"


def refused(code: str, message: str) -> FileRefused:
    return FileRefused(message, [FieldError(POINTER, code, message)])
