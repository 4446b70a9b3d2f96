"""Money is counted in whole 分 (fen, 1/100 元); no float ever holds an amount."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Annotated, Final

from pydantic import Field

MAX_FEN: Final = 10**15
"""Ten trillion 元: above every budget here and below what JavaScript counts exactly."""

Fen = Annotated[
    int,
    Field(
        strict=True, ge=0, le=MAX_FEN, description="金额，单位：分（整数）", examples=[4560000000]
    ),
]
"""An amount in 分 in a JSON body; strict, so that 1.0, "1" and true are refused."""

_WRITTEN: Final = re.compile(
    r"[¥￥]?\s*((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?)\s*元?", re.ASCII
)


def yuan(amount: int | str | Decimal) -> int:
    """The amount, given in 元, in 分, exactly.

    Text may have thousands separators, ¥ before and 元 after it. Raises ValueError with a Chinese
    sentence when the amount is negative, above 10 trillion 元, finer than 1 分 or no number.
    """
    if isinstance(amount, str):
        written = _WRITTEN.fullmatch(unicodedata.normalize("NFKC", amount).strip())
        if written is None:
            raise ValueError("金额格式不正确，应为以元为单位的数字，例如45,600,000.00")
        amount = written[1].replace(",", "")
    elif isinstance(amount, bool) or not isinstance(amount, int | Decimal):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
        raise ValueError("金额须为整数、文本或十进制数，不得为浮点数")
    try:
        value = Decimal(amount)
    except InvalidOperation:
        raise ValueError("金额不是有效的数字") from None
    if not value.is_finite() or value < 0 or value > MAX_FEN // 100:
        raise ValueError("金额须在0元至10万亿元之间")
    return _exact_fen(value)


def format_yuan(fen: int) -> str:
    """An amount in 分 as people read it: ``4560000000`` → ``45,600,000.00 元``."""
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole:,}.{rest:02d} 元"


def _exact_fen(value: Decimal) -> int:
    """Works on the digits: Decimal arithmetic would round at 28 of them."""
    _, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)  # finite
    if exponent >= -2:
        return int("".join(map(str, digits))) * 10 ** (exponent + 2 if any(digits) else 0)
    keep = len(digits) + exponent + 2
    if any(digits[max(keep, 0) :]):
        raise ValueError("金额最多精确到分（两位小数）")
    return int("".join(map(str, digits[: max(keep, 0)])) or "0")
