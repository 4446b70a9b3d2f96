"""PDF: no program inside, nothing attached, nothing hidden from this check. Pure.

The file is not interpreted. Names are searched for in all of its bytes, escapes (``#4a``) undone,
and once more in its compressed object streams, so that no cross-reference table can lead past
what is searched. An object stream that is not of the usual plain form refuses the file.
"""

import re
import zlib
from collections.abc import Iterator
from itertools import count
from typing import Final

from registry.attachments.inflating import ZLIB, inflated
from registry.attachments.refusals import refused
from registry.attachments.rules import ArchiveLimits

BEGINS: Final = b"%PDF-"
_END: Final = b"%%EOF"
_END_WITHIN: Final = 1024
"""From the end: readers look there, and nothing else should stand behind it."""

_ACTIVE: Final = {
    b"JavaScript": ("active-content", "含有脚本（JavaScript）"),
    b"Launch": ("active-content", "含有启动程序的动作"),
    b"RichMedia": ("active-content", "含有可执行的富媒体内容"),
    b"XFA": ("active-content", "含有动态表单（XFA）"),
    b"EmbeddedFile": ("embedded-file", "内嵌了其他文件"),
    b"EmbeddedFiles": ("embedded-file", "内嵌了其他文件"),
    b"Encrypt": ("encrypted", "已加密或设有权限密码，无法检查"),
}
_OBJECTS: Final = b"ObjStm"
_PLAIN: Final = re.compile(
    rb"/(JavaScript|Launch|RichMedia|XFA|EmbeddedFiles?|Encrypt|ObjStm)"
    rb"(?=[\x00\t\n\f\r ()<>\[\]{}/%]|$)"
)
_ESCAPED: Final = re.compile(
    rb"/([^\x00-\x20()<>\[\]{}/%#]{0,30}(?:#[0-9A-Fa-f]{2}[^\x00-\x20()<>\[\]{}/%#]{0,30}){1,30})"
)
_STREAM: Final = re.compile(rb"(?<!end)stream\r?\n?")
_FILTER: Final = re.compile(rb"/Filter\s*\[?\s*/([A-Za-z0-9]{1,40})\s*(?:\]|(?![A-Za-z0-9]))")
_UNUSUAL: Final = re.compile(rb"[()%#]|/DecodeParms|/DP\b")
_ESCAPES: Final = 100_000
"""Escaped names that no real file reaches: each costs time."""
_DICTIONARY: Final = 2000
"""Bytes in which the dictionary of an object stream must find room."""


def check_pdf(data: bytes, limits: ArchiveLimits) -> None:
    """Raises FileRefused; the limits are those of the object streams."""
    if _END not in data[-_END_WITHIN:]:
        raise _damaged()
    left, streams, escapes = limits.unpacked_bytes, 0, count(1)
    for place, name in _names(data, escapes):
        if name in _ACTIVE:
            raise _because(name)
        if name == _OBJECTS:
            streams += 1
            if streams > limits.entries:
                raise refused("too-many-entries", "PDF 文件的组成部分过多")
            left -= _look_inside(data, place, left, escapes)


def _names(part: bytes, escapes: Iterator[int]) -> Iterator[tuple[int, bytes]]:
    """Names that matter, and where they stand; ``escapes`` counts through the whole file."""
    for one in _PLAIN.finditer(part):
        yield one.start(), one[1]
    if b"#" in part:
        for one in _ESCAPED.finditer(part):
            if next(escapes) > _ESCAPES:
                raise _unreadable()
            yield one.start(), _unescaped(one[1])


def _look_inside(data: bytes, place: int, left: int, escapes: Iterator[int]) -> int:
    """Searches the object stream whose dictionary is at ``place``; how much it unfolds to."""
    begins = data.rfind(b"obj", max(0, place - _DICTIONARY), place)
    stream = _STREAM.search(data, place, place + _DICTIONARY)
    if begins < 0 or stream is None:
        raise _unreadable()
    dictionary = data[begins + len(b"obj") : stream.start()]
    if _UNUSUAL.search(dictionary):
        raise _unreadable()
    if b"/Filter" not in dictionary:
        return 0  # as it stands: it was searched with the rest
    used = _FILTER.findall(dictionary)
    if used != [b"FlateDecode"]:
        raise _unreadable()
    unpacked = _unpacked(data, stream.end(), left)
    for _, name in _names(unpacked, escapes):
        if name in _ACTIVE:
            raise _because(name)
    return len(unpacked)


def _unpacked(data: bytes, start: int, left: int) -> bytes:
    try:
        unpacked = b"".join(inflated(memoryview(data)[start:], ZLIB, left + 1))
    except zlib.error:
        raise _damaged() from None
    if len(unpacked) > left:
        raise refused("unpacks-too-large", "PDF 文件解压后过大")
    return unpacked


def _unescaped(name: bytes) -> bytes:
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda one: bytes([int(one[1], 16)]), name)


def _because(name: bytes) -> Exception:
    code, why = _ACTIVE[name]
    return refused(code, f"PDF 文件{why}，请打印或另存为普通 PDF 后再上传")


def _unreadable() -> Exception:
    return refused("unreadable", "PDF 文件采用了无法检查的写法，请打印或另存为普通 PDF 后再上传")


def _damaged() -> Exception:
    return refused("damaged", "PDF 文件不完整或已损坏")
