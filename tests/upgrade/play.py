"""The play: old, migrated under the old, beside it, new, back to old, new again; people at work."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from liandong.contracts.definitions import definition_of
from liandong.db.migrations import migrate
from liandong.definition import ServiceDefinition
from liandong.testing.fleet import Fleet, fleet
from liandong.testing.insisting import AskingOnce
from liandong.testing.postgres import DatabaseTemplates
from liandong.testing.processes import Child
from liandong.testing.tally import Tally
from tests.faults.rollout import DRAIN_SECONDS, Crowd, Rollout, rolled_out, unnoticed
from tests.faults.told import arrived, tally_of_services
from tests.faults.town import SEPTEMBER_2019, STATION_FEN, Found, Town
from tests.upgrade.release import Release

CAST = ("registry", "credit-list", "supply-demand", "funding")


@dataclass
class Play:
    """One transport. ``say`` is told each step when it is over."""

    release: Release
    fleet: Fleet
    say: Callable[[str], None]
    once: AskingOnce = field(default_factory=AskingOnce)

    def old(self, name: str, mode: str) -> Child:
        return self.release.of(self.fleet.service(name, mode, other_port=True))

    def new(self, name: str, mode: str) -> Child:
        return self.fleet.service(name, mode, other_port=True, drain_seconds=DRAIN_SECONDS)

    async def run(self) -> Tally:
        """The count at the end; whatever was noticed or lost fails an assertion."""
        ports = {name: self.fleet.ports[name] for name in CAST}
        async with (
            rolled_out(ports) as rollout,
            Town(self.fleet, SEPTEMBER_2019, self.once) as town,
        ):
            await rollout.begin(self.old)
            self.say("旧版运行")
            bidders = [await town.organization() for _ in range(2)]
            await town.known(*bidders)
            await town.budget(10 * STATION_FEN)
            entitlements = await town.entitled(bidders[0], sites=2)
            crowd = Crowd(town, bidders)
            crowd.begin()
            payments = await self._upgraded_and_back(rollout, town, crowd, entitlements)
            unnoticed(rollout, self.once, await crowd.end())
            for mode, ends in rollout.ends.items():
                self.say(f"{mode} 自 SIGTERM 至结束 {min(ends):.1f} 至 {max(ends):.1f} s")
            self.say(f"应答 {sum(self.once.answers.values())} 次，均为 200 或 201")
            await self.fleet.quiet(300)
            await arrived(self.fleet, crowd)
            for one in payments:
                assert (await town.payment(one))["status"] == "made"
            return await tally_of_services(self.fleet)

    async def _upgraded_and_back(
        self, rollout: Rollout, town: Town, crowd: Crowd, entitlements: list[Found]
    ) -> list[Found]:
        """Payments that one release has proposed and the other has made."""
        await crowd.more()
        proposed = await town.proposed(entitlements[0])
        for name in CAST:
            url = self.fleet.databases[name]
            await asyncio.to_thread(migrate, definition_of(name), url)
        await crowd.more()
        self.say("已迁移，旧版继续运行")
        await rollout.replace(self.old, (0,))
        await crowd.more()
        self.say("旧版在新结构上重新启动")
        await rollout.replace(self.new)
        await crowd.more()
        self.say("换为新版")
        path = f"/v1/payments/{proposed['id']}/approve"
        approved = await town.do("funding", path, town.approver, found=proposed)
        second = await town.approved(entitlements[1])
        await rollout.replace(self.old)
        await crowd.more()
        self.say("回退到旧版")
        assert (await town.make(approved)).status_code == 200
        await rollout.replace(self.new)
        await crowd.more()
        self.say("再次换为新版")
        assert (await town.make(second)).status_code == 200
        return [approved, second]


async def played(
    release: Release,
    transport: str,
    bootstrap: str,
    templates: DatabaseTemplates,
    folder: Path,
    say: Callable[[str], None],
) -> Tally:
    """On databases that the old release has made."""

    async def empty(_: DatabaseTemplates, __: ServiceDefinition) -> str:
        return await templates.clone()

    async with fleet(
        templates, folder, transport, bootstrap, SEPTEMBER_2019, CAST, prepared=empty
    ) as found:
        for name in CAST:
            await asyncio.to_thread(release.migrate, found.service(name, "api", other_port=True))
        return await Play(release, found, say).run()
