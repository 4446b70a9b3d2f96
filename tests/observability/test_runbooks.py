"""What the runbooks tell a person to type is there: commands, options, tables, metrics."""

import re
import shlex
from pathlib import Path
from typing import Any

import asyncpg
import click
import pytest
import typer.main

import credit_list.app
from liandong.cli.main import app
from liandong.db.engine import asyncpg_arguments
from liandong.testing.postgres import DatabaseTemplates
from liandong.testing.services import migrated
from tests.observability.test_rules import samples
from tools.observability.files import ROOT
from tools.observability.pages import declared
from tools.observability.rules import RECORDINGS, RUNBOOKS

PAGES = sorted((ROOT / RUNBOOKS).glob("*.md"))
_SQL = re.compile(r'psql [^"\n]*-c "([^"]+)"')
_TYPED = re.compile(r"^    (.*)$", re.MULTILINE)
_LIANDONG = re.compile(r"(?:migrations|-- |bin/)\s*(liandong .*)$")
_CHANGES = ("UPDATE", "pg_terminate_backend", "pg_switch_wal")


def typed() -> list[tuple[str, str]]:
    """Every line that a page tells to type."""
    return [
        (page.stem, line)
        for page in PAGES
        for line in _TYPED.findall(page.read_text(encoding="utf-8"))
    ]


def liandong_commands() -> list[str]:
    lines = [(page, _LIANDONG.search(line)) for page, line in typed()]
    return sorted({found[1].partition(" | ")[0] for _, found in lines if found})


@pytest.mark.parametrize("line", liandong_commands())
def test_every_liandong_command_can_be_read_by_the_program(line: str) -> None:
    command: Any = typer.main.get_command(app)
    words = shlex.split(line.replace("<id>", "0" * 32).replace("<", "").replace(">", ""))[1:]
    context = None
    while True:
        name = context.info_name if context else "liandong"
        context = command.make_context(name, words, parent=context, resilient_parsing=False)
        if not isinstance(command, click.Group):
            break
        named, command, words = command.resolve_command(context, _left(context))
        assert command is not None, named


def _left(context: click.Context) -> list[str]:
    return [*context._protected_args, *context.args]


async def test_every_question_to_the_database_can_be_asked(
    database_templates: DatabaseTemplates,
) -> None:
    asked = {sql for page in PAGES for sql in _SQL.findall(page.read_text(encoding="utf-8"))}
    assert len(asked) > 10
    url = await migrated(database_templates, credit_list.app.DEFINITION)
    connection = await asyncpg.connect(**asyncpg_arguments(url))
    try:
        for sql in sorted(asked):
            statement = sql.replace("<pid>", "0").replace(
                "<id>", "00000000-0000-0000-0000-000000000000"
            )
            if any(word in sql for word in _CHANGES):
                await connection.fetch(f"EXPLAIN {statement}")
            else:
                await connection.fetch(statement)
    finally:
        await connection.close()
        await database_templates.drop(url)


def test_every_metric_and_every_page_that_is_named_is_there() -> None:
    known = {sample for one in declared() for sample in samples(one)}
    known |= {one.record for one in RECORDINGS}
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        named = set(re.findall(r"\bliandong_[a-z_]+|\bliandong:[\w:]+", text))
        assert named <= known, page.name
        for link in re.findall(r"`(docs/[\w/.-]+\.md)`", text):
            assert (ROOT / link).is_file(), f"{page.name}: {link}"
        for alert in re.findall(r"\bLiandong[A-Z]\w+", text):
            assert (ROOT / RUNBOOKS / f"{alert}.md").is_file(), f"{page.name}: {alert}"


def test_every_log_line_that_is_looked_for_is_written_by_the_code() -> None:
    code = "".join(file.read_text(encoding="utf-8") for file in _sources())
    for page, line in typed():
        for found in re.findall(r"grep (?:-E )?'?([a-z_|]+_[a-z_|]+)'?", line):
            for event in found.strip("|").split("|"):
                assert not event or f'"{event}' in code, f"{page}: {event}"


def _sources() -> list[Path]:
    return [*(ROOT / "libs/common/liandong").rglob("*.py"), *(ROOT / "services").rglob("*.py")]
