"""Sealed objects: only the right key opens them, and no part can be changed, moved or cut off."""

import secrets
from collections.abc import AsyncIterator

import pytest

from liandong.storage.sealing import PIECE, Damaged, new_key, opened, sealed

KEY = new_key()
SIZES = [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 5]


async def in_pieces(data: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


async def read(stored: bytes, key: str = KEY, size: int = 70_000) -> bytes:
    return b"".join([piece async for piece in opened(in_pieces(stored, size), key)])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("pieces", [3_000, 65_552, 1_000_000])
async def test_what_was_sealed_is_opened_however_it_is_cut_on_the_way(
    size: int, pieces: int
) -> None:
    data = secrets.token_bytes(size)
    assert await read(b"".join(sealed(data, KEY)), size=pieces) == data


async def test_every_byte_may_come_alone() -> None:
    data = secrets.token_bytes(100)
    assert await read(b"".join(sealed(data, KEY)), size=1) == data


async def test_another_key_opens_nothing() -> None:
    with pytest.raises(Damaged):
        await read(b"".join(sealed(b"secret", KEY)), new_key())


def test_the_same_content_is_never_sealed_the_same_way_twice() -> None:
    assert new_key() != new_key()


@pytest.mark.parametrize("size", SIZES)
async def test_a_cut_is_noticed_wherever_it_is(size: int) -> None:
    stored = b"".join(sealed(b"x" * size, KEY))
    cuts = {0, 3, 4, 5, len(stored) - 1, len(stored) - 16, 4 + PIECE + 16, 4 + 2 * (PIECE + 16)}
    for cut in cuts:
        if 0 <= cut < len(stored):
            with pytest.raises(Damaged):
                await read(stored[:cut])


async def test_a_changed_byte_is_noticed() -> None:
    stored = b"".join(sealed(b"x" * (PIECE + 100), KEY))
    for place in (0, 4, 100, PIECE + 15, PIECE + 30, len(stored) - 1):
        with pytest.raises(Damaged):
            await read(stored[:place] + bytes([stored[place] ^ 1]) + stored[place + 1 :])


async def test_pieces_in_another_order_are_noticed() -> None:
    first, one, two, three = list(sealed(b"x" * (3 * PIECE), KEY))
    for order in ([two, one, three], [one, three], [one, one, three], [one, two, three, three]):
        with pytest.raises(Damaged):
            await read(first + b"".join(order))


async def test_what_was_read_before_the_damage_is_right() -> None:
    stored = b"".join(sealed(bytes(PIECE) + b"end", KEY))
    pieces = opened(in_pieces(stored[:-1] + b"?", 1000), KEY)
    assert await anext(pieces) == bytes(PIECE)
    with pytest.raises(Damaged):
        await anext(pieces)
