"""Tables for people, JSON for programs."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import typer
from rich import box
from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from liandong.cli.failure import CommandFailed
from liandong.cli.options import Options
from liandong.clock import CHINA

_PIPE_WIDTH = 240


def give(options: Options, data: Any, *shown: RenderableType) -> None:
    """``data`` as JSON, or what is ``shown`` to a person."""
    if options.json:
        text = json.dumps(data, ensure_ascii=False, indent=2, default=_plain)
        sys.stdout.write(text + "\n")
        return
    console = Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH)
    for one in shown:
        console.print(Text(one) if isinstance(one, str) else one)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Table:
    """Cells are shown as they are: nothing in them is taken for markup or cut off."""
    found = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    for column in columns:
        found.add_column(column, overflow="fold")
    for row in rows:
        found.add_row(*(Text(cell(one)) for one in row))
    return found


def cell(value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{value.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, list | tuple | set | frozenset):
        return "、".join(map(str, value))
    return str(value)


def seconds(value: float | None) -> str:
    """A duration for people."""
    if value is None:
        return "–"
    if value < 120:
        return f"{value:.0f} 秒"
    if value < 7200:
        return f"{value / 60:.0f} 分钟"
    return f"{value / 3600:.0f} 小时" if value < 172_800 else f"{value / 86_400:.0f} 天"


def progress(options: Options) -> Progress:
    """A bar on standard error; silent when a program reads."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=options.json or not sys.stderr.isatty(),
    )


def confirm(question: str, *, yes: bool) -> None:
    """Goes on only if the person says so."""
    if not yes and not typer.confirm(question, err=True):
        raise CommandFailed("已取消，没有改动")


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, set | frozenset):
        return sorted(value)
    return str(value)
