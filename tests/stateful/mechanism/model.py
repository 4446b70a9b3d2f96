"""What must have happened, in plain lists: the machine compares the databases with it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from liandong.timers.deadlines import MAX_ATTEMPTS


@dataclass
class Due:
    """One deadline; ``value`` None makes its handler fail."""

    thing: UUID
    at: datetime
    value: int | None
    state: str = "open"
    attempts: int = 0
    retry_at: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        ready = self.retry_at is None or self.retry_at <= now
        return self.state == "open" and self.at <= now and ready

    def fail(self, now: datetime) -> None:
        self.retry_at = now + timedelta(seconds=2**self.attempts)
        self.attempts += 1
        if self.attempts >= MAX_ATTEMPTS:
            self.state = "failed"


@dataclass
class Model:
    """Things with the value of each version, what was given up, what falls due."""

    things: dict[UUID, list[int]] = field(default_factory=dict)
    discarded: set[tuple[UUID, int]] = field(default_factory=set)
    deadlines: list[Due] = field(default_factory=list)
    suspects: set[UUID] = field(default_factory=set)
    """Events that a process was handling when it ended; only they may be set aside for that."""

    @property
    def events(self) -> int:
        return sum(map(len, self.things.values()))

    def versions(self, thing: UUID) -> list[int]:
        """The versions of the thing that must have an effect, in order."""
        numbers = range(1, len(self.things[thing]) + 1)
        return [number for number in numbers if (thing, number) not in self.discarded]

    def open_deadline(self, thing: UUID) -> Due | None:
        return next((d for d in self.deadlines if d.thing == thing and d.state == "open"), None)

    def fire(self, now: datetime) -> int:
        """Fires what is due; how many succeed."""
        fired = 0
        for due in sorted(self.deadlines, key=lambda one: one.at):
            if not due.is_due(now):
                continue
            if due.value is None:
                due.fail(now)
            else:
                due.state = "fired"
                self.things[due.thing].append(due.value)
                fired += 1
        return fired
