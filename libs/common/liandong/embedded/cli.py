"""The embedded platform from the command line: run it, or remove its data."""

import argparse
import os
import shutil
import sys
from pathlib import Path
from typing import Literal

from rich.console import Console

from liandong.embedded.errors import PlatformError
from liandong.embedded.platform import GRACE_SECONDS, EmbeddedPlatform
from liandong.embedded.postgres import EmbeddedPostgres, EmbeddedPostgresError
from liandong.embedded.showing import show
from liandong.embedded.state import LOCK, PlatformLock, StateFile
from liandong.embedded.supervising import keep_running
from liandong.settings import SERVICES

FOLDER = Path("build/run")


def main(arguments: list[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    try:
        return _clean(given.folder, sure=given.yes) if given.command == "clean" else _run(given)
    except (PlatformError, EmbeddedPostgresError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m liandong.embedded")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="启动整个平台，直到按 Ctrl-C")
    run.add_argument("--folder", type=Path, default=FOLDER)
    run.add_argument("--transport", choices=["feed", "kafka"], default="feed")
    run.add_argument(
        "--kafka-bootstrap", default=os.environ.get("LIANDONG_KAFKA_BOOTSTRAP_SERVERS", "")
    )
    run.add_argument("--rehearsal", action="store_true", help="各服务共用一个可调的演练时钟")
    run.add_argument("--services", default=",".join(SERVICES), help="只启动其中几个，以逗号分隔")
    clean = commands.add_parser("clean", help="删除数据；平台正在运行时拒绝")
    clean.add_argument("--folder", type=Path, default=FOLDER)
    clean.add_argument("--yes", action="store_true", help="不再询问")
    return parser


def _run(given: argparse.Namespace) -> int:
    console = Console(highlight=False)
    transport: Literal["feed", "kafka"] = given.transport
    platform = EmbeddedPlatform(
        given.folder,
        transport=transport,
        kafka_bootstrap=given.kafka_bootstrap,
        rehearsal=given.rehearsal,
        services=_services(given.services),
    )
    console.print("正在启动联动平台，请稍候……")
    try:
        with platform:
            show(console, platform)
            keep_running(console, platform)
    except KeyboardInterrupt:
        console.print("\n平台已停止，数据保留在", platform.folder, soft_wrap=True)
    return 0


def _services(given: str) -> list[str]:
    chosen = [name.strip() for name in given.split(",") if name.strip()]
    unknown = sorted(set(chosen) - set(SERVICES))
    if unknown or not chosen:
        raise PlatformError(
            f"没有名为 {'、'.join(unknown)} 的服务，可选：{'、'.join(SERVICES)}。 "
            f"Unknown services: {', '.join(unknown)}; there are {', '.join(SERVICES)}."
        )
    return chosen


def _clean(folder: Path, *, sure: bool) -> int:
    """Removes only what a platform made, and only while none runs there."""
    folder = folder.resolve()
    if not (folder / LOCK).exists():
        sys.stdout.write(f"{folder} 中没有平台数据，无需清除。\n")
        return 0
    lock = PlatformLock(folder)
    lock.take()
    try:
        if not sure and not _agreed(folder):
            sys.stdout.write("未删除任何数据。\n")
            return 1
        StateFile(folder).end_leftovers(grace_seconds=GRACE_SECONDS)
        EmbeddedPostgres(folder / "postgres", durable=True).stop()
        shutil.rmtree(folder)
    finally:
        lock.release()
    sys.stdout.write(f"已删除 {folder}\n")
    return 0


def _agreed(folder: Path) -> bool:
    if not sys.stdin.isatty():
        raise PlatformError(
            f"将删除 {folder} 中的全部数据：没有终端可供确认，"
            "请加 --yes（make clean-data YES=1）。 "
            "No terminal to confirm on: add --yes (make clean-data YES=1)."
        )
    return input(f"将删除 {folder} 中的全部数据库与密钥，不可恢复。继续？[y/N] ").lower() == "y"
