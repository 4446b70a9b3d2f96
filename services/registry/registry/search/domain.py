"""What is looked for, and how widely to look before an index is asked. Pure."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Final, NamedTuple

from liandong.problems import FieldError, Invalid
from registry.learned.domain import Grade, ListName
from registry.organizations.domain import (
    CommunityClass,
    DirectClass,
    Kind,
    Nature,
    Status,
    normalize_name,
)

SHORTEST: Final = 2
"""Signs of a name that are looked for: the index knows pairs."""
GLANCE: Final = 2_000
"""Organisations looked at first, by chance: of a common word they fill the page."""
_FEW: Final = 3
"""Hits of the first glance that promise so few in all that the index is quicker at once."""
_LOOK_PER_HIT: Final = 800
_LOOK: Final = (20_000, 100_000)


class Shape(NamedTuple):
    """Which conditions there are, without what they are compared with: few, so that what is asked
    of the database is put into words once."""

    used: frozenset[str]
    is_community: bool | None
    is_hub: bool | None
    is_charity: bool | None
    lists: tuple[ListName, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """What an organisation must satisfy, all of it. Empty: no matter."""

    name: str = ""
    number: str = ""
    district: str = ""
    statuses: Sequence[Status] = ()
    kind: Kind | None = None
    direct_class: DirectClass | None = None
    service_field: str = ""
    nature: Nature | None = None
    is_community: bool | None = None
    community_class: CommunityClass | None = None
    is_charity: bool | None = None
    is_hub: bool | None = None
    grade: Grade | None = None
    grade_at_least: Grade | None = None
    lists: Sequence[ListName] = ()
    registered_from: date | None = None
    registered_to: date | None = None
    certificate_until: date | None = None
    """Certificates that expire on this day at the latest."""

    @property
    def grades(self) -> Sequence[Grade]:
        """The grades that will do; empty: any or none."""
        if self.grade is None:
            return self.grade_at_least.and_above() if self.grade_at_least else ()
        if self.grade_at_least is not None and self.grade < self.grade_at_least:
            told = "评估等级与最低评估等级相互矛盾"
            raise Invalid(told, [FieldError("/query/grade_at_least", "contradiction", told)])
        return (self.grade,)

    @property
    def shape(self) -> Shape:
        lists = tuple(sorted(set(self.lists)))
        used = frozenset(self.used())
        return Shape(used, self.is_community, self.is_hub, self.is_charity, lists)

    def used(self) -> list[str]:
        """The names of the conditions that are set; for records, which hold no values."""
        return [
            one.name for one in fields(self) if getattr(self, one.name) not in (None, "", (), [])
        ]


def searched_name(name: str) -> str:
    """The name as it is looked for; raises Invalid for a single sign."""
    text = normalize_name(name.replace("\x00", ""))
    if len(text) == 1:
        told = f"按名称检索至少填写{SHORTEST}个字"
        raise Invalid(told, [FieldError("/query/name", "too-short", told)])
    return text


def searched_number(number: str) -> str:
    """A credit code or filing number as it is kept, however it was typed."""
    text = unicodedata.normalize("NFKC", number.replace("\x00", ""))
    return "".join(text.split()).upper()


def second_look(limit: int, found: int) -> int:
    """How many organisations are looked at when the first glance found fewer than ``limit``; 0
    when the index is to be asked at once.

    As they lie in no order, whatever is still rare after this many has few thousand hits in all,
    which an index gives quickly; whatever is not has filled the page.
    """
    if found < _FEW:
        return 0
    least, most = _LOOK
    return min(max(_LOOK_PER_HIT * limit, least), most)
