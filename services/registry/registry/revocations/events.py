"""What the registry publishes about revocations. The end itself is organization.revoked.

Until it is decided no event names the body: what is only proposed is nobody's business.
"""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.contract import Event


class RevocationFacts(Event):
    subject_field: ClassVar[str] = "revocation_id"

    revocation_id: UUID
    organization_id: UUID
    district: str
    status: str = Field(description="decided")
    cause: str = Field(description="事由的代码，见规则集 registry.revocations")
    basis: str = Field(description="依据的条文")


class RevocationDecided(RevocationFacts):
    """决定撤销登记: the body is revoked from now on."""

    type: ClassVar[str] = "cn.liandong.registry.revocation.decided"
    decision_number: str
    decided_on: date


EVENTS = (RevocationDecided,)
