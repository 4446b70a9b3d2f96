"""Imports that change nothing 试导入.

Revision: 0003
Follows: 0002
"""

from alembic import op

from liandong.db.migrations import create_backbone

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_backbone(op, 2)


def downgrade() -> None:
    op.drop_column("import_job", "dry_run", schema="backbone")
