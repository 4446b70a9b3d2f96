"""容器演练: one container after another is killed while a blacklisting has to take effect."""

import asyncio
import json
import os
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from liandong.settings import SERVICES
from story.containers import Containers
from story.hefei import GRADE_AWARDS
from story.stage import HEFEI, StoryFailed, wait_until
from story.town import Town, graded

RESULT: Final = Path("build/drill.json")
ORDER: Final = (
    "proxy",
    *SERVICES,
    *(f"{name}-worker" for name in SERVICES),
    "keycloak",
    "kafka",
    "postgres",
)


@dataclass(frozen=True)
class Round:
    """One container killed; seconds from the kill."""

    container: str
    decided: float
    took_effect: float
    healthy: float


@dataclass
class Drill(Town):
    """In each round an organisation with an open bid and an approved, unpaid award is put on the
    serious list; the container is killed just before the decision is sent."""

    rounds: list[Round] = field(default_factory=list)

    async def prepare(self, bidders: int) -> None:
        """The register, grades with their awards, and approved payments of those to be listed."""
        self.move_to(self.now)
        await self._import(self.clerk, "registry", "organizations", "organizations.xlsx")
        await self._import(self.approver, "evaluation", "grades", "grades.csv")
        await self._sum(("F12",), GRADE_AWARDS)
        await self._budget_of_awards(GRADE_AWARDS)
        await self._propose_awards()
        self.bidders = [await self._organization(graded("4A", one)) for one in range(bidders)]
        for one in self.bidders:
            payment = await self._payment(one["id"])
            await self.approver.step("funding", f"/v1/payments/{payment['id']}/approve", payment)

    async def play(self, bidder: dict[str, Any], container: str, docker: "Docker") -> Round:
        """One round; StoryFailed when the listing does not take effect everywhere."""
        tender = await self._tender(f"演练采购（{container}）", district=HEFEI)
        bid = await self._bid(bidder, tender)
        number = bidder["id"][-6:]
        case = await self._decidable(await self._noticed(bidder, number))
        killed = time.perf_counter()
        before = docker.kill(container)
        await self._list(case, number)
        decided = time.perf_counter()

        async def everywhere() -> float | None:
            payment = await self._payment(bidder["id"])
            found = await self._bid_status(bidder, bid)
            done = (payment["status"], found) == ("held", "disqualified")
            return time.perf_counter() if done else None

        effect = await wait_until(self.stage, everywhere, f"without {container}: everywhere")
        healthy = await docker.healed(container, before)
        found = Round(container, decided - killed, effect - killed, healthy - killed)
        self.rounds.append(found)
        return found

    async def nothing_lost_nothing_twice(self) -> dict[str, Any]:
        """What is counted at the end, from the services themselves."""
        payments = await self._all(self.finance, "funding", "/v1/payments")
        owners = [one["organization_id"] for one in payments]
        listed = {one["id"] for one in self.bidders[: len(self.rounds)]}
        held = {one["organization_id"] for one in payments if one["status"] == "held"}
        listings = await self._all(self.approver, "credit-list", "/v1/listings")
        found = {
            "awards_fen": await self._sum(("F12",), GRADE_AWARDS),
            "payments": len(payments),
            "payments_twice": len(owners) - len(set(owners)),
            "listings": len(listings),
            "held": len(held),
        }
        wanted = {
            "awards_fen": GRADE_AWARDS,
            "payments": 73,
            "payments_twice": 0,
            "listings": len(listed),
            "held": len(listed),
        }
        if found != wanted or held != listed:
            raise StoryFailed(f"after the drill: {found} instead of {wanted}")
        return found

    async def _bid_status(self, bidder: dict[str, Any], bid: dict[str, Any]) -> str:
        page = await self._as(bidder).get("supply-demand", "/v1/bids")
        return next(one["status"] for one in page["items"] if one["id"] == bid["id"])


@dataclass(frozen=True)
class Docker:
    """Kills containers of the project as a crash would, and waits until they are back."""

    containers: Containers

    def kill(self, service: str) -> str:
        """SIGKILL to the container's first process: by ``docker kill`` it would stay down. Returns
        when that process had started."""
        state = self.containers.running()[service]["State"]
        try:
            os.kill(state["Pid"], signal.SIGKILL)
        except PermissionError:
            raise StoryFailed("终止容器的进程需要 root 权限：请以 root 运行") from None
        return state["StartedAt"]

    async def healed(self, service: str, before: str) -> float:
        """When it was seen to be healthy again, in a process that has started since."""

        async def look() -> float | None:
            state = self.containers.running().get(service, {}).get("State", {})
            started = state.get("StartedAt", before) != before
            healthy = state.get("Health", {}).get("Status") == "healthy"
            return time.perf_counter() if started and healthy else None

        return await wait_until(self.containers, look, f"{service} is healthy again")


def kill_one_after_another(console: Console, *, keep: bool, build: bool) -> None:
    """Plays a round for every container, counts, compares, and writes ``build/drill.json``."""
    console.print("正在启动容器……")
    with Containers(insisting=True, keep=keep, build=build) as containers:
        console.print(f"容器已就绪，用时 {containers.started_in:.0f} 秒。")
        drill = Drill(containers)
        counted = asyncio.run(_drill(drill, Docker(containers), console))
        lines = containers.compose("run", "--rm", "migrations", "liandong", "--json", "reconcile")
        memory = containers.memory()
    values = {
        "rounds": [vars(one) for one in drill.rounds],
        **counted,
        "reconcile": json.loads(lines),
        "memory_after_mb": {name: round(mb) for name, mb in sorted(memory.items())},
    }
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(values, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    console.print(_table(drill.rounds))
    console.print(f"没有丢失、没有重复：{counted}；对账一致。结果已写入 {RESULT}。")


async def _drill(drill: Drill, docker: Docker, console: Console) -> dict[str, Any]:
    try:
        await drill.prepare(len(ORDER))
        for bidder, container in zip(drill.bidders, ORDER, strict=True):
            found = await drill.play(bidder, container, docker)
            console.print(f"  {container}：{found.took_effect:.1f} 秒后处处生效")
        return await drill.nothing_lost_nothing_twice()
    finally:
        await docker.containers.close()


def _table(rounds: list[Round]) -> Table:
    table = Table(title="终止之后（秒）", title_justify="left")
    for heading in ("容器", "决定作出", "处处生效", "恢复健康"):
        table.add_column(heading, justify="left" if heading == "容器" else "right")
    for one in rounds:
        figures = (one.decided, one.took_effect, one.healthy)
        table.add_row(one.container, *(f"{figure:.1f}" for figure in figures))
    return table
