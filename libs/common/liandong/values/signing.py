"""Signatures that outsiders can verify: Ed25519 as a compact JWS (RFC 7515, RFC 8037).

Form of a configured key: ``<key id>:<32 bytes in base64>``, the seed of a private key; of a key
that signs no more but whose signatures still hold, the public half in the same form. The newest
key signs, all of them verify. Another suite (SM2) would be another ``alg`` beside this one.
"""

import base64
import binascii
import json
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import TypeAdapter

from liandong.values.encryption import InvalidKey

ALGORITHM: Final = "EdDSA"
_KEY_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}", re.ASCII)
_BYTES: Final = 32
_LONGEST: Final = 8_192
_MEMBERS: Final = TypeAdapter(dict[str, Any])
_WHERE: Final = "LIANDONG_RECEIPT_KEYS"

Fault = Literal["malformed", "unknown-key", "altered"]


@dataclass(frozen=True, slots=True)
class Read:
    """What became of a signed text: its claims, or why nothing in it may be believed."""

    claims: Mapping[str, Any] | None = None
    key_id: str | None = None
    fault: Fault | None = None


class SigningRing:
    """The signing keys of a process, newest first, and the older public ones."""

    __slots__ = ("_head", "_key", "_public", "kind")

    def __init__(
        self, keys: Iterable[tuple[str, bytes]], old: Iterable[tuple[str, bytes]] = (), *, kind: str
    ) -> None:
        """``kind`` is the ``typ`` of what is signed: nothing signed for one purpose passes for
        another. Raises InvalidKey."""
        self.kind = kind
        self._public: dict[str, Ed25519PublicKey] = {}
        private: list[Ed25519PrivateKey] = []
        for key_id, seed in keys:
            self._check(key_id, seed)
            private.append(Ed25519PrivateKey.from_private_bytes(seed))
            self._public[key_id] = private[-1].public_key()
        if not private:
            raise InvalidKey(f"未配置签名密钥，请设置 {_WHERE}")
        self._key, newest = private[0], next(iter(self._public))
        for key_id, public in old:
            self._check(key_id, public)
            self._public[key_id] = Ed25519PublicKey.from_public_bytes(public)
        self._head = _encoded({"alg": ALGORITHM, "kid": newest, "typ": kind}) + b"."

    @classmethod
    def from_settings(cls, keys: Iterable[str], old: Iterable[str] = (), *, kind: str) -> Self:
        return cls(map(_parsed, keys), map(_parsed, old), kind=kind)

    @classmethod
    def for_development(cls, encryption_key: str | None, *, kind: str) -> Self:
        """A key that outlives a restart where there is an encryption key; never for production."""
        if encryption_key is None:
            return cls([("development-1", secrets.token_bytes(_BYTES))], kind=kind)
        info = f"liandong development signature v1 {kind}".encode()
        seed = HKDF(SHA256(), length=_BYTES, salt=None, info=info).derive(encryption_key.encode())
        return cls([("development-1", seed)], kind=kind)

    def __repr__(self) -> str:
        return f"SigningRing({', '.join(self._public)})"

    def sign(self, claims: Mapping[str, Any]) -> str:
        """The claims, signed by the newest key."""
        signed = self._head + _encoded(claims)
        return (signed + b"." + _base64(self._key.sign(signed))).decode()

    def read(self, text: str) -> Read:
        """Never raises, whatever the text is."""
        parts = text.split(".") if len(text) <= _LONGEST else []
        if len(parts) != 3:
            return Read(fault="malformed")
        try:
            head, claims = (_MEMBERS.validate_json(_decoded(part)) for part in parts[:2])
            signature = _decoded(parts[2])
        except ValueError:
            return Read(fault="malformed")
        if head.get("alg") != ALGORITHM or head.get("typ") != self.kind or "crit" in head:
            return Read(fault="malformed")
        key_id = head.get("kid")
        key = self._public.get(key_id) if isinstance(key_id, str) else None
        if key is None:
            return Read(fault="unknown-key")
        try:
            key.verify(signature, f"{parts[0]}.{parts[1]}".encode())
        except InvalidSignature:
            return Read(key_id=key_id, fault="altered")
        return Read(claims, key_id)

    def jwks(self) -> list[dict[str, str]]:
        """The public keys as JSON Web Keys, newest first."""
        return [
            {
                "alg": ALGORITHM,
                "crv": "Ed25519",
                "kid": key_id,
                "kty": "OKP",
                "use": "sig",
                "x": _base64(key.public_bytes_raw()).decode(),
            }
            for key_id, key in self._public.items()
        ]

    def _check(self, key_id: str, key: bytes) -> None:
        if not _KEY_ID.fullmatch(key_id) or key_id in self._public:
            raise InvalidKey("签名密钥编号重复，或含有字母、数字、点、横线以外的字符")
        if len(key) != _BYTES:
            raise InvalidKey(f"签名密钥{key_id}的长度应为32字节")


def _parsed(text: str) -> tuple[str, bytes]:
    key_id, separator, encoded = text.strip().partition(":")
    if not separator:
        raise InvalidKey("签名密钥的格式应为“密钥编号:32字节的Base64”")
    try:
        return key_id, base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidKey("签名密钥的Base64内容无法识别") from None


def _base64(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")


def _encoded(content: Mapping[str, Any]) -> bytes:
    return _base64(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())


def _decoded(part: str) -> bytes:
    """Strict: one text has one meaning, so that no sign of a receipt can be changed unnoticed."""
    padded = part + "=" * (-len(part) % 4)
    content = base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True)
    if _base64(content) != part.encode():
        raise ValueError("not canonical")
    return content
