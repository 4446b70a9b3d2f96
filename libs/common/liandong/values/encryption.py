"""Encryption of personal data at rest (个人信息保护法 art. 51) with keys that can be rotated.

Form of a ciphertext: ``v1:<key id>:<base64 of 12-byte nonce, ciphertext and 16-byte tag>``, where
v1 is AES-256-GCM. Another suite (SM4-GCM) would be v2 beside it.

Rotation. Put the new key first: from then on it encrypts, the others still decrypt. Rewrite the
rows for which :meth:`KeyRing.is_current` is false. Blind indexes are made with the OLDEST key, so
that adding a key leaves every stored index valid; before the oldest key is taken out, search with
:meth:`KeyRing.blind_indexes` and rewrite the indexes with the ring that lacks it.
"""

import base64
import binascii
import hmac
import re
import secrets
from collections.abc import Iterable
from typing import Any, Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr
from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

_KEY_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}", re.ASCII)
_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_INDEX_PURPOSE: Final = b"liandong blind index v1"


class InvalidKey(ValueError):
    """A configured key cannot be used. The message never repeats what was configured."""


class CannotDecrypt(ValueError):
    """Unknown key, damaged or tampered text, or text that belongs elsewhere."""


class NoKeyRing(RuntimeError):
    """An encrypted column was touched before the process was given its keys."""


class KeyRing:
    """The keys of a process, newest first."""

    __slots__ = ("_ciphers", "_index_keys")

    def __init__(self, keys: Iterable[tuple[str, bytes]]) -> None:
        """``keys`` are (key id, 32 bytes), newest first. Raises InvalidKey."""
        self._ciphers: dict[str, AESGCM] = {}
        self._index_keys: list[bytes] = []
        for key_id, key in keys:
            if not _KEY_ID.fullmatch(key_id) or key_id in self._ciphers:
                raise InvalidKey("加密密钥编号重复，或含有字母、数字、点、横线以外的字符")
            if len(key) != _KEY_BYTES:
                raise InvalidKey(f"加密密钥{key_id}的长度应为32字节")
            self._ciphers[key_id] = AESGCM(key)
            self._index_keys.append(_derive(key))
        if not self._ciphers:
            raise InvalidKey("未配置加密密钥，请设置 LIANDONG_ENCRYPTION_KEYS")

    @classmethod
    def from_settings(cls, keys: Iterable[str | SecretStr]) -> Self:
        """From ``<key id>:<base64 of 32 bytes>``, newest first. Raises InvalidKey."""
        return cls(_parse(k.get_secret_value() if isinstance(k, SecretStr) else k) for k in keys)

    def __repr__(self) -> str:
        return f"KeyRing({', '.join(self._ciphers)})"

    @property
    def key_ids(self) -> tuple[str, ...]:
        """Newest first."""
        return tuple(self._ciphers)

    def encrypt(self, text: str, associated: str = "") -> str:
        """The ciphertext under the newest key; the same text gives another one each time.

        ``associated`` says where the text belongs (a table and column) and must be given again to
        decrypt, so that a ciphertext cannot be moved. One key is good for 2**32 texts (NIST SP
        800-38D 8.3).
        """
        key_id, cipher = next(iter(self._ciphers.items()))
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = nonce + cipher.encrypt(nonce, text.encode(), _bound(key_id, associated))
        return f"v1:{key_id}:{base64.b64encode(sealed).decode()}"

    def decrypt(self, ciphertext: str, associated: str = "") -> str:
        """The text. Raises CannotDecrypt; nothing of the content is in the message."""
        key_id, sealed = _take_apart(ciphertext)
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise CannotDecrypt(f"无法解密：没有编号为{key_id}的密钥")
        nonce, body = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            return cipher.decrypt(nonce, body, _bound(key_id, associated)).decode()
        except (InvalidTag, ValueError):
            raise CannotDecrypt("无法解密：密文已损坏、被改动，或不属于此处") from None

    def is_current(self, ciphertext: str) -> bool:
        """Whether the newest key made it; raises CannotDecrypt for what is no ciphertext."""
        return _take_apart(ciphertext)[0] == self.key_ids[0]

    def blind_index(self, text: str, context: str = "") -> str:
        """64 hex digits, equal for equal text: finds an encrypted value without decrypting.

        HMAC-SHA256 under a key derived (HKDF, RFC 5869) from the oldest key. Normalise the text
        first. ``context`` (a table and column) keeps equal values in two columns apart. The
        index reveals which rows are equal: not for columns with few values.
        """
        return _index(self._index_keys[-1], text, context)

    def blind_indexes(self, text: str, context: str = "") -> tuple[str, ...]:
        """The index under every key, oldest first, to search while indexes are rewritten."""
        return tuple(_index(key, text, context) for key in reversed(self._index_keys))


_ring: KeyRing | None = None
"""One per process: a column type has no other way to reach the settings."""


def use_keyring(ring: KeyRing | None) -> KeyRing | None:
    """Gives every EncryptedText column of this process its keys; returns the ring before."""
    global _ring
    before, _ring = _ring, ring
    return before


def keyring() -> KeyRing:
    """The ring in use; raises NoKeyRing."""
    if _ring is None:
        raise NoKeyRing("尚未设置加密密钥：请在启动时调用 use_keyring(KeyRing.from_settings(...))")
    return _ring


class EncryptedText(TypeDecorator[str]):
    """A text column encrypted with the ring of :func:`use_keyring`; NULL stays NULL.

    Comparing such a column in SQL finds nothing: keep a :meth:`KeyRing.blind_index` beside it.
    """

    impl = Text
    cache_ok = True

    def __init__(self, associated: str = "") -> None:
        """``associated`` is ``<table>.<column>``; changing it makes the stored rows unreadable."""
        super().__init__()
        self.associated = associated

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else keyring().encrypt(value, self.associated)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:
        return None if value is None else keyring().decrypt(value, self.associated)


def _parse(text: str) -> tuple[str, bytes]:
    key_id, separator, encoded = text.strip().partition(":")
    if not separator:
        raise InvalidKey("加密密钥的格式应为“密钥编号:32字节的Base64”")
    try:
        return key_id, base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidKey("加密密钥的Base64内容无法识别") from None


def _take_apart(ciphertext: str) -> tuple[str, bytes]:
    match ciphertext.split(":"):
        case ["v1", key_id, encoded]:
            try:
                return key_id, base64.b64decode(encoded, validate=True)
            except (binascii.Error, ValueError):
                pass
        case _:
            pass
    raise CannotDecrypt("无法解密：密文格式不正确")


def _bound(key_id: str, associated: str) -> bytes:
    return f"v1:{key_id}:{associated}".encode()


def _derive(key: bytes) -> bytes:
    return HKDF(SHA256(), length=_KEY_BYTES, salt=None, info=_INDEX_PURPOSE).derive(key)


def _index(key: bytes, text: str, context: str) -> str:
    return hmac.digest(key, f"{context}\0{text}".encode(), "sha256").hex()
