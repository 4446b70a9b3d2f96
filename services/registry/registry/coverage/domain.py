"""覆盖率: the exact share of communities that a hub covers. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from liandong.values.districts import subtree_prefix


class Setting(StrEnum):
    URBAN = "urban"
    """城市社区"""
    RURAL = "rural"
    """农村社区（村）"""
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Share:
    """``covered`` of ``total``; ``total`` None: nobody has told the number of communities."""

    covered: int
    total: int | None

    @property
    def percent(self) -> str | None:
        """With two decimals, half a hundredth rounded up; whole numbers decide, no float does."""
        if not self.total:
            return None
        hundredths = (self.covered * 20_000 + self.total) // (2 * self.total)
        whole, rest = divmod(hundredths, 100)
        return f"{whole}.{rest:02d}"

    @property
    def is_full(self) -> bool:
        return self.total is not None and self.covered >= self.total > 0

    @property
    def is_consistent(self) -> bool:
        """More communities covered than there are: one of the two entries is wrong."""
        return self.total is None or self.covered <= self.total


def is_community(code: str) -> bool:
    """Whether the code names one community or village, and no street above it."""
    return len(subtree_prefix(code)) == 12
