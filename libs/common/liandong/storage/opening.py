"""Which store a service uses, from its settings."""

import re
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from liandong.settings import Settings
from liandong.storage.base import ObjectStore, UnfitStorage
from liandong.storage.folder import FolderStore

_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", re.ASCII)
_PREFIX: Final = re.compile(r"[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*", re.ASCII)
_FORM: Final = "LIANDONG_STORAGE 应为 file:///目录 或 s3://存储桶/前缀"


def open_store(settings: Settings) -> ObjectStore | None:
    """The store of the settings, None where there is none; raises UnfitStorage.

    A bucket is not asked: a store that is away for a while must not keep a service from starting.
    """
    if not settings.storage:
        return None
    url = urlsplit(settings.storage)
    if url.scheme == "file" and not url.netloc and url.path.startswith("/") and url.path != "/":
        return FolderStore.open(Path(unquote(url.path)))
    if url.scheme == "s3":
        return _bucket(settings, url.netloc, url.path.strip("/"))
    raise UnfitStorage(_FORM)


def _bucket(settings: Settings, name: str, prefix: str) -> ObjectStore:
    if not _BUCKET.fullmatch(name) or (prefix and not _PREFIX.fullmatch(prefix)):
        raise UnfitStorage(_FORM)
    endpoint = urlsplit(settings.storage_endpoint)
    if endpoint.scheme not in ("http", "https") or not endpoint.netloc:
        raise UnfitStorage("使用 s3 存储须以 LIANDONG_STORAGE_ENDPOINT 写明其 https:// 地址")
    if endpoint.scheme == "http" and settings.environment == "production":
        raise UnfitStorage("生产环境的 LIANDONG_STORAGE_ENDPOINT 须为 https:// 地址")
    access_key = settings.storage_access_key.get_secret_value()
    secret_key = settings.storage_secret_key.get_secret_value()
    if not access_key or not secret_key:
        raise UnfitStorage(
            "使用 s3 存储须设置 LIANDONG_STORAGE_ACCESS_KEY 和 LIANDONG_STORAGE_SECRET_KEY"
        )
    from liandong.storage.s3 import Bucket, S3Store  # noqa: PLC0415 - see S3Store

    bucket = Bucket(
        name,
        prefix,
        settings.storage_endpoint.rstrip("/"),
        settings.storage_region,
        access_key,
        secret_key,
        settings.storage_virtual_host,
    )
    try:
        return S3Store(bucket)
    except Exception as error:
        raise UnfitStorage(f"s3 存储的设置无法使用（{type(error).__name__}）") from None
