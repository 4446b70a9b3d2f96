"""Root file systems of Debian as layers of images, made with mmdebstrap on the building machine.

The building machine's own access to Debian is used (its mirror, its certificates, its keys), and
none of it gets into a layer. A layer has the same bytes whenever the packages are the same.
"""

import hashlib
import io
import os
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from tools.offline.commands import run
from tools.offline.errors import KitError

SOURCES_VARIABLE = "LIANDONG_DEBIAN_SOURCES"
"""Names a sources.list of a mirror; unset, mmdebstrap's own default for Debian is taken."""

# What belongs to the machine that builds, or differs from build to build.
_LEFT_OUT = (
    "dev", "proc", "sys", "run", "tmp", "boot", "etc/apt", "etc/resolv.conf", "etc/hostname",
    "etc/machine-id", "var/cache", "var/lib/apt", "var/log", "var/lib/dpkg/lock",
    "var/lib/dpkg/lock-frontend", "etc/passwd-", "etc/group-", "etc/shadow-", "etc/gshadow-",
    "etc/subuid-", "etc/subgid-", "var/lib/dpkg/status-old", "var/lib/dpkg/diversions-old",
    "var/lib/dpkg/available", "etc/ld.so.cache~", "var/lib/systemd", "var/backups",
    "usr/share/man", "usr/share/info", "usr/share/locale", "usr/share/lintian",
)  # fmt: skip
_EMPTY_FOLDERS = ("tmp", "var/tmp", "var/log", "var/cache", "run", "proc", "sys", "dev")
_FIXED = {"SOURCE_DATE_EPOCH": "0", "DEBIAN_FRONTEND": "noninteractive"}
_ACCESS = ("Acquire::http", "Acquire::https", "Acquire::Check-", "Acquire::Retries")
# The new layout of /usr from the start, so that the tool that converts it (and Perl) stays out.
_MERGED = "/usr/share/mmdebstrap/hooks/merged-usr"
_NO_USRMERGE = (
    "printf 'Package: usrmerge\\nPin: release *\\nPin-Priority: -1\\n'"
    ' >"$1"/etc/apt/preferences.d/usrmerge'
)


def make_root(release: str, packages: Sequence[str], accounts: Sequence[str], target: Path) -> None:
    """Writes the root file system with ``packages`` and all that they depend on as a tar file.

    ``accounts`` are lines of /etc/passwd that have to be there before the packages, so that the
    numbers of users are the same as in the official images. KitError when it cannot be made.
    """
    command = ["--quiet", "--variant=essential"]
    command += [f"--aptopt={option}" for option in _access()]
    command += [f"--hook-dir={_MERGED}", f"--setup-hook={_NO_USRMERGE}"]
    command += [f"--essential-hook={_account(line)}" for line in accounts]
    if packages:
        command.append(f"--include={','.join(packages)}")
    command += [release, str(target)]
    sources = os.environ.get(SOURCES_VARIABLE)
    if sources:
        command.append(sources)
    try:
        run("mmdebstrap", *command, wrong="Debian 软件包未能安装，请检查软件源", environment=_FIXED)
    except KitError:
        target.unlink(missing_ok=True)
        raise


def _access() -> Iterator[str]:
    """The building machine's own settings of how apt reaches its mirror (proxy, certificates)."""
    dump = run("apt-config", "dump", "Acquire", wrong="无法读取 apt 的设置")
    for line in dump.splitlines():
        name, _, value = line.partition(" ")
        if name.startswith(_ACCESS) and value != '"";':
            yield f"{name} {value}".removesuffix(";")


def _account(line: str) -> str:
    name, _, uid, gid, *_ = line.split(":")
    return (
        f"echo '{line}' >>\"$1\"/etc/passwd && echo '{name}:x:{gid}:' >>\"$1\"/etc/group"
        f" && echo '{name}:*:1:0:99999:7:::' >>\"$1\"/etc/shadow # {uid}"
    )


def write_layer(
    root: Path, below: Sequence[Path], target: Path, *, leave_out: Sequence[str] = ()
) -> None:
    """Writes what ``root`` has beyond the roots ``below`` it (each a tar file), in a fixed order.

    ``leave_out``: files and folders that the packages make when they are installed, and that
    every start or every machine has to make for itself (clusters, private keys).
    """
    known = {name: mark for tar in below for name, mark in _marks(tar)}
    with tarfile.open(root) as source, tarfile.open(target, "w", format=tarfile.PAX_FORMAT) as out:
        members = {name: member for name, member in _kept(source) if not _is_below(name, leave_out)}
        for name in sorted(members):
            member = members[name]
            if known.get(name) == _mark(source, member):
                continue
            content = source.extractfile(member) if member.isreg() else None
            out.addfile(_plain(member, name), content)
        if not below:
            for name in _EMPTY_FOLDERS:
                folder = tarfile.TarInfo(name)
                folder.type, folder.mode = tarfile.DIRTYPE, 0o1777 if "tmp" in name else 0o755
                out.addfile(folder, io.BytesIO())


def _kept(source: tarfile.TarFile) -> Iterator[tuple[str, tarfile.TarInfo]]:
    for member in source:
        name = str(PurePosixPath(member.name.lstrip("./"))) if member.name.strip("./") else ""
        if not name or _is_left_out(name):
            continue
        yield name, member


def _is_left_out(name: str) -> bool:
    if name.startswith("usr/share/doc/") and name.count("/") > 2:
        return not name.endswith("/copyright")
    return _is_below(name, _LEFT_OUT)


def _is_below(name: str, folders: Sequence[str]) -> bool:
    return any(name == folder or name.startswith(f"{folder}/") for folder in folders)


def _plain(member: tarfile.TarInfo, name: str) -> tarfile.TarInfo:
    member.name, member.mtime, member.pax_headers = name, 0, {}
    member.uname = member.gname = ""
    if member.islnk():
        member.linkname = member.linkname.removeprefix("./")
    return member


def _marks(tar: Path) -> Iterable[tuple[str, tuple[object, ...]]]:
    with tarfile.open(tar) as source:
        for name, member in _kept(source):
            yield name, _mark(source, member)


def _mark(source: tarfile.TarFile, member: tarfile.TarInfo) -> tuple[object, ...]:
    content = source.extractfile(member) if member.isreg() else None
    digest = hashlib.sha256(content.read()).hexdigest() if content else ""
    return member.type, member.mode, member.uid, member.gid, member.linkname, digest
