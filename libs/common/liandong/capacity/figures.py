"""Where the figures come from: named assumptions, and what was measured, each with its source."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field

FOLDER = Path(__file__).parent
_SPEEDS = {
    "relay-to-kafka": "relay-rate",
    "consumer-projection": "consumer-rate",
    "read-by-credit-code": "read-rate",
    "register-organization": "register-rate",
    "credit-check": "check-rate",
    "registry-import": "ledger-rate",
}
"""Rows of the benchmarks that are speeds of one process, and what the model calls them."""


class Assumption(BaseModel):
    """假设: a number that nobody has measured, with the reason for it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: float = Field(ge=0)
    unit: str
    reason: str = Field(min_length=1)


class Measured(BaseModel):
    """实测: a number that a command printed; ``source`` says which, on what machine, when."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: float = Field(ge=0)
    unit: str
    source: str = Field(min_length=1)


class UnknownAssumption(ValueError):
    """No assumption bears the name, or the value is no number; says which there are."""


def assumptions(changed: Mapping[str, str] | None = None) -> dict[str, Assumption]:
    """Those of the file, some of them ``changed``. Raises :class:`UnknownAssumption`."""
    found = {name: Assumption.model_validate(told) for name, told in _read("assumptions").items()}
    for name, value in (changed or {}).items():
        if name not in found:
            raise UnknownAssumption(f"没有名为 {name} 的假设（有 {'、'.join(found)}）")
        try:
            told = {**found[name].model_dump(), "value": float(value), "reason": "由 --set 指定"}
            found[name] = Assumption.model_validate(told)
        except ValueError:
            raise UnknownAssumption(f"{name} 的值 {value} 应为不小于 0 的数") from None
    return found


def measured() -> dict[str, Measured]:
    return {name: Measured.model_validate(told) for name, told in _read("measured").items()}


def record(rows: list[Mapping[str, Any]], source: str) -> dict[str, Measured]:
    """Takes over the rows ``capacity/…`` and the speeds of a run of the benchmarks; what the file
    then holds."""
    found = measured()
    for row in rows:
        area, _, name = str(row["name"]).partition("/")
        name = name if area == "capacity" else _SPEEDS.get(row["name"], "")
        if name:
            told = f"{source}; {row['detail']}"
            found[name] = Measured(
                value=float(f"{row['value']:.4g}"), unit=row["unit"], source=told
            )
    plain = {name: one.model_dump() for name, one in sorted(found.items())}
    text = yaml.safe_dump(plain, allow_unicode=True, sort_keys=True, width=110)
    head = (
        "# 实测: written by `python -m liandong.capacity record`; what names docs/performance.md\n"
        "# as its source was carried over from there.\n"
    )
    (FOLDER / "measured.yaml").write_text(head + text, encoding="utf-8")
    return found


def _read(name: str) -> dict[str, Any]:
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8")) or {}
