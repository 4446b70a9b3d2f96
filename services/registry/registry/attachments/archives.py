"""ZIP archives that office files are inside: opened with every limit held. Pure.

The directory at the end is read here and not by ``zipfile``, which would make an object of each
of a million entries before anybody could count them, and believes the sizes that it finds there.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from registry.attachments.inflating import RAW, inflated
from registry.attachments.refusals import refused
from registry.attachments.rules import ArchiveLimits

BEGINS: Final = b"PK\x03\x04"
_ENTRY: Final = b"PK\x01\x02"
_END: Final = b"PK\x05\x06"
_END_BYTES: Final = 22
_ENTRY_BYTES: Final = 46
_LOCAL_BYTES: Final = 30
_BIG: Final = 0xFFFFFFFF
_ENCRYPTED: Final = 0x1 | 0x40 | 0x2000
_STORED, _DEFLATED = 0, 8
_RATIO_FROM: Final = 1024 * 1024
_BEGINNING: Final = 512
"""Bytes of each entry by which what it is can be told."""

_PROGRAMS: Final = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
_WITHIN: Final = (
    (b"PK\x03\x04", "压缩包或另一个办公文件"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf\x27\x1c", "压缩包"),
    (b"\x1f\x8b\x08", "压缩包"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧格式的办公文件或嵌入的对象"),
)
_PROGRAM_ENDINGS: Final = (
    ".exe", ".dll", ".com", ".scr", ".bat", ".cmd", ".ps1", ".vbs", ".vbe", ".js", ".jse", ".wsf",
    ".hta", ".jar", ".msi", ".lnk", ".sh", ".so",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    name: str
    method: int
    packed: int
    unpacked: int
    checksum: int
    offset: int


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive of which every entry was looked at."""

    data: bytes
    entries: dict[str, Entry]

    def read(self, name: str, most: int) -> bytes:
        """The content of an entry; refuses one above ``most`` bytes, and one that is not there."""
        entry = self.entries.get(name)
        if entry is None:
            raise refused("not-its-kind", "文件内容与其类型不符")
        if entry.unpacked > most:
            raise refused("unpacks-too-large", "文件的组成部分过大")
        return b"".join(_content(self.data, entry))


def open_archive(data: bytes, limits: ArchiveLimits) -> Archive:
    """Raises FileRefused for whatever is encrypted, nested, damaged, or unfolds too far."""
    entries = list(_entries(data, limits))
    if sum(one.unpacked for one in entries) > limits.unpacked_bytes:
        raise refused("unpacks-too-large", "文件解压后过大")
    _refuse_overlaps(data, entries)
    for one in entries:
        if one.unpacked > _RATIO_FROM and one.unpacked > one.packed * limits.ratio:
            raise refused("unpacks-too-large", "文件的压缩比异常")
        _check(data, one)
    return Archive(data, {one.name: one for one in entries})


def _entries(data: bytes, limits: ArchiveLimits) -> Iterator[Entry]:
    at = data.rfind(_END)
    if at < 0 or at + _END_BYTES + _number(data, at + 20, 2) != len(data):
        raise _damaged()
    count, size, place = (
        _number(data, at + 10, 2),
        _number(data, at + 12, 4),
        _number(data, at + 16, 4),
    )
    if count != _number(data, at + 8, 2) or place + size != at:
        raise _damaged()  # several volumes, ZIP64, or something before or between
    if not 0 < count <= limits.entries:
        raise refused("too-many-entries", f"文件的组成部分超过 {limits.entries} 个")
    seen: set[str] = set()
    for _ in range(count):
        entry, place = _entry(data, place, at)
        if entry.name.lower() in seen:
            raise _damaged()
        seen.add(entry.name.lower())
        yield entry
    if place != at:
        raise _damaged()


def _entry(data: bytes, place: int, end: int) -> tuple[Entry, int]:
    if data[place : place + 4] != _ENTRY or place + _ENTRY_BYTES > end:
        raise _damaged()
    flags, method = _number(data, place + 8, 2), _number(data, place + 10, 2)
    checksum, packed, unpacked = (_number(data, place + at, 4) for at in (16, 20, 24))
    name_bytes, extra, comment = (_number(data, place + at, 2) for at in (28, 30, 32))
    offset = _number(data, place + 42, 4)
    if flags & _ENCRYPTED:
        raise refused("encrypted", "文件已加密或设有密码，无法检查")
    if method not in (_STORED, _DEFLATED) or _BIG in (packed, unpacked, offset):
        raise refused("unreadable", "文件采用了无法检查的压缩方式")
    name = data[place + _ENTRY_BYTES : place + _ENTRY_BYTES + name_bytes].decode(errors="replace")
    _refuse_name(name)
    entry = Entry(name, method, packed, unpacked, checksum, offset)
    return entry, place + _ENTRY_BYTES + name_bytes + extra + comment


def _refuse_name(name: str) -> None:
    parts = name.split("/")
    if not name or name.startswith("/") or "\\" in name or "\x00" in name or ".." in parts:
        raise _damaged()
    if name.lower().endswith(_PROGRAM_ENDINGS):
        raise refused("program-inside", "文件中含有可执行程序或脚本")


def _refuse_overlaps(data: bytes, entries: list[Entry]) -> None:
    """Entries that share bytes unfold to far more than the file holds."""
    end = 0
    for one in sorted(entries, key=lambda one: one.offset):
        start = _start(data, one)
        if one.offset < end or start + one.packed > len(data):
            raise _damaged()
        end = start + one.packed


def _start(data: bytes, entry: Entry) -> int:
    """Where the content begins; the entry must be called the same at both places."""
    at = entry.offset
    if data[at : at + 4] != BEGINS:
        raise _damaged()
    if _number(data, at + 6, 2) & _ENCRYPTED:
        raise refused("encrypted", "文件已加密或设有密码，无法检查")
    name_bytes = _number(data, at + 26, 2)
    name = data[at + _LOCAL_BYTES : at + _LOCAL_BYTES + name_bytes].decode(errors="replace")
    if name != entry.name or _number(data, at + 8, 2) != entry.method:
        raise _damaged()
    return at + _LOCAL_BYTES + name_bytes + _number(data, at + 28, 2)


def _check(data: bytes, entry: Entry) -> None:
    """Unfolds the entry, as a reader would: it is as long as it says, and no program."""
    beginning, size, checksum = b"", 0, 0
    for piece in _content(data, entry):
        if len(beginning) < _BEGINNING:
            beginning += piece[:_BEGINNING]
        size += len(piece)
        checksum = zlib.crc32(piece, checksum)
    if size != entry.unpacked or checksum != entry.checksum:
        raise _damaged()
    if beginning.startswith(_PROGRAMS):
        raise refused("program-inside", "文件中含有可执行程序或脚本")
    for sign, what in _WITHIN:
        if beginning.startswith(sign):
            raise refused("embedded-file", f"文件中嵌入了{what}，请移除后或另存为 PDF 再上传")


def _content(data: bytes, entry: Entry) -> Iterator[bytes]:
    """At most one byte more than the entry says it has."""
    start = _start(data, entry)
    packed = memoryview(data)[start : start + entry.packed]
    if entry.method == _STORED:
        yield bytes(packed)
        return
    try:
        yield from inflated(packed, RAW, entry.unpacked + 1)
    except zlib.error:
        raise _damaged() from None


def _number(data: bytes, place: int, length: int) -> int:
    return int.from_bytes(data[place : place + length], "little")


def _damaged() -> Exception:
    return refused("damaged", "文件不完整或已损坏")
