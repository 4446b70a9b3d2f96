"""A revision that would disturb the release before is refused, each kind with its sentence."""

from pathlib import Path

import pytest

from liandong.db.lint import offences

HEAD = """
import sqlalchemy as sa
from alembic import op
from liandong.db.expansion import create_index_concurrently, validate_constraint
revision = "0099"
"""


def rules(folder: Path, *steps: str, head: str = "", released: int = 0) -> list[str]:
    file = folder / "0099_tried.py"
    body = "".join(f"    {step}\n" for step in steps)
    file.write_text(f"{HEAD}{head}\ndef upgrade() -> None:\n{body}", encoding="utf-8")
    found = offences(file, released)
    assert all(one.told.startswith("0099（") for one in found)
    return [one.rule for one in found]


BAD = {
    'op.drop_table("t")': "ban-drop-table",
    'op.execute("TRUNCATE t")': "ban-truncate",
    'op.drop_column("t", "c")': "ban-drop-column",
    'op.execute("ALTER TABLE public.t DROP c")': "ban-drop-column",
    'op.rename_table("t", "u")': "renaming",
    'op.alter_column("t", "c", new_column_name="d")': "renaming",
    'op.execute("alter table t rename column c to d")': "renaming",
    'op.alter_column("t", "c", type_=sa.BigInteger())': "changing-column-type",
    'op.execute("ALTER TABLE t ALTER c TYPE bigint")': "changing-column-type",
    'op.alter_column("t", "c", nullable=False)': "adding-not-nullable-field",
    'op.add_column("t", sa.Column("c", sa.Integer(), nullable=False))': "adding-required-field",
    'op.execute("ALTER TABLE t ADD COLUMN c int NOT NULL")': "adding-required-field",
    'op.add_column("t", sa.Column("c", sa.Uuid(), server_default=sa.text("gen_random_uuid()")))':
        "volatile-default",
    'op.add_column("t", sa.Column("c", sa.Integer(), sa.ForeignKey("u.id")))':
        "constraint-missing-not-valid",
    'op.create_foreign_key("f", "t", "u", ["c"], ["id"])': "constraint-missing-not-valid",
    'op.create_check_constraint("k", "t", "c > 0")': "constraint-missing-not-valid",
    'op.execute("ALTER TABLE t ADD CONSTRAINT k CHECK (c > 0)")': "constraint-missing-not-valid",
    'op.create_unique_constraint("q", "t", ["c"])': "disallowed-unique-constraint",
    'op.create_index("i", "t", ["c"])': "require-concurrent-index-creation",
    'op.execute("CREATE UNIQUE INDEX i ON t (c)")': "require-concurrent-index-creation",
    'op.drop_index("i", "t")': "require-concurrent-index-deletion",
    'op.execute("UPDATE t SET c = 1")': "data-in-migration",
    'op.execute("ALTER TABLE t SET TABLESPACE s")': "table-rewrite",
    'op.execute("SET lock_timeout = 0")': "lock-timeout",
    'op.execute("DO $$ BEGIN DROP TABLE t; END $$")': "reads-data",
    'list(op.get_bind().execute(sa.text("SELECT 1")))': "reads-data",
}  # fmt: skip


@pytest.mark.parametrize("step", BAD)
def test_each_bad_step_is_refused(tmp_path: Path, step: str) -> None:
    assert rules(tmp_path, step) == [BAD[step]]


def test_two_steps_that_do_not_go_together_are_refused(tmp_path: Path) -> None:
    check = 'op.create_check_constraint("k", "t", "c > 0", postgresql_not_valid=True)'
    index = 'create_index_concurrently(op, "i", "t", ["c"])'
    validate = 'validate_constraint(op, "k", "t")'
    assert rules(tmp_path, check, validate) == ["validate-in-same-revision"]
    assert rules(tmp_path, index, check) == ["concurrent-index-alone"]
    assert rules(tmp_path, index) == rules(tmp_path, check) == rules(tmp_path, validate) == []


def test_what_expands_is_let_through(tmp_path: Path) -> None:
    assert rules(
        tmp_path,
        'op.create_table("n", sa.Column("id", sa.Integer(), primary_key=True))',
        'op.create_index("i", "n", ["id"])',
        'op.execute("ALTER TABLE n ADD CONSTRAINT k CHECK (id > 0)")',
        'op.add_column("t", sa.Column("c", sa.Integer(), nullable=True))',
        'op.add_column("t", sa.Column("d", sa.Integer(), server_default="0", nullable=False))',
        'op.drop_constraint("k", "t")',
        'op.execute("COMMENT ON TABLE t IS \'DROP TABLE; UPDATE t\'")',
    ) == []  # fmt: skip
    on_another = 'op.execute("ALTER TABLE t ADD FOREIGN KEY (c) REFERENCES n")'
    table = 'op.create_table("n", sa.Column("id", sa.Integer(), primary_key=True))'
    assert rules(tmp_path, table, on_another) == ["constraint-missing-not-valid"]


def test_a_contraction_names_a_revision_that_was_released(tmp_path: Path) -> None:
    drop, named = 'op.drop_column("t", "c")', 'contracts = "0027"'
    assert rules(tmp_path, drop, head=named, released=26) == ["ban-drop-column"]
    assert rules(tmp_path, drop, released=27) == ["ban-drop-column"]
    assert rules(tmp_path, drop, head=named, released=27) == []
    kind = 'op.alter_column("t", "c", type_=sa.BigInteger())'
    assert rules(tmp_path, kind, head=named, released=27) == ["changing-column-type"]
