"""How names sound: readings of Chinese characters without tones."""

import os
from functools import lru_cache


def sounds_alike(one: str, other: str) -> bool:
    """Whether every sign of one can be read as the sign in its place of the other."""
    return len(one) == len(other) and all(
        a == b or not _readings(a).isdisjoint(_readings(b)) for a, b in zip(one, other, strict=True)
    )


def sound_of(text: str) -> str:
    """The most usual reading of each sign: a key by which names that sound alike are found.

    Of names with a sign of several readings some are missed by the key; :func:`sounds_alike`
    judges whatever is found.
    """
    return " ".join(_usual(sign) for sign in text)


@lru_cache(maxsize=20_000)
def _readings(sign: str) -> frozenset[str]:
    return frozenset(_asked(sign))


@lru_cache(maxsize=20_000)
def _usual(sign: str) -> str:
    return _asked(sign)[0]


def _asked(sign: str) -> list[str]:
    # Read when first asked for, and without its phrases: 11 MiB instead of 56.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "true")
    from pypinyin import Style, pinyin  # noqa: PLC0415 - see above

    return pinyin(sign, style=Style.NORMAL, heteronym=True)[0]
