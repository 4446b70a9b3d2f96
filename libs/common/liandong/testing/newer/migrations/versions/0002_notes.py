"""Things bear a note 备注."""

import sqlalchemy as sa
from alembic import op

revision = "probe_0002"
down_revision = "probe_0001"


def upgrade() -> None:
    op.add_column("thing", sa.Column("note", sa.String(), nullable=True))
    op.create_check_constraint(op.f("note_is_short"), "thing", "length(note) < 100",
                               postgresql_not_valid=True)  # fmt: skip


def downgrade() -> None:
    op.drop_column("thing", "note")
