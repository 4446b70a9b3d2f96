"""What the registry publishes about transfers. The move itself is organization.changed."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.contract import Event


class TransferFacts(Event):
    subject_field: ClassVar[str] = "transfer_id"

    transfer_id: UUID
    organization_id: UUID
    from_district: str = Field(description="迁出地")
    to_district: str = Field(description="迁入地")
    district: str = Field(description="迁出地；迁入地由 organization.changed 得知")
    status: str = Field(description="proposed、accepted、refused、withdrawn")


class TransferProposed(TransferFacts):
    """迁出地提出迁移."""

    type: ClassVar[str] = "cn.liandong.registry.transfer.proposed"


class TransferAccepted(TransferFacts):
    """迁入地接收: the organisation belongs to that district from now on."""

    type: ClassVar[str] = "cn.liandong.registry.transfer.accepted"


class TransferRefused(TransferFacts):
    """迁入地不接收."""

    type: ClassVar[str] = "cn.liandong.registry.transfer.refused"


class TransferWithdrawn(TransferFacts):
    """迁出地撤回."""

    type: ClassVar[str] = "cn.liandong.registry.transfer.withdrawn"


EVENTS: tuple[type[Event], ...] = (
    TransferProposed,
    TransferAccepted,
    TransferRefused,
    TransferWithdrawn,
)
