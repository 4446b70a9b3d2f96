"""Where a key lies: the hash of Kafka's default partitioner."""

import struct
from functools import lru_cache
from typing import Final

_MASK: Final = 0xFFFFFFFF
_M: Final = 0x5BD1E995
_SEED: Final = 0x9747B28C
_WORD: Final = struct.Struct("<I")


@lru_cache(maxsize=20_000)
def partition_of(key: str, partitions: int) -> int:
    """The partition that every Kafka client with the default partitioner would choose."""
    return (_murmur2(key.encode()) & 0x7FFFFFFF) % partitions


def _murmur2(data: bytes) -> int:
    """As aiokafka's, by words instead of bytes, in half the time: keys of states are many."""
    length = len(data)
    tail = length & 3
    h = _SEED ^ length
    for (word,) in _WORD.iter_unpack(data[: length - tail]):
        k = word * _M & _MASK
        h = (h * _M & _MASK) ^ ((k ^ k >> 24) * _M & _MASK)
    if tail:
        h = (h ^ int.from_bytes(data[-tail:], "little")) * _M & _MASK
    h = (h ^ h >> 13) * _M & _MASK
    return h ^ h >> 15
