"""The floor's tables: copies of the platform's own in a schema of their own, indexes included."""

import asyncpg

_MAKE = """
    CREATE SCHEMA IF NOT EXISTS floor;
    CREATE TABLE floor.{table} (LIKE {like} INCLUDING ALL);
"""


async def copy_shape(connection: asyncpg.Connection, like: str) -> str:
    """Makes an empty table of the same shape; its name."""
    table = like.rpartition(".")[2]
    await connection.execute(_MAKE.format(table=table, like=like))
    return f"floor.{table}"
