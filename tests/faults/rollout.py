"""Services behind balancers, each with replicas of its API and a worker, replaced one by one while
people work at them."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from liandong.testing.balancer import Balancer, balanced
from liandong.testing.insisting import AskingOnce
from liandong.testing.processes import Child
from liandong.testing.services import eventually
from tests.faults.town import Found, Town

DRAIN_SECONDS = 120.0
"""Longer than a balancer needs to notice on any machine; when it has noticed, a second signal ends
the drain."""

Make = Callable[[str, str], Child]
"""``make("registry", "api")`` is a process of some release, not yet started."""


@dataclass
class Rollout:
    """Use :func:`rolled_out`."""

    balancers: dict[str, Balancer]
    apis: dict[str, list[Child]] = field(default_factory=dict)
    workers: dict[str, Child] = field(default_factory=dict)
    ends: dict[str, list[float]] = field(default_factory=lambda: {"api": [], "worker": []})
    """Seconds from SIGTERM to the end of each process; of an API that drains from the second."""

    async def begin(self, make: Make, replicas: int = 2) -> None:
        for name, balancer in self.balancers.items():
            self.apis[name] = [make(name, "api") for _ in range(replicas)]
            self.workers[name] = make(name, "worker")
            balancer.replicas[:] = [one.url for one in self.apis[name]]
            for one in (*self.apis[name], self.workers[name]):
                one.start()
            await asyncio.gather(*(one.ready() for one in (*self.apis[name], self.workers[name])))
            for one in self.apis[name]:
                await balancer.until_ready(one.url)

    async def replace_api(self, name: str, number: int, make: Make) -> None:
        """As Kubernetes does with maxSurge 1: the successor is ready before the old one ends. One
        that does not drain is asked to end when nothing is sent to it any more (``preStop``)."""
        balancer, old, new = self.balancers[name], self.apis[name][number], make(name, "api")
        new.start()
        await new.ready()
        balancer.replicas.append(new.url)
        await balancer.until_ready(new.url)
        self.apis[name][number] = new
        if "LIANDONG_DRAIN_SECONDS" in old.environment:
            old.terminate()
            await balancer.until_unready(old.url)
            await balancer.until_idle(old.url)
            assert old.running, old.told()  # it was told by the readiness, not by a closed door
            await self._ended(old)
            balancer.replicas.remove(old.url)
        else:
            balancer.replicas.remove(old.url)
            await balancer.until_idle(old.url)
            await self._ended(old)

    async def replace_worker(self, name: str, make: Make) -> None:
        old, new = self.workers[name], make(name, "worker")
        new.start()
        await new.ready()
        await self._ended(old)
        self.workers[name] = new

    async def _ended(self, old: Child) -> None:
        begun = time.monotonic()
        old.terminate()
        assert await old.died() == 0, old.told()
        self.ends[old.mode].append(time.monotonic() - begun)

    async def replace(self, make: Make, numbers: Sequence[int] = (0, 1)) -> None:
        """One service after the other: these replicas of its API, then its worker."""
        for name in self.balancers:
            for number in numbers:
                await self.replace_api(name, number, make)
            await self.replace_worker(name, make)


@asynccontextmanager
async def rolled_out(ports: dict[str, int]) -> AsyncIterator[Rollout]:
    """Balancers at the ports where the services find one another; no process runs yet."""
    async with AsyncExitStack() as stack:
        yield Rollout(
            {name: await stack.enter_async_context(balanced(at)) for name, at in ports.items()}
        )


@dataclass
class Crowd:
    """Clerks, buyers and organisations at work, each request sent once, until they are told to
    stop. ``bidders`` are organisations that all services know."""

    town: Town
    bidders: list[Found]
    organizations: list[Found] = field(default_factory=list)
    bids: list[Found] = field(default_factory=list)
    _stop: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def begin(self) -> None:
        self._stop.clear()
        self._tasks = [asyncio.create_task(self._work(one)) for one in self.bidders]

    async def end(self) -> list[BaseException]:
        """What they have met beside success."""
        self._stop.set()
        met = await asyncio.gather(*self._tasks, return_exceptions=True)
        return [one for one in met if one is not None]

    async def more(self, number: int = 4) -> None:
        """Returns after so many more bids, or when somebody has met something else than success."""
        wanted = len(self.bids) + number

        async def there() -> bool:
            return len(self.bids) >= wanted or any(task.done() for task in self._tasks)

        await eventually(there, 240)

    async def _work(self, bidder: Found) -> None:
        town = self.town
        while not self._stop.is_set():
            self.organizations.append(await town.organization())
            standing = await town.read("credit-list", f"/v1/standings/{bidder['id']}")
            assert standing["known"]
            self.bids.append(await town.bid(await town.tender(30), bidder))


def unnoticed(rollout: Rollout, once: AskingOnce, met: list[BaseException]) -> None:
    """Whoever asked for something got it, at once."""
    broken = [one for balancer in rollout.balancers.values() for one in balancer.broken]
    assert broken == []
    assert once.broken == []
    assert set(once.answers) <= {200, 201}, once.answers
    assert met == []
