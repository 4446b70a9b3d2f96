"""Every panel of every dashboard shows something after the story was played on the real platform,
scraped by a real Prometheus: a query that names what is not there would show nothing, for ever."""

import asyncio
import json
import math
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from liandong.embedded.platform import EmbeddedPlatform
from liandong.embedded.ports import Ports
from liandong.testing.services import eventually
from story.demo import Processes
from story.hefei import Hefei
from story.stage import HEFEI
from tests.observability import prometheus
from tools.observability.files import ROOT
from tools.observability.pages import declared
from tools.observability.rules import rule_file

FILES = sorted((ROOT / "deploy/grafana/dashboards").glob("*.json"))
RULES = ROOT / "deploy/prometheus/rules/liandong.yml"
_LABEL_VALUES = re.compile(r"label_values\((\w+), (\w+)\)")

pytestmark = pytest.mark.timeout(600)


class Watched(NamedTuple):
    prometheus: httpx.Client
    platform: EmbeddedPlatform


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory, kafka_bootstrap: str) -> Iterator[Watched]:
    """The platform on Kafka after the story, which a Prometheus has watched from its beginning."""
    prometheus.program("prometheus")
    folder = tmp_path_factory.mktemp("watched")
    with ExitStack() as stack:
        platform = stack.enter_context(
            EmbeddedPlatform(
                folder / "platform",
                Ports.free(),
                transport="kafka",
                kafka_bootstrap=kafka_bootstrap,
                topic_prefix=f"watched{folder.parent.name}{id(folder)}.",
                durable=False,
                fresh=True,
                settings={"LIANDONG_STATE_TOPICS": "true"},
            )
        )
        targets = {name: url.removeprefix("http://") for name, url in platform.urls.items()}
        client = stack.enter_context(prometheus.running(folder, targets, [RULES]))
        asyncio.run(_played(platform, client))
        yield Watched(client, platform)


async def _played(platform: EmbeddedPlatform, client: httpx.Client) -> None:
    async def is_watching() -> bool:
        if not prometheus.answers(client):
            return False
        looks = prometheus.query(client, 'count_over_time(up{job="liandong"}[1m]) >= 2')
        return len(looks) == len(platform.services) and not _down(client)

    await eventually(is_watching, 180)
    stage = Processes(platform)
    try:
        values = await Hefei(stage).play()
        assert values["ok"]
        await _ask_from_outside(stage)
    finally:
        await stage.close()
    reconciled = _reconciled(platform)
    assert reconciled["equal"], reconciled

    async def has_seen_it() -> bool:
        served = 'sum(liandong_feed_events_served_total{reader="partner"}) > 0'
        asked = 'liandong_http_request_seconds_count{route="/v1/public/records"}'
        twice = f"count_over_time({asked}[1m]) >= 2"
        return bool(prometheus.query(client, served)) and bool(prometheus.query(client, twice))

    await eventually(has_seen_it, 180)


async def _ask_from_outside(stage: Processes) -> None:
    """A partner reads the feed; the public looks at the lists; somebody has no token."""
    token = stage._platform.token(
        subject="partner-1", roles=["partner"], district=HEFEI, scopes=["events:read"]
    )
    credit = stage.client("credit-list")
    answer = await credit.get("/v1/events", headers={"Authorization": f"Bearer {token}"})
    assert answer.json()["items"]
    assert (await credit.get("/v1/public/records")).status_code < 500
    assert (await credit.get("/v1/cases")).status_code == 401


def _reconciled(platform: EmbeddedPlatform) -> dict[str, Any]:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "liandong.cli.main",
            "--platform",
            platform.folder,
            "--json",
            "reconcile",
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


def _down(client: httpx.Client) -> list[dict[str, Any]]:
    return prometheus.query(client, 'up{job="liandong"} == 0')


def _panels(dashboard: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for panel in dashboard["panels"]:
        if panel["type"] == "row":
            yield from panel.get("panels") or []
        else:
            yield panel


def _choices(client: httpx.Client, dashboard: dict[str, Any]) -> list[dict[str, str]]:
    """What each variable of the dashboard is replaced with, in turn."""
    found = [{"$__rate_interval": "5m", "$__interval": "15s", "$__range": "5m"}]
    for variable in dashboard["templating"]["list"]:
        if variable["type"] != "query":
            continue
        match = _LABEL_VALUES.fullmatch(variable["query"])
        assert match is not None, variable["query"]
        values = {one["metric"][match[2]] for one in prometheus.query(client, match[1])}
        assert values, variable["query"]
        name = f"${variable['name']}"
        if variable["multi"]:  # Grafana joins what is chosen; "all" is every value
            found = [one | {name: f"({'|'.join(sorted(values))})"} for one in found]
        else:
            found = [one | {name: value} for one in found for value in sorted(values)]
    return found


def _empty(client: httpx.Client, dashboard: dict[str, Any]) -> set[str]:
    """Panels of which a query gives no number for some choice of the variables."""
    found: set[str] = set()
    for choice in _choices(client, dashboard):
        for panel in _panels(dashboard):
            assert panel["targets"], panel["title"]
            for target in panel["targets"]:
                expr = target["expr"]
                for name, value in choice.items():
                    expr = expr.replace(name, value)
                assert "$" not in expr, expr
                series = prometheus.query(client, expr)
                if all(math.isnan(float(one["value"][1])) for one in series):
                    found.add(panel["title"])
    return found


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_every_panel_shows_something(watched: Watched, file: Path) -> None:
    assert _empty(watched.prometheus, json.loads(file.read_text(encoding="utf-8"))) == set()


def test_a_panel_that_asks_for_what_is_not_there_is_found(watched: Watched) -> None:
    dashboard = json.loads(FILES[0].read_text(encoding="utf-8"))
    first, second, *_ = _panels(dashboard)
    first["targets"][0]["expr"] = "sum(rate(liandong_misspelt_total[$__rate_interval]))"
    second["targets"][0]["expr"] = "0 / sum(liandong_outbox_blocked_keys * 0)"
    assert _empty(watched.prometheus, dashboard) == {first["title"], second["title"]}


def test_every_metric_of_the_code_is_there_and_is_labelled_by_its_service(watched: Watched) -> None:
    there = set(watched.prometheus.get("/label/__name__/values").json()["data"])
    missing = [
        family.name
        for family in (next(iter(one.describe())) for one in declared())
        if not {family.name, f"{family.name}_total", f"{family.name}_count"} & there
    ]
    assert missing == []


def test_every_rule_can_be_asked_and_none_fires_on_a_healthy_platform(watched: Watched) -> None:
    for rule in (rule for group in rule_file()["groups"] for rule in group["rules"]):
        prometheus.query(watched.prometheus, rule["expr"])
    groups = watched.prometheus.get("/rules").json()["data"]["groups"]
    assert [rule for group in groups for rule in group["rules"] if rule["health"] == "err"] == []
    assert prometheus.query(watched.prometheus, 'ALERTS{alertstate="firing"}') == []


def test_labels_are_bounded_by_what_is_declared(watched: Watched) -> None:
    """A value that callers choose (an identifier, a credit code, a path) is never a label."""
    series = watched.prometheus.get("/series", params={"match[]": '{__name__=~"liandong_.+"}'})
    chosen = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}|[0-9A-HJ-NPQRTUWXY]{18}")
    told = [
        one
        for one in series.json()["data"]
        if any(chosen.search(value) for name, value in one.items() if name != "lane")
    ]
    assert told == []
    assert len(series.json()["data"]) < 60_000
