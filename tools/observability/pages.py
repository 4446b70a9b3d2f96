"""The tables of docs/operations/observability.md that the code knows."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from prometheus_client.metrics import MetricWrapperBase

from liandong import metrics
from tools.observability import thresholds
from tools.observability.dashboards import DASHBOARDS
from tools.observability.rules import ALERTS
from tools.observability.thresholds import Threshold

PAGE: Final = "docs/operations/observability.md"


def declared() -> Iterator[MetricWrapperBase]:
    """The platform's metrics, in the order of the module."""
    return (one for one in vars(metrics).values() if isinstance(one, MetricWrapperBase))


def page(text: str) -> str:
    """The page with its tables made anew; raises ValueError where a mark is missing."""
    for name, lines in (("metrics", _metrics()), ("thresholds", _thresholds()), ("alerts", _alerts()),
                        ("dashboards", _dashboards())):  # fmt: skip
        marks = (f"<!-- {name} -->\n", f"<!-- /{name} -->")
        parts = re.split("|".join(map(re.escape, marks)), text)
        if len(parts) != 3:
            raise ValueError(f"{PAGE}: {marks[0].strip()}")
        text = marks[0].join(parts[:1]) + marks[0] + "\n".join(lines) + "\n" + marks[1] + parts[2]
    return text


def _metrics() -> Iterable[str]:
    yield "| metric | type | labels | |"
    yield "| --- | --- | --- | --- |"
    for one in declared():
        family = next(iter(one.describe()))
        name = f"{family.name}_total" if family.type == "counter" else family.name
        labels = ", ".join(f"`{label}`" for label in one._labelnames)
        yield f"| `{name}` | {family.type} | {labels} | {family.documentation} |"


def _thresholds() -> Iterable[str]:
    yield "| threshold | value | reason |"
    yield "| --- | --- | --- |"
    for name, one in vars(thresholds).items():
        if isinstance(one, Threshold):
            yield f"| `{name}` | {one.value:g} {one.unit} | {one.reason} |"


def _alerts() -> Iterable[str]:
    yield "| alert | severity | after | what it means |"
    yield "| --- | --- | --- | --- |"
    for one in ALERTS:
        link = f"[{one.name}](../runbooks/{one.name}.md)"
        yield f"| {link} | {one.severity} | {one.pending} | {one.description} |"


def _dashboards() -> Iterable[str]:
    yield "| file | title | what it answers |"
    yield "| --- | --- | --- |"
    for name, make in DASHBOARDS.items():
        made = make().build()
        yield f"| `{name}.json` | {made.title} | {made.description} |"
