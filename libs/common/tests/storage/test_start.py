"""A service that keeps files does not start with a store that it cannot use."""

from dataclasses import replace
from pathlib import Path

import pytest

from liandong import process
from liandong.embedded.ports import free_port
from liandong.testing.probe import PROBE
from liandong.testing.services import ENCRYPTION_KEY

KEEPS_FILES = replace(PROBE, keeps_files=True)


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
    assert process.run(KEEPS_FILES, ["api"]) == 2
    return capfd.readouterr().err.strip().splitlines()[-1]


def test_in_production_it_must_be_set(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIANDONG_ENVIRONMENT", "production")
    assert "生产环境必须设置 LIANDONG_STORAGE" in _told(capfd)


@pytest.mark.parametrize(
    ("storage", "why"),
    [
        ("/files", "LIANDONG_STORAGE 应为 file:///目录 或 s3://存储桶/前缀"),
        ("s3://bucket", "须以 LIANDONG_STORAGE_ENDPOINT 写明其 https:// 地址"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_one_sentence(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, storage: str, why: str
) -> None:
    monkeypatch.setenv("LIANDONG_STORAGE", storage)
    assert why in _told(capfd)


def test_a_folder_that_cannot_be_made_stops_the_start(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LIANDONG_STORAGE", f"file://{tmp_path}/file/below")
    assert "无法建立" in _told(capfd)
