"""The time of a rehearsal, from the command line."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from liandong.clock import RehearsalClock

from .conftest import Terminal


@pytest.fixture
def file(environment: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    environment.setenv("LIANDONG_REHEARSAL_CLOCK_FILE", str(tmp_path / "clock.json"))
    return tmp_path / "clock.json"


def test_the_clock_is_set_and_told(terminal: Terminal, file: Path) -> None:
    answer = terminal.run("clock", "--at", "2026-03-02T09:00", "--speed", "86400", "--json")
    assert answer.code == 0
    assert answer.json["speed"] == 86_400
    course = RehearsalClock(file).course()
    assert course is not None
    assert course.at == datetime.fromisoformat("2026-03-02T09:00:00+08:00")
    assert terminal.run("clock", "--json").json["speed"] == 86_400


def test_a_change_of_speed_keeps_the_present_instant(terminal: Terminal, file: Path) -> None:
    terminal.run("clock", "--at", "2026-03-02")
    terminal.run("clock", "--speed", "1")
    course = RehearsalClock(file).course()
    assert course is not None
    midnight = datetime.fromisoformat("2026-03-02T00:00:00+08:00")
    assert midnight <= course.at < midnight + timedelta(hours=1)


def test_without_a_rehearsal_there_is_no_clock_to_set(terminal: Terminal) -> None:
    answer = terminal.run("clock", "--at", "2026-03-02")
    assert answer.code == 2
    assert "LIANDONG_REHEARSAL_CLOCK_FILE" in answer.err


@pytest.mark.parametrize("wrong", [("--at", "2026-13-01"), ("--speed", "0"), ("--speed", "1e9")])
def test_a_wrong_time_or_speed_is_refused(
    terminal: Terminal, file: Path, wrong: tuple[str, str]
) -> None:
    assert terminal.run("clock", *wrong).code == 2
    assert not file.exists()
