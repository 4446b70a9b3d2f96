"""处罚建议: what is proposed, noticed and decided is one and the same; checked by the articles."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from liandong.problems import FieldError
from liandong.values.money import Fen
from liandong.values.text import Text
from registry.organizations.domain import Kind
from registry.penalties.domain import Class, Level, Sanction
from registry.penalties.rules import Base, PenaltyRules, Times, Violation

_AMOUNTS: Final = ((Sanction.FINE, "fine_fen"), (Sanction.CONFISCATION, "confiscation_fen"))


class Proposal(BaseModel):
    """拟作出的处罚：事实、依据、裁量等次和内容。"""

    model_config = ConfigDict(extra="forbid", frozen=True)

    violations: list[Annotated[Text, Field(max_length=40)]] = Field(
        min_length=1, max_length=20, description="违法行为的代码"
    )
    facts: Text = Field(min_length=10, max_length=4000, description="查明的事实")
    grounds: Text = Field(min_length=2, max_length=2000, description="裁量的理由")
    level: Level = Field(description="裁量等次")
    sanctions: list[Sanction] = Field(min_length=1, max_length=5)
    base: Base | None = Field(default=None, description="罚款的计算依据")
    turnover_fen: Fen = Field(default=0, description="违法经营额")
    income_fen: Fen = Field(default=0, description="违法所得")
    fine_fen: Fen = 0
    confiscation_fen: Fen = 0
    suspension_months: int = Field(default=0, ge=0, le=60, description="限期停止活动的月数")

    @property
    def due_fen(self) -> int:
        return self.fine_fen + self.confiscation_fen

    def has(self, sanction: Sanction) -> bool:
        return sanction in self.sanctions

    def is_heavier_than(self, other: "Proposal") -> bool:
        """In any respect: another kind, more money, more time."""
        return (
            bool({*self.sanctions} - {*other.sanctions})
            or self.fine_fen > other.fine_fen
            or self.confiscation_fen > other.confiscation_fen
            or self.suspension_months > other.suspension_months
        )


def fine_range(violation: Violation, proposal: Proposal, rules: PenaltyRules) -> Times | None:
    """The fine that the article and the level allow, in 分; None when the base does not fit.

    Of the range between least and most a level may use its share; 减轻 goes below the least.
    Bounds are rounded inwards, so that no rounding leaves the range of the law.
    """
    times = None if proposal.base is None else violation.fines.get(proposal.base)
    if times is None or proposal.base is None:
        return None
    unit = {
        Base.TURNOVER: proposal.turnover_fen,
        Base.INCOME: proposal.income_fen,
        Base.FIXED: 1,
    }[proposal.base]
    least, most = times.least * unit, times.most * unit
    if most == 0:
        return None
    share = rules.levels[proposal.level]
    if proposal.level is Level.MITIGATED:
        low, span = 0, least
    else:
        low, span = least, most - least
    return Times.model_construct(
        least=low - (-span * share.least // 100), most=low + span * share.most // 100
    )


def faults(proposal: Proposal, kind: Kind, rules: PenaltyRules) -> list[FieldError]:
    """What in the proposal has no basis in the articles; empty: it may be noticed."""
    found: list[FieldError] = []
    known: list[Violation] = []
    for at, code in enumerate(proposal.violations):
        violation = rules.violation(code)
        pointer = f"/violations/{at}"
        if violation is None:
            found.append(FieldError(pointer, "unknown-violation", f"没有代码为 {code} 的违法行为"))
        elif kind not in violation.articles:
            told = f"“{violation.title}”没有对该类组织的处罚依据"
            found.append(FieldError(pointer, "no-basis", told))
        else:
            known.append(violation)
    if found:
        return found
    return [
        *_kinds(proposal, known),
        *_amounts(proposal),
        *_fine(proposal, known, rules),
        *_confiscation(proposal),
        *_suspension(proposal, rules),
    ]


def articles(proposal: Proposal, kind: Kind, rules: PenaltyRules) -> list[str]:
    """The articles that the decision names."""
    found = [rules.violation(code) for code in proposal.violations]
    return list(dict.fromkeys(one.articles[kind] for one in found if one is not None))


def is_heavy(proposal: Proposal, rules: PenaltyRules) -> bool:
    heavy = rules.heavy
    return (
        bool({*proposal.sanctions} & {*heavy.sanctions})
        or (proposal.has(Sanction.FINE) and proposal.fine_fen >= heavy.fine_fen)
        or (
            proposal.has(Sanction.CONFISCATION)
            and proposal.confiscation_fen >= heavy.confiscation_fen
        )
    )


def publication_class(proposal: Proposal, rules: PenaltyRules) -> Class:
    publication = rules.publication
    if {*proposal.sanctions} & {*publication.serious_sanctions}:
        return Class.SERIOUS
    if proposal.has(Sanction.FINE) and proposal.fine_fen >= publication.serious_fine_fen:
        return Class.SERIOUS
    if {*proposal.sanctions} & {*publication.ordinary_sanctions}:
        return Class.ORDINARY
    return Class.MINOR


def _kinds(proposal: Proposal, known: list[Violation]) -> list[FieldError]:
    found: list[FieldError] = []
    for at, sanction in enumerate(proposal.sanctions):
        pointer = f"/sanctions/{at}"
        allowing = [one for one in known if sanction in one.sanctions]
        if not allowing:
            told = f"所列条文没有规定“{sanction.label}”"
            found.append(FieldError(pointer, "no-basis", told))
        elif proposal.level is not Level.HEAVY and all(
            sanction in one.only_if_heavy for one in allowing
        ):
            told = f"“{sanction.label}”只适用于情节严重（从重）的"
            found.append(FieldError(pointer, "only-if-heavy", told))
    if len({*proposal.sanctions}) < len(proposal.sanctions):
        found.append(FieldError("/sanctions", "twice", "同一种处罚写了两次"))
    if proposal.has(Sanction.SUSPENSION) and proposal.has(Sanction.REVOCATION):
        told = "撤销登记的，不能同时限期停止活动"
        found.append(FieldError("/sanctions", "contradictory", told))
    return found


def _amounts(proposal: Proposal) -> list[FieldError]:
    """A kind and its amount stand or fall together."""
    found: list[FieldError] = []
    for sanction, name in _AMOUNTS:
        if proposal.has(sanction) != (getattr(proposal, name) > 0):
            told = f"有“{sanction.label}”的须写明数额，没有的不写"
            found.append(FieldError(f"/{name}", "amount-and-kind", told))
    return found


def _fine(proposal: Proposal, known: list[Violation], rules: PenaltyRules) -> list[FieldError]:
    if not proposal.has(Sanction.FINE):
        return []
    ranges = [one for one in (fine_range(each, proposal, rules) for each in known) if one]
    if not ranges:
        return [FieldError("/base", "no-basis", "没有计算依据，或者所依据的数额为零")]
    least, most = min(one.least for one in ranges), max(one.most for one in ranges)
    if least <= proposal.fine_fen <= most:
        return []
    told = f"该等次的罚款应在 {least} 分至 {most} 分之间"
    return [FieldError("/fine_fen", "out-of-range", told)]


def _confiscation(proposal: Proposal) -> list[FieldError]:
    if proposal.confiscation_fen <= max(proposal.turnover_fen, proposal.income_fen):
        return []
    told = "没收的数额不能超过违法经营额、违法所得"
    return [FieldError("/confiscation_fen", "out-of-range", told)]


def _suspension(proposal: Proposal, rules: PenaltyRules) -> list[FieldError]:
    most = rules.suspension_months_most
    months = proposal.suspension_months
    if proposal.has(Sanction.SUSPENSION):
        if 1 <= months <= most:
            return []
        told = f"限期停止活动应为 1 至 {most} 个月"
        return [FieldError("/suspension_months", "out-of-range", told)]
    if months:
        told = "没有限期停止活动的不写月数"
        return [FieldError("/suspension_months", "amount-and-kind", told)]
    return []
