"""What the platform's processes are told: their settings and the secrets of this run."""

import base64
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from liandong.embedded.errors import PlatformError

_LOOPBACK = "127.0.0.1,localhost"
_KEY_FILE = "encryption.key"


def client_id(service: str) -> str:
    return f"service-{service}"


def inherited() -> dict[str, str]:
    """The caller's environment without settings of the platform, and without a proxy to itself."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LIANDONG_")}
    for name in ("NO_PROXY", "no_proxy"):
        kept[name] = ",".join(filter(None, (kept.get(name, ""), _LOOPBACK)))
    return kept | {"PYTHONUTF8": "1"}


def issuer_environment(
    *, issuer: str, port: int, keys: Path, secrets_of_clients: Mapping[str, str]
) -> dict[str, str]:
    clients = {name: {"secret": secret} for name, secret in secrets_of_clients.items()}
    return inherited() | {
        "LIANDONG_ENVIRONMENT": "development",
        "LIANDONG_ISSUER_URL": issuer,
        "LIANDONG_ISSUER_PORT": str(port),
        "LIANDONG_ISSUER_KEYS": str(keys),
        "LIANDONG_ISSUER_CLIENTS": json.dumps(clients),
    }


def service_environment(
    service: str,
    *,
    port: int,
    database_url: str,
    urls: Mapping[str, str],
    issuer: str,
    secret: str,
    encryption_key: str,
    others: Mapping[str, str],
) -> dict[str, str]:
    """``others`` are settings that are the same for every service, by their full names."""
    return {
        **inherited(),
        "LIANDONG_ENVIRONMENT": "development",
        "LIANDONG_DATABASE_URL": database_url,
        "LIANDONG_PORT": str(port),
        "LIANDONG_SERVICE_URLS": json.dumps(dict(urls)),
        "LIANDONG_OIDC_ISSUER": issuer,
        "LIANDONG_OIDC_JWKS_URL": f"{issuer}/jwks.json",
        "LIANDONG_OIDC_TOKEN_URL": f"{issuer}/token",
        "LIANDONG_CLIENT_ID": client_id(service),
        "LIANDONG_CLIENT_SECRET": secret,
        "LIANDONG_ENCRYPTION_KEYS": json.dumps([encryption_key]),
        **others,
    }


def encryption_key(folder: Path, *, data_exists: bool) -> str:
    """The key of the personal data in this platform's databases, made once; 0600 in ``folder``.

    Raises PlatformError when there is data but its key is gone: a new key could not read it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / _KEY_FILE
    if not file.exists():
        if data_exists:
            raise PlatformError(
                f"数据库已存在，但加密密钥文件 {file} 不见了：请恢复该文件，"
                "或运行 make clean-data 重新开始。 The databases exist but their key file is "
                f"gone: restore {file}, or run `make clean-data` to start afresh."
            )
        key = f"embedded-1:{base64.b64encode(secrets.token_bytes(32)).decode()}"
        draft = file.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as made:
            made.write(key + "\n")
            made.flush()
            os.fsync(made.fileno())
        draft.replace(file)
    return file.read_text().strip()
