"""What a service reacts to: which handler runs for which event, in which consumer group."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from liandong.db.unit_of_work import UnitOfWork
from liandong.events.contract import Event, service_of

E = TypeVar("E", bound=Event)


class NotYet(Exception):
    """What the event builds on has not arrived; it is tried again, its key waits."""


class Rejected(Exception):
    """The event can never be handled; it becomes a dead letter at once, its key waits."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """``handler`` runs in the same transaction as the inbox row of the event."""

    event: type[Event]
    handler: Callable[[Any, UnitOfWork], Awaitable[None]]
    many: bool = False


def on(event: type[E], handler: Callable[[E, UnitOfWork], Awaitable[None]]) -> Subscription:
    """``handler`` is called once for each event."""
    return Subscription(event, handler)


def on_many(
    event: type[E], handler: Callable[[Sequence[Any], UnitOfWork], Awaitable[None]]
) -> Subscription:
    """``handler`` is called with a run of events, in order; for projections.

    Subscribed for several types, it is given their events together, as they came.
    """
    return Subscription(event, handler, many=True)


@dataclass(frozen=True)
class RetryPolicy:
    """When a failed event is tried again. Delays in seconds; they double."""

    first_delay: float = 0.2
    longest_delay: float = 60.0
    attempts: int = 10
    halt_after: int = 20
    """New failures in a row after which the group stops and calls for a person."""

    def delay(self, attempts: int) -> float:
        return min(self.first_delay * 2 ** max(attempts - 1, 0), self.longest_delay)


@dataclass(frozen=True)
class Group:
    """A consumer group: ``<service>.<purpose>``, its subscriptions and its patience."""

    name: str
    subscriptions: Sequence[Subscription]
    retry: RetryPolicy = field(default_factory=RetryPolicy)

    def by_type(self) -> dict[str, list[Subscription]]:
        found: dict[str, list[Subscription]] = defaultdict(list)
        for subscription in self.subscriptions:
            found[subscription.event.type].append(subscription)
        return dict(found)

    def services(self) -> list[str]:
        """The services whose events the group reads, in alphabetical order."""
        return sorted({service_of(subscription.event.type) for subscription in self.subscriptions})
