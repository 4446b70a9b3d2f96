"""Alembic's environment: see ``liandong.db.migrations``."""

from liandong.db.migrations import run_environment

run_environment()
