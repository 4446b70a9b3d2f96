"""What the last reconciliations found 对账.

Revision: 0007
Follows: 0006
"""

from alembic import op

from liandong.db.migrations import create_backbone

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_backbone(op, 5)


def downgrade() -> None:
    op.drop_index("deadline_failed", table_name="deadline", schema="backbone")
    op.drop_table("reconciliation", schema="backbone")
