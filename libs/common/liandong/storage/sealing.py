"""Encryption of stored objects: each under a key of its own, in pieces that can be streamed.

The key of an object is random and kept, itself encrypted with the ring of
:mod:`liandong.values.encryption`, in the row that names the object. So the keys of the ring can
be changed without touching an object, and an object whose row is emptied is lost to everybody,
copies in backups included.

Form: ``LDO1``, then pieces of 64 KiB, the last one shorter, each sealed with AES-256-GCM. The
nonce counts the pieces and marks the last (the STREAM construction of Hoang, Reyhanitabar, Rogaway
and Vizár, 2015): a piece that is missing, moved or cut off at the end is found.
"""

import base64
import secrets
from collections.abc import AsyncIterator, Iterator
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PIECE: Final = 64 * 1024
_MAGIC: Final = b"LDO1"
_TAG: Final = 16


class Damaged(ValueError):
    """The object is not what was sealed under this key."""


def new_key() -> str:
    """A key for one object; never used for another, because nonces begin anew in each."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def sealed(content: bytes, key: str) -> Iterator[bytes]:
    """The object piece by piece; there is always at least one."""
    cipher = _cipher(key)
    yield _MAGIC
    view = memoryview(content)
    last = max(0, len(content) - 1) // PIECE
    for number in range(last + 1):
        piece = view[number * PIECE : (number + 1) * PIECE]
        yield cipher.encrypt(_nonce(number, last=number == last), piece, None)


async def opened(stored: AsyncIterator[bytes], key: str) -> AsyncIterator[bytes]:
    """The content piece by piece, each one checked. Raises :class:`Damaged`.

    A caller that needs the whole must go on to the end: only there a cut is noticed.
    """
    cipher = _cipher(key)
    held = bytearray()
    number, begun, size = 0, False, PIECE + _TAG
    async for chunk in stored:
        held += chunk
        if not begun and len(held) >= len(_MAGIC):
            _expect_magic(held)
            begun = True
        # The last piece is known by nothing following it, so one whole piece is held back.
        while begun and len(held) > size:
            yield _open(cipher, number, bytes(held[:size]), last=False)
            del held[:size]
            number += 1
    if not begun:
        raise Damaged("no beginning")
    yield _open(cipher, number, bytes(held), last=True)


def _expect_magic(held: bytearray) -> None:
    if not held.startswith(_MAGIC):
        raise Damaged("another form")
    del held[: len(_MAGIC)]


def _open(cipher: AESGCM, number: int, piece: bytes, *, last: bool) -> bytes:
    try:
        return cipher.decrypt(_nonce(number, last=last), piece, None)
    except (InvalidTag, ValueError):
        raise Damaged(f"piece {number}") from None


def _cipher(key: str) -> AESGCM:
    return AESGCM(base64.b64decode(key))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
