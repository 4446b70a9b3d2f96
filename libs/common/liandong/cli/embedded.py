"""The settings of a platform that runs embedded, from its folder and its ``platform.json``."""

import json
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from liandong.cli.failure import CommandFailed
from liandong.identity.development_keys import DEVELOPMENT_ISSUER

KEYS = "keys"
_SOCKET_LINE = 4
"""Of PostgreSQL's own ``postmaster.pid``: the folder of the socket."""


def platform_state(folder: Path) -> dict[str, Any]:
    """What ``platform.json`` tells; raises :class:`CommandFailed` when nothing runs there."""
    try:
        state = json.loads((folder / "platform.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CommandFailed(f"{folder} 中没有运行着的平台（没有 platform.json）") from None
    except ValueError:
        raise CommandFailed(f"{folder}/platform.json 无法读取") from None
    return state if isinstance(state, dict) else {}


def embedded_settings(folder: Path, service: str) -> dict[str, Any] | None:
    """What :meth:`Settings.load` is given for the service; None when it does not run there."""
    state = platform_state(folder)
    urls = state.get("services") or {}
    if service not in urls:
        return None
    given: dict[str, Any] = {
        "environment": "development",
        "database_url": _database_url(state, service),
        "service_urls": urls,
        "oidc_issuer": state.get("issuer") or DEVELOPMENT_ISSUER,
    }
    clock, key = folder / "clock.json", folder / KEYS / "encryption.key"
    if clock.exists():
        given["rehearsal_clock_file"] = clock
    if key.exists():
        given["encryption_keys"] = (SecretStr(key.read_text(encoding="utf-8").strip()),)
    return given


def _database_url(state: dict[str, Any], service: str) -> str:
    """The address on the server's socket, as its own pid file tells."""
    pid_file = Path(str(state.get("database", ""))) / "data" / "postmaster.pid"
    try:
        socket = pid_file.read_text(encoding="utf-8").splitlines()[_SOCKET_LINE].strip()
    except (OSError, IndexError):
        raise CommandFailed("内嵌的数据库没有运行，请先启动平台") from None
    return f"postgresql://postgres@/{service.replace('-', '_')}?host={socket}"
