"""What every store does, whatever is behind it."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from liandong.ids import uuid7
from liandong.storage.base import NoSuchObject, ObjectStore, StorageUnavailable, UnfitStorage
from liandong.storage.folder import FolderStore
from liandong.storage.opening import open_store
from liandong.storage.sealing import new_key, opened, sealed
from liandong.testing.services import settings_for
from libs.common.tests.storage.conftest import s3_settings


def a_key() -> str:
    return f"attachments/{uuid7()}"


def _files(folder: Path) -> list[Path]:
    return [one for one in folder.rglob("*") if one.is_file()]


async def content(store: ObjectStore, key: str) -> bytes:
    return b"".join([piece async for piece in await store.read(key)])


@pytest.mark.parametrize("size", [0, 1, 262_144, 3_000_001])
async def test_what_was_put_comes_back(store: ObjectStore, size: int) -> None:
    key, data = a_key(), secrets.token_bytes(size)
    assert not await store.exists(key)
    await store.put(key, [data[: size // 2], data[size // 2 :]])
    assert await store.exists(key)
    assert await content(store, key) == data


async def test_a_large_object_comes_in_pieces(store: ObjectStore) -> None:
    key = a_key()
    await store.put(key, (b"x" * 100_000 for _ in range(40)))
    pieces = [piece async for piece in await store.read(key)]
    assert len(pieces) > 1
    assert sum(map(len, pieces)) == 4_000_000


async def test_put_again_replaces(store: ObjectStore) -> None:
    key = a_key()
    await store.put(key, [b"first"])
    await store.put(key, [b"second"])
    assert await content(store, key) == b"second"


async def test_an_object_that_is_not_there_is_told_at_once(store: ObjectStore) -> None:
    with pytest.raises(NoSuchObject):
        await store.read(a_key())


async def test_deleting_is_done_once_and_may_be_repeated(store: ObjectStore) -> None:
    key, other = a_key(), a_key()
    await store.put(key, [b"one"])
    await store.put(other, [b"two"])
    for _ in range(2):
        await store.delete(key)
        assert not await store.exists(key)
    assert await content(store, other) == b"two"


async def test_an_upload_that_breaks_off_leaves_nothing(store: ObjectStore) -> None:
    def breaking() -> Iterator[bytes]:
        yield b"x" * 1_000_000
        raise RuntimeError("the caller went away")

    key = a_key()
    with pytest.raises(RuntimeError):
        await store.put(key, breaking())
    assert not await store.exists(key)


async def test_an_object_that_is_replaced_in_vain_stays_as_it_was(store: ObjectStore) -> None:
    def breaking() -> Iterator[bytes]:
        yield b"x"
        raise RuntimeError("the caller went away")

    key = a_key()
    await store.put(key, [b"kept"])
    with pytest.raises(RuntimeError):
        await store.put(key, breaking())
    assert await content(store, key) == b"kept"


async def test_sealed_content_comes_back_through_a_store(store: ObjectStore) -> None:
    key, secret, data = a_key(), new_key(), secrets.token_bytes(1_234_567)
    await store.put(key, sealed(data, secret))
    stored = await store.read(key)
    assert b"".join([piece async for piece in opened(stored, secret)]) == data


async def test_a_bucket_that_is_away_is_unavailable() -> None:
    store = open_store(s3_settings("http://127.0.0.1:9"))
    assert store is not None
    for attempt in (
        store.put("a", [b"x"]), store.read("a"), store.delete("a"), store.exists("a"),
    ):  # fmt: skip
        with pytest.raises(StorageUnavailable) as told:
            await attempt
        assert told.value.headers["Retry-After"] == "5"
        assert "127.0.0.1" not in str(told.value)


async def test_a_bucket_that_does_not_exist_is_unavailable(s3_address: str) -> None:
    store = open_store(s3_settings(s3_address, storage="s3://no-such-bucket"))
    assert store is not None
    with pytest.raises(StorageUnavailable):
        await store.put("a", [b"x"])


async def test_a_folder_that_went_away_is_unavailable(tmp_path: Path) -> None:
    store = FolderStore.open(tmp_path / "files")
    (tmp_path / "files").rmdir()
    (tmp_path / "files").write_text("in its place")
    with pytest.raises(StorageUnavailable):
        await store.put("a/b", [b"x"])


async def test_what_a_killed_upload_left_in_a_folder_goes_with_the_object(tmp_path: Path) -> None:
    store = FolderStore.open(tmp_path)
    await store.put("a/b", [b"x"])
    (tmp_path / "a" / ".coming-b").write_bytes(b"half of it")
    await store.delete("a/b")
    assert _files(tmp_path) == []


async def test_files_of_a_folder_are_its_owners_alone(tmp_path: Path) -> None:
    store = FolderStore.open(tmp_path / "files")
    await store.put("a/b", [b"x"])
    folders = [tmp_path / "files", tmp_path / "files/a"]
    assert [one.stat().st_mode & 0o777 for one in folders] == [0o700, 0o700]
    assert (tmp_path / "files/a/b").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "given",
    [
        {"storage": "/var/files"},
        {"storage": "file://server/files"},
        {"storage": "file:///"},
        {"storage": "ftp://host/files"},
        {"storage": "s3://"},
        {"storage": "s3://Bad_Bucket"},
        {"storage": "s3://bucket/a//b"},
        {"storage_endpoint": ""},
        {"storage_endpoint": "store.example"},
        {"storage_endpoint": "http://store.example", "environment": "production"},
        {"storage_access_key": ""},
        {"storage_secret_key": ""},
    ],
)
def test_a_wrong_setting_is_told_in_one_sentence(given: dict[str, str]) -> None:
    with pytest.raises(UnfitStorage) as told:
        open_store(s3_settings("https://store.example", **given))
    assert "LIANDONG_STORAGE" in str(told.value)
    assert "\n" not in str(told.value)
    assert "secret" not in str(told.value)


def test_a_folder_that_cannot_be_made_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings = settings_for("probe", "postgresql:///x", storage=f"file://{tmp_path}/file/below")
    with pytest.raises(UnfitStorage, match="无法建立"):
        open_store(settings)


def test_without_a_setting_there_is_no_store() -> None:
    assert open_store(settings_for("probe", "postgresql:///x", storage="")) is None
