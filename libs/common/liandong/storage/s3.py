"""Objects in a bucket of any store that speaks S3: MinIO, Ceph, or a government cloud's own.

obstore's own ``async`` interface is not used: its threads may still call into Python while the
interpreter ends, which then aborts (obstore 0.12.1: 9 of 30 short runs). The blocking interface,
in threads of ours, never did.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog

from liandong.storage.base import NoSuchObject, StorageUnavailable

log = structlog.get_logger(__name__)

T = TypeVar("T")

_PIECE = 256 * 1024
_PATIENCE: dict[str, Any] = {"connect_timeout": "3s", "timeout": "30s"}
_RETRIES = 2


@dataclass(frozen=True)
class Bucket:
    """Where the objects are, and how one gets there."""

    name: str
    prefix: str
    endpoint: str
    region: str
    access_key: str
    secret_key: str
    virtual_host: bool = False
    """The endpoint is the bucket's own host (阿里云 OSS, 腾讯云 COS), not one with paths."""


class S3Store:
    """Imports obstore when it is made, not before: a service without files does not carry it."""

    def __init__(self, bucket: Bucket) -> None:
        import obstore  # noqa: PLC0415 - 5 MiB that only this store needs
        from obstore.exceptions import BaseError  # noqa: PLC0415
        from obstore.store import S3Store as Store  # noqa: PLC0415

        self._obstore: Any = obstore
        self._failures = (BaseError, OSError)
        client: Any = {**_PATIENCE, "allow_http": bucket.endpoint.startswith("http://")}
        self._store: Any = Store(
            bucket.name,
            prefix=bucket.prefix or None,
            endpoint=bucket.endpoint,
            region=bucket.region,
            access_key_id=bucket.access_key,
            secret_access_key=bucket.secret_key,
            virtual_hosted_style_request=bucket.virtual_host,
            client_options=client,
            retry_config={"max_retries": _RETRIES},
        )

    async def put(self, key: str, chunks: Iterable[bytes]) -> None:
        """In one request: of a multipart upload that ends early, parts stay that nobody sees."""

        def whole() -> None:
            self._obstore.put(self._store, key, b"".join(chunks), use_multipart=False)

        await self._try("put", whole)

    async def read(self, key: str) -> AsyncIterator[bytes]:
        def opened() -> Any:
            try:
                return iter(self._obstore.get(self._store, key).stream(min_chunk_size=_PIECE))
            except FileNotFoundError:
                raise NoSuchObject(key) from None

        return self._pieces(await self._try("read", opened))

    async def delete(self, key: str) -> None:
        def gone() -> None:
            try:
                self._obstore.delete(self._store, key)
            except FileNotFoundError:
                return

        await self._try("delete", gone)

    async def exists(self, key: str) -> bool:
        def there() -> bool:
            try:
                self._obstore.head(self._store, key)
            except FileNotFoundError:
                return False
            return True

        return await self._try("exists", there)

    async def _pieces(self, stream: Any) -> AsyncIterator[bytes]:
        while (piece := await self._try("read", lambda: next(stream, None))) is not None:
            yield bytes(piece)

    async def _try(self, what: str, work: Callable[[], T]) -> T:
        try:
            return await asyncio.to_thread(work)
        except self._failures as error:
            # Its text would tell the address and the request; the kind is enough to go on.
            log.error("storage_failed", operation=what, error=type(error).__name__)
            raise StorageUnavailable.now() from None
