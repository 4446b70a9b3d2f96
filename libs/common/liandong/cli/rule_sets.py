"""Rule sets found, compared and checked, for the commands."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.cli.failure import CommandFailed, sentence
from liandong.cli.options import Options, database
from liandong.contracts.definitions import definitions_of
from liandong.definition import ServiceDefinition
from liandong.rules.book import InvalidRuleSet, NoRuleSet, UnusableRuleSet, choose
from liandong.rules.rule_set import RuleSet, RuleSetDocument

Rule = RuleSet[Any]

_OVERRIDE = text("""
    SELECT subject, jurisdiction, version, valid_from, valid_to, parameters, legal_basis
    FROM backbone.rule_set_override
    WHERE subject = :subject AND jurisdiction = :jurisdiction AND version = :version
""")


async def in_force(
    options: Options, district: str, day: date, subject: str | None
) -> list[dict[str, Any]]:
    """For each subject the rule set that decides; ``rule_set`` is None where none does."""
    definitions = _with_rules(options)
    known = {one.name for definition in definitions for one in definition.rule_subjects}
    if subject is not None and subject not in known:
        raise CommandFailed(f"没有规则 {subject}（有 {'、'.join(sorted(known)) or '无'}）")
    found: list[dict[str, Any]] = []
    for definition in definitions:
        wanted = [one for one in definition.rule_subjects if subject in (None, one.name)]
        if not wanted:
            continue
        settings = options.settings_of(definition.name)
        if settings is None:
            raise CommandFailed(f"没有配置 {definition.name} 的数据库，无法得知本地规则")
        book = definition.rule_book()
        async with database(settings) as engine, AsyncSession(engine) as session:
            for one in sorted(wanted, key=lambda one: one.name):
                try:
                    rule = dict((await book.resolve(session, one, district, day)).as_dict())
                except NoRuleSet:
                    rule = None
                except UnusableRuleSet as error:
                    raise CommandFailed(f"{error.title}（{error.detail}）") from error
                found.append(
                    {
                        "service": definition.name,
                        "subject": one.name,
                        "title": one.title,
                        "rule_set": rule,
                    }
                )
    return found


async def find(options: Options, reference: str) -> Rule:
    """The shipped or overriding rule set of a reference, withdrawn ones too."""
    subject, _, rest = reference.partition("@")
    jurisdiction, _, version = rest.partition("/")
    for definition in _with_rules(options):
        book = definition.rule_book()
        if subject not in book.subjects:
            continue
        for one in book.shipped[subject]:
            if one.reference == reference:
                return one
        settings = options.settings_of(definition.name)
        if settings is None:
            break
        names = {"subject": subject, "jurisdiction": jurisdiction, "version": version}
        async with database(settings) as engine, engine.connect() as connection:
            row = (await connection.execute(_OVERRIDE, names)).mappings().first()
        if row is not None:
            document = RuleSetDocument.model_validate({**row, "certainty": "verified"})
            return book.check(document, overridden=True)
    raise CommandFailed(f"没有规则 {reference}（写法：规则@区划/版本）")


def shipped_for(options: Options, rule: Rule) -> Rule:
    """What would be in force in the rule's jurisdiction, on its first day, without it."""
    for definition in _with_rules(options):
        book = definition.rule_book()
        candidates = [
            one
            for one in book.shipped.get(rule.subject, [])
            if one.holds_on(rule.valid_from) and one.reference != rule.reference
        ]
        found = choose(candidates, rule.jurisdiction)
        if found is not None:
            return found
    raise CommandFailed(f"没有可与 {rule.reference} 比较的随系统发布的规则")


def differences(before: Rule, after: Rule) -> list[dict[str, Any]]:
    """What differs, by path; a missing value is None."""
    old, new = _flat(before), _flat(after)
    paths = [*old, *(path for path in new if path not in old)]
    return [
        {"path": path, "before": old.get(path), "after": new.get(path)}
        for path in paths
        if old.get(path) != new.get(path)
    ]


def check_file(options: Options, file: Path) -> list[dict[str, Any]]:
    """One result for each document of the file; ``errors`` is empty for a good one."""
    try:
        documents = list(yaml.safe_load_all(file.read_text(encoding="utf-8")))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise CommandFailed(f"{file} 不是 YAML：{str(error).splitlines()[0]}") from None
    definitions = _with_rules(options)
    return [_checked(one, definitions) for one in documents if one is not None]


def _checked(content: Any, definitions: list[ServiceDefinition]) -> dict[str, Any]:
    found: dict[str, Any] = {"reference": "?", "service": None, "errors": []}
    try:
        document = RuleSetDocument.model_validate(content)
        found["reference"] = f"{document.subject}@{document.jurisdiction}/{document.version}"
        for definition in definitions:
            if document.subject in {one.name for one in definition.rule_subjects}:
                found["service"] = definition.name
                definition.rule_book().check(document)
                return found
        found["errors"] = [f"没有规则 {document.subject}"]
    except ValidationError as error:
        found["errors"] = (sentence(error) or "").split("；")
    except InvalidRuleSet as error:
        found["errors"] = [str(error)]
    return found


def _with_rules(options: Options) -> list[ServiceDefinition]:
    return [one for one in definitions_of(options.names) if one.rule_subjects]


def _flat(rule: Rule) -> dict[str, Any]:
    content = dict(rule.as_dict())
    for name in ("subject", "version", "reference"):
        content.pop(name)
    return dict(_leaves(content, ""))


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and value:
        for name, one in value.items():
            yield from _leaves(one, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list) and any(isinstance(one, Mapping | list) for one in value):
        for number, one in enumerate(value):
            yield from _leaves(one, f"{path}[{number}]")
    else:
        yield path, value
