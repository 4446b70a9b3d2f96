"""The files that are made, by their paths in the repository."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder

from tools.observability.dashboards import DASHBOARDS
from tools.observability.pages import PAGE, page
from tools.observability.rules import rule_file

ROOT: Final = Path(__file__).parents[2]
CHART: Final = "deploy/helm/liandong/files"
NAMESPACE: Final = "NAMESPACE"
"""Stands in the chart's rules where its template puts the release's namespace."""
_HEAD: Final = (
    "# Made by `python -m tools.observability write` from tools/observability/rules.py.\n"
)


@cache
def dashboard(name: str) -> Mapping[str, Any]:
    """The dashboard as Grafana reads it."""
    return json.loads(JSONEncoder(sort_keys=True).encode(DASHBOARDS[name]().build()))


def contents() -> dict[str, str]:
    """Every file with what has to stand in it."""
    found = {
        "deploy/prometheus/rules/liandong.yml": _yaml(rule_file()),
        f"{CHART}/rules.yml": _yaml(rule_file(NAMESPACE)),
        PAGE: page((ROOT / PAGE).read_text(encoding="utf-8")),
    }
    for name in DASHBOARDS:
        text = json.dumps(dashboard(name), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        found[f"deploy/grafana/dashboards/{name}.json"] = text
        found[f"{CHART}/dashboards/{name}.json"] = text
    return found


def differing() -> list[str]:
    """Files that are missing or differ, and files beside them that nothing makes."""
    made = contents()
    stray = [
        str(file.relative_to(ROOT))
        for folder in ("deploy/prometheus/rules", "deploy/grafana/dashboards", CHART)
        for file in (ROOT / folder).rglob("*")
        if file.is_file() and str(file.relative_to(ROOT)) not in made
    ]
    return stray + [name for name, text in made.items() if _present(name) != text]


def write() -> None:
    for name, text in contents().items():
        file = ROOT / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def _present(name: str) -> str | None:
    file = ROOT / name
    return file.read_text(encoding="utf-8") if file.is_file() else None


def _yaml(document: Mapping[str, Any]) -> str:
    return _HEAD + yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=100)
