"""The parts of a name and the rules for them (社会组织名称管理办法). Pure."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from liandong.problems import FieldError
from liandong.values.districts import ROOT, districts
from registry.names.rules import Composition, NameRules, Use
from registry.organizations.domain import Kind

_PARTS: Final = ("division", "place", "trade_name", "origin", "field", "form")


@dataclass(frozen=True, slots=True)
class NameParts:
    """A name in parts. What a name does not have is empty."""

    division: str = ""
    """行政区划, as it stands in the name: 合肥市庐阳区"""
    place: str = ""
    """街道、社区: of filed community groups only"""
    trade_name: str = ""
    """字号"""
    origin: str = ""
    """原籍地, of 异地商会"""
    field: str = ""
    """行（事）业领域, or what its members are"""
    form: str = ""
    """组织形式"""

    @property
    def full(self) -> str:
        return "".join((self.division, self.place, self.origin, self.core, self.form))

    @property
    def core(self) -> str:
        """What tells this body from others of its place and form."""
        return self.trade_name + self.field


def findings(parts: NameParts, kind: Kind, district: str, rules: NameRules) -> list[FieldError]:
    """Everything that is wrong with the name by itself, each with the part it is about."""
    composition = rules.compositions[kind]
    return [
        *_wrong_signs(parts),
        *_division(parts, kind, district, rules),
        *_composition(parts, kind, composition, rules),
        *_other_divisions(parts, district),
        *_forbidden(parts, district, rules),
    ]


@lru_cache(maxsize=10_000)
def divisions_of(district: str, *, urban_district_needs_city: bool) -> tuple[str, ...]:
    """How the division may be written in a name: its own name, or with what it lies in.

    ``340103`` → 合肥市庐阳区, 安徽省合肥市庐阳区 (and 庐阳区 where that suffices); the root →
    nothing at all.
    """
    if district == ROOT:
        return ("",)
    names = districts().names_up(district)
    written = tuple("".join(reversed(names[: size + 1])) for size in range(len(names)))
    urban = names[0].endswith("区") and len(names) > 1 and names[1].endswith("市")
    return written[1:] if urban and urban_district_needs_city else written


def _wrong_signs(parts: NameParts) -> Iterator[FieldError]:
    for part in _PARTS:
        told: set[str] = set()
        for sign in getattr(parts, part):
            what = _what_is_wrong_with(sign)
            if what and what not in told:
                told.add(what)
                yield FieldError(f"/{part}", "wrong-sign", f"名称应使用规范汉字，不得含有{what}")


def _what_is_wrong_with(sign: str) -> str:
    """Empty for a Chinese character, the separator of translated names, and brackets."""
    if "\u4e00" <= sign <= "\u9fff" or "\u3400" <= sign <= "\u4dbf" or sign in "〇·（）":
        return ""
    category = unicodedata.category(sign)
    if category.startswith("L"):
        return "外文字母"
    if category.startswith("N"):
        return "数字"
    if category.startswith("Z"):
        return "空格"
    if category.startswith("C") or category == "Mn":
        return "不可见字符"
    return "表情或其他符号" if category.startswith("S") else "标点符号"


def _division(
    parts: NameParts, kind: Kind, district: str, rules: NameRules
) -> Iterator[FieldError]:
    allowed = divisions_of(district, urban_district_needs_city=rules.urban_district_needs_city)
    if parts.division not in allowed:
        written = "、".join(f"“{one}”" for one in allowed if one)
        yield FieldError(
            "/division",
            "wrong-division",
            f"名称中的行政区划应为{written}"
            if written
            else "由民政部登记的社会组织一般不冠行政区划",
        )
    if parts.place and kind is not Kind.COMMUNITY_GROUP:
        yield FieldError(
            "/place", "place-not-allowed", "只有备案的社区社会组织可以使用街道、社区名称"
        )


def _composition(
    parts: NameParts, kind: Kind, composition: Composition, rules: NameRules
) -> Iterator[FieldError]:
    if parts.origin:
        yield from _of_a_chamber(parts, composition)
    elif not parts.field:
        yield FieldError("/field", "field-missing", "名称应写明行（事）业领域或会员组成")
    if composition.trade_name is Use.REQUIRED and not parts.trade_name:
        yield FieldError("/trade_name", "trade-name-missing", "名称应有字号")
    elif composition.trade_name is Use.FORBIDDEN and parts.trade_name:
        yield FieldError(
            "/trade_name",
            "trade-name-not-allowed",
            "社会团体的名称由行政区划、领域和组织形式组成，不用字号",
        )
    elif parts.trade_name and len(parts.trade_name) < rules.trade_name_signs_min:
        yield FieldError(
            "/trade_name", "trade-name-too-short", f"字号应为{rules.trade_name_signs_min}个以上汉字"
        )
    if parts.form not in composition.forms:
        allowed = "、".join(composition.forms)
        yield FieldError("/form", "wrong-form", f"组织形式应为：{allowed}")
    if len(parts.full) > rules.name_signs_max:
        yield FieldError("/field", "name-too-long", f"名称不得超过{rules.name_signs_max}个汉字")
    if kind is Kind.FOUNDATION and parts.form and parts.form in parts.core:
        yield FieldError("/field", "form-in-core", "“基金会”只在名称末尾出现一次")


def _of_a_chamber(parts: NameParts, composition: Composition) -> Iterator[FieldError]:
    """异地商会 = 行政区划 + 原籍地 + 商会."""
    if composition.origin is Use.FORBIDDEN:
        yield FieldError("/origin", "origin-not-allowed", "只有异地商会的名称可以含有原籍地")
    elif parts.field or parts.form not in composition.origin_forms:
        yield FieldError(
            "/origin",
            "origin-and-field",
            "异地商会的名称由行政区划、原籍地和“商会”组成，不写行业领域",
        )
    elif not _is_division(parts.origin):
        yield FieldError("/origin", "unknown-origin", "原籍地应为县级以上行政区划的名称")


def _other_divisions(parts: NameParts, district: str) -> Iterator[FieldError]:
    """A name must not hold the name of another division; its own stands in ``division`` alone."""
    own = set(divisions_of(district, urban_district_needs_city=False))
    for part in ("trade_name", "field"):
        for found in _divisions_in(getattr(parts, part)):
            also = "" if found in own else "其他"
            yield FieldError(
                f"/{part}", "division-in-name", f"字号和领域中不得含有{also}行政区划名称“{found}”"
            )


def _forbidden(parts: NameParts, district: str, rules: NameRules) -> Iterator[FieldError]:
    for rule in rules.forbidden_words:
        if rule.local_only and district == ROOT:
            continue
        for part in ("place", "trade_name", "field"):
            for word in rule.words:
                if word in getattr(parts, part):
                    yield FieldError(f"/{part}", rule.code, f"含有“{word}”：{rule.reason}")


@lru_cache(maxsize=1)
def _division_names() -> frozenset[str]:
    return districts().all_names()


def _is_division(text: str) -> bool:
    """Full or short: 温州市 or 温州."""
    names = _division_names()
    return text in names or any(text + suffix in names for suffix in "省市区县旗州盟")


def _divisions_in(text: str) -> list[str]:
    """Divisions written in full inside the text, the longest at each place."""
    names = _division_names()
    found: list[str] = []
    at = 0
    while at < len(text):
        sizes = (size for size in range(min(len(text) - at, 15), 1, -1))
        size = next((size for size in sizes if text[at : at + size] in names), 0)
        if size:
            found.append(text[at : at + size])
        at += size or 1
    return found
