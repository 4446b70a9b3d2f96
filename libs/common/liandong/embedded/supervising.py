"""Watching over a running platform: a process that ends is started anew, within reason."""

import time
from collections import deque

from rich.console import Console

from liandong.embedded.failures import failed
from liandong.embedded.platform import EmbeddedPlatform

_PAUSE_SECONDS = 0.5
_WITHIN_SECONDS = 60.0
_RESTARTS = 5


def keep_running(console: Console, platform: EmbeddedPlatform) -> None:
    """Does not return; raises PlatformError when processes end again and again."""
    restarts: deque[float] = deque(maxlen=_RESTARTS)
    while True:
        time.sleep(_PAUSE_SECONDS)
        for program in platform.dead():
            now = time.monotonic()
            if len(restarts) == _RESTARTS and now - restarts[0] < _WITHIN_SECONDS:
                raise failed(program, "反复退出，平台已停止", "ended again and again")
            restarts.append(now)
            console.print(
                f"[yellow]{program.name} 意外退出（代码 {program.exit_code}），正在重新启动；"
                f"日志 {program.log}[/yellow]",
                soft_wrap=True,
            )
            platform.restart(program.name)
            console.print(f"{program.name} 已恢复")
