"""Incarnations of the database 世代.

Revision: 0022
Follows: 0021
"""

from alembic import op

from liandong.db.migrations import create_backbone

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_backbone(op, 4)


def downgrade() -> None:
    op.drop_table("incarnation", schema="backbone")
