"""How often a caller may come."""

import pytest
from limits import parse

from liandong.http.limits import RateLimits, Windows
from liandong.problems import TooManyRequests
from liandong.settings import Settings


class Watch:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_a_window_begins_with_the_first_request_and_ends_to_the_instant() -> None:
    watch = Watch()
    windows = Windows(parse("2/minute"), watch)
    assert [windows.admits("a") for _ in range(3)] == [True, True, False]
    assert windows.admits("b")
    watch.seconds = 1059.9
    assert not windows.admits("a")
    watch.seconds = 1060.0
    assert [windows.admits("a") for _ in range(3)] == [True, True, False]


def test_refused_requests_do_not_lengthen_the_window() -> None:
    watch = Watch()
    windows = Windows(parse("1/minute"), watch)
    for watch.seconds in range(1000, 1060):
        assert windows.admits("a") is (watch.seconds == 1000)
    watch.seconds = 1060
    assert windows.admits("a")


def test_who_does_not_come_again_is_forgotten_and_who_is_in_a_window_is_not() -> None:
    watch = Watch()
    windows = Windows(parse("1/minute"), watch)
    for number in range(500):
        windows.admits(f"10.0.0.{number}")
    watch.seconds = 1050
    assert windows.admits("late")
    watch.seconds = 1070
    assert not windows.admits("late")
    assert len(windows) == 1


async def test_the_public_and_known_callers_have_limits_of_their_own() -> None:
    settings = Settings(
        service="probe",
        database_url="postgresql://localhost/probe",
        oidc_issuer="http://localhost",
        rate_limit="2/hour",
        public_rate_limit="1/minute",
    )
    limits = RateLimits(settings, clock=Watch())
    await limits.check("", "10.0.0.1")
    await limits.check("10.0.0.1", "10.0.0.1")
    await limits.check("10.0.0.1", "10.0.0.1")
    for subject, wait in (("", "60"), ("10.0.0.1", "3600")):
        with pytest.raises(TooManyRequests) as refused:
            await limits.check(subject, "10.0.0.1")
        assert refused.value.headers["Retry-After"] == wait
