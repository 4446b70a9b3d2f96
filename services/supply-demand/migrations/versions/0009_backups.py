"""The backups that were taken 备份.

Revision: 0009
Follows: 0008
"""

from alembic import op

from liandong.db.migrations import create_backbone

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_backbone(op, 6)


def downgrade() -> None:
    op.drop_table("backup", schema="backbone")
