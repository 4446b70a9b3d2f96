"""Where the development issuer listens."""

from pathlib import Path
from typing import Any

import pytest
import uvicorn

from liandong.embedded import issuer


@pytest.mark.parametrize(("given", "host"), [(None, "127.0.0.1"), ("0.0.0.0", "0.0.0.0")])
def test_it_listens_on_loopback_unless_told_otherwise(
    given: str | None, host: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ran: dict[str, Any] = {}
    monkeypatch.setattr(issuer.logs, "configure", lambda _: None)
    monkeypatch.setattr(uvicorn, "run", lambda _, **options: ran.update(options))
    monkeypatch.setenv("LIANDONG_ISSUER_KEYS", str(tmp_path))
    monkeypatch.delenv("LIANDONG_ISSUER_HOST", raising=False)
    if given is not None:
        monkeypatch.setenv("LIANDONG_ISSUER_HOST", given)
    assert issuer.main() == 0
    assert ran["host"] == host
