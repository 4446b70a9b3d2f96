from datetime import UTC, datetime

import pytest

from liandong.clock import FixedClock
from liandong.identity.development import DevelopmentKeys, StaticJwks
from liandong.identity.tokens import TokenVerifier

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def keys(clock: FixedClock) -> DevelopmentKeys:
    return DevelopmentKeys.in_memory(clock=clock)


@pytest.fixture
def verifier(keys: DevelopmentKeys, clock: FixedClock) -> TokenVerifier:
    return TokenVerifier(
        keys.issuer, keys.audience, StaticJwks(keys.jwks()), ("ES256", "RS256"), clock
    )
