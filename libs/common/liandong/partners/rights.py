"""What a partner may do on the brokers, as access rules (ACL), and what is to change. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

from liandong.events.states import SUFFIX
from liandong.partners.catalogue import Partner

ANYWHERE = "*"


class Resource(IntEnum):
    ANY = 1
    TOPIC = 2
    GROUP = 3


class Pattern(IntEnum):
    ANY = 1
    LITERAL = 3
    PREFIXED = 4


class Operation(IntEnum):
    ANY = 1
    READ = 3


class Permission(IntEnum):
    ANY = 1
    ALLOW = 3


class Acl(NamedTuple):
    """One rule of the brokers' authorizer; numbers as in Kafka's protocol."""

    resource: int
    name: str
    pattern: int
    principal: str
    host: str
    operation: int
    permission: int


def principal_of(user: str) -> str:
    return f"User:{user}"


def wanted(partner: Partner, prefix: str) -> set[Acl]:
    """It reads (and so may describe) its topics, in groups of its own, and nothing else."""
    principal = principal_of(partner.user(prefix))
    topics = [f"{prefix}liandong.{service}" for service in partner.topics]
    if partner.states:
        topics += [name + SUFFIX for name in topics]
    hosts = [str(host) for host in partner.hosts] or [ANYWHERE]
    places = [(Resource.TOPIC, name, Pattern.LITERAL) for name in topics]
    places.append((Resource.GROUP, partner.group_prefix(prefix), Pattern.PREFIXED))
    return {
        Acl(resource, name, pattern, principal, host, Operation.READ, Permission.ALLOW)
        for resource, name, pattern in places
        for host in hosts
    }


@dataclass(frozen=True)
class Standing:
    """What the brokers hold of one user."""

    has_password: bool = False
    acls: frozenset[Acl] = frozenset()
    quotas: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Changes:
    """What is to be done for one user, in the order of the fields."""

    user: str
    withdraw: frozenset[Acl] = frozenset()
    allow: frozenset[Acl] = frozenset()
    quotas: Mapping[str, float | None] = field(default_factory=dict)
    """None: the limit is taken away."""
    set_password: bool = False
    forget_password: bool = False

    def __bool__(self) -> bool:
        return bool(
            self.withdraw or self.allow or self.quotas or self.set_password or self.forget_password
        )


def to_provision(partner: Partner, prefix: str, now: Standing, *, rotate: bool = False) -> Changes:
    """From what the brokers hold to what the catalogue says; empty when they agree."""
    rights, limits = wanted(partner, prefix), partner.quotas()
    quotas: dict[str, float | None] = {
        name: value for name, value in limits.items() if now.quotas.get(name) != value
    }
    quotas |= dict.fromkeys(set(now.quotas) - set(limits))
    return Changes(
        user=partner.user(prefix),
        withdraw=now.acls - rights,
        allow=frozenset(rights - now.acls),
        quotas=quotas,
        set_password=rotate or not now.has_password,
    )


def to_remove(user: str, now: Standing) -> Changes:
    """Rights first: they end on open connections too, a password only for new ones."""
    return Changes(
        user=user,
        withdraw=now.acls,
        quotas=dict.fromkeys(now.quotas),
        forget_password=now.has_password,
    )


def gone(known: Collection[str], catalogue: Collection[Partner], prefix: str) -> list[str]:
    """Users on the brokers that the catalogue does not name."""
    return sorted(set(known) - {one.user(prefix) for one in catalogue})
