"""A service that signs receipts does not start in production without keys, and says so."""

from dataclasses import replace

import pytest

from liandong import process
from liandong.embedded.ports import free_port
from liandong.testing.probe import PROBE
from liandong.testing.services import ENCRYPTION_KEY

SIGNS = replace(PROBE, receipts="probe-receipt")


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none",
        "OIDC_ISSUER": "http://issuer.test",
        "PORT": str(free_port()),
        "ENCRYPTION_KEYS": f'["{ENCRYPTION_KEY}"]',
    }
    for name, value in given.items():
        monkeypatch.setenv(f"LIANDONG_{name}", value)


def _told(capfd: pytest.CaptureFixture[str]) -> str:
    assert process.run(SIGNS, ["api"]) == 2
    return capfd.readouterr().err.strip().splitlines()[-1]


def test_in_production_they_must_be_set(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIANDONG_ENVIRONMENT", "production")
    assert "生产环境必须设置 LIANDONG_RECEIPT_KEYS" in _told(capfd)


def test_a_key_that_cannot_be_used_stops_the_start_and_is_not_repeated(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIANDONG_RECEIPT_KEYS", '["2026:c2VjcmV0"]')
    told = _told(capfd)
    assert "签名密钥2026的长度应为32字节" in told
    assert "c2VjcmV0" not in told
