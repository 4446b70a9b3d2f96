"""Things are found by their note."""

from alembic import op

from liandong.db.expansion import create_index_concurrently

revision = "probe_0004"
down_revision = "probe_0003"


def upgrade() -> None:
    create_index_concurrently(op, "ix_thing_note", "thing", ["note"])


def downgrade() -> None:
    op.drop_index("ix_thing_note", "thing")
