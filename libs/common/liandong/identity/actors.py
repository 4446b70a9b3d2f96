"""Who acts: the person or machine behind a request, a timer or an event handler."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from liandong.values.districts import ROOT, subtree_prefix

SYSTEM_PREFIX: Final = "system:"
"""Subjects of the platform's own timers and handlers begin so; no token may carry such a one."""


class Role(StrEnum):
    """What someone may be on the platform; the values are those of the ``roles`` claim."""

    CLERK = "clerk"
    APPROVER = "approver"
    EXPERT = "expert"
    FINANCE = "finance"
    BUYER = "buyer"
    COMMUNITY = "community"
    ORGANIZATION = "organization"
    AUDITOR = "auditor"
    SYSTEM_ADMIN = "system_admin"
    PARTNER = "partner"
    SERVICE = "service"

    @property
    def label(self) -> str:
        """The role's Chinese name, for messages to people."""
        return _LABELS[self]


_LABELS: Final = {
    Role.CLERK: "经办人",
    Role.APPROVER: "审批人",
    Role.EXPERT: "评估专家",
    Role.FINANCE: "财务人员",
    Role.BUYER: "采购人",
    Role.COMMUNITY: "社区",
    Role.ORGANIZATION: "社会组织",
    Role.AUDITOR: "审计人员",
    Role.SYSTEM_ADMIN: "系统管理员",
    Role.PARTNER: "合作单位系统",
    Role.SERVICE: "平台内部服务",
}

MACHINE_ROLES: Final = frozenset({Role.SERVICE, Role.PARTNER})
"""Roles that programs hold; beside the role they need the scope of what they do."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone whose identity has been checked. ``subject`` is stable and safe to store."""

    subject: str
    name: str = ""
    roles: frozenset[Role] = frozenset()
    district: str | None = None
    organization_id: UUID | None = None
    scopes: frozenset[str] = frozenset()
    is_machine: bool = False

    def has(self, *roles: Role) -> bool:
        """Holds at least one of the roles."""
        return not self.roles.isdisjoint(roles)

    def may_act_in(self, district_code: str) -> bool:
        """The district lies in the actor's own subtree; an actor without a district has none."""
        if self.district is None:
            return False
        return district_code.startswith(subtree_prefix(self.district))

    def owns(self, organization_id: UUID) -> bool:
        """Acts for exactly this organisation."""
        return self.organization_id is not None and self.organization_id == organization_id


PUBLIC: Final = Actor(subject="", name="公众")
"""Whoever comes without a token: no role, no district, no organisation."""


def SYSTEM(service: str) -> Actor:  # noqa: N802 - reads as the constant it is for each service
    """The platform itself, for timers and event handlers of ``service``; acts in every district."""
    return Actor(
        subject=SYSTEM_PREFIX + service,
        name="系统",
        roles=frozenset({Role.SERVICE}),
        district=ROOT,
        is_machine=True,
    )
