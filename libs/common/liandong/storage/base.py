"""What a store of objects is: bytes under keys, written once and whole.

The database says which objects there are; a store is never asked for a list. What it holds is
sealed before (:mod:`liandong.storage.sealing`), so whoever runs the store reads nothing.
"""

from collections.abc import AsyncIterator, Iterable
from typing import ClassVar, Protocol

from liandong.problems import Unavailable

RETRY_AFTER_SECONDS = 5


class StorageUnavailable(Unavailable):
    """The store cannot be reached or does not answer as it should: nothing was changed."""

    slug: ClassVar[str] = "storage-unavailable"
    title: ClassVar[str] = "附件存储暂时不可用，请稍后再试"

    @classmethod
    def now(cls) -> "StorageUnavailable":
        return cls(headers={"Retry-After": str(RETRY_AFTER_SECONDS)})


class NoSuchObject(LookupError):
    """Nothing is stored under the key."""


class UnfitStorage(RuntimeError):
    """The setting cannot be used; the message says in one sentence what to change."""


class ObjectStore(Protocol):
    """Keys are paths of ASCII letters, digits and ``-._`` parted by ``/``."""

    async def put(self, key: str, chunks: Iterable[bytes]) -> None:
        """Stores the object whole or not at all: when it returns, a power cut loses nothing.

        The same key again replaces it. Raises :class:`StorageUnavailable`.
        """
        ...

    async def read(self, key: str) -> AsyncIterator[bytes]:
        """The object piece by piece, opened when this returns.

        Raises :class:`NoSuchObject` or :class:`StorageUnavailable`; a store that goes away in
        between raises the latter from the iterator.
        """
        ...

    async def delete(self, key: str) -> None:
        """Afterwards nothing is under the key, nor was anything lost that had to be there.

        An absent object is no error. Raises :class:`StorageUnavailable`.
        """
        ...

    async def exists(self, key: str) -> bool:
        """Raises :class:`StorageUnavailable`."""
        ...
