"""Reviews of grades have a last day, a clerk and their rules 等级复查的期限与经办人.

Revision: 0005
Follows: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("grade_review", sa.Column("due_on", sa.Date(), nullable=True))
    op.add_column("grade_review", sa.Column("rule_set", sa.String(), nullable=True))
    op.add_column("grade_review", sa.Column("handled_by", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("grade_review", "handled_by")
    op.drop_column("grade_review", "rule_set")
    op.drop_column("grade_review", "due_on")
