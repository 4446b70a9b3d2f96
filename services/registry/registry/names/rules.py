"""What the rule sets of names hold."""

from enum import StrEnum
from typing import Final, Self

from pydantic import Field, model_validator

from liandong.rules.rule_set import Parameters, RuleSubject
from registry.organizations.domain import Kind


class Use(StrEnum):
    """Whether a part stands in a name."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    FORBIDDEN = "forbidden"


class Closeness(StrEnum):
    """Why two names are taken for close; the first is the closest."""

    SAME_NAME = "same-name"
    """名称相同"""
    SAME_CORE = "same-core"
    """字号与业务领域相同，仅组织形式或行政区划写法不同"""
    ABBREVIATION = "abbreviation"
    """一个是另一个的简称或全称"""
    SAME_SOUND = "same-sound"
    """读音相同"""
    SWAPPED_PARTS = "swapped-parts"
    """用字相同，前后对调"""
    CONTAINED = "contained"
    """一个包含另一个"""
    OVERLAP = "overlap"
    """大部分用字相同"""

    @property
    def label(self) -> str:
        return _CLOSENESS_LABELS[self]


_CLOSENESS_LABELS: Final = {
    Closeness.SAME_NAME: "名称相同",
    Closeness.SAME_CORE: "字号与业务领域相同，仅组织形式或行政区划写法不同",
    Closeness.ABBREVIATION: "一个是另一个的简称或全称",
    Closeness.SAME_SOUND: "读音相同",
    Closeness.SWAPPED_PARTS: "用字相同，只是前后对调",
    Closeness.CONTAINED: "一个包含另一个",
    Closeness.OVERLAP: "大部分用字相同",
}


class Effect(StrEnum):
    REFUSE = "refuse"
    """不予核准"""
    WARN = "warn"
    """由经办人判断并写明理由"""


class Composition(Parameters):
    """How the name of one legal type is put together."""

    trade_name: Use
    origin: Use
    """Whether a 异地商会 is possible, which names the place that its members come from."""
    forms: tuple[str, ...] = Field(min_length=1)
    """组织形式 that a name may end in."""
    origin_forms: tuple[str, ...] = ()
    """组织形式 that require the place of origin or a field."""


class ForbiddenWords(Parameters):
    """Words that a name must not hold, with the reason that the applicant is told."""

    code: str = Field(pattern=r"^[a-z][a-z-]{1,39}$")
    words: tuple[str, ...] = Field(min_length=1)
    reason: str = Field(min_length=1, max_length=200)
    local_only: bool = False
    """Allowed to bodies that the Ministry registers."""


class Area(StrEnum):
    """Among whose names a name is compared."""

    DISTRICT = "district"
    """those of the same registering district and what is filed in its streets"""
    CITY = "city"
    PROVINCE = "province"
    COUNTRY = "country"


class Likeness(Parameters):
    """When two names are close, and what follows."""

    area: Area
    abbreviations: dict[str, str]
    """Short form to long form, both compared as the long form."""
    weak_words: tuple[str, ...]
    """Words that tell organisations not apart: left out before names are compared by sign."""
    contained_signs_min: int = Field(ge=1)
    """The shorter name needs as many telling signs before "contained" means anything."""
    overlap_percent: int = Field(ge=1, le=100)
    """Of the neighbouring pairs of signs of both names, shared by both (Dice coefficient)."""
    effects: dict[Closeness, Effect]
    """Inside the registering district; elsewhere in the area a close name is only warned of."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        missing = [one.value for one in Closeness if one not in self.effects]
        if missing:
            raise ValueError(f"没有规定效果：{'、'.join(missing)}")
        return self


class NameRules(Parameters):
    """``registry.names``: composition, forbidden words, closeness, reservation."""

    compositions: dict[Kind, Composition]
    trade_name_signs_min: int = Field(ge=1)
    name_signs_max: int = Field(ge=4)
    urban_district_needs_city: bool
    """市辖区 stand behind the name of their city, because many share a name."""
    forbidden_words: tuple[ForbiddenWords, ...]
    likeness: Likeness
    ended_names_kept_months: int = Field(ge=0, le=1200)
    """How long the name of a cancelled or revoked body is compared as if it lived."""
    reservation_days: int = Field(ge=1, le=3650)
    extension_days: int = Field(ge=1, le=3650)
    extensions_max: int = Field(ge=0, le=20)

    @model_validator(mode="after")
    def _every_kind(self) -> Self:
        missing = [one.value for one in Kind if one not in self.compositions]
        if missing:
            raise ValueError(f"没有规定名称组成：{'、'.join(missing)}")
        return self


NAMES: Final = RuleSubject("registry.names", NameRules, "社会组织名称管理")
