"""Whether two names are close, and why (社会组织名称管理办法: 名称相同或者近似). Pure."""

from dataclasses import dataclass
from typing import Final

from registry.names.rules import Closeness, Likeness, NameRules
from registry.names.sounds import sound_of, sounds_alike
from registry.names.structure import divisions_of
from registry.organizations.domain import Kind, bigrams, normalize_name

_MANY: Final = 3
"""A short form of fewer signs is no evidence."""


@dataclass(frozen=True, slots=True)
class Comparable:
    """A name made ready for comparison."""

    name: str
    written: str
    """字号与业务领域 as written: without division and form."""
    core: str
    """The same with every abbreviation written out."""
    telling: str
    """The same without the words that tell organisations not apart."""

    @property
    def letters(self) -> str:
        """The signs of the core in a fixed order: the same for swapped parts."""
        return "".join(sorted(self.core))

    def keys(self) -> list[str]:
        """Index terms that no name contains: close names have one of them in common, or a pair."""
        return [f"={self.core}", f"~{sound_of(self.core)}", f"#{self.letters}"]

    def asked(self) -> list[str]:
        """Index terms of which every name that may be close has at least one."""
        return [*bigrams(self.telling), *self.keys()]


def index_terms(name: str, kind: Kind, district: str, rules: NameRules) -> list[str]:
    """What a name in use is found by: its pairs of signs, and the keys to names close to it.

    The keys follow the rules of the day they were made; whether two names are close is always
    judged by the rules of today.
    """
    return [*bigrams(name), *comparable(name, kind, district, rules).keys()]


def comparable(name: str, kind: Kind, district: str, rules: NameRules) -> Comparable:
    """Names are taken apart alike whether their parts are known or not: in a ledger they are not,
    and 服务中心 is a form there as often as 服务 is the end of a field."""
    whole = normalize_name(name)
    return _ready(whole, _core_of(whole, kind, district, rules), rules.likeness)


def closeness(one: Comparable, other: Comparable, rules: Likeness) -> Closeness | None:
    """The closest reason for which the names would be mistaken for each other, if any."""
    if one.name == other.name:
        return Closeness.SAME_NAME
    if one.written == other.written:
        return Closeness.SAME_CORE
    if one.core == other.core or _is_short_form(one.telling, other.telling):
        return Closeness.ABBREVIATION
    if sounds_alike(one.core, other.core):
        return Closeness.SAME_SOUND
    if one.letters == other.letters:
        return Closeness.SWAPPED_PARTS
    short, long = sorted((one.telling, other.telling), key=len)
    if len(short) >= rules.contained_signs_min and short in long:
        return Closeness.CONTAINED
    if _shared_percent(one.telling, other.telling) >= rules.overlap_percent:
        return Closeness.OVERLAP
    return None


def _ready(name: str, written: str, rules: Likeness) -> Comparable:
    core = written
    for short, long in rules.abbreviations.items():
        if long not in core:
            core = core.replace(short, long)
    telling = core
    for word in sorted(rules.weak_words, key=len, reverse=True):
        telling = telling.replace(word, "")
    return Comparable(name, written, core, telling or core)


def _core_of(name: str, kind: Kind, district: str, rules: NameRules) -> str:
    """The name without the division before it and the form behind it, as far as known."""
    core = name
    written = divisions_of(district, urban_district_needs_city=False)
    for division in sorted(written, key=len, reverse=True):
        if division and core.startswith(division):
            core = core[len(division) :]
            break
    for form in sorted(rules.compositions[kind].forms, key=len, reverse=True):
        if core.endswith(form) and len(core) > len(form):
            return core[: -len(form)]
    return core


def _is_short_form(one: str, other: str) -> bool:
    """Whether the shorter picks signs of the longer in their order, beginning with its first."""
    short, long = sorted((one, other), key=len)
    if len(short) < _MANY or len(short) * 2 < len(long) or short in long or short[0] != long[0]:
        return False
    rest = iter(long)
    return all(sign in rest for sign in short)


def _shared_percent(one: str, other: str) -> int:
    """Twice the shared pairs of signs of all pairs of both (Dice), in per cent."""
    pairs, others = set(bigrams(one)), set(bigrams(other))
    return 200 * len(pairs & others) // (len(pairs) + len(others))
