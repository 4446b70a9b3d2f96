"""The campaign of faults: which scenarios ran, how often, and what was counted after each.

A test of a scenario is marked ``@pytest.mark.scenario(number, "what happens", "what must hold")``
and uses the ``campaign`` fixture::

    for _ in campaign.rounds():
        ...
        campaign.count(await pair.tally())

``--campaign`` makes it run longer; ``--faults-json FILE`` writes the counts, and prints a line
for each scenario.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pytest

from liandong.testing.tally import Tally

_PROPERTY = "liandong_scenario"
_CAMPAIGN_ROUNDS = 3
_SHORT_SECONDS, _LONG_SECONDS = 300, 1800


@dataclass
class Campaign:
    """What one test of a scenario tells of its runs."""

    long: bool
    most: int | None = None
    runs: int = 0
    tally: Tally = field(default_factory=Tally)
    counted: bool = False

    def rounds(self, most: int | None = None) -> Iterator[int]:
        """One round in the ordinary run, several in the campaign (at most ``most``)."""
        number = min(_CAMPAIGN_ROUNDS, most or _CAMPAIGN_ROUNDS) if self.long else 1
        for one in range(number):
            yield one
            self.runs += 1

    def scale(self, short: int, long: int) -> int:
        """A size: the first in the ordinary run, the second in the campaign."""
        return long if self.long else short

    def count(self, tally: Tally) -> None:
        """Adds what was counted after a round; it must be whole."""
        self.tally += tally
        self.counted = True
        assert tally.whole, f"a promise was broken: {tally}"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("liandong")
    group.addoption("--campaign", action="store_true", help="run the whole campaign of faults")
    group.addoption("--faults-json", default="", help="write the counts of the scenarios here")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "scenario(number, what, invariant): a fault scenario")
    if not hasattr(config, "workerinput") and config.getoption("--faults-json"):
        config.pluginmanager.register(Report(Path(str(config.getoption("--faults-json")))))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A scenario takes its time: what it waits for has limits of its own, with better words."""
    seconds = _LONG_SECONDS if config.getoption("--campaign") else _SHORT_SECONDS
    for item in items:
        if item.get_closest_marker("scenario") and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(seconds))


@pytest.fixture
def campaign(request: pytest.FixtureRequest) -> Iterator[Campaign]:
    mark = request.node.get_closest_marker("scenario")
    if mark is None:
        pytest.fail("a test with the campaign fixture names its scenario", pytrace=False)
    number, what, invariant = mark.args
    callspec = getattr(request.node, "callspec", None)
    transport = str(callspec.params.get("transport", "database")) if callspec else "database"
    found = Campaign(long=bool(request.config.getoption("--campaign")))
    yield found
    row = {
        "scenario": number,
        "transport": transport,
        "runs": found.runs,
        "what": what,
        "invariant": invariant,
        **(asdict(found.tally) if found.counted else {}),
    }
    request.node.user_properties.append((_PROPERTY, json.dumps(row)))


class Report:
    """Gathers the rows of all test processes; prints them and writes the file."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._rows: dict[str, dict[str, Any]] = {}
        self._failed: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._failed.add(report.nodeid)
        for name, value in report.user_properties:
            if name == _PROPERTY:
                self._rows[report.nodeid] = json.loads(str(value))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        rows = _together(
            row | {"ok": node not in self._failed and row["runs"] > 0}
            for node, row in self._rows.items()
        )
        terminalreporter.section("fault scenarios")
        for row in rows:
            terminalreporter.write_line(_line(row))
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(json.dumps([_public(row) for row in rows], indent=1) + "\n")


def _together(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row for a scenario on a transport, whatever number of tests it took."""
    found: dict[tuple[int, str, str], dict[str, Any]] = {}
    for row in rows:
        place = (row["scenario"], row["transport"], row["what"])
        known = found.get(place)
        if known is None:
            found[place] = dict(row)
            continue
        known["ok"] = known["ok"] and row["ok"]
        for name in ("runs", *Tally.__dataclass_fields__):
            if name in row:
                known[name] = known.get(name, 0) + row[name]
    return [found[place] for place in sorted(found)]


def _line(row: dict[str, Any]) -> str:
    state = "ok  " if row["ok"] else "FAIL"
    told = f"{state} {row['scenario']:>2} {row['transport']:<8} x{row['runs']:<3} {row['what']}"
    if "committed" in row:
        names = ("lost", "duplicated", "inverted")
        counts = ", ".join(f"{row[name]} {name}" for name in names)
        told += f" [{row['committed']} events: {counts}]"
    return f"{told}: {row['invariant']}"


def _public(row: dict[str, Any]) -> dict[str, Any]:
    """The row as others read it; a count that was not taken is null, not 0."""
    names = ("lost", "duplicated", "inverted")
    counts = {name: row.get(name) for name in names}
    told = {name: row[name] for name in ("what", "invariant")}
    events = {name: row[name] for name in ("committed", "effects", "resent") if name in row}
    own = {name: row[name] for name in ("scenario", "transport", "runs")}
    return own | counts | {"ok": row["ok"]} | told | events
