"""Passwords of partners: one file each in a folder that only the operator reads."""

import os
import secrets
from pathlib import Path

_BYTES = 32


class UnfitPassword(ValueError):
    """The message is Chinese and does not tell the password."""


def password_of(folder: Path, name: str, *, new: bool) -> str:
    """What the file says, or a random one that is written into it (mode 600); ``new`` replaces
    what is there. Raises :class:`UnfitPassword`."""
    try:
        return _password(folder, folder / name, new=new)
    except OSError as error:
        raise UnfitPassword(f"口令文件 {error.filename}：{error.strerror}") from error


def forget(folder: Path, name: str) -> None:
    """Of a partner that is removed; one that comes back gets another."""
    if Path(name).name == name:
        (folder / name).unlink(missing_ok=True)


def _password(folder: Path, path: Path, *, new: bool) -> str:
    if not new and path.exists():
        found = path.read_text(encoding="utf-8").strip()
        if not 20 <= len(found) <= 200 or not found.isascii() or not found.isprintable():
            raise UnfitPassword(f"{path} 中的口令须为 20 至 200 个可见的 ASCII 字符")
        return found
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = secrets.token_urlsafe(_BYTES)
    draft = path.with_name(f".{path.name}.draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(made + "\n")
    draft.replace(path)
    return made
