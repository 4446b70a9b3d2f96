"""Imports that change nothing 试导入.

Revision: 0011
Follows: 0010
"""

from alembic import op

from liandong.db.migrations import create_backbone

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_backbone(op, 2)


def downgrade() -> None:
    op.drop_column("import_job", "dry_run", schema="backbone")
