"""Images: what their headers say; nothing is unfolded. Pure."""

from typing import Final

from registry.attachments.refusals import refused
from registry.attachments.rules import ImageLimits

PNG_BEGINS: Final = b"\x89PNG\r\n\x1a\n"
JPEG_BEGINS: Final = b"\xff\xd8\xff"

_START_OF_FRAME: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers without a length."""
_SCAN: Final = 0xDA
_MARKERS: Final = 10_000
"""Before the image itself, fill bytes included: no camera writes so many."""


def check_png(data: bytes, limits: ImageLimits) -> None:
    """Chunk after chunk up to the end, with nothing behind it."""
    place, end = len(PNG_BEGINS), len(data)
    first = True
    while place + 12 <= end:
        length, name = int.from_bytes(data[place : place + 4]), data[place + 4 : place + 8]
        if first:
            if name != b"IHDR" or length != 13:
                break
            _check_size(_number(data, place + 8, 4), _number(data, place + 12, 4), limits)
            first = False
        place += 12 + length
        if name == b"IEND" and length == 0:
            if place == end:
                return
            break
    raise _damaged("PNG")


def check_jpeg(data: bytes, limits: ImageLimits) -> None:
    """Marker after marker up to the image itself, which must have an end."""
    place, sized = 2, False
    for _ in range(_MARKERS):
        if place + 4 > len(data) or data[place] != 0xFF:
            break
        marker = data[place + 1]
        if marker == 0xFF:  # a fill byte
            place += 1
            continue
        if marker in _ALONE:
            place += 2
            continue
        length = _number(data, place + 2, 2)
        if marker == _SCAN:
            if sized and data.rfind(b"\xff\xd9") > place:
                return
            break
        if marker in _START_OF_FRAME and length >= 8 and place + 9 <= len(data):
            _check_size(_number(data, place + 7, 2), _number(data, place + 5, 2), limits)
            sized = True
        place += 2 + max(length, 2)
    raise _damaged("JPEG")


def _check_size(width: int, height: int, limits: ImageLimits) -> None:
    if not width or not height:
        raise refused("damaged", "图片的宽或高为零")
    if width * height > limits.pixels:
        raise refused(
            "too-many-pixels",
            f"图片为 {width}×{height} 像素，超过 {limits.pixels} 像素的上限",
        )


def _number(data: bytes, place: int, length: int) -> int:
    return int.from_bytes(data[place : place + length])


def _damaged(kind: str) -> Exception:
    return refused("damaged", f"{kind} 文件不完整或已损坏")
