"""The database knows whose it is 数据库的归属.

Revision: 0006
Follows: 0005
"""

from alembic import op

from liandong.db.migrations import create_backbone

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_backbone(op, 3)


def downgrade() -> None:
    op.drop_table("belonging", schema="backbone")
