"""Earlier things' notes are checked as well."""

from alembic import op

from liandong.db.expansion import validate_constraint

revision = "probe_0003"
down_revision = "probe_0002"


def upgrade() -> None:
    validate_constraint(op, "note_is_short", "thing")


def downgrade() -> None:
    return
