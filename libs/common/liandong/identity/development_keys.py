"""Signing keys of the development issuer, and tokens for anyone signed with them."""

import json
import os
import secrets
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, Self
from uuid import UUID

from joserfc import jwt
from joserfc.jwk import ECKey

from liandong.clock import Clock, SystemClock
from liandong.identity.actors import Role
from liandong.ids import uuid7

DEVELOPMENT_ISSUER: Final = "http://127.0.0.1:8080"
AUDIENCE: Final = "liandong"
ALGORITHM: Final = "ES256"

_FILE: Final = "signing-keys.json"
_OLD_KEYS_KEPT: Final = 2


class DevelopmentKeys:
    """One key that signs and, after :meth:`rotate`, the public halves of those before it.

    Several processes may share the folder: the first to start makes the key, the others read it.
    """

    def __init__(
        self,
        keys: list[dict[str, Any]],
        *,
        file: Path | None = None,
        issuer: str = DEVELOPMENT_ISSUER,
        audience: str = AUDIENCE,
        clock: Clock | None = None,
    ) -> None:
        self._keys = keys
        self._file = file
        self.issuer, self.audience = issuer, audience
        self._clock = clock or SystemClock()

    @classmethod
    def in_memory(cls, **given: Any) -> Self:
        """Keys that are gone when the process ends; for tests."""
        return cls([_new_key()], **given)

    @classmethod
    def load_or_create(cls, folder: Path, **given: Any) -> Self:
        """The folder's keys, made on first use; only the owner can read the file."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = folder / _FILE
        if not file.exists():
            draft = _write_draft(folder, [_new_key()])
            try:
                os.link(draft, file)  # unlike a rename, fails if another process was first
            except OSError:  # also where the file system has no hard links
                if not file.exists():
                    draft.replace(file)
            finally:
                draft.unlink(missing_ok=True)
        file.chmod(0o600)
        return cls(json.loads(file.read_text())["keys"], file=file, **given)

    def jwks(self) -> dict[str, Any]:
        """The public keys, newest first, as the issuer serves them."""
        return {"keys": [_public(key) for key in self._keys]}

    def rotate(self) -> None:
        """From now on a new key signs; tokens signed before stay valid until they expire."""
        kept = [_public(key) for key in self._keys[:_OLD_KEYS_KEPT]]
        self._keys = [_new_key(), *kept]
        if self._file is not None:
            _write_draft(self._file.parent, self._keys).replace(self._file)

    def issue(
        self,
        *,
        subject: str,
        roles: Iterable[Role | str] = (),
        name: str = "",
        district: str | None = None,
        organization_id: UUID | str | None = None,
        scopes: Iterable[str] = (),
        ttl: timedelta = timedelta(hours=1),
        client_id: str | None = None,
    ) -> str:
        """An access token for anyone; roles the platform does not know are a ValueError."""
        claims = {
            "sub": subject,
            "name": name,
            "roles": [Role(role).value for role in roles],
            "district": district,
            "organization_id": str(organization_id) if organization_id else None,
            "scope": " ".join(scopes),
            "client_id": client_id,
        }
        return self.sign(self.standard_claims(ttl) | {k: v for k, v in claims.items() if v})

    def standard_claims(self, ttl: timedelta = timedelta(hours=1)) -> dict[str, Any]:
        """Issuer, audience and times of a token made now."""
        now = int(self._clock.now().timestamp())
        return {
            "iss": self.issuer,
            "aud": self.audience,
            "iat": now,
            "nbf": now,
            "exp": now + int(ttl.total_seconds()),
            "jti": str(uuid7()),
        }

    def sign(self, claims: Mapping[str, Any], header: Mapping[str, Any] | None = None) -> str:
        """Signs any claims whatever, for tests of tokens that must be refused."""
        key = ECKey.import_key(self._keys[0])
        full = {"alg": ALGORITHM, "typ": "at+jwt", "kid": self._keys[0]["kid"], **(header or {})}
        return jwt.encode(full, dict(claims), key, algorithms=[ALGORITHM])


def _new_key() -> dict[str, Any]:
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": ALGORITHM}, auto_kid=True)
    return dict(key.as_dict(private=True))


def _public(key: dict[str, Any]) -> dict[str, Any]:
    return {member: value for member, value in key.items() if member != "d"}


def _write_draft(folder: Path, keys: list[dict[str, Any]]) -> Path:
    draft = folder / f".{_FILE}.{secrets.token_hex(8)}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump({"keys": keys}, file)
    return draft
