"""Rows of the result: the table for people and the JSON file for programs."""

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Row:
    """``ratio`` is value / floor. ``goal`` belongs to the ratio if there is one, else to the
    value (and always to the value in a row of :func:`reaching`); ``met`` is None where nothing is
    demanded. ``detail`` is for people."""

    name: str
    value: float
    unit: str
    floor: float | None = None
    ratio: float | None = None
    goal: float | None = None
    met: bool | None = None
    detail: str = ""


def at_least(
    name: str, value: float, unit: str, floor: float, goal: float | None, detail: str = ""
) -> Row:
    """More is better; the goal is a share of the floor."""
    ratio = value / floor
    return Row(
        name, value, unit, floor, ratio, goal, None if goal is None else ratio >= goal, detail
    )


def at_most(
    name: str, value: float, unit: str, floor: float, goal: float | None, detail: str = ""
) -> Row:
    """Less is better; the goal is a multiple of the floor."""
    ratio = value / floor
    return Row(
        name, value, unit, floor, ratio, goal, None if goal is None else ratio <= goal, detail
    )


def within(name: str, value: float, unit: str, limit: float | None, detail: str = "") -> Row:
    """Less is better and there is no floor; the goal is in the unit of the value."""
    return Row(
        name, value, unit, None, None, limit, None if limit is None else value <= limit, detail
    )


def reaching(
    name: str, value: float, unit: str, wanted: float, floor: float | None = None, detail: str = ""
) -> Row:
    """More is better; the goal is in the unit of the value, a floor is told for comparison."""
    ratio = None if floor is None else value / floor
    return Row(name, value, unit, floor, ratio, wanted, value >= wanted, detail)


def spread(ours: Sequence[float], floor: Sequence[float]) -> str:
    """Every round of both sides, in the order in which they were measured."""
    return f"rounds {_list(ours)}; floor {_list(floor)}"


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def write(rows: Sequence[Row], file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=2) + "\n")


def show(console: Console, rows: Sequence[Row]) -> None:
    table = Table(box=SIMPLE_HEAD)
    table.add_column("row", overflow="fold")
    for heading in ("value", "unit", "floor", "ratio", "goal", "met"):
        table.add_column(heading, justify="right" if heading != "unit" else "left")
    for row in rows:
        met = {None: "", True: "[green]yes[/green]", False: "[red]no[/red]"}[row.met]
        numbers = (_number(row.floor), _number(row.ratio), _number(row.goal))
        table.add_row(row.name, _number(row.value), row.unit, *numbers, met)
    console.print(table)
    for row in rows:
        if row.detail:
            console.print(f"  {row.name}: {row.detail}", markup=False, highlight=False)


def _list(values: Sequence[float]) -> str:
    return ", ".join(_number(value) for value in values)


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.2f}"
