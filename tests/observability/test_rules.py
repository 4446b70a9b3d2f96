"""Alert rules: each fires on its series and is quiet on good ones; each has a page to go by."""

import re
from pathlib import Path
from typing import Any

import yaml

from tests.observability.prometheus import promtool
from tools.observability.files import ROOT, differing
from tools.observability.pages import declared
from tools.observability.rules import ALERTS, RECORDINGS, RUNBOOKS, rule_file

RULES = ROOT / "deploy/prometheus/rules/liandong.yml"
SERIES: dict[str, dict[str, list[str]]] = yaml.safe_load(
    Path(__file__).with_name("alert_series.yaml").read_text(encoding="utf-8")
)
NOT_OURS = {"process_resident_memory_bytes", "up"}
"""Of the client library and of Prometheus."""
_SUFFIXES = ("_bucket", "_count", "_sum")


def test_what_is_made_from_python_is_what_is_checked_in() -> None:
    assert differing() == []


def test_prometheus_takes_the_configuration_and_the_rules() -> None:
    promtool("check", "config", ROOT / "deploy/prometheus/prometheus.yml")
    told = promtool("check", "rules", RULES)
    assert f"{len(ALERTS) + len(RECORDINGS)} rules found" in told


def test_every_alert_fires_on_its_series_and_is_quiet_on_good_ones(tmp_path: Path) -> None:
    """All series at once, twice: each alert fires once on the bad ones, and none on the good."""
    names = sorted(one.name for one in ALERTS)
    assert sorted(SERIES) == names
    fired = [{"labels": f'{{alertname="{name}"}}', "value": 1} for name in names]
    tests = [_test("fires", fired), _test("quiet", [])]
    document = {"rule_files": [str(RULES)], "evaluation_interval": "1m", "tests": tests}
    file = tmp_path / "alerts.yml"
    file.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    promtool("test", "rules", file)


def _test(kind: str, fired: list[dict[str, Any]]) -> dict[str, Any]:
    series = [_split(one) for two in SERIES.values() for one in two[kind]]
    names = [one["series"] for one in series]
    assert len(set(names)) == len(names)
    assert all(two[kind] for two in SERIES.values())
    question = {
        "expr": 'count by (alertname) (ALERTS{alertstate="firing"})',
        "eval_time": "3h",
        "exp_samples": fired,
    }
    return {"interval": "1m", "input_series": series, "promql_expr_test": [question]}


def _split(series: str) -> dict[str, str]:
    """``name{labels} values``, of which the labels may hold blanks."""
    name, end, values = series.rpartition("}")
    if not end:
        name, _, values = series.partition(" ")
    return {"series": name + end, "values": values.strip()}


def test_every_alert_has_a_page_that_tells_what_to_do() -> None:
    pages = {file.stem for file in (ROOT / RUNBOOKS).glob("Liandong*.md")}
    assert pages == {one.name for one in ALERTS}
    for one in ALERTS:
        page = (ROOT / one.runbook).read_text(encoding="utf-8")
        assert page.startswith(f"# {one.name} · ")
        assert "**摘要。**" in page
        for heading in (
            "## What it means",
            "## How to see",
            "## What to do",
            "## When to escalate",
        ):
            assert heading in page, f"{one.name}: {heading}"
        assert re.search(r"^    \S", page, re.MULTILINE), f"{one.name}: no command"


def test_every_metric_that_a_rule_names_is_told_by_the_code() -> None:
    known = {sample for one in declared() for sample in samples(one)} | NOT_OURS
    recorded = {one.record for one in RECORDINGS}
    for rule in (rule for group in rule_file()["groups"] for rule in group["rules"]):
        quoted = re.sub(r'"[^"]*"', "", rule["expr"])
        named = set(re.findall(r"\b(?:liandong[:_][\w:]+|process_\w+|up)\b", quoted))
        assert named, rule["expr"]
        assert named <= known | recorded, rule["expr"]


def samples(metric: Any) -> set[str]:
    """The names under which Prometheus has it."""
    family = next(iter(metric.describe()))
    if family.type == "counter":
        return {f"{family.name}_total"}
    if family.type == "histogram":
        return {family.name + suffix for suffix in _SUFFIXES}
    return {family.name}


def test_every_metric_is_explained_and_counts_in_base_units() -> None:
    for one in declared():
        family = next(iter(one.describe()))
        assert re.fullmatch(r"liandong(_[a-z]+)+", family.name)
        assert not re.search(r"_(milliseconds|ms|minutes|hours|kb|mb|percent)(_|$)", family.name)
        assert family.documentation.endswith(".")
        if family.type == "histogram":
            assert family.name.endswith("_seconds")
