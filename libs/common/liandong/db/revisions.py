"""The revisions of a service, read from its files: alembic would slow every start."""

import re

from liandong.definition import ServiceDefinition

_NAMES = re.compile(r"""^(revision|down_revision) = ["'](\w+)["']$""", re.MULTILINE)


def heads(definition: ServiceDefinition) -> tuple[str, ...]:
    """The revisions that the code needs: those that no other follows."""
    named = _named(definition)
    return tuple(sorted(named["revision"] - named["down_revision"]))


def known(definition: ServiceDefinition) -> frozenset[str]:
    """Every revision that the code has heard of."""
    return frozenset(_named(definition)["revision"])


def _named(definition: ServiceDefinition) -> dict[str, set[str]]:
    named: dict[str, set[str]] = {"revision": set(), "down_revision": set()}
    for file in definition.migrations.glob("versions/*.py"):
        for which, revision in _NAMES.findall(file.read_text(encoding="utf-8")):
            named[which].add(revision)
    if not named["revision"]:
        raise FileNotFoundError(f"{definition.migrations} 中没有数据库迁移")
    return named
