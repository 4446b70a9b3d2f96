"""What is counted, and shares of it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final, NamedTuple, Self


class Dimension(StrEnum):
    """By what figures are told apart."""

    DISTRICT = "district"
    """下一级行政区划"""
    KIND = "kind"
    """组织类型"""
    STATUS = "status"
    """状态"""
    IS_COMMUNITY = "is_community"
    """社区社会组织"""
    NATURE = "nature"
    """服务性、公益性、互助性"""
    COMMUNITY_CLASS = "community_class"
    """社区社会组织类别"""
    MANAGEMENT = "management"
    """备案管理类别"""
    DIRECT_CLASS = "direct_class"
    """直接登记类别"""
    CHARITY_STATUS = "charity_status"
    """慈善组织"""
    PARTY_ORGANIZATION = "party_organization"
    """党组织情况"""
    IS_HUB = "is_hub"
    """枢纽型"""
    IS_RURAL = "is_rural"
    """农村"""
    SERVICE_FIELD = "service_field"
    """业务领域"""


ALWAYS: Final = (Dimension.KIND, Dimension.STATUS, Dimension.IS_COMMUNITY)
"""Known of every figure."""
ONE_OF: Final = tuple(one for one in Dimension if one not in (*ALWAYS, Dimension.DISTRICT))
"""At most one of these at a time: their combinations are too many to be kept."""
PROFILE: Final = ("district", *(one.value for one in (*ALWAYS, *ONE_OF)))
"""The items of a record that figures are made of."""


class Figure(NamedTuple):
    """How many there are of one sort. ``area`` is the beginning of the codes of a district."""

    area: str
    value: str
    kind: str
    status: str
    is_community: bool
    number: int


@dataclass(frozen=True, slots=True)
class Share:
    """One part of a whole, exactly."""

    name: str
    title: str
    part: int
    whole: int

    @property
    def per_mille(self) -> int | None:
        """In tenths of a percent, halves upwards; None of nothing."""
        return None if self.whole == 0 else (self.part * 2000 + self.whole) // (2 * self.whole)

    @property
    def percent(self) -> str | None:
        found = self.per_mille
        return None if found is None else f"{found // 10}.{found % 10}"


def grouped(figures: Iterable[Figure], by: Sequence[Dimension]) -> dict[tuple[Any, ...], int]:
    """Numbers by the values of the dimensions, nothing left out but what is 0."""
    return Groups(by).add(figures).numbers()


class Groups:
    """Numbers by the values of dimensions that grow year by year."""

    def __init__(self, by: Sequence[Dimension]) -> None:
        self._items = [_item(dimension) for dimension in by]
        self._numbers: dict[tuple[Any, ...], int] = {}

    def add(self, figures: Iterable[Figure]) -> Self:
        known, items = self._numbers, self._items
        for one in figures:
            key = tuple([one[item] for item in items])
            known[key] = known.get(key, 0) + one.number
        return self

    def numbers(self) -> dict[tuple[Any, ...], int]:
        """In the order of the values; what is 0 is left out."""
        return {key: number for key, number in sorted(self._numbers.items()) if number}


def _item(dimension: Dimension) -> int:
    """The place of the dimension in a figure."""
    if dimension is Dimension.DISTRICT:
        return Figure._fields.index("area")
    return Figure._fields.index(dimension.value if dimension in ALWAYS else "value")


def year_start(day: date) -> date:
    return day.replace(month=1, day=1)


def month_start(day: date) -> date:
    return day.replace(day=1)


def growth(number: int, before: int) -> str | None:
    """Percent against the figure before, with one decimal; None against nothing."""
    if before == 0:
        return None
    tenths = (abs(number - before) * 2000 + before) // (2 * before)
    sign = "-" if number < before and tenths else ""
    return f"{sign}{tenths // 10}.{tenths % 10}"


def counts(figures: Iterable[Figure]) -> int:
    return sum(one.number for one in figures)


Numbers = Mapping[str, Sequence[Figure]]
"""Figures of living organisations, by the dimension they were asked by; ``""`` for none."""

_OF_NATURE: Final = {"service": "服务性", "charity": "公益性", "mutual_aid": "互助性"}
_OF_KIND: Final = {
    "association": "社会团体",
    "service_institution": "民办非企业单位（社会服务机构）",
    "foundation": "基金会",
}


def shares(numbers: Numbers) -> list[Share]:
    """The shares that reports tell, of living organisations."""
    everything = list(numbers[""])
    total = counts(everything)
    community = counts(one for one in everything if one.is_community)
    registered = counts(one for one in everything if one.kind != "community_group")
    found = [Share("community", "社区社会组织占社会组织", community, total)]
    of_registered = counts(
        one for one in everything if one.is_community and one.kind != "community_group"
    )
    found.append(Share("community_registered", "社区社会组织中已登记的", of_registered, community))
    for kind, label in _OF_KIND.items():
        part = counts(one for one in everything if one.kind == kind)
        found.append(Share(kind, f"登记的社会组织中{label}", part, registered))
    natures = [one for one in numbers["nature"] if one.is_community and one.value in _OF_NATURE]
    told = f"社区社会组织中{'、'.join(_OF_NATURE.values())}的"
    found.append(Share("service_charity_mutual_aid", told, counts(natures), community))
    for nature, label in _OF_NATURE.items():
        part = counts(one for one in natures if one.value == nature)
        found.append(Share(f"nature_{nature}", f"社区社会组织中{label}的", part, community))
    party = numbers["party_organization"]
    own = counts(one for one in party if one.value in ("own", "joint"))
    covered = own + counts(one for one in party if one.value == "instructor")
    found.append(Share("party_organization", "党的组织覆盖", own, total))
    found.append(Share("party_work", "党的工作覆盖", covered, total))
    for dimension, label in (("is_hub", "枢纽型"), ("charity_status", "慈善组织")):
        part = counts(one for one in numbers[dimension] if one.value not in ("", "false"))
        found.append(Share(dimension, f"社会组织中{label}", part, total))
    return found
