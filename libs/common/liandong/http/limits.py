"""Request limits per caller: by subject for those who are known, by address for the public."""

import time
from collections.abc import Callable

from fastapi import Request
from limits import RateLimitItem, parse

from liandong.identity.actors import Actor, Role
from liandong.problems import TooManyRequests
from liandong.settings import Settings


class Windows:
    """How often each caller came: its window begins with its first request and lasts as long as
    the limit says. Counted by hand, as this is part of every answer."""

    def __init__(self, limit: RateLimitItem, clock: Callable[[], float]) -> None:
        self._most, self.seconds = limit.amount, limit.get_expiry()
        self._clock = clock
        self._seen: dict[str, list[float]] = {}
        self._tidy_at = clock() + self.seconds

    def __len__(self) -> int:
        return len(self._seen)

    def admits(self, caller: str) -> bool:
        now = self._clock()
        if now >= self._tidy_at:
            self._tidy(now)
        window = self._seen.get(caller)
        if window is None or now >= window[0]:
            window = self._seen[caller] = [now + self.seconds, 0]
        window[1] += 1
        return window[1] <= self._most

    def _tidy(self, now: float) -> None:
        """Forgets who has not come for long: addresses are many."""
        self._seen = {one: window for one, window in self._seen.items() if now < window[0]}
        self._tidy_at = now + self.seconds


class RateLimits:
    """Counts in this process; behind several replicas each counts its share."""

    def __init__(self, settings: Settings, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._known = Windows(parse(settings.rate_limit), clock)
        self._public = Windows(parse(settings.public_rate_limit), clock)

    async def check(self, subject: str, address: str) -> None:
        """Raises :class:`TooManyRequests` with Retry-After when the caller has used its share."""
        windows, caller = (self._known, subject) if subject else (self._public, address)
        if not windows.admits(caller):
            raise TooManyRequests(headers={"Retry-After": str(windows.seconds)})

    async def admit(self, request: Request, actor: Actor) -> None:
        """As :meth:`check`; the platform's own services are not limited."""
        if Role.SERVICE not in actor.roles:
            await self.check(actor.subject, request.client.host if request.client else "")
