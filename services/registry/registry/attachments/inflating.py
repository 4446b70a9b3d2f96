"""Deflated data is unfolded in small steps, and no further than it may. Pure."""

import zlib
from collections.abc import Iterator
from typing import Final

_FED: Final = 64 * 1024
"""What zlib has not used it copies at every step: fed whole, a long entry would cost its square."""
_TAKEN: Final = 256 * 1024

ZLIB: Final = zlib.MAX_WBITS
RAW: Final = -zlib.MAX_WBITS


def inflated(packed: memoryview, form: int, most: int) -> Iterator[bytes]:
    """Up to ``most`` bytes, piece by piece; what stands behind the end is not looked at.

    Raises zlib.error for what is damaged, or ends before its end.
    """
    reader, left = zlib.decompressobj(form), most
    for start in range(0, len(packed), _FED):
        waiting: memoryview | bytes = packed[start : start + _FED]
        while True:
            limit = min(_TAKEN, left)
            piece = reader.decompress(waiting, limit)
            if piece:
                yield piece
            left -= len(piece)
            if reader.eof or left <= 0:
                return
            waiting = reader.unconsumed_tail
            if not waiting and len(piece) < limit:
                break
    raise zlib.error("cut off")
