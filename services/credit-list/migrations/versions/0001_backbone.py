"""The tables of the event backbone.

Revision: 0001
Follows: nothing
"""

from alembic import op

from liandong.db.migrations import create_backbone, drop_backbone

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_backbone(op, 1)


def downgrade() -> None:
    drop_backbone(op)
