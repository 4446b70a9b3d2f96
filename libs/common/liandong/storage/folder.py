"""Objects as files of one folder, which may be a volume that several replicas share.

Own code, and little of it: what can be bought leaves out the flush to the disk (``fsync``),
without which a row could be committed whose object a power cut takes back.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeVar

import structlog

from liandong.storage.base import NoSuchObject, StorageUnavailable, UnfitStorage

log = structlog.get_logger(__name__)

T = TypeVar("T")

_PIECE = 256 * 1024
_COMING = ".coming"
"""Beginning of the name of a file that is still being written, beside its place."""


@dataclass(frozen=True)
class FolderStore:
    root: Path

    @classmethod
    def open(cls, root: Path) -> "FolderStore":
        """Makes the folder, for its owner only; raises UnfitStorage when it cannot be used."""
        try:
            root.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise UnfitStorage(
                f"附件存储目录 {root} 无法建立（{os.strerror(error.errno or 0)}），"
                "请改正 LIANDONG_STORAGE"
            ) from None
        if not os.access(root, os.W_OK | os.X_OK):
            raise UnfitStorage(f"附件存储目录 {root} 不可写，请改正其权限或 LIANDONG_STORAGE")
        return cls(root)

    async def put(self, key: str, chunks: Iterable[bytes]) -> None:
        await self._try("put", lambda: self._put(key, chunks))

    async def read(self, key: str) -> AsyncIterator[bytes]:
        file = await self._try("read", lambda: self._opened(key))
        return self._pieces(file)

    async def delete(self, key: str) -> None:
        await self._try("delete", lambda: self._delete(key))

    async def exists(self, key: str) -> bool:
        return await self._try("exists", self._path(key).exists)

    async def _try(self, what: str, work: Callable[[], T]) -> T:
        try:
            return await asyncio.to_thread(work)
        except OSError as error:
            log.error("storage_failed", operation=what, error=os.strerror(error.errno or 0))
            raise StorageUnavailable.now() from None

    def _path(self, key: str) -> Path:
        return self.root / key

    def _coming(self, key: str) -> Path:
        path = self._path(key)
        return path.with_name(f"{_COMING}-{path.name}")

    def _put(self, key: str, chunks: Iterable[bytes]) -> None:
        path, coming = self._path(key), self._coming(key)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with os.fdopen(
                os.open(coming, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb"
            ) as file:
                for chunk in chunks:
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            coming.replace(path)
        except BaseException:
            with suppress(OSError):
                coming.unlink(missing_ok=True)
            raise
        self._flush_names(path.parent)

    def _opened(self, key: str) -> BinaryIO:
        try:
            return self._path(key).open("rb")
        except FileNotFoundError:
            raise NoSuchObject(key) from None

    async def _pieces(self, file: BinaryIO) -> AsyncIterator[bytes]:
        with file:
            while piece := await self._try("read", lambda: file.read(_PIECE)):
                yield piece

    def _delete(self, key: str) -> None:
        """Also of what an interrupted ``put`` has left."""
        self._coming(key).unlink(missing_ok=True)
        self._path(key).unlink(missing_ok=True)

    def _flush_names(self, folder: Path) -> None:
        """The names as well must outlive a power cut, up to the root: any may be new."""
        while True:
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            if folder == self.root:
                return
            folder = folder.parent
