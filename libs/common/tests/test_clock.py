"""The clock of rehearsals."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from liandong.clock import RehearsalClock

REAL = datetime(2026, 11, 22, 4, tzinfo=UTC)
MARCH = datetime(2026, 3, 2, 1, tzinfo=UTC)


class Wall:
    """The real time, as the test wants it."""

    def __init__(self) -> None:
        self.now = REAL

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def wall() -> Wall:
    return Wall()


def test_without_a_file_the_time_is_real(tmp_path: Path, wall: Wall) -> None:
    clock = RehearsalClock(tmp_path / "clock.json", wall)
    assert (clock.now(), clock.course()) == (REAL, None)


def test_every_process_sees_the_time_that_one_has_set(tmp_path: Path, wall: Wall) -> None:
    first, second = (RehearsalClock(tmp_path / "clock.json", wall) for _ in range(2))
    first.set(MARCH)
    wall.now += timedelta(hours=3)
    assert first.now() == second.now() == MARCH + timedelta(hours=3)


def test_sixty_days_pass_in_a_minute(tmp_path: Path, wall: Wall) -> None:
    clock = RehearsalClock(tmp_path / "clock.json", wall)
    clock.set(MARCH, speed=86_400)
    wall.now += timedelta(minutes=1)
    assert clock.now() == MARCH + timedelta(days=60)
    clock.set(clock.now())
    wall.now += timedelta(minutes=1)
    assert clock.now() == MARCH + timedelta(days=60, minutes=1)


def test_a_forgotten_rehearsal_stands_still_at_the_end_of_the_century(
    tmp_path: Path, wall: Wall
) -> None:
    clock = RehearsalClock(tmp_path / "clock.json", wall)
    clock.set(MARCH, speed=1_000_000)
    wall.now += timedelta(days=3650)
    assert clock.now() == datetime(2100, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"since": 1, "at": 2, "speed": "x"}'])
def test_a_spoilt_file_changes_nothing(tmp_path: Path, wall: Wall, text: str) -> None:
    file = tmp_path / "clock.json"
    clock = RehearsalClock(file, wall)
    clock.set(MARCH)
    assert clock.now() == MARCH
    file.write_text(text)
    assert clock.now() == MARCH
