"""What the rule sets of attachments hold: which files, how large, how many."""

from typing import Final, Self

from pydantic import Field, model_validator

from liandong.rules.rule_set import Parameters, RuleSubject
from registry.attachments.kinds import FileKind

_MIB: Final = 1024 * 1024


class AllowedType(Parameters):
    kind: FileKind
    max_bytes: int = Field(ge=1, le=30 * _MIB)
    """Not above what the service takes in one request (``LIANDONG_MAX_UPLOAD_BYTES``)."""


class ImageLimits(Parameters):
    pixels: int = Field(ge=1, le=1_000_000_000)
    """Width times height: a small file may unfold to gigabytes."""


class ArchiveLimits(Parameters):
    """Of formats that are ZIP archives inside, and of the object streams of a PDF."""

    entries: int = Field(ge=1, le=20_000)
    unpacked_bytes: int = Field(ge=1, le=1024 * _MIB)
    ratio: int = Field(ge=2, le=1_000)
    """An entry above one mebibyte may unfold to at most so many times its size."""


class AttachmentRules(Parameters):
    """``registry.attachments``."""

    types: tuple[AllowedType, ...]
    images: ImageLimits
    archives: ArchiveLimits
    files_max: int = Field(ge=1, le=1_000)
    """Of one application, without those that were taken away."""
    total_bytes: int = Field(ge=1, le=10_240 * _MIB)
    unclaimed_hours: int = Field(ge=1, le=8_760)
    """After so long an uploaded object that no row names is deleted."""

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        kinds = [one.kind for one in self.types]
        if len(kinds) != len(set(kinds)):
            raise ValueError("同一文件类型规定了两次")
        return self

    def allowed(self, kind: FileKind) -> AllowedType | None:
        return next((one for one in self.types if one.kind is kind), None)


ATTACHMENTS: Final = RuleSubject("registry.attachments", AttachmentRules, "登记申请的附件")
