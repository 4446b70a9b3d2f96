"""What the last reconciliations found 对账.

Revision: 0017
Follows: 0016
"""

from alembic import op

from liandong.db.migrations import create_backbone

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_backbone(op, 5)


def downgrade() -> None:
    op.drop_index("deadline_failed", table_name="deadline", schema="backbone")
    op.drop_table("reconciliation", schema="backbone")
