"""成立条件: what a body must be to be registered; each failure names its article. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from liandong.problems import FieldError
from liandong.values.money import format_yuan
from registry.applications.condition_rules import Conditions, Members, Share, Threshold


class Post(StrEnum):
    """职务."""

    CHAIR = "chair"
    """理事长、会长"""
    VICE_CHAIR = "vice_chair"
    """副理事长、副会长"""
    SECRETARY_GENERAL = "secretary_general"
    """秘书长"""
    COUNCILLOR = "councillor"
    """理事"""
    SUPERVISOR = "supervisor"
    """监事"""

    @property
    def is_on_council(self) -> bool:
        return self is not Post.SUPERVISOR


_LEADING = (Post.CHAIR, Post.VICE_CHAIR, Post.SECRETARY_GENERAL)


@dataclass(frozen=True, slots=True)
class Officer:
    """A person in a post, as far as the conditions ask; no name."""

    person_id: UUID
    post: Post
    is_official: bool = False
    """现职公务员"""
    is_paid: bool = False
    related_to: tuple[UUID, ...] = ()
    """Close relatives among the officers."""


@dataclass(frozen=True, slots=True)
class Founding:
    """A body that is to be."""

    is_national: bool
    raises_in_public: bool
    funds_fen: int
    individual_members: int
    unit_members: int
    full_time_staff: int
    officers: Sequence[Officer]
    representative_elsewhere: bool
    """The legal representative is that of another body for which this is forbidden."""


def findings(body: Founding, rules: Conditions) -> list[FieldError]:
    """Every condition that is not fulfilled."""
    return [
        *_members(body, rules.members),
        *_funds(body, _funds_rule(body, rules)),
        *_council(body, rules),
        *_persons(body, rules),
    ]


def _members(body: Founding, rule: Members | None) -> Iterator[FieldError]:
    if rule is None:
        return
    individuals, units = body.individual_members, body.unit_members
    enough = (
        individuals >= rule.individuals or units >= rule.units or individuals + units >= rule.mixed
    )
    if not enough:
        yield FieldError(
            "/individual_members",
            "too-few-members",
            f"应有{rule.individuals}个以上个人会员或者{rule.units}个以上单位会员，"
            f"混合组成的总数不少于{rule.mixed}个；现有个人会员{individuals}个、"
            f"单位会员{units}个（{rule.basis}）",
        )


def _funds_rule(body: Founding, rules: Conditions) -> Threshold | None:
    if body.raises_in_public:
        public = (
            rules.national_public_funds_fen if body.is_national else rules.local_public_funds_fen
        )
        if public is not None:
            return public
    return rules.national_funds_fen if body.is_national else rules.local_funds_fen


def _funds(body: Founding, rule: Threshold | None) -> Iterator[FieldError]:
    if rule is not None and body.funds_fen < rule.least:
        yield FieldError(
            "/funds_fen",
            "too-little-money",
            f"资金应不少于{format_yuan(rule.least)}，现为{format_yuan(body.funds_fen)}（{rule.basis}）",
        )


def _council(body: Founding, rules: Conditions) -> Iterator[FieldError]:
    size = len(_on_council(body))
    if rules.council is not None and not rules.council.least <= size <= rules.council.most:
        rule = rules.council
        yield FieldError(
            "/officers",
            "council-size",
            f"理事应为{rule.least}至{rule.most}名，现为{size}名（{rule.basis}）",
        )
    supervisors = {one.person_id for one in body.officers if one.post is Post.SUPERVISOR}
    if rules.supervisors is not None and len(supervisors) < rules.supervisors.least:
        yield FieldError("/officers", "no-supervisor", f"应设监事（{rules.supervisors.basis}）")
    if rules.full_time_staff is not None and body.full_time_staff < rules.full_time_staff.least:
        yield FieldError(
            "/full_time_staff",
            "too-few-staff",
            f"专职工作人员应不少于{rules.full_time_staff.least}名（{rules.full_time_staff.basis}）",
        )


def _persons(body: Founding, rules: Conditions) -> Iterator[FieldError]:
    yield from _relatives(body, rules)
    council = _on_council(body)
    paid = {one.person_id for one in body.officers if one.is_paid and one.person_id in council}
    if rules.paid_councillors is not None:
        yield from _too_many(
            paid, council, rules.paid_councillors, "too-many-paid", "领取报酬的理事"
        )
    heads = {one.person_id for one in body.officers if one.post is Post.CHAIR}
    for at, one in enumerate(body.officers):
        if rules.separate_head and one.post is Post.SECRETARY_GENERAL and one.person_id in heads:
            yield FieldError(
                f"/officers/{at}",
                "head-is-secretary",
                f"理事长（会长）与秘书长不得由同一人兼任（{rules.separate_head.basis}）",
            )
        if rules.officials_in_posts and one.is_official and one.post in _LEADING:
            yield FieldError(
                f"/officers/{at}",
                "official-in-post",
                "现职国家工作人员不得兼任会长（理事长）、副会长（副理事长）或秘书长"
                f"（{rules.officials_in_posts.basis}）",
            )
    if rules.several_bodies and body.representative_elsewhere:
        yield FieldError(
            "/legal_representative",
            "representative-elsewhere",
            f"法定代表人已是其他社会组织的法定代表人（{rules.several_bodies.basis}）",
        )


def _relatives(body: Founding, rules: Conditions) -> Iterator[FieldError]:
    council = _on_council(body)
    kin = _kinships(body)
    related = {one for pair in kin if pair <= council for one in pair}
    share = rules.related_councillors
    if body.raises_in_public and rules.related_councillors_public is not None:
        share = rules.related_councillors_public
    if share is not None:
        yield from _too_many(related, council, share, "too-many-relatives", "有近亲属关系的理事")
    ban = rules.separate_supervisors
    for at, one in enumerate(body.officers):
        if ban is None or one.post is not Post.SUPERVISOR:
            continue
        if one.person_id in council or any(
            one.person_id in pair and pair & council for pair in kin
        ):
            yield FieldError(
                f"/officers/{at}",
                "supervisor-not-separate",
                f"监事不得由理事或其近亲属担任（{ban.basis}）",
            )


def _too_many(
    part: set[UUID], council: set[UUID], rule: Share, code: str, who: str
) -> Iterator[FieldError]:
    if not rule.allows(len(part), len(council)):
        most = f"不得超过理事总数的{rule.denominator}分之{rule.numerator}"
        allowed = most if rule.numerator else "不得有"
        yield FieldError("/officers", code, f"{who}{allowed}，现为{len(part)}名（{rule.basis}）")


def _on_council(body: Founding) -> set[UUID]:
    return {one.person_id for one in body.officers if one.post.is_on_council}


def _kinships(body: Founding) -> set[frozenset[UUID]]:
    """Pairs of relatives: either may have named the other."""
    return {
        frozenset((one.person_id, other))
        for one in body.officers
        for other in one.related_to
        if other != one.person_id
    }
