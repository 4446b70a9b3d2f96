"""迁移检查: what a revision may not do while the release before it still serves.

A release only adds (expand). What no code uses any more goes in a later one (contract): such a
revision names the latest revision of the release that no longer used it, ``contracts = "0027"``:
code that does not know that one is refused by the schema from then on. The operations of
``upgrade`` are recorded without a database and looked at one by one.
"""

import importlib.util
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from alembic.operations import Operations, ops
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, UniqueConstraint

_ALTER: Final = r"ALTER TABLE (?:IF EXISTS )?(?:ONLY )?"
_BY_TEXT: Final = (
    (r"\bDROP TABLE\b", "ban-drop-table"),
    (r"\bTRUNCATE\b", "ban-truncate"),
    (rf"{_ALTER}.*\bDROP (?:COLUMN|(?!CONSTRAINT|DEFAULT|NOT|EXPRESSION|IDENTITY)\w)",
     "ban-drop-column"),
    (rf"{_ALTER}\S+ RENAME\b", "renaming"),
    (rf"{_ALTER}.*\bALTER (?:COLUMN )?\S+ (?:SET DATA )?TYPE\b", "changing-column-type"),
    (rf"{_ALTER}.*\bSET NOT NULL\b", "adding-not-nullable-field"),
    (rf"{_ALTER}.*\bADD COLUMN\b(?=.*\bNOT NULL\b)(?!.*\bDEFAULT\b)", "adding-required-field"),
    (rf"{_ALTER}.*\bADD (?:CONSTRAINT \S+ )?(?:FOREIGN KEY|CHECK|UNIQUE|EXCLUDE|PRIMARY KEY)"
     r"(?!.*\bNOT VALID\b)(?!.*\bUSING INDEX\b)", "constraint-missing-not-valid"),
    (r"\bCREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY)", "require-concurrent-index-creation"),
    (r"\bDROP INDEX (?!CONCURRENTLY)", "require-concurrent-index-deletion"),
    (r"^(?:UPDATE|DELETE FROM)\b", "data-in-migration"),
    (r"^DO\b|^READS DATA$", "reads-data"),
    (r"^(?:CLUSTER|VACUUM|LOCK|REINDEX)\b|\bSET (?:UN)?LOGGED\b|\bSET TABLESPACE\b|"
     r"\bSET ACCESS METHOD\b", "table-rewrite"),
    (r"\bSET (?:LOCAL |SESSION )?LOCK_TIMEOUT\b|\bSET_CONFIG\b.*LOCK_TIMEOUT", "lock-timeout"),
)  # fmt: skip
_WHY: Final = {
    "ban-drop-table": "删除表：旧版程序仍在使用。请在下一版本删除",
    "ban-truncate": "清空表：旧版程序仍在使用其中的数据",
    "ban-drop-column": "删除列：旧版程序仍在读写。请在下一版本删除",
    "renaming": "改名：旧版程序只认得旧名。请增加新的列或表，双写后在下一版本删除旧的",
    "changing-column-type": "改变列的类型：会重写整张表，旧版程序也可能不认得。请增加新列",
    "adding-not-nullable-field": "将列改为必填：旧版程序可能仍写入空值，且会扫描整张表。请先以 NOT "
    "VALID 增加 CHECK (… IS NOT NULL)，在其后的迁移中 VALIDATE",
    "adding-required-field": "增加必填而没有默认值的列：旧版程序的写入会失败。请给出 "
    "server_default，或允许为空",
    "volatile-default": "以易变的默认值增加列：会重写整张表。请允许为空，另行分批填写",
    "constraint-missing-not-valid": "增加约束时未写 NOT VALID：会锁表扫描。请加 "
    "postgresql_not_valid=True，在其后的迁移中 VALIDATE",
    "validate-in-same-revision": "在增加约束的同一迁移中 VALIDATE：扫描期间一直锁表。请移到"
    "其后的迁移",
    "disallowed-unique-constraint": "直接增加唯一约束：建索引期间锁表。请先 CONCURRENTLY "
    "建唯一索引，再 ADD CONSTRAINT … USING INDEX",
    "require-concurrent-index-creation": "在已有的表上建索引而未用 CONCURRENTLY：期间不能写入。"
    "请用 create_index_concurrently",
    "require-concurrent-index-deletion": "删除索引而未用 CONCURRENTLY：会等待并阻塞读写",
    "concurrent-index-alone": "CONCURRENTLY 不在事务之内：请让它独占一个迁移",
    "data-in-migration": "在迁移中改写数据：长时间持有行锁。请由程序分批进行",
    "table-rewrite": "重写或锁住整张表",
    "lock-timeout": "改动 lock_timeout：等锁超过限度时，迁移应当中止并重试",
    "reads-data": "迁移依赖于读到的数据，无法事先检查：请改用 op.execute，或由程序进行",
}
_CONTRACTING: Final = frozenset(
    {"ban-drop-table", "ban-drop-column", "renaming", "adding-not-nullable-field"}
)
_TARGETS: Final = (
    rf"^{_ALTER}(\S+)",
    r"^CREATE (?:UNIQUE )?INDEX .*? ON (?:ONLY )?([^\s(]+)",
    r"^(?:UPDATE|DELETE FROM|DROP TABLE(?: IF EXISTS)?|TRUNCATE(?: TABLE)?) (?:ONLY )?(\S+)",
)
_TAKING_AWAY: Final[dict[type[ops.MigrateOperation], str]] = {
    ops.DropTableOp: "ban-drop-table",
    ops.RenameTableOp: "renaming",
    ops.DropColumnOp: "ban-drop-column",
}
_VALIDATE: Final = re.compile(r"\bVALIDATE CONSTRAINT\b")
_COMMENTS: Final = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_LITERALS: Final = re.compile(r"\$(\w*)\$.*?\$\1\$|'(?:[^']|'')*'", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Offence:
    """One rule broken by one step; ``told`` is Chinese and says what to do instead."""

    revision: str
    rule: str
    step: str

    @property
    def told(self) -> str:
        return f"{self.revision}（{self.step}）{_WHY[self.rule]} [{self.rule}]"


def offences(file: Path, released: int = 0) -> list[Offence]:
    """What the revision in ``file`` does that would disturb the traffic of the release before.

    ``released`` is the latest revision that was part of a release: a contraction may name that one
    or an earlier one.
    """
    module, steps = _recorded(file)
    made = {_name(one) for one in steps if isinstance(one, ops.CreateTableOp)}
    made |= {table for one in steps for table in _tables_made(one)}
    concurrent = [one for one in steps if _is_concurrent(one)]
    found = [
        (rule, step) for one in steps for rule, step in _broken(one, made, beside=bool(concurrent))
    ]
    if concurrent and any(not _is_concurrent(one) for one in steps if not _is_setting(one)):
        found.append(("concurrent-index-alone", _described(concurrent[0])))
    added = [one for one in steps if _adds_constraint(one)]
    found += [
        ("validate-in-same-revision", statement[:60])
        for one in steps
        for statement in _statements(one)
        if added and _VALIDATE.search(statement)
    ]
    named = int(getattr(module, "contracts", 0))
    allowed = _CONTRACTING if 0 < named <= released else frozenset()
    return [Offence(module.revision, rule, step) for rule, step in found if rule not in allowed]


class _ReadsData(Exception):
    pass


@dataclass
class _Bind:
    """Stands for the connection: keeps what is executed, and has nothing to read."""

    keep: Callable[[str], None]

    def execute(self, statement: Any, *_: Any) -> "_Nothing":
        self.keep(str(statement))
        return _Nothing()

    @property
    def connection(self) -> Any:
        return self

    dbapi_connection = connection

    def run_async(self, work: Callable[[Any], Any]) -> None:
        work(self)


class _Nothing:
    def __getattr__(self, name: str) -> Any:
        raise _ReadsData

    def __iter__(self) -> Iterator[Any]:
        raise _ReadsData


def _recorded(file: Path) -> tuple[Any, list[ops.MigrateOperation]]:
    steps: list[ops.MigrateOperation] = []

    spec = importlib.util.spec_from_file_location(f"revision_{file.stem}", file)
    assert spec is not None, file
    assert spec.loader is not None, file
    module = importlib.util.module_from_spec(spec)
    context = MigrationContext.configure(
        dialect_name="postgresql", opts={"as_sql": True, "output_buffer": io.StringIO()}
    )
    recorder = Operations(context)
    recorder.invoke = steps.append  # type: ignore[method-assign]
    recorder.get_bind = lambda: _Bind(lambda told: steps.append(ops.ExecuteSQLOp(told)))  # type: ignore[method-assign]
    recorder._install_proxy()
    try:
        spec.loader.exec_module(module)
        module.upgrade()
    except _ReadsData:
        steps.append(ops.ExecuteSQLOp("READS DATA"))
    finally:
        recorder._remove_proxy()
    return module, steps


def _broken(
    one: ops.MigrateOperation, made: set[str], *, beside: bool
) -> Iterator[tuple[str, str]]:
    """The rules that a step breaks; a table of the same revision is empty and nobody's yet."""
    step = _described(one)
    for statement in _statements(one):
        for rule in _broken_by_text(statement, made, beside=beside):
            yield rule, statement[:60]
    if rule := _TAKING_AWAY.get(type(one)):
        yield rule, step
    elif _name(one) not in made:
        yield from ((rule, step) for rule in _broken_by_change(one))


def _broken_by_change(one: ops.MigrateOperation) -> Iterator[str]:
    if isinstance(one, ops.AlterColumnOp):
        if one.modify_name is not None:
            yield "renaming"
        if one.modify_type is not None:
            yield "changing-column-type"
        if one.modify_nullable is False:
            yield "adding-not-nullable-field"
    elif isinstance(one, ops.AddColumnOp):
        yield from _broken_by_column(one.column)
    elif isinstance(one, ops.CreateIndexOp | ops.DropIndexOp):
        if not one.kw.get("postgresql_concurrently"):
            what = "creation" if isinstance(one, ops.CreateIndexOp) else "deletion"
            yield f"require-concurrent-index-{what}"
    elif isinstance(one, ops.CreateUniqueConstraintOp | ops.CreatePrimaryKeyOp):
        yield "disallowed-unique-constraint"
    elif isinstance(one, ops.AddConstraintOp) and not _not_valid(one):
        yield "constraint-missing-not-valid"


def _not_valid(one: ops.AddConstraintOp) -> bool:
    return bool(getattr(one, "kw", {}).get("postgresql_not_valid"))


def _broken_by_column(column: Column[Any]) -> Iterator[str]:
    if not column.nullable and column.server_default is None and column.identity is None:
        yield "adding-required-field"
    default = str(getattr(column.server_default, "arg", "")).upper()
    rewritten = "(" in default and default.strip() != "NOW()"
    if rewritten or column.identity is not None or column.computed is not None:
        yield "volatile-default"
    constraints = (ForeignKeyConstraint, CheckConstraint, UniqueConstraint)
    if (
        column.foreign_keys
        or column.unique
        or any(isinstance(one, constraints) for one in column.constraints)
    ):
        yield "constraint-missing-not-valid"


def _broken_by_text(statement: str, made: set[str], *, beside: bool) -> list[str]:
    if beside and re.fullmatch(r"SET LOCK_TIMEOUT = (?:0|'')", statement):
        return []  # an index that is built beside the traffic keeps nobody waiting
    for pattern in _TARGETS:
        found = re.search(pattern, statement)
        if found and found[1].rpartition(".")[2].strip('"').lower() in made:
            return []
    return [rule for pattern, rule in _BY_TEXT if re.search(pattern, statement)]


def _statements(one: ops.MigrateOperation) -> list[str]:
    """The statements of an ``op.execute``, in capitals, without comments and literals."""
    if not isinstance(one, ops.ExecuteSQLOp):
        return []
    text = _LITERALS.sub("''", _COMMENTS.sub(" ", str(one.sqltext)))
    return [" ".join(part.split()).upper() for part in text.split(";") if part.strip()]


def _tables_made(one: ops.MigrateOperation) -> Iterator[str]:
    for statement in _statements(one):
        if found := re.match(r"CREATE TABLE (?:IF NOT EXISTS )?(?:\w+\.)?(\w+)", statement):
            yield found[1].lower()


def _is_concurrent(one: ops.MigrateOperation) -> bool:
    return bool(getattr(one, "kw", {}).get("postgresql_concurrently")) or any(
        "CONCURRENTLY" in statement for statement in _statements(one)
    )


def _is_setting(one: ops.MigrateOperation) -> bool:
    return all(statement.startswith("SET ") for statement in _statements(one)) and isinstance(
        one, ops.ExecuteSQLOp
    )


def _adds_constraint(one: ops.MigrateOperation) -> bool:
    return isinstance(one, ops.AddConstraintOp) or any(
        re.search(r"\bADD CONSTRAINT\b", statement) for statement in _statements(one)
    )


def _name(one: ops.MigrateOperation) -> str:
    return str(getattr(one, "table_name", None) or getattr(one, "source_table", None) or "")


def _described(one: ops.MigrateOperation) -> str:
    """``add_column grade_review due_on``."""
    words = re.sub(r"(?<!^)(?=[A-Z])", "_", type(one).__name__.removesuffix("Op")).lower()
    column = getattr(one, "column", None)
    what = getattr(column, "name", None) or getattr(one, "column_name", None) or ""
    return " ".join(filter(None, (words, _name(one), str(what))))
