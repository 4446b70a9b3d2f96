"""Rules of eligibility 参与资格. Pure: facts and parameters in, reasons out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from pydantic import Field, model_validator

from liandong.rules.rule_set import Parameters, RuleSubject
from supply_demand.fields import Grade, OrganizationKind
from supply_demand.learned.domain import GradeStatus, OrganizationStatus
from supply_demand.measures.domain import BAR_BIDS

ABNORMAL: Final = "abnormal"
LIST_NAMES: Final = {"serious": "严重违法失信名单", "abnormal": "活动异常名录"}


class EligibilityParameters(Parameters):
    filed_groups_may_bid: bool = Field(description="备案的社区社会组织可否承接项目")
    abnormal_list_bars: bool = Field(description="列入活动异常名录的可否参与")
    legal_bases: dict[str, str] = Field(description="每条规则的依据")

    @model_validator(mode="after")
    def _every_rule_has_a_basis(self) -> "EligibilityParameters":
        missing = [code for code, *_ in RULES if not self.legal_bases.get(code)]
        if missing:
            raise ValueError(f"缺少依据：{'、'.join(missing)}")
        return self


ELIGIBILITY: Final = RuleSubject("supply-demand.eligibility", EligibilityParameters, "参与资格")


@dataclass(frozen=True, slots=True)
class Source:
    """The event a fact was learned from, and when it was handled here."""

    learned_from: UUID | None = None
    learned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Registration:
    name: str
    kind: OrganizationKind
    status: OrganizationStatus
    district: str
    source: Source = Source()
    status_source: Source = Source()


@dataclass(frozen=True, slots=True)
class Listing:
    """One listing in force."""

    listing_id: UUID
    list: str
    measures: tuple[str, ...]
    listed_on: date | None
    source: Source = Source()


@dataclass(frozen=True, slots=True)
class GradeHeld:
    """The latest grade, in force or not."""

    grade: Grade
    status: GradeStatus
    valid_from: date | None
    valid_until: date | None
    source: Source = Source()

    def holds_on(self, day: date) -> bool:
        """In force, and its period is known and contains the day."""
        return (
            self.status is GradeStatus.IN_FORCE
            and self.valid_from is not None
            and self.valid_until is not None
            and self.valid_from <= day <= self.valid_until
        )


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known of one organisation."""

    organization_id: UUID
    registration: Registration | None = None
    listings: tuple[Listing, ...] = ()
    grade: GradeHeld | None = None

    @property
    def on_red_list(self) -> bool:
        return any(one.list == "red" for one in self.listings)

    def grade_on(self, day: date) -> Grade | None:
        held = self.grade
        return held.grade if held is not None and held.holds_on(day) else None


