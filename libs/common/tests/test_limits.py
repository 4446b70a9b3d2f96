"""How often a caller may come."""

import pytest

from liandong.http.limits import RateLimits
from liandong.problems import TooManyRequests
from liandong.settings import Settings


async def test_the_public_and_known_callers_have_limits_of_their_own() -> None:
    settings = Settings(
        service="probe",
        database_url="postgresql://localhost/probe",
        oidc_issuer="http://localhost",
        rate_limit="2/hour",
        public_rate_limit="1/minute",
    )
    limits = RateLimits(settings)
    await limits.check("", "10.0.0.1")
    await limits.check("10.0.0.1", "10.0.0.1")
    await limits.check("10.0.0.1", "10.0.0.1")
    for subject, wait in (("", "60"), ("10.0.0.1", "3600")):
        with pytest.raises(TooManyRequests) as refused:
            await limits.check(subject, "10.0.0.1")
        assert refused.value.headers["Retry-After"] == wait
