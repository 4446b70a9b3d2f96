"""Request limits per caller: by subject for those who are known, by address for the public."""

from ipaddress import IPv6Address, ip_address, ip_network

from fastapi import Request
from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter

from liandong.identity.actors import Actor, Role
from liandong.problems import TooManyRequests
from liandong.settings import Settings


class RateLimits:
    """Counts in this process; behind several replicas each counts its share."""

    def __init__(self, settings: Settings) -> None:
        self._known: RateLimitItem = parse(settings.rate_limit)
        self._public: RateLimitItem = parse(settings.public_rate_limit)
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    async def check(self, subject: str, address: str) -> None:
        """Raises :class:`TooManyRequests` with Retry-After when the caller has used its share."""
        limit, caller = (self._known, subject) if subject else (self._public, address)
        if not await self._limiter.hit(limit, caller):
            raise TooManyRequests(headers={"Retry-After": str(limit.get_expiry())})

    async def admit(self, request: Request, actor: Actor) -> None:
        """As :meth:`check`; the platform's own services are not limited."""
        if Role.SERVICE not in actor.roles:
            await self.check(actor.subject, request.client.host if request.client else "")


class AddressLimit:
    """A limit of its own for what nobody should be able to ask for one after the other; whoever
    asks, with a token or without."""

    def __init__(self, limit: str) -> None:
        self._limit: RateLimitItem = parse(limit)
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    async def check(self, request: Request) -> None:
        """Raises :class:`TooManyRequests` with Retry-After."""
        caller = neighbourhood(request.client.host if request.client else "")
        if not await self._limiter.hit(self._limit, caller):
            raise TooManyRequests(headers={"Retry-After": str(self._limit.get_expiry())})


def neighbourhood(address: str) -> str:
    """Of IPv6 the network of 64 bits: one subscriber has as many addresses as they like."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return str(ip_network((found, 64), strict=False))
    return address
