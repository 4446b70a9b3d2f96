"""不停机变更: steps of a migration that the traffic of old and new code does not notice.

For ``upgrade`` functions, in place of the operations that would hold a table for as long as it is
large. :mod:`liandong.db.lint` says which those are.
"""

from collections.abc import Sequence
from typing import Any

from liandong.db.migrations import LOCK_TIMEOUT


def create_index_concurrently(
    operations: Any, name: str, table: str, columns: Sequence[Any], **given: Any
) -> None:
    """``CREATE INDEX CONCURRENTLY``: reads and writes go on meanwhile.

    It waits for older transactions to end, however long, and keeps nobody waiting. What an earlier
    attempt left behind, which would be invalid, is dropped first. It is not part of the revision's
    transaction: let it be the revision's only step.
    """
    schema = given.get("schema")
    with operations.get_context().autocommit_block():
        operations.execute("SET lock_timeout = 0")
        operations.drop_index(
            name, table, schema=schema, if_exists=True, postgresql_concurrently=True
        )
        operations.create_index(name, table, columns, postgresql_concurrently=True, **given)
        operations.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")


def validate_constraint(operations: Any, name: str, table: str) -> None:
    """Checks the rows that were there before a constraint was added as ``NOT VALID``.

    In a later revision than that, so that its lock is not held while all rows are read.
    """
    operations.execute(f'ALTER TABLE {table} VALIDATE CONSTRAINT "{name}"')
