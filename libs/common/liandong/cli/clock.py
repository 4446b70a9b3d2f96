"""``liandong clock``: tells and steers the time of a rehearsal."""

from datetime import datetime
from typing import Annotated

import typer

from liandong.cli.failure import CommandFailed
from liandong.cli.options import options_of
from liandong.cli.output import give
from liandong.clock import CHINA, RehearsalClock

_FASTEST = 1_000_000.0


def clock(
    ctx: typer.Context,
    at: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
            help="改为这一时刻（北京时间），如 2026-03-02T09:00",
        ),
    ] = None,
    speed: Annotated[
        float | None,
        typer.Option(
            min=1.0,
            max=_FASTEST,
            help="时间快多少倍；86400 时六十日的程序一分钟走完。不填为 1",
        ),
    ] = None,
) -> None:
    """演练环境的时钟：查看，或改到某一时刻、改变速度。生产环境没有此项。"""
    options = options_of(ctx)
    files = {one.rehearsal_clock_file for one in options.settings()}
    file = files.pop() if len(files) == 1 else None
    if file is None:
        raise CommandFailed(
            "各服务没有共用一个演练时钟：请以 make run ARGS=--rehearsal 启动，"
            "或为各服务设置 LIANDONG_REHEARSAL_CLOCK_FILE"
        )
    held = RehearsalClock(file)
    if at is not None or speed is not None:
        start = held.now() if at is None else at.replace(tzinfo=CHINA)
        held.set(start, 1.0 if speed is None else speed)
    course = held.course()
    now = held.now().astimezone(CHINA)
    pace = 1.0 if course is None else course.speed
    told = {"now": now.isoformat(timespec="seconds"), "speed": pace}
    give(options, told, f"演练时间 {now:%Y-%m-%d %H:%M:%S}，速度 {pace:g} 倍")
