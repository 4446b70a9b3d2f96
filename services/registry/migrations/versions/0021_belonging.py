"""The database knows whose it is 数据库的归属.

Revision: 0021
Follows: 0020
"""

from alembic import op

from liandong.db.migrations import create_backbone

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_backbone(op, 3)


def downgrade() -> None:
    op.drop_table("belonging", schema="backbone")
