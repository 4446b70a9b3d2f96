"""Attachments: when they may be added and taken away, and what becomes of the content. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from liandong.problems import Conflict, IllegalTransition
from registry.applications.domain import Action, Status, advance


class TooManyFiles(Conflict):
    slug, title = "too-many-files", "附件的数量或总大小已达上限"


class Removal(StrEnum):
    """What taking away means."""

    ERASE = "erase"
    """It was never handed in: the content is deleted."""
    KEEP = "keep"
    """It was before the office: it counts no longer, and stays on record."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Where an application stands, as far as its files are concerned."""

    status: Status
    accepted_by_silence: bool
    round: int
    """How often it was given back for correction."""

    @property
    def is_handed_in(self) -> bool:
        """Whether a file attached now is before the office at once."""
        return self.status not in (Status.DRAFT, Status.CORRECTION)


def expect_open(moment: Moment) -> None:
    """As the form may be edited: of a draft, given back, or accepted by silence. Raises 409."""
    advance(moment.status, Action.EDIT)
    if moment.status is Status.ACCEPTED and not moment.accepted_by_silence:
        raise IllegalTransition("申请材料齐全并已受理，不能再增减附件")


def removal(moment: Moment, attached_in: int) -> Removal:
    """``attached_in`` is the round of the attachment."""
    return Removal.KEEP if moment.is_handed_in or attached_in < moment.round else Removal.ERASE


def expect_room(sizes: Collection[int], added: int, *, files_max: int, total_bytes: int) -> None:
    """Raises TooManyFiles when one more of ``added`` bytes does not fit."""
    if len(sizes) >= files_max:
        raise TooManyFiles(f"一件申请的附件不得超过 {files_max} 个")
    if sum(sizes) + added > total_bytes:
        raise TooManyFiles(f"一件申请的附件合计不得超过 {total_bytes // (1024 * 1024)} MB")
