"""A store of each kind: a folder, and a bucket on a server that speaks S3."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from moto.server import ThreadedMotoServer

from liandong.embedded.ports import free_port
from liandong.settings import Settings
from liandong.storage.base import ObjectStore
from liandong.storage.opening import open_store
from liandong.testing.services import settings_for

BUCKET = "liandong-files"


@pytest.fixture(scope="session")
def s3_address() -> Iterator[str]:
    """Where the server listens; it has the bucket."""
    port = free_port()
    server = ThreadedMotoServer("127.0.0.1", port, verbose=False)
    server.start()
    address = f"http://127.0.0.1:{port}"
    _make_bucket(address)
    yield address
    server.stop()


def _make_bucket(address: str) -> None:
    import httpx  # noqa: PLC0415

    # Unsigned: the server under test takes everybody's word.
    httpx.put(f"{address}/{BUCKET}", timeout=30).raise_for_status()


def s3_settings(address: str, **given: Any) -> Settings:
    return settings_for(
        "probe",
        "postgresql://nobody@127.0.0.1/none",
        **{
            "storage": f"s3://{BUCKET}/registry",
            "storage_endpoint": address,
            "storage_access_key": "access",
            "storage_secret_key": "secret",
            **given,
        },
    )


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    if request.param == "s3":
        found = open_store(s3_settings(request.getfixturevalue("s3_address")))
    else:
        found = open_store(
            settings_for(
                "probe",
                "postgresql://nobody@127.0.0.1/none",
                storage=(tmp_path / "files").as_uri(),
            )
        )
    assert found is not None
    return found