@dataclass(frozen=True, slots=True)
class Demanded:
    """What one tender asks beyond the law; nothing by default."""

    minimum_grade: Grade | None = None
    allowed_kinds: tuple[OrganizationKind, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    passed: bool
    fact: str
    source: Source = Source()


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    code: str
    title: str
    passed: bool
    fact: str
    source: Source
    legal_basis: str


@dataclass(frozen=True, slots=True)
class Context:
    facts: Facts
    demanded: Demanded
    parameters: EligibilityParameters
    today: date


@dataclass(frozen=True, slots=True)
class Assessment:
    organization_id: UUID
    as_of: datetime
    rule_set: str
    rules: tuple[RuleOutcome, ...] = field(default=())

    @property
    def eligible(self) -> bool:
        return all(rule.passed for rule in self.rules)

    @property
    def failed(self) -> tuple[RuleOutcome, ...]:
        return tuple(rule for rule in self.rules if not rule.passed)


_UNKNOWN: Final = Finding(False, "平台尚未收到该组织的登记信息")


def registered_and_known(case: Context) -> Finding:
    found = case.facts.registration
    if found is None:
        return _UNKNOWN
    return Finding(True, f"登记名称：{found.name}", found.source)


def status_active(case: Context) -> Finding:
    found = case.facts.registration
    if found is None:
        return _UNKNOWN
    active = found.status is OrganizationStatus.ACTIVE
    return Finding(active, f"登记状态：{found.status.label}", found.status_source)


def has_legal_personality(case: Context) -> Finding:
    """A filed community group may act lawfully but is no legal person."""
    found = case.facts.registration
    if found is None:
        return _UNKNOWN
    if found.kind is not OrganizationKind.COMMUNITY_GROUP:
        return Finding(True, f"{found.kind.label}，具有法人资格", found.source)
    allowed = case.parameters.filed_groups_may_bid
    rule = "本地规则允许其承接" if allowed else "不能独立承担民事责任"
    return Finding(allowed, f"备案的社区社会组织，不具有法人资格，{rule}", found.source)


def not_on_serious_list(case: Context) -> Finding:
    for listing in case.facts.listings:
        if BAR_BIDS in listing.measures:
            name = LIST_NAMES.get(listing.list, "名单")
            fact = f"{_since(listing.listed_on)}被列入{name}，限制参加投标"
            return Finding(False, fact, listing.source)
    return Finding(True, "未被限制参加投标")


def not_on_abnormal_list(case: Context) -> Finding:
    for listing in case.facts.listings:
        if listing.list == ABNORMAL:
            bars = case.parameters.abnormal_list_bars
            effect = "不得参与" if bars else "按规则不影响参与"
            fact = f"{_since(listing.listed_on)}被列入活动异常名录，{effect}"
            return Finding(not bars, fact, listing.source)
    return Finding(True, "未列入活动异常名录")


def minimum_grade(case: Context) -> Finding:
    wanted, held = case.demanded.minimum_grade, case.facts.grade
    if wanted is None:
        return Finding(True, "未要求")
    if held is None or held.status is GradeStatus.CANCELLED:
        source = Source() if held is None else held.source
        return Finding(False, f"要求评估等级{wanted.label}及以上，该组织没有评估等级", source)
    enough = held.grade.rank >= wanted.rank
    fact = f"要求评估等级{wanted.label}及以上，该组织为{held.grade.label}"
    return Finding(enough, fact, held.source)


def grade_still_valid(case: Context) -> Finding:
    """Asked only together with a grade: an expired grade must not bar where none is needed."""
    held = case.facts.grade
    if case.demanded.minimum_grade is None:
        return Finding(True, "未要求")
    if held is None:
        return Finding(False, "该组织没有评估等级")
    if held.status is not GradeStatus.IN_FORCE:
        return Finding(False, f"评估等级{held.grade.label}{held.status.label}", held.source)
    until = "未知" if held.valid_until is None else held.valid_until.isoformat()
    fact = f"评估等级{held.grade.label}有效期至{until}"
    return Finding(held.holds_on(case.today), fact, held.source)


def kind_allowed(case: Context) -> Finding:
    found, kinds = case.facts.registration, case.demanded.allowed_kinds
    if not kinds:
        return Finding(True, "未限定组织类型")
    if found is None:
        return _UNKNOWN
    allowed = "、".join(kind.label for kind in kinds)
    fact = f"限{allowed}，该组织为{found.kind.label}"
    return Finding(found.kind in kinds, fact, found.source)


RULES: Final[Sequence[tuple[str, str, Callable[[Context], Finding]]]] = (
    ("registered-and-known", "已登记或备案", registered_and_known),
    ("status-active", "登记状态正常", status_active),
    ("has-legal-personality", "具有法人资格", has_legal_personality),
    ("not-on-serious-list", "未被限制参加投标", not_on_serious_list),
    ("not-on-abnormal-list", "未列入活动异常名录", not_on_abnormal_list),
    ("minimum-grade", "评估等级符合要求", minimum_grade),
    ("grade-still-valid", "评估等级在有效期内", grade_still_valid),
    ("kind-allowed", "组织类型符合要求", kind_allowed),
)


def assess(case: Context, as_of: datetime, rule_set: str) -> Assessment:
    """Every rule is asked, so that all reasons are told at once."""
    outcomes: list[RuleOutcome] = []
    for code, title, rule in RULES:
        found = rule(case)
        basis = case.parameters.legal_bases[code]
        outcomes.append(RuleOutcome(code, title, found.passed, found.fact, found.source, basis))
    return Assessment(case.facts.organization_id, as_of, rule_set, tuple(outcomes))


def _since(day: date | None) -> str:
    return "" if day is None else f"于{day.isoformat()}"
