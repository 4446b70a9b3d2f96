"""The revisions of a service, read from its files: alembic would slow every start."""

import re

from liandong.definition import ServiceDefinition

_NAMES = re.compile(r"""^(revision|down_revision) = ["'](\w+)["']$""", re.MULTILINE)


def heads(definition: ServiceDefinition) -> tuple[str, ...]:
    """The revisions that the code needs: those that no other follows."""
    named: dict[str, set[str]] = {"revision": set(), "down_revision": set()}
    for file in definition.migrations.glob("versions/*.py"):
        for which, revision in _NAMES.findall(file.read_text(encoding="utf-8")):
            named[which].add(revision)
    if not named["revision"]:
        raise FileNotFoundError(f"{definition.migrations} 中没有数据库迁移")
    return tuple(sorted(named["revision"] - named["down_revision"]))
