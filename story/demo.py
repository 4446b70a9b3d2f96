"""Plays the story on real processes and shows what happened."""

import asyncio
import json
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import httpx
from rich.console import Console
from rich.table import Table

from liandong.clock import CHINA
from liandong.embedded.platform import EmbeddedPlatform
from liandong.values.money import format_yuan
from story.containers import Containers
from story.hefei import Hefei
from story.stage import Record

FOLDER = Path("build/demo")
RESULT = Path("build/demo.json")
CONTAINERS_RESULT = Path("build/story.json")


class Processes:
    """The stage of the demonstration: five services as processes of their own."""

    def __init__(self, platform: EmbeddedPlatform) -> None:
        self._platform = platform
        self._tokens: dict[tuple[str, ...], str] = {}
        self.clients = {
            name: httpx.AsyncClient(base_url=url, timeout=60, trust_env=False)
            for name, url in platform.urls.items()
        }

    def client(self, service: str) -> httpx.AsyncClient:
        return self.clients[service]

    def token(
        self, subject: str, role: str, district: str | None, organization_id: str | None
    ) -> str:
        wanted = (subject, role, district or "", organization_id or "")
        if wanted not in self._tokens:
            self._tokens[wanted] = self._platform.token(
                subject=subject,
                roles=[role],
                district=district,
                organization_id=UUID(organization_id) if organization_id else None,
            )
        return self._tokens[wanted]

    def set_clock(self, at: datetime) -> None:
        self._platform.clock.set(at)

    async def pause(self) -> None:
        await asyncio.sleep(0.005)

    async def close(self) -> None:
        for client in self.clients.values():
            await client.aclose()


def play(transport: Literal["feed", "kafka"], kafka_bootstrap: str, console: Console) -> None:
    """Plays the story from empty databases and writes ``build/demo.json``."""
    console.print("正在启动联动平台（PostgreSQL 与五个服务）……")
    with EmbeddedPlatform(
        FOLDER, transport=transport, kafka_bootstrap=kafka_bootstrap, fresh=True
    ) as platform:
        console.print("平台已启动，开始演示：合肥，2019 年。\n")
        values = asyncio.run(_play(Processes(platform), console))
    _write(RESULT, values)
    _show(values, console)
    console.print(f"\n结果已写入 {RESULT}。平台已停止。")


def play_in_containers(console: Console, *, keep: bool, build: bool) -> None:
    """Plays the story against the containers of docker-compose.yml, each service's API and worker
    apart, tokens from Keycloak, everything through the proxy; writes ``build/story.json``.

    The containers have volumes of their own and are removed at the end unless ``keep``; ``build``:
    the image of the services is made first.
    """
    console.print("正在启动容器（首次需构建镜像）……")
    with Containers(keep=keep, build=build) as containers:
        started, memory = containers.started_in, containers.memory()
        console.print(
            f"{len(memory)} 个容器已就绪，用时 {started:.0f} 秒，"
            f"内存共 {sum(memory.values()):.0f} MB。开始演示：合肥，2019 年。\n"
        )
        values = asyncio.run(_play(containers, console))
        after = containers.memory()
    values |= {
        "started_seconds": round(started, 1),
        "memory_mb": {name: round(mb) for name, mb in sorted(memory.items())},
        "memory_after_mb": {name: round(mb) for name, mb in sorted(after.items())},
    }
    _write(CONTAINERS_RESULT, values)
    _show(values, console)
    console.print(f"\n结果已写入 {CONTAINERS_RESULT}。")


async def _play(stage: Processes | Containers, console: Console) -> dict[str, Any]:
    def tell(day: str, what: str, seconds: float) -> None:
        console.print(f"  {day}  {what}  [dim]{seconds:.1f} 秒[/dim]")

    story = Hefei(stage, Record(tell=tell))
    try:
        values = await story.play()
    finally:
        await stage.close()
    values["steps"] = [
        {"day": day, "what": what, "seconds": round(seconds, 3)}
        for day, what, seconds in story.record.steps
    ]
    values["played_at"] = datetime.now(CHINA).isoformat(timespec="seconds")
    return values


def _write(file: Path, values: dict[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(values, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _show(values: dict[str, Any], console: Console) -> None:
    table = Table(title="一个决定，处处生效", title_justify="left", show_header=False)
    table.add_column("事项")
    table.add_column("结果", justify="right")
    rows = [
        ("社会组织 / 枢纽型", f"{values['organizations']} / {values['hubs']}"),
        ("服务站点应享资助（402 个）", format_yuan(values["site_entitlements_fen"])),
        ("等级奖励（73 家）", format_yuan(values["grade_awards_fen"])),
        ("决定列入 → 投标全部取消资格", f"{values['listed_to_disqualified_ms']:.0f} 毫秒"),
        ("决定列入 → 未拨款项暂停", f"{values['listed_to_held_ms']:.0f} 毫秒"),
        ("取消资格的投标", f"{values['bids_disqualified']} 份"),
        ("暂停的款项", f"{values['payments_held']} 笔"),
        ("新的投标", "已拒绝" if values["new_bid_refused"] else "未拒绝"),
        ("授予合同", "不可能" if values["award_refused"] else "可能"),
        ("红名单记录", "已移出" if values["red_entry_removed"] else "仍在"),
        ("修复 → 资格恢复、款项恢复拨付", f"{values['repaired_to_eligible_ms']:.0f} 毫秒"),
        ("修复后仍为取消资格的投标", f"{values['stayed_disqualified']} 份"),
    ]
    for row in rows:
        table.add_row(*row)
    console.print()
    console.print(table)
    console.print(f"\n拒绝新投标的理由：{values['new_bid_refusal']}", soft_wrap=True)
