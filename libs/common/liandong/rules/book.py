"""The rule book of a service: the rule sets it ships, and those an administrator put above them.

Resolution: overrides and shipped sets together; the nearest jurisdiction that has a set in force
on the day wins; inside one jurisdiction an override wins over a shipped set, then the later
``valid_from``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.problems import Problem
from liandong.rules.rule_set import P, RuleSet, RuleSetDocument, RuleSubject
from liandong.values.districts import districts

_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""As safe as the other one and a sixth of its time, which every start of a service waits for."""

_OVERRIDES = text("""
    SELECT subject, jurisdiction, version, valid_from, valid_to, parameters, legal_basis
    FROM backbone.rule_set_override
    WHERE subject = :subject AND jurisdiction = ANY(:areas) AND withdrawn_at IS NULL
      AND valid_from <= :day AND (valid_to IS NULL OR valid_to >= :day)
""")


class NoRuleSet(Problem):
    """Nothing decides the matter for this district and day; a bureau must supply a rule set."""

    status, slug, title = 409, "no-rule-set", "该地区在该日期没有生效的规则"


class UnusableRuleSet(Problem):
    """An override was fit when it was made and is not any more: the program asks for more. Nobody
    but an administrator can say what holds instead."""

    status, slug = 409, "rule-set-unusable"
    title = "本地规则与现行程序不符，请系统管理员撤回或重新制定"


class InvalidRuleSet(ValueError):
    """A shipped or proposed rule set that does not satisfy its model."""


@dataclass
class RuleBook:
    """Rule sets by subject. Built once at start-up; overrides are read when a rule is asked."""

    subjects: dict[str, RuleSubject[Any]] = field(default_factory=dict)
    shipped: dict[str, list[RuleSet[Any]]] = field(default_factory=dict)

    @classmethod
    def load(cls, subjects: Iterable[RuleSubject[Any]], folders: Iterable[Path]) -> "RuleBook":
        """Reads every ``*.yaml`` of the folders; raises :class:`InvalidRuleSet` naming the file."""
        book = cls()
        for subject in subjects:
            book.subjects[subject.name] = subject
            book.shipped[subject.name] = []
        for folder in folders:
            for file in sorted(folder.glob("*.yaml")):
                book._read(file)
        empty = sorted(name for name, sets in book.shipped.items() if not sets)
        if empty:
            raise InvalidRuleSet(f"no rule set is shipped for: {', '.join(empty)}")
        return book

    def _read(self, file: Path) -> None:
        for content in yaml.load_all(file.read_text(encoding="utf-8"), _LOADER):
            try:
                document = RuleSetDocument.model_validate(content)
                rule_set = self.check(document)
            except (ValidationError, InvalidRuleSet) as error:
                raise InvalidRuleSet(f"{file.name}: {error}") from error
            self._add(rule_set, file)

    def _add(self, rule_set: RuleSet[Any], file: Path) -> None:
        known = self.shipped[rule_set.subject]
        for other in known:
            if other.reference == rule_set.reference:
                raise InvalidRuleSet(f"{file.name}: {rule_set.reference} is there twice")
            if other.jurisdiction == rule_set.jurisdiction and _overlap(other, rule_set):
                raise InvalidRuleSet(
                    f"{file.name}: {rule_set.reference} overlaps {other.reference} in time"
                )
        known.append(rule_set)

    def check(self, document: RuleSetDocument, *, overridden: bool = False) -> RuleSet[Any]:
        """The validated rule set; raises :class:`InvalidRuleSet` or pydantic's error."""
        subject = self.subjects.get(document.subject)
        if subject is None:
            raise InvalidRuleSet(f"unknown subject: {document.subject}")
        return RuleSet.of(subject, document, overridden=overridden)

    async def resolve(
        self, session: AsyncSession, subject: RuleSubject[P], district: str, day: date
    ) -> RuleSet[P]:
        """The rule set in force for the district on the day; raises :class:`NoRuleSet`, or
        :class:`UnusableRuleSet` for an override of the district that no longer satisfies its
        model."""
        candidates: list[RuleSet[P]] = [
            *await self._overrides(session, subject, district, day),
            *(one for one in self.shipped[subject.name] if one.holds_on(day)),
        ]
        found = choose(candidates, district)
        if found is None:
            raise NoRuleSet(f"{subject.title}：{district} 在 {day.isoformat()} 没有生效的规则")
        return found

    async def _overrides(
        self, session: AsyncSession, subject: RuleSubject[P], district: str, day: date
    ) -> list[RuleSet[P]]:
        areas = list(districts().ancestors(district))
        asked = {"subject": subject.name, "areas": areas, "day": day}
        rows = await session.execute(_OVERRIDES, asked)
        return [_override(subject, dict(row)) for row in rows.mappings()]


def _override(subject: RuleSubject[P], row: dict[str, Any]) -> RuleSet[P]:
    try:
        document = RuleSetDocument.model_validate(row | {"certainty": "verified"})
        return RuleSet.of(subject, document, overridden=True)
    except ValidationError as error:
        raise UnusableRuleSet(
            f"{subject.title}：{row['jurisdiction']} 的规则 {row['version']} "
            f"有 {error.error_count()} 处不符"
        ) from error


def choose(candidates: Sequence[RuleSet[P]], district: str) -> RuleSet[P] | None:
    """The nearest jurisdiction's set; an override before a shipped one, later before earlier."""
    for area in districts().ancestors(district):
        here = [one for one in candidates if one.jurisdiction == area]
        if here:
            return max(here, key=lambda one: (one.overridden, one.valid_from))
    return None


def _overlap(one: RuleSet[BaseModel], other: RuleSet[BaseModel]) -> bool:
    latest_start = max(one.valid_from, other.valid_from)
    ends = [end for end in (one.valid_to, other.valid_to) if end is not None]
    return not ends or latest_start <= min(ends)
